//! A button with an icon and a word, which says why when it can't act.
//!
//! A plain function and not a component: each component costs some 5 KB of the module.

use crate::icons::Icon;
use crate::scene::Intent;
use crate::tag::{asks, button, div};
use yew::prelude::*;

/// A button.
pub struct Press {
    /// Its icon.
    pub icon: Option<Icon>,
    /// Its word: a verb.
    pub word: AttrValue,
    /// All of what it does, for a tooltip and for who hears the page; the word alone if empty.
    pub title: AttrValue,
    /// Why it can't act now.
    pub refusal: Option<AttrValue>,
    /// A further class.
    pub class: &'static str,
    /// What it does.
    pub on_press: Callback<MouseEvent>,
}

impl Press {
    /// A button with a word that can act.
    pub fn new(
        word: impl Into<AttrValue>,
        title: impl Into<AttrValue>,
        on_press: Callback<MouseEvent>,
    ) -> Self {
        Self { icon: None, word: word.into(), title: title.into(), refusal: None, class: "", on_press }
    }

    /// The button. While it can't act it can still be reached, so that everybody learns why.
    pub fn draw(self, intent: &Callback<Intent>) -> Html {
        let title = match self.title.as_str() {
            "" => self.word.clone(),
            title if title.starts_with(self.word.as_str()) => self.title.clone(),
            title => format!("{}: {title}", self.word).into(),
        };
        let (onclick, tooltip) = match &self.refusal {
            None => (self.on_press, title.clone()),
            Some(why) => {
                (asks(intent, Intent::Say(why.to_string())), AttrValue::from(format!("{title}: {why}")))
            }
        };
        // The name begins with the word on the button, so that who speaks to the page can say what they see.
        let label = (title != self.word || self.icon.is_some()).then_some(title);
        button("press", onclick)
            .set(
                "class",
                if self.class.is_empty() { "press".into() } else { format!("press {}", self.class) },
            )
            .set("title", tooltip)
            .maybe("aria-label", label)
            .set_if(self.refusal.is_some(), "aria-disabled", "true")
            .put_if(self.icon.map(Icon::draw))
            .put(div("span", "word").text(self.word))
            .done()
    }
}
