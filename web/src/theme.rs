//! Colours: which of the five themes of `static/tokens.css` the document wears.

use crate::dom;

/// A theme.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Theme {
    /// As the reader's system says.
    #[default]
    Auto,
    /// Light.
    Light,
    /// Dark.
    Dark,
    /// For a lecture hall: larger, on white.
    Projector,
    /// As much contrast as there is.
    Contrast,
}

impl Theme {
    /// Every theme, in the order in which the button goes through them.
    pub const ALL: [Self; 5] = [Self::Auto, Self::Light, Self::Dark, Self::Projector, Self::Contrast];

    /// Its word, in the address and on the button.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Light => "light",
            Self::Dark => "dark",
            Self::Projector => "projector",
            Self::Contrast => "contrast",
        }
    }

    /// The theme of a word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|theme| theme.word() == word)
    }

    /// What the reader chose before.
    pub fn remembered() -> Self {
        dom::remembered("theme").and_then(|word| Self::parse(&word)).unwrap_or_default()
    }

    /// Keeps it for the next visit.
    pub fn remember(self) {
        dom::remember("theme", self.word());
    }

    /// Dresses the document in it.
    pub fn wear(self) {
        if let Some(root) = dom::document().document_element() {
            let _ = root.set_attribute("data-theme", self.word());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOKENS: &str = include_str!("../../static/tokens.css");
    const SURFACES: [&str; 5] = ["surface-0", "surface-1", "surface-2", "side-a", "side-b"];

    /// The colours a rule sets, by name.
    fn colours(head: &str) -> Vec<(String, String)> {
        let rule = TOKENS.split(&format!("{head} {{")).nth(1).expect("the rule stands").split('}').next();
        let lines = rule.expect("a rule ends").lines().filter_map(|line| line.trim().split_once(": "));
        lines
            .filter(|(name, value)| name.starts_with("--") && value.starts_with('#'))
            .map(|(name, value)| (name[2..].into(), value.trim_end_matches(';').into()))
            .collect()
    }

    /// A colour of a theme; what a theme does not say it takes from the light one.
    fn colour(theme: &[(String, String)], light: &[(String, String)], name: &str) -> String {
        let found = theme.iter().chain(light).find(|(known, _)| known == name);
        found.unwrap_or_else(|| panic!("no --{name}")).1.clone()
    }

    /// Contrast of two colours, as WCAG defines it.
    fn contrast(one: &str, other: &str) -> f64 {
        let luminance = |colour: &str| {
            let channel = |at: usize| {
                let value = f64::from(u8::from_str_radix(&colour[at..at + 2], 16).expect("hex")) / 255.0;
                if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
            };
            0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5)
        };
        let (a, b) = (luminance(one), luminance(other));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    #[test]
    fn text_and_marks_are_seen_on_every_surface_of_every_theme() {
        let light = colours(":root");
        for head in [
            ":root",
            ":root[data-theme=\"dark\"]",
            ":root[data-theme=\"projector\"]",
            ":root[data-theme=\"contrast\"]",
        ] {
            let theme = colours(head);
            let reaches = |ink: &str, ground: &str, least: f64| {
                let ratio = contrast(&colour(&theme, &light, ink), &colour(&theme, &light, ground));
                assert!(ratio >= least, "{head}: --{ink} on --{ground} is {ratio:.2}, wanted {least}");
            };
            for ground in SURFACES {
                for ink in ["ink-1", "ink-2", "ink-3", "accent", "danger"] {
                    reaches(ink, ground, 4.5);
                }
                for mark in ["edge", "tone-a", "tone-b", "tone-c", "tone-d", "tone-e"] {
                    reaches(mark, ground, 3.0);
                }
            }
            for tone in ["a", "b", "c", "d", "e"] {
                reaches("on-tone", &format!("tone-{tone}"), 4.5);
            }
            for (ink, ground) in [
                ("on-accent", "accent"),
                ("on-danger", "danger"),
                ("danger", "danger-soft"),
                ("accent", "accent-soft"),
                ("ink-3", "changed"),
            ] {
                reaches(ink, ground, 4.5);
            }
        }
    }

    #[test]
    fn the_dark_theme_is_the_same_both_times() {
        let asked = colours(":root[data-theme=\"dark\"]");
        let by_system = colours(":root:not([data-theme]), :root[data-theme=\"auto\"]");
        assert_eq!(asked, by_system);
        assert!(asked.len() > 20);
    }

    #[test]
    fn every_theme_has_a_word_of_its_own() {
        assert_eq!(Theme::ALL.map(|theme| Theme::parse(theme.word())), Theme::ALL.map(Some));
    }
}
