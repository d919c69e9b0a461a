//! A button with an icon and a word, which says why when it can't act.

use crate::icons::Icon;
use crate::scene::Intent;
use yew::prelude::*;

/// What a button is.
#[derive(Properties, PartialEq)]
pub struct PressProps {
    /// Its icon.
    #[prop_or_default]
    pub icon: Option<Icon>,
    /// Its word: a verb.
    pub word: AttrValue,
    /// All of what it does, for a tooltip and for who hears the page; the word if empty.
    #[prop_or_default]
    pub title: AttrValue,
    /// Why it can't act now.
    #[prop_or_default]
    pub refusal: Option<AttrValue>,
    /// Further classes.
    #[prop_or_default]
    pub class: Classes,
    /// Whether it is on, for a button that stays.
    #[prop_or_default]
    pub pressed: Option<bool>,
    /// What it does.
    pub on_press: Callback<()>,
    /// Where the reason goes when somebody presses in vain.
    pub intent: Callback<Intent>,
}

/// The button. While it can't act it can still be reached, so that everybody learns why.
#[component]
pub fn Press(props: &PressProps) -> Html {
    let title = match props.title.as_str() {
        "" => props.word.clone(),
        title if title.starts_with(props.word.as_str()) => props.title.clone(),
        title => format!("{}: {title}", props.word).into(),
    };
    let onclick = match &props.refusal {
        None => props.on_press.reform(|_: MouseEvent| ()),
        Some(why) => {
            let why = why.to_string();
            props.intent.reform(move |_: MouseEvent| Intent::Say(why.clone()))
        }
    };
    let tooltip = match &props.refusal {
        Some(why) => AttrValue::from(format!("{title}: {why}")),
        None => title.clone(),
    };
    // The name begins with the word on the button, so that who speaks to the page can say what they see.
    let label = (title != props.word || props.icon.is_some()).then(|| title.clone());
    html! {
        <button
            type="button"
            class={classes!("press", props.class.clone())}
            {onclick}
            title={tooltip}
            aria-label={label}
            aria-disabled={props.refusal.is_some().then_some("true")}
            aria-pressed={props.pressed.map(|on| if on { "true" } else { "false" })}
        >
            { props.icon.map(Icon::draw).unwrap_or_default() }
            <span class="word">{ &props.word }</span>
        </button>
    }
}
