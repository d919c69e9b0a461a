//! What has been learnt of single nodes: how each is, which messages there are, and what each handler does.

use super::network;
use super::symmetry::Renamed;
use crate::fingerprint::Fingerprint;
use crate::id::NodeId;
use crate::nodes::Cell;
use crate::protocol::Protocol;
use crate::world::{Happening, Local, World};
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// A hasher for keys that are fingerprints already, or small numbers to be mixed once.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Mixed(u64);

impl Hasher for Mixed {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u64(u64::from(*byte));
        }
    }
    fn write_u64(&mut self, value: u64) {
        let mixed = (self.0 ^ value).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        self.0 = mixed ^ (mixed >> 32);
    }
}

pub(super) type Keyed<V> = HashMap<u64, V, BuildHasherDefault<Mixed>>;

/// A node as it is, numbered.
pub(super) type LocalId = u32;
/// A message with its sender and receiver, numbered.
pub(super) type EnvelopeId = u32;

/// A message on its way.
pub(super) struct Envelope<M> {
    pub(super) from: NodeId,
    pub(super) to: NodeId,
    pub(super) msg: M,
    /// Of all three: equal envelopes, equal hashes.
    pub(super) hash: u64,
}

struct KnownLocal<P: Protocol> {
    local: Local<P>,
    /// Of the node and all of it.
    hash: u64,
}

/// What happens to a node, as part of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Event {
    Message(EnvelopeId),
    Timer(u32),
    Crash,
    Restart,
}

impl Event {
    fn key(self) -> u64 {
        match self {
            Self::Message(id) => u64::from(id),
            Self::Timer(at) => 1 << 31 | u64::from(at),
            Self::Crash => 1 << 30 | 1 << 31,
            Self::Restart => 1 << 30 | 1 << 31 | 1,
        }
    }
}

/// One thing a handler may do.
#[derive(Debug, Clone)]
pub(super) struct Outcome {
    pub(super) local: LocalId,
    /// What it sends, in order.
    pub(super) sent: Box<[EnvelopeId]>,
    /// Sum of the shares of what it sends in the hash of a network.
    pub(super) sent_share: u64,
    /// It changes nothing and sends nothing.
    pub(super) is_idle: bool,
    /// Answers to its choices.
    pub(super) answers: Box<[u32]>,
}

/// Ways through the choices of one handler that are tried.
pub(super) const ANSWERS_MAX: usize = 256;

/// Everything learnt. `bench` is a world that nobody runs, to try handlers on.
pub(super) struct Table<P: Protocol> {
    pub(super) bench: World<P>,
    /// The same under other names.
    pub(super) renamed: Renamed<P>,
    locals: Vec<KnownLocal<P>>,
    local_ids: Keyed<LocalId>,
    envelopes: Vec<Envelope<P::Msg>>,
    envelope_ids: Keyed<EnvelopeId>,
    outcomes: Vec<Outcome>,
    /// By node-as-it-is and event: where its outcomes start, and how many there are.
    known: Keyed<(u32, u32)>,
}

impl<P: Protocol> Table<P> {
    pub(super) fn new(bench: World<P>, renamed: Renamed<P>) -> Self {
        Self {
            bench,
            renamed,
            locals: vec![],
            local_ids: Keyed::default(),
            envelopes: vec![],
            envelope_ids: Keyed::default(),
            outcomes: vec![],
            known: Keyed::default(),
        }
    }

    pub(super) fn local(&self, id: LocalId) -> &Local<P> {
        &self.locals[id as usize].local
    }

    pub(super) fn local_hash(&self, id: LocalId) -> u64 {
        self.locals[id as usize].hash
    }

    pub(super) fn is_up(&self, id: LocalId) -> bool {
        matches!(self.local(id).cell, Cell::Up(_))
    }

    pub(super) fn envelope(&self, id: EnvelopeId) -> &Envelope<P::Msg> {
        &self.envelopes[id as usize]
    }

    pub(super) fn know_local(&mut self, node: NodeId, local: Local<P>) -> LocalId {
        let hash = Fingerprint::of(&(node, &local));
        let next = self.locals.len() as LocalId;
        let id = *self.local_ids.entry(hash).or_insert(next);
        if id == next {
            self.renamed.know_local(node, &local);
            self.locals.push(KnownLocal { local, hash });
        }
        id
    }

    pub(super) fn know_envelope(&mut self, from: NodeId, to: NodeId, msg: P::Msg) -> EnvelopeId {
        let hash = Fingerprint::of(&(from, to, &msg));
        let next = self.envelopes.len() as EnvelopeId;
        let id = *self.envelope_ids.entry(hash).or_insert(next);
        if id == next {
            self.renamed.know_envelope(from, to, &msg);
            self.envelopes.push(Envelope { from, to, msg, hash });
        }
        id
    }

    /// What a handler may do, as a range of [`Table::outcome`], if it was tried before.
    pub(super) fn outcomes(&self, local: LocalId, event: Event) -> Option<std::ops::Range<u32>> {
        let (start, count) = self.known.get(&key(local, event))?;
        Some(*start..start + count)
    }

    /// Tries a handler, unless it was tried before.
    pub(super) fn learn(&mut self, node: NodeId, local: LocalId, event: Event) {
        let key = key(local, event);
        if !self.known.contains_key(&key) {
            let operation_first = self.bench.operation_next();
            let known = self.attempt_all(node, local, event);
            self.known.insert(key, known);
            if cfg!(debug_assertions) && self.renamed.is_asked() {
                self.vouch_for((node, local, event), known, operation_first);
            }
        }
    }

    pub(super) fn outcome(&self, at: u32) -> &Outcome {
        &self.outcomes[at as usize]
    }

    /// Runs a handler once for each way through its choices.
    fn attempt_all(&mut self, node: NodeId, local: LocalId, event: Event) -> (u32, u32) {
        let start = self.outcomes.len() as u32;
        let mut answers: Vec<u32> = vec![];
        loop {
            let happening = match event {
                Event::Message(id) => {
                    let envelope = &self.envelopes[id as usize];
                    Happening::Message(envelope.from, &envelope.msg)
                }
                Event::Timer(at) => Happening::Timer(at as usize),
                Event::Crash => Happening::Crash,
                Event::Restart => Happening::Restart,
            };
            let deed = self.bench.attempt(node, &self.locals[local as usize].local, &happening, &answers);
            let asked = deed.asked;
            let after = self.know_local(node, deed.local);
            let sent: Box<[EnvelopeId]> =
                deed.sent.into_iter().map(|(to, msg)| self.know_envelope(node, to, msg)).collect();
            let share = |sum: u64, id: &EnvelopeId| sum.wrapping_add(network::share(*id, self));
            let sent_share = sent.iter().fold(0, share);
            answers.resize(asked.len(), 0);
            let is_idle = after == local && sent.is_empty();
            let given = answers.clone().into_boxed_slice();
            self.outcomes.push(Outcome { local: after, sent, sent_share, is_idle, answers: given });
            let tried = self.outcomes.len() - start as usize;
            if !next_answers(&mut answers, &asked) || tried >= ANSWERS_MAX {
                return (start, tried as u32);
            }
        }
    }
}

fn key(local: LocalId, event: Event) -> u64 {
    u64::from(local) << 32 | event.key()
}

/// Counts on, the last choice fastest. `false` when every way was tried.
pub(super) fn next_answers(answers: &mut Vec<u32>, asked: &[u32]) -> bool {
    while let Some(last) = answers.pop() {
        if last + 1 < asked[answers.len()] {
            answers.push(last + 1);
            return true;
        }
    }
    false
}
