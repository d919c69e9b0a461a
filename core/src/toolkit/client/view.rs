//! What is shown of a client.

use super::Client;
use crate::view::{Fact, Kept, NodeView, Panel, Rank};

/// A client that runs.
pub fn up_view(client: &Client) -> NodeView {
    let none = || "none".to_owned();
    let outstanding = client.outstanding.map_or_else(none, |pending| pending.call.to_string());
    let answered = client.answered.map_or_else(none, |done| format!("{}: {}", done.call, done.answer));
    let facts = vec![
        Fact::new("outstanding", outstanding),
        Fact::new("believes to lead", client.leader),
        Fact::new("last answer", answered),
        Fact::new("waiting", client.queue.len()),
    ];
    let memory = Panel::Facts { title: "In memory", kept: Kept::Volatile, facts };
    client_with(vec![memory, disk_panel(client.sequence)])
}

/// A client that is down: what is on its disk.
pub fn down_view(sequence: u32) -> NodeView {
    client_with(vec![disk_panel(sequence)])
}

fn client_with(panels: Vec<Panel>) -> NodeView {
    NodeView { role: "client", rank: Rank::Plain, headline: None, quorum: None, panels }
}

fn disk_panel(sequence: u32) -> Panel {
    Panel::Facts { title: "On disk", kept: Kept::Durable, facts: vec![Fact::new("sequenceNum", sequence)] }
}
