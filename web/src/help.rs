//! The keyboard map, behind a visible button.

use crate::ask::Ask;
use crate::controls::window::Window;
use crate::keys::KEYS;
use web_sys::HtmlInputElement;
use yew::prelude::*;

/// The help.
pub(crate) fn draw(letters: bool, ask: &Callback<Ask>) -> Html {
    let on_letters = ask.reform(|event: Event| {
        let is_on = event.target_dyn_into::<HtmlInputElement>().is_some_and(|input| input.checked());
        Ask::Letters(is_on)
    });
    let rows = KEYS.iter().map(|key| {
        let off = key.is_letter && !letters;
        html! {
            <tr class={classes!(off.then_some("off"))}>
                <th scope="row"><kbd>{ key.shown }</kbd></th>
                <td>{ key.what }{ if off { " (switched off)" } else { "" } }</td>
            </tr>
        }
    });
    html! {
        <Window title="Keys" ask={ask.clone()}>
            <table class="keys"><tbody>{ for rows }</tbody></table>
            <label class="check">
                <input type="checkbox" checked={letters} onchange={on_letters} />
                { "Letters and digits are keys" }
            </label>
            <p class="fine">
                { "Tab goes through nodes, messages and events; Enter selects. Draw a line across the stage to cut links. \
                   Whatever you do is one step of the run, so Back undoes it." }
            </p>
        </Window>
    }
}
