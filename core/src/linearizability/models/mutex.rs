//! A lock.

use crate::linearizability::model::{Asked, Model};

/// A lock. As in Jepsen, whoever releases it need not be who acquired it: a process that crashed comes back under
/// another name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mutex {
    /// It is held at first.
    pub is_held: bool,
}

/// What a lock was asked and did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MutexCall {
    /// It was free and is held.
    Acquire,
    /// It was held and is free.
    Release,
}

impl Model for Mutex {
    type State = bool;
    type Call = MutexCall;

    fn initial(&self) -> bool {
        self.is_held
    }

    fn step(&self, is_held: &bool, call: &MutexCall) -> Option<bool> {
        match call {
            MutexCall::Acquire => (!is_held).then_some(true),
            MutexCall::Release => is_held.then_some(false),
        }
    }

    fn is_pure(&self, _: &MutexCall) -> bool {
        false
    }

    fn call(&self, asked: Asked<'_>) -> Result<Option<MutexCall>, String> {
        match asked.f {
            "acquire" | "lock" => Ok(Some(MutexCall::Acquire)),
            "release" | "unlock" => Ok(Some(MutexCall::Release)),
            _ => Err(asked.unknown("acquire or release")),
        }
    }

    fn show(&self, is_held: &bool) -> String {
        if *is_held { "held".into() } else { "free".into() }
    }
}
