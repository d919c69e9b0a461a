//! The futures of a run: a choice among its branches, once there is more than one.

use crate::ask::Ask;
use crate::controls::pick::pick;
use crate::run::Shared;
use yew::prelude::*;

/// The choice of a branch; nothing while there is only one.
pub(super) fn draw(session: &Shared, ask: &Callback<Ask>) -> Html {
    let (branches, present) = {
        let session = session.look();
        (session.branches(), session.branch())
    };
    if branches.len() < 2 {
        return Html::default();
    }
    let options: Vec<(AttrValue, AttrValue)> = branches
        .iter()
        .enumerate()
        .map(|(at, branch)| {
            let shown = match branch.parent {
                None => format!("First · {} steps", branch.head),
                Some(_) => format!("{}: at step {}, {}", at + 1, branch.forked_at, branch.title),
            };
            (at.to_string().into(), shown.into())
        })
        .collect();
    let on_pick = ask.reform(|at: String| Ask::Branch(at.parse().unwrap_or(0)));
    pick("Branch".into(), "branch", options, &present.to_string(), &on_pick)
}
