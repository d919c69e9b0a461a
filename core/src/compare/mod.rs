//! The same commands and the same faults on several protocols, and what it costs each: messages, latency, availability.
//!
//! A [`Script`] says at which simulated time clients ask and what fails then; a [`Contestant`] says which protocol, at
//! which size, takes it. Sizes are such that each tolerates equally many faulty servers: `2f + 1` of those that crash,
//! `3f + 1` of those that may lie, and `f + 1` of a role of which one is enough. Everything is an ordinary run, and a [`Row`] has its link.

mod play;
mod script;

pub use script::{CONTESTANTS, Contestant, Fault, SCRIPTS, Script};

pub use crate::measure::PATIENCE_US;

use crate::measure::Milli;
use crate::order;
use crate::recipe::Recipe;
use crate::registry::OpenError;
use crate::session::Session;
use crate::time::Time;
use crate::view::{Lens, OperationView};
use play::{Asks, askable, play};

/// Most faulty servers a comparison is sized for.
pub const FAULTY_MAX: u64 = 3;

/// What a script cost a contestant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Who.
    pub title: &'static str,
    /// How many servers it took.
    pub servers: u64,
    /// Commands asked for.
    pub asked: u64,
    /// Commands answered, however late. One that was refused is not.
    pub answered: u64,
    /// Share of the commands that were answered within [`PATIENCE_US`].
    pub in_time: Option<Milli>,
    /// All messages over the commands answered, those of keeping in touch included.
    pub messages: Option<Milli>,
    /// The same without what the cluster sends if nobody asks it for anything: what the commands themselves cost.
    pub own_messages: Option<Milli>,
    /// Median latency, in microseconds.
    pub latency_p50_us: Option<u64>,
    /// Latency that 99 of 100 answers keep within, in microseconds.
    pub latency_p99_us: Option<u64>,
    /// The longest time in which somebody waited and nobody was answered, in microseconds: between two answers, before the
    /// first, and to the end of the script if a command was never answered.
    pub silence_us: Option<u64>,
    /// Id of a property that was broken, if one was.
    pub broken: Option<&'static str>,
    /// The run, or of many the slowest.
    pub link: String,
}

/// Plays a script for one contestant.
///
/// `faulty` is how many faulty servers it is to tolerate, 1 to [`FAULTY_MAX`].
///
/// # Errors
/// The protocol is not in the catalogue, or does not take its parameters.
pub fn compare(script: &Script, contestant: &Contestant, faulty: u64, seed: u64) -> Result<Row, OpenError> {
    let faulty = faulty.clamp(1, FAULTY_MAX);
    let servers = contestant.servers_per_fault * faulty + 1;
    let mut recipe = Recipe { seed, ..Recipe::new(contestant.slug) };
    recipe.params.push(("n".into(), servers));
    recipe.params.extend(contestant.params.iter().map(|(id, value)| ((*id).into(), *value)));
    recipe.params.extend(contestant.spared.iter().map(|id| ((*id).into(), faulty + 1)));
    let mut sum = Sum::default();
    if contestant.each {
        let mut asker = Asker::default();
        for command in 0..script.commands {
            let seed = seed.wrapping_add(command);
            sum.add_one(script, &Recipe { seed, ..recipe.clone() }, command, &mut asker)?;
        }
    } else {
        let played = play(script, &recipe, Asks::Clients(0..script.commands), 0)?;
        let idle = play(script, &recipe, Asks::Nobody, 0)?.session;
        let answers = played.answers().into_iter().map(|(_, asked_us, answered_us)| (asked_us, answered_us));
        sum.add(&*played.session, &*idle, &answers.collect::<Vec<_>>());
    }
    Ok(sum.row(contestant.title, servers, script))
}

/// Who asks servers for commands where there are no clients. It does as a client does: one thing at a time, at the server
/// that answered last, and at the next one if it hears nothing.
#[derive(Default)]
struct Asker {
    /// Position of the server to ask first.
    server: usize,
    /// When the command before was answered, in microseconds of the script.
    free_at_us: u64,
}

/// When a command was asked for and when it was answered, if it was, in microseconds of the script.
type Answered = (u64, Option<u64>);

/// When an operation was answered, if it was and took effect.
fn answered_at(operation: &OperationView) -> Option<Time> {
    let (at, ..) = operation.returned.as_ref().filter(|_| !operation.is_refused)?;
    Some(*at)
}

/// What many runs add up to.
#[derive(Default)]
struct Sum {
    sent: u64,
    sent_idle: u64,
    latencies_us: Vec<u64>,
    answered_at_us: Vec<u64>,
    broken: Option<&'static str>,
    link: String,
    slowest_us: u64,
}

impl Sum {
    /// A run of its own for one command. It begins when the command is asked for, or when the one before is answered.
    fn add_one(
        &mut self,
        script: &Script,
        recipe: &Recipe,
        command: u64,
        asker: &mut Asker,
    ) -> Result<(), OpenError> {
        let wanted_us = script.first_us + command * script.every_us;
        let start_us = wanted_us.max(asker.free_at_us);
        let asks = Asks::Server { command, first: asker.server };
        let played = play(script, recipe, asks, start_us)?;
        let idle = play(script, recipe, Asks::Nobody, start_us)?.session;
        let session = &*played.session;
        let answers = played.answers().into_iter();
        let answers = answers.filter_map(|(node, _, answered_us)| Some((answered_us?, node)));
        let first = answers.min_by_key(|(answered_us, _)| *answered_us);
        asker.free_at_us = first.map_or(script.ends_us, |(answered_us, _)| answered_us);
        if let Some((_, node)) = first {
            asker.server = askable(session).iter().position(|id| *id == node).unwrap_or(0);
        }
        self.add(session, &*idle, &[(wanted_us, first.map(|(answered_us, _)| answered_us))]);
        Ok(())
    }

    fn add(&mut self, session: &dyn Session, idle: &dyn Session, answers: &[Answered]) {
        self.sent += session.measures().sent.iter().sum::<u64>();
        self.sent_idle += idle.measures().sent.iter().sum::<u64>();
        let mut slowest_us = 0;
        for (asked_us, answered_us) in answers {
            let Some(answered_us) = answered_us else {
                slowest_us = u64::MAX;
                continue;
            };
            let latency_us = answered_us - asked_us;
            slowest_us = slowest_us.max(latency_us);
            self.latencies_us.push(latency_us);
            self.answered_at_us.push(*answered_us);
        }
        let verdicts = session.frame(&Lens { log_entries_max: 0, log_from: None }).verdicts;
        self.broken =
            self.broken.or(verdicts.iter().find(|verdict| !verdict.holds).map(|verdict| verdict.id));
        if self.link.is_empty() || slowest_us > self.slowest_us {
            (self.link, self.slowest_us) = (session.recipe().to_link(), slowest_us);
        }
    }

    fn row(mut self, title: &'static str, servers: u64, script: &Script) -> Row {
        order::sort(&mut self.latencies_us);
        order::sort(&mut self.answered_at_us);
        let answered = self.latencies_us.len() as u64;
        let rank = |per_cent: usize| (self.latencies_us.len() * per_cent).div_ceil(100).max(1) - 1;
        let in_time = self.latencies_us.iter().filter(|us| **us <= PATIENCE_US).count() as u64;
        let silence_us = silence_us(&self.answered_at_us, answered < script.commands, script);
        Row {
            title,
            servers,
            asked: script.commands,
            answered,
            in_time: Milli::ratio(in_time, script.commands),
            messages: Milli::ratio(self.sent, answered),
            own_messages: Milli::ratio(self.sent.saturating_sub(self.sent_idle), answered),
            latency_p50_us: self.latencies_us.get(rank(50)).copied(),
            latency_p99_us: self.latencies_us.get(rank(99)).copied(),
            silence_us,
            broken: self.broken,
            link: self.link,
        }
    }
}

/// The longest time without an answer, of answers in the order of their times.
fn silence_us(answered_at_us: &[u64], is_somebody_left: bool, script: &Script) -> Option<u64> {
    let end = is_somebody_left.then_some(script.ends_us);
    let times: Vec<u64> =
        [script.first_us].into_iter().chain(answered_at_us.iter().copied()).chain(end).collect();
    times.windows(2).map(|pair| pair[1].saturating_sub(pair[0])).max()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_is_never_answered_waits_to_the_end() {
        let script = &Script { first_us: 100, ends_us: 1_000, ..SCRIPTS[0] };
        assert_eq!(silence_us(&[150, 200, 240], false, script), Some(50));
        assert_eq!(silence_us(&[180, 200, 240], false, script), Some(80), "nobody was answered before");
        assert_eq!(silence_us(&[150, 200, 240], true, script), Some(760));
        assert_eq!(silence_us(&[], true, script), Some(900));
    }
}
