//! A button with an icon and a word, which says why when it can't act.
//!
//! A plain function and not a component: each component costs some 5 KB of the module.

use crate::icons::Icon;
use crate::scene::Intent;
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
                let said = why.to_string();
                let say = intent.reform(move |_: MouseEvent| Intent::Say(said.clone()));
                (say, AttrValue::from(format!("{title}: {why}")))
            }
        };
        // The name begins with the word on the button, so that who speaks to the page can say what they see.
        let label = (title != self.word || self.icon.is_some()).then_some(title);
        html! {
            <button type="button" class={classes!("press", self.class)} {onclick} title={tooltip} aria-label={label}
                aria-disabled={self.refusal.is_some().then_some("true")}>
                { self.icon.map(Icon::draw).unwrap_or_default() }
                <span class="word">{ self.word }</span>
            </button>
        }
    }
}
