//! Rows of values.

use super::value;
use yew::prelude::*;

pub(super) fn draw(
    title: &str,
    columns: &[&'static str],
    rows: &[Vec<String>],
    compare: bool,
    old: &[Vec<String>],
) -> Html {
    let body = rows.iter().map(|row| {
        // A row is known by its first cell: its peer, key or instance.
        let was = old.iter().find(|other| other.first() == row.first());
        let cells = row.iter().enumerate().map(|(at, cell)| {
            let was = was.and_then(|was| was.get(at)).map(String::as_str);
            let shown = value(cell, if compare { was.or(Some("")) } else { None });
            if at == 0 {
                html! { <th scope="row">{ cell }</th> }
            } else {
                html! { <td>{ shown }</td> }
            }
        });
        html! { <tr>{ for cells }</tr> }
    });
    html! {
        <section class="panel">
            <h3>{ title }</h3>
            <div class="scroll" tabindex="0" role="group" aria-label={title.to_owned()}>
                <table class="values">
                    <thead><tr>{ for columns.iter().map(|column| html! { <th scope="col">{ column }</th> }) }</tr></thead>
                    <tbody>{ for body }</tbody>
                </table>
            </div>
        </section>
    }
}
