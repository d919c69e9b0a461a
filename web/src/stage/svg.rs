//! Shapes made by one small function, where `html!` would write out each of them anew: as [`crate::tag`] does for forms
//! and lists, but with all attributes of a shape at once, since there are thousands of shapes a second. The keys are a
//! constant, so that Yew compares two drawings of a shape value by value.

use super::shape::Point;
use yew::prelude::*;
use yew::virtual_dom::{AttributeOrProperty, Attributes, Key, VNode, VTag};

/// What an attribute is set to.
#[derive(Debug, Clone, Copy)]
pub enum Value<'a> {
    /// The attribute is left out.
    Absent,
    /// A fixed text.
    Fixed(&'static str),
    /// A text made just now.
    Made(&'a str),
    /// A number, written in tenths.
    Number(f64),
}

impl From<&'static str> for Value<'_> {
    fn from(text: &'static str) -> Self {
        Self::Fixed(text)
    }
}

impl<'a> From<&'a String> for Value<'a> {
    fn from(text: &'a String) -> Self {
        Self::Made(text)
    }
}

impl From<f64> for Value<'_> {
    fn from(number: f64) -> Self {
        Self::Number(number)
    }
}

impl From<bool> for Value<'_> {
    fn from(is: bool) -> Self {
        Self::Fixed(if is { "true" } else { "false" })
    }
}

impl From<Option<&'static str>> for Value<'_> {
    fn from(text: Option<&'static str>) -> Self {
        text.map_or(Self::Absent, Self::Fixed)
    }
}

/// `svg!("circle", "class" = "disc", "r" = 12.0)`, with children after a semicolon:
/// `svg!("g", "class" = "log"; vec![…])`.
macro_rules! svg {
    ($tag:literal $(, $key:literal = $value:expr)* $(,)?) => {
        $crate::stage::svg::element($tag, &[$($key),*], &[$($crate::stage::svg::Value::from($value)),*], Vec::new())
    };
    ($tag:literal $(, $key:literal = $value:expr)*; $children:expr) => {
        $crate::stage::svg::element($tag, &[$($key),*], &[$($crate::stage::svg::Value::from($value)),*], $children)
    };
}
pub(crate) use svg;

/// An element. Call it by `svg!`, which pairs keys and values.
#[inline(never)]
pub fn element(
    tag: &'static str,
    keys: &'static [&'static str],
    values: &[Value<'_>],
    children: Vec<VNode>,
) -> Html {
    let mut element = VTag::new(tag);
    let values = values.iter().map(|value| {
        Some(match value {
            Value::Absent | Value::Fixed("") => return None,
            Value::Fixed(text) => AttributeOrProperty::Static(text),
            Value::Made(text) => AttributeOrProperty::Attribute(AttrValue::from((*text).to_owned())),
            Value::Number(number) => AttributeOrProperty::Attribute(AttrValue::from(tenths(*number))),
        })
    });
    if !keys.is_empty() {
        element.set_attributes(Attributes::Dynamic { keys, values: values.collect() });
    }
    if !children.is_empty() {
        element.add_children(children);
    }
    VNode::from(element)
}

/// The element with a key among its siblings.
#[inline(never)]
pub fn keyed(key: u64, element: Html) -> Html {
    named(Key::from(key), element)
}

/// The element with a key that is no number.
pub fn named(key: Key, mut element: Html) -> Html {
    if let VNode::VTag(tag) = &mut element {
        std::rc::Rc::make_mut(tag).key = Some(key);
    }
    element
}

/// Several things as one.
#[inline(never)]
pub fn group(class: &'static str, children: Vec<VNode>) -> Html {
    svg!("g", "class" = class; children)
}

/// A path.
#[inline(never)]
pub fn path(class: &'static str, d: &str) -> Html {
    element("path", &["class", "d"], &[Value::Fixed(class), Value::Made(d)], Vec::new())
}

/// A box.
#[inline(never)]
pub fn rect(class: &'static str, area: super::shape::Rect, corner: f64) -> Html {
    svg!(
        "rect",
        "class" = class,
        "x" = area.x,
        "y" = area.y,
        "width" = area.w.max(0.0),
        "height" = area.h.max(0.0),
        "rx" = corner
    )
}

/// A circle around the origin.
#[inline(never)]
pub fn circle(class: &'static str, radius: f64) -> Html {
    svg!("circle", "class" = class, "r" = radius)
}

/// Words, whose place and anchor are given.
#[inline(never)]
pub fn words(class: &'static str, at: Point, anchor: Option<&'static str>, text: &str) -> Html {
    svg!("text", "class" = class, "x" = at.x, "y" = at.y, "text-anchor" = anchor; vec![literal(text)])
}

/// A text as a child.
#[inline(never)]
pub fn literal(text: &str) -> Html {
    VNode::from(yew::virtual_dom::VText::new(text.to_owned()))
}

/// What is said when pointed at.
#[inline(never)]
pub fn title(text: &str) -> Html {
    svg!("title"; vec![literal(text)])
}

/// `translate(x y)`.
#[inline(never)]
pub fn translate(at: Point) -> String {
    let mut text = String::from("translate(");
    push(&mut text, at);
    text.push(')');
    text
}

/// A number in tenths, as SVG reads it: `-3.5`.
#[inline(never)]
pub fn tenths(number: f64) -> String {
    let mut text = String::new();
    push_tenths(&mut text, number);
    text
}

/// Formatting of floats weighs more than all of this file, so a number is written as a whole one.
fn push_tenths(text: &mut String, number: f64) {
    let whole = (number * 10.0 + 0.5).floor() as i32;
    if whole < 0 {
        text.push('-');
    }
    let whole = whole.unsigned_abs();
    text.push_str(&(whole / 10).to_string());
    if !whole.is_multiple_of(10) {
        text.push('.');
        text.push(char::from(b'0' + (whole % 10) as u8));
    }
}

fn push(text: &mut String, at: Point) {
    push_tenths(text, at.x);
    text.push(' ');
    push_tenths(text, at.y);
}

/// The data of a path, written point by point.
#[derive(Debug, Clone, Default)]
pub struct Pen(pub String);

impl Pen {
    /// A letter of the path language and the place it leads to.
    #[inline(never)]
    pub fn to(&mut self, letter: char, at: Point) -> &mut Self {
        self.0.push(letter);
        push(&mut self.0, at);
        self
    }

    /// As it stands in the path language.
    pub fn raw(&mut self, text: &str) -> &mut Self {
        self.0.push_str(text);
        self
    }

    /// A line through points.
    #[inline(never)]
    pub fn line(points: &[Point]) -> Self {
        let mut pen = Self::default();
        for (index, point) in points.iter().enumerate() {
            pen.to(if index == 0 { 'M' } else { 'L' }, *point);
        }
        pen
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_in_tenths() {
        assert_eq!([0.0, -0.04, 12.0, -3.46, 0.25].map(tenths), ["0", "0", "12", "-3.5", "0.3"]);
    }

    #[test]
    fn a_pen_writes_what_svg_reads() {
        let mut pen = Pen::line(&[Point::new(1.0, 2.5), Point::new(-4.0, 0.0)]);
        assert_eq!(pen.raw("Z").0, "M1 2.5L-4 0Z");
    }
}
