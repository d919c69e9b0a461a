//! What happens when nothing is wrong, or nothing that matters.

use super::{PUT, client, cut, executed, replica, replicas, until_answered, until_executed};
use crate::action::Command;
use crate::id::NodeId;
use crate::scenario::{Director, Scenario};
use crate::time::MS;

pub(super) const NORMAL_REQUEST: Scenario = Scenario {
    id: "normal-request",
    title: "A request",
    caption: "Request, pre-prepare, prepare, commit, reply (Figure 1): 29 messages among four replicas and a client. Each \
              ring is the certificate that its replica collects.",
    params: &[],
    seed: 1,
    script: normal_request,
};

fn normal_request(d: &mut Director<'_>) {
    d.operate(client(1), PUT, &[0, 5, 0]);
    d.open_here();
    until_answered(d, client(1));
    d.run_for(100 * MS);
}

pub(super) const CHECKPOINT: Scenario = Scenario {
    id: "checkpoint",
    title: "Checkpoint and garbage collection",
    caption: "A checkpoint is due after every four requests. Once a replica has three equal ones it discards its log up \
              to there, and its watermarks move.",
    params: &[("checkpoint-interval", 4), ("window", 8)],
    seed: 4,
    script: checkpoint,
};

fn checkpoint(d: &mut Director<'_>) {
    for value in 1..=3 {
        d.operate(client(1), PUT, &[0, value, 0]);
        until_answered(d, client(1));
    }
    d.operate(client(1), PUT, &[0, 4, 0]);
    let all = replicas([1, 2, 3, 4]);
    d.until("a checkpoint to be due", |frame| all.iter().any(|id| executed(frame, *id) == 4));
    d.open_here();
    until_answered(d, client(1));
    d.run_for(100 * MS);
    d.operate(client(1), PUT, &[0, 5, 0]);
    until_answered(d, client(1));
    d.run_for(60 * MS);
}

pub(super) const CATCH_UP: Scenario = Scenario {
    id: "catch-up",
    title: "A replica that missed a checkpoint",
    caption: "n4 was cut off while the others executed six requests and discarded the first four. It says how far it is, \
              and is sent the state of the checkpoint with its proof, and the other two requests with theirs.",
    params: &[("checkpoint-interval", 4), ("window", 8)],
    seed: 2,
    script: catch_up,
};

fn catch_up(d: &mut Director<'_>) {
    let lonely = [replica(4)];
    let rest: Vec<NodeId> = replicas([1, 2, 3]).into_iter().chain([client(1)]).collect();
    cut(d, &lonely, &rest);
    for value in 1..=6 {
        d.operate(client(1), PUT, &[0, value, 0]);
        until_answered(d, client(1));
    }
    until_executed(d, &replicas([1, 2, 3]), 6);
    d.command(Command::HealAll);
    d.open_here();
    until_executed(d, &lonely, 6);
    d.run_for(60 * MS);
}
