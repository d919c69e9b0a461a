//! Elements made by function calls.
//!
//! The `html!` macro writes an element out in full wherever it stands, which makes the module several times larger than
//! calls of a few functions do. So the parts that are mostly plain elements, such as forms, lists and tables, are
//! built by [`Tag`]; what moves keeps the macro. Both make the same tree.

use crate::dom;
use crate::icons::Icon;
use crate::scene::Intent;
use gloo_timers::callback::Timeout;
use std::rc::Rc;
use web_sys::{HtmlInputElement, HtmlTextAreaElement};
use yew::html::{TargetCast, onchange, onclick, onclose, onfocus, oninput, onscroll};
use yew::prelude::*;
use yew::virtual_dom::{VTag, VText};

/// An element under construction.
///
/// Boxed, so that a chain of calls hands on one pointer.
pub struct Tag(Box<VTag>);

impl From<Tag> for Html {
    #[inline(never)]
    fn from(tag: Tag) -> Self {
        (*tag.0).into()
    }
}

/// An element of this name.
#[inline(never)]
pub fn tag(name: &'static str) -> Tag {
    Tag(Box::new(VTag::new(name)))
}

/// An element of this name and class.
#[inline(never)]
pub fn div(name: &'static str, class: &'static str) -> Tag {
    tag(name).set("class", class)
}

/// An element that holds only a text.
#[inline(never)]
pub fn words(name: &'static str, text: impl Into<AttrValue>) -> Tag {
    tag(name).text(text)
}

/// A button that asks for something when it is pressed.
#[inline(never)]
pub fn button(class: &'static str, on_press: Callback<MouseEvent>) -> Tag {
    div("button", class).set("type", "button").on_press(on_press)
}

/// A check box with its words.
#[inline(never)]
pub fn check(text: impl Into<AttrValue>, is_on: bool, on_change: Callback<Event>) -> Tag {
    let field = tag("input").set("type", "checkbox").checked(is_on).on_change(on_change);
    div("label", "check").put(field.done()).text(text)
}

/// A field for a whole number, with an id of its own: while somebody types in it, it keeps what they type. What is out
/// of bounds becomes the nearest that is not, and [`said`] says so.
#[inline(never)]
pub fn number_field(id: AttrValue, value: u64, bounds: (u64, u64), on_change: Callback<u64>) -> Tag {
    let shown = dom::typed_in(&id).unwrap_or_else(|| value.to_string());
    let field = tag("input").set("type", "number").set("id", id).value(shown.into());
    let on_change = Callback::from(move |event: Event| {
        if let Some(input) = event.target_dyn_into::<HtmlInputElement>() {
            on_change.emit(bounded(&input, value, bounds));
        }
    });
    field.number("min", bounds.0).number("max", bounds.1).on_change(on_change)
}

/// The number in a field, within bounds, and `before` if it is none. What was not as wanted is corrected, and the place
/// for [`said`] of the field's row tells what was wanted.
#[inline(never)]
pub fn bounded(input: &HtmlInputElement, before: u64, (least, most): (u64, u64)) -> u64 {
    let text = input.value();
    let text = text.trim();
    let digits = text.strip_prefix('-').unwrap_or(text);
    let is_whole = !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit());
    let taken = match text.parse::<u64>() {
        Ok(number) => number.clamp(least, most),
        Err(_) if !is_whole => before,
        Err(_) if text.starts_with('-') => least,
        Err(_) => most,
    };
    let taken_text = taken.to_string();
    let wanted = if taken_text == text {
        String::new()
    } else {
        ["Wanted: ", &least.to_string(), " to ", &most.to_string(), ". Taken: ", &taken_text, "."].concat()
    };
    input.set_value(&taken_text);
    if let Ok(Some(said)) =
        input.closest(".row").and_then(|row| row.map_or(Ok(None), |row| row.query_selector(".said")))
    {
        said.set_text_content(Some(&wanted));
        // It is for the one who typed; another form may come to stand there.
        Timeout::new(SAID_MS, move || said.set_text_content(None)).forget();
    }
    taken
}

/// So long it is said what was wanted of a field.
const SAID_MS: u32 = 8_000;

/// Where a row says what was wanted of its number: a live region.
#[inline(never)]
pub fn said() -> Html {
    div("output", "said").set("aria-live", "polite").done()
}

impl Tag {
    /// With an attribute.
    #[inline(never)]
    pub fn set(self, name: &'static str, value: impl Into<AttrValue>) -> Self {
        self.attribute(name, value.into())
    }

    /// With an attribute only if it has a value.
    #[inline(never)]
    pub fn maybe(self, name: &'static str, value: Option<AttrValue>) -> Self {
        match value {
            Some(value) => self.attribute(name, value),
            None => self,
        }
    }

    /// With an attribute only on a condition.
    #[inline(never)]
    pub fn set_if(self, is: bool, name: &'static str, value: &'static str) -> Self {
        if is { self.attribute(name, value.into()) } else { self }
    }

    /// With an attribute that says `true` or `false`.
    #[inline(never)]
    pub fn truth(self, name: &'static str, is: bool) -> Self {
        self.attribute(name, if is { "true" } else { "false" }.into())
    }

    /// With a number as an attribute.
    #[inline(never)]
    pub fn number(self, name: &'static str, value: u64) -> Self {
        self.attribute(name, value.to_string().into())
    }

    #[inline(never)]
    fn attribute(mut self, name: &'static str, value: AttrValue) -> Self {
        self.0.add_attribute(name, value);
        self
    }

    /// A field with this value.
    #[inline(never)]
    pub fn value(mut self, value: AttrValue) -> Self {
        self.0.set_value(value);
        self
    }

    /// An option that is chosen or not. SUBTLE: the attribute counts only until somebody chooses, the property always.
    #[inline(never)]
    pub fn chosen(mut self, is: bool) -> Self {
        self.0.add_property("selected", is);
        self
    }

    /// A check box that is on or off.
    #[inline(never)]
    pub fn checked(mut self, is: bool) -> Self {
        self.0.set_checked(is);
        self
    }

    /// Known by a key among its neighbours.
    #[inline(never)]
    pub fn key(mut self, key: u64) -> Self {
        self.0.key = Some(key.into());
        self
    }

    /// Found again through this.
    pub fn at(mut self, place: &NodeRef) -> Self {
        self.0.node_ref = place.clone();
        self
    }

    /// With a child after those it has.
    #[inline(never)]
    pub fn put(mut self, child: impl Into<Html>) -> Self {
        self.0.add_child(child.into());
        self
    }

    /// With a child if there is one.
    #[inline(never)]
    pub fn put_if(self, child: Option<impl Into<Html>>) -> Self {
        match child {
            Some(child) => self.put(child),
            None => self,
        }
    }

    /// With children after those it has.
    pub fn all(self, children: impl IntoIterator<Item = impl Into<Html>>) -> Self {
        children.into_iter().fold(self, Self::put)
    }

    /// With a text after the children it has.
    #[inline(never)]
    pub fn text(self, text: impl Into<AttrValue>) -> Self {
        self.put(Html::VText(VText::new(text)))
    }

    #[inline(never)]
    fn listen(mut self, listener: Rc<dyn yew::virtual_dom::Listener>) -> Self {
        self.0.add_listener(listener);
        self
    }

    /// Called when it is pressed, by whatever means.
    #[inline(never)]
    pub fn on_press(self, callback: Callback<MouseEvent>) -> Self {
        self.listen(Rc::new(onclick::Wrapper::new(callback)))
    }

    /// Called when its value has changed.
    #[inline(never)]
    pub fn on_change(self, callback: Callback<Event>) -> Self {
        self.listen(Rc::new(onchange::Wrapper::new(callback)))
    }

    /// Called while its value changes.
    #[inline(never)]
    pub fn on_input(self, callback: Callback<InputEvent>) -> Self {
        self.listen(Rc::new(oninput::Wrapper::new(callback)))
    }

    /// Called when it is closed: a dialog.
    #[inline(never)]
    pub fn on_close(self, callback: Callback<Event>) -> Self {
        self.listen(Rc::new(onclose::Wrapper::new(callback)))
    }

    /// Called when it scrolls.
    #[inline(never)]
    pub fn on_scroll(self, callback: Callback<Event>) -> Self {
        self.listen(Rc::new(onscroll::Wrapper::new(callback)))
    }

    /// A field whose text is selected as a whole when it is reached.
    #[inline(never)]
    pub fn select_all(self) -> Self {
        let select = |event: FocusEvent| {
            if let Some(field) = event.target_dyn_into::<HtmlInputElement>() {
                field.select();
            } else if let Some(field) = event.target_dyn_into::<HtmlTextAreaElement>() {
                field.select();
            }
        };
        self.listen(Rc::new(onfocus::Wrapper::new(Callback::from(select))))
    }

    /// The element.
    pub fn done(self) -> Html {
        self.into()
    }
}

/// A quiet button with an icon, and a word beside it where there is room.
#[inline(never)]
pub fn quiet(icon: Icon, word: &'static str, title: AttrValue, on_press: Callback<MouseEvent>) -> Tag {
    let shown =
        button("quiet", on_press).set("title", title.clone()).set("aria-label", title).put(icon.draw());
    if word.is_empty() { shown } else { shown.put(div("span", "word").text(word).done()) }
}

/// A callback that sends one request, whatever the event.
#[inline(never)]
pub fn asks(to: &Callback<Intent>, intent: Intent) -> Callback<MouseEvent> {
    to.reform(move |_: MouseEvent| intent.clone())
}

/// The text of the field an event came from.
#[inline(never)]
pub fn text_of(event: &web_sys::Event) -> String {
    event.target_dyn_into::<HtmlInputElement>().map(|input| input.value()).unwrap_or_default()
}

/// Whether the check box an event came from is on.
#[inline(never)]
pub fn is_checked(event: &Event) -> bool {
    event.target_dyn_into::<HtmlInputElement>().is_some_and(|input| input.checked())
}
