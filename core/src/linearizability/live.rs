//! Judging a history while it grows.

use super::judge::Judge;
use super::model::{Misfit, Spec};
use super::objects::objects_of;
use super::search::Found;
use super::{Placed, Verdict, merged, placed, stuck_of};
use crate::fingerprint::Fingerprint;
use crate::history::{History, Value};
use std::collections::BTreeMap;
use std::hash::{Hash, Hasher};

/// Steps each object is given when it is looked at: a few milliseconds.
const STEPS_MAX: u64 = 50_000;

/// A verdict that follows a growing history, and one that goes back or forks. Only objects on which something new
/// happened are judged again; a key is judged by itself whatever [`Spec::by_key`] says.
pub struct Live {
    spec: Spec,
    known: BTreeMap<Value, (u64, Verdict)>,
    verdict: Verdict,
}

impl Live {
    /// Nothing happened yet.
    pub fn new(spec: Spec) -> Self {
        Self { spec, known: BTreeMap::new(), verdict: Verdict::Explained(vec![]) }
    }

    /// Judges a history: the last one with some more, or any other.
    ///
    /// # Errors
    /// Names the operation that the model doesn't know.
    pub fn follow(&mut self, history: &History) -> Result<&Verdict, Misfit> {
        let invoked: Vec<u32> = history.operations().iter().map(|operation| operation.invoked).collect();
        let mut known = BTreeMap::new();
        for object in objects_of(history, &self.spec)? {
            let mut hasher = Fingerprint::default();
            for item in &object.items {
                history.operations()[item.operation as usize].hash(&mut hasher);
            }
            let fingerprint = hasher.finish();
            let (key, old) = self.known.remove_entry(&object.key).unzip();
            let key = key.unwrap_or_else(|| object.key.clone());
            let verdict = match old {
                Some((same, verdict)) if same == fingerprint && verdict != Verdict::CutShort => verdict,
                _ => {
                    let mut judge = Judge::new(object);
                    match judge.run(STEPS_MAX) {
                        Found::Order => Verdict::Explained(placed(&judge.order(), &invoked)),
                        Found::NoOrder => {
                            stuck_of(&judge, &invoked).map_or(Verdict::CutShort, Verdict::Unexplained)
                        }
                        Found::Nothing | Found::TooMany => Verdict::CutShort,
                    }
                }
            };
            known.insert(key, (fingerprint, verdict));
        }
        self.known = known;
        self.verdict = self.together(&invoked);
        Ok(&self.verdict)
    }

    /// The last verdict.
    pub fn verdict(&self) -> &Verdict {
        &self.verdict
    }

    /// Of several objects: the operation that got stuck first, or one order.
    fn together(&self, invoked: &[u32]) -> Verdict {
        let verdicts = || self.known.values().map(|(_, verdict)| verdict);
        let stuck = verdicts().filter_map(|verdict| match verdict {
            Verdict::Unexplained(stuck) => Some(stuck),
            _ => None,
        });
        if let Some(first) = stuck.min_by_key(|stuck| invoked[stuck.operation as usize]) {
            return Verdict::Unexplained(first.clone());
        }
        let order = |verdict: &Verdict| -> Option<Vec<Placed>> {
            match verdict {
                Verdict::Explained(order) => Some(order.clone()),
                _ => None,
            }
        };
        match verdicts().map(order).collect::<Option<Vec<_>>>() {
            Some(orders) => Verdict::Explained(merged(orders.into_iter())),
            None => Verdict::CutShort,
        }
    }
}
