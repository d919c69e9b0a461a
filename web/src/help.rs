//! The keyboard map, behind a visible button.

use crate::ask::Ask;
use crate::controls::window::window;
use crate::keys::KEYS;
use crate::tag::{check, div, is_checked, tag, words};
use yew::prelude::*;

/// The help.
pub(crate) fn draw(letters: bool, ask: &Callback<Ask>) -> Html {
    let on_letters = ask.reform(|event: Event| Ask::Letters(is_checked(&event)));
    let rows = KEYS.iter().map(|key| {
        let off = key.is_letter && !letters;
        let shown = tag("th").set("scope", "row").put(words("kbd", key.shown)).done();
        let what = tag("td").text(key.what).text(if off { " (switched off)" } else { "" }).done();
        tag("tr").set_if(off, "class", "off").put(shown).put(what).done()
    });
    let table = div("table", "keys").put(tag("tbody").all(rows)).done();
    let choice = check("Letters and digits are keys", letters, on_letters).done();
    let more = div("p", "fine").text(
        "Tab goes through nodes, their links, messages and events, arrow keys from one to its neighbours; Enter selects, and \
         once more goes to what can be done. Draw a line across the stage to cut links.",
    );
    window("Keys", ask, vec![table, choice, more.done()])
}
