//! How a client says why it does what it does.

use crate::trace::Rule;

/// A client's rules, with the sections of one protocol's papers.
#[derive(Debug)]
pub struct ClientRules {
    pub(super) starts: Rule,
    pub(super) request: Rule,
    pub(super) turn: Rule,
    pub(super) queue: Rule,
    pub(super) busy: Rule,
    pub(super) queue_full: Rule,
    pub(super) retry: Rule,
    pub(super) answered: Rule,
    pub(super) answered_value: Rule,
    pub(super) follow_hint: Rule,
    pub(super) no_hint: Rule,
    pub(super) ignore_late: Rule,
}

const fn rule(id: &'static str, says: &'static str, section: &'static str) -> Rule {
    Rule { id, says, guards: &[], section }
}

impl ClientRules {
    /// The rules, where a paper says that clients send their commands to the leader (`leader`), that they ask again
    /// (`retry`), and that each has one command outstanding (`session`).
    pub const fn new(leader: &'static str, retry: &'static str, session: &'static str) -> Self {
        Self {
            starts: rule("client-starts", "{me} waits for something to do", leader),
            // Server, command's number.
            request: rule("request", "{me} asks {0:node} for command {1}", leader),
            // Server.
            turn: rule("turn", "{me} turns to {0:node}", leader),
            // Commands waiting.
            queue: rule(
                "queue",
                "{me} keeps the command for later, as number {0} in its queue: it waits for an answer",
                session,
            ),
            // Commands waiting.
            busy: rule("busy", "{me} waits for an answer before it thinks of its next command", session),
            // Commands waiting.
            queue_full: rule("queue-full", "{me} refuses the command: its queue of {0} is full", session),
            // Server, command's number.
            retry: rule("retry", "{me} has no answer and asks {0:node} for command {1}", retry),
            // Server, command's number.
            // Server, command's number, the value.
            answered_value: rule(
                "answered-value",
                "{me} has its answer from {0:node}: command {1} took effect, and the value is {2}",
                leader,
            ),
            // Server, command's number.
            answered: rule("answered", "{me} has its answer from {0:node}: command {1} took effect", leader),
            // The server asked, the server hinted at, command's number.
            follow_hint: rule(
                "follow-hint",
                "{me} is sent on by {0:node} and asks {1:node} for command {2}",
                leader,
            ),
            // The server asked.
            no_hint: rule("no-hint", "{me} is turned away by {0:node} and will try another server", leader),
            // Server.
            ignore_late: rule(
                "ignore-late-reply",
                "{me} ignores an answer of {0:node}: it does not wait for it any more",
                session,
            ),
        }
    }
}
