//! Rows of values.

use super::{table, value};
use crate::inspect::panel;
use crate::tag::tag;
use yew::prelude::*;

pub(super) fn draw(
    title: &'static str,
    columns: &[&'static str],
    rows: &[Vec<String>],
    compare: bool,
    old: &[Vec<String>],
) -> Html {
    let body = rows.iter().map(|row| {
        // A row is known by its first cell: its peer, key or instance.
        let was = old.iter().find(|other| other.first() == row.first());
        let cells = row.iter().enumerate().map(|(at, cell)| {
            let was = was.and_then(|was| was.get(at)).map_or("", String::as_str);
            if at == 0 {
                tag("th").set("scope", "row").text(cell.clone()).done()
            } else {
                tag("td").put(value(cell, compare.then_some(was))).done()
            }
        });
        tag("tr").all(cells).done()
    });
    panel(title, vec![table(title, "values", columns, body.collect()).done()])
}
