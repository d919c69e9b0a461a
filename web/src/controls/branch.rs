//! The futures of a run: a choice among its branches, once there is more than one.

use crate::ask::Ask;
use crate::controls::pick::Pick;
use crate::run::Shared;
use yew::prelude::*;

/// Which run.
#[derive(Properties, PartialEq)]
pub struct BranchesProps {
    /// The session.
    pub session: Shared,
    /// Where it stands, so that the choice follows it.
    pub at: (u64, u64),
    /// Where requests go.
    pub ask: Callback<Ask>,
}

/// The choice of a branch; nothing while there is only one.
#[component]
pub fn Branches(props: &BranchesProps) -> Html {
    let (branches, present) = {
        let session = props.session.look();
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
    let on_pick = props.ask.reform(|at: String| Ask::Branch(at.parse().unwrap_or(0)));
    html! { <Pick label="Branch" class="branch" {options} value={present.to_string()} {on_pick} /> }
}
