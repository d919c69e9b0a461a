//! The icons: line drawings of 20 by 20, in the colour of the text beside them.

use crate::tag::{Tag, div, tag};
use yew::prelude::*;

/// An icon.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Icon {
    /// To the beginning.
    Start,
    /// One step back.
    Back,
    /// Let time run.
    Play,
    /// Stop it.
    Pause,
    /// One step.
    Step,
    /// To the last interesting event.
    Previous,
    /// To the next one.
    Next,
    /// Another seed.
    Dice,
    /// Copy a link.
    Share,
    /// The choice.
    Choose,
    /// Help.
    Help,
    /// Colours.
    Theme,
    /// Where nodes stand.
    Place,
    /// Close.
    Close,
    /// The full page.
    Full,
    /// A search.
    Search,
    /// Operations as bars.
    History,
    /// Numbers, as columns.
    Measures,
}

impl Icon {
    /// Strokes, and what is filled.
    const fn paths(self) -> (&'static str, &'static str) {
        match self {
            Self::Start => ("M4.5 4.5v11", "M16 4.5v11l-9-5.5z"),
            Self::Back => ("M15 4.5v11", "M12 4.5v11L3.5 10z"),
            Self::Play => ("", "M6 3.5v13l10.5-6.5z"),
            Self::Pause => ("", "M5.5 4h3v12h-3zM11.5 4h3v12h-3z"),
            Self::Step => ("M5 4.5v11", "M8 4.5v11l8.5-5.5z"),
            Self::Previous => ("", "M10 4.5v11L2.5 10zM17.5 4.5v11L10 10z"),
            Self::Next => ("", "M10 4.5v11l7.5-5.5zM2.500 4.500v11L10 10z"),
            Self::Dice => ("M16 10a6 6 0 1 1-1.9-4.4M16 2.800v3.200h-3.200", ""),
            Self::Share => (
                "M8.500 11.500l3-3M9.500 5.800l1.600-1.600a3.300 3.300 0 0 1 4.700 4.700l-1.600 1.600M10.500 14.200l-1.600 1.600a3.300 3.300 0 0 1-4.700-4.700l1.600-1.600",
                "",
            ),
            Self::Choose => (
                "M3 6h14M3 14h14",
                "M7 3.800a2.200 2.200 0 1 0 0 4.400a2.200 2.200 0 1 0 0-4.400zM13 11.800a2.200 2.200 0 1 0 0 4.400a2.200 2.200 0 1 0 0-4.400z",
            ),
            Self::Help => (
                "M7.500 7.800a2.600 2.600 0 1 1 3.700 2.300c-.8.4-1.200.9-1.200 1.900M10 2.500a7.500 7.500 0 1 0 0 15a7.500 7.500 0 1 0 0-15z",
                "M10 13.600a.9.9 0 1 0 0 1.800a.9.9 0 1 0 0-1.800z",
            ),
            Self::Theme => ("M10 3a7 7 0 1 0 0 14a7 7 0 1 0 0-14z", "M10 3a7 7 0 0 1 0 14z"),
            Self::Place => (
                "M10 4l5.700 4.100l-2.200 6.700h-7l-2.200-6.700z",
                "M10 2.400a1.600 1.600 0 1 0 0 3.200a1.600 1.600 0 1 0 0-3.200zM15.700 6.500a1.600 1.600 0 1 0 0 3.200a1.600 1.600 0 1 0 0-3.200zM13.500 13.200a1.600 1.600 0 1 0 0 3.200a1.600 1.600 0 1 0 0-3.200zM6.500 13.200a1.600 1.600 0 1 0 0 3.200a1.600 1.600 0 1 0 0-3.200zM4.300 6.500a1.600 1.600 0 1 0 0 3.200a1.600 1.600 0 1 0 0-3.200z",
            ),
            Self::Close => ("M5 5l10 10M15 5L5 15", ""),
            Self::History => (
                "M3.500 5.500h7M8 10h8.500M5.500 14.500h6",
                "M9.700 3.800h1.600v3.400h-1.600zM7.200 8.300h1.600v3.400h-1.600zM11 12.800h1.600v3.400h-1.600z",
            ),
            Self::Measures => ("M3.500 16.500h13M6 14v-4M10 14V4.500M14 14V8", ""),
            Self::Search => ("M8.500 3.500a5 5 0 1 0 0 10a5 5 0 1 0 0-10zM12.200 12.200l4.300 4.300", ""),
            Self::Full => ("M11.500 4H16v4.500M16 4l-6 6M8 5H4v11h11v-4", ""),
        }
    }

    /// Its drawing, of no meaning to who does not see it: the word beside it or the label has that.
    pub fn draw(self) -> Html {
        let (stroked, filled) = self.paths();
        let path = |d: &'static str| tag("path").set("d", d).set("stroke", "currentColor");
        let round = |path: Tag| path.set("stroke-linejoin", "round").done();
        let stroke = || {
            let path = path(stroked).set("fill", "none").set("stroke-width", "1.6");
            round(path.set("stroke-linecap", "round"))
        };
        let fill = || round(path(filled).set("fill", "currentColor").set("stroke-width", "1"));
        div("svg", "icon")
            .set("viewBox", "0 0 20 20")
            .set("width", "20")
            .set("height", "20")
            .set("aria-hidden", "true")
            .set("focusable", "false")
            .put_if((!stroked.is_empty()).then(stroke))
            .put_if((!filled.is_empty()).then(fill))
            .done()
    }
}
