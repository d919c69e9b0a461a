//! What an operation would come to at once, tried on a copy of the present. So a page can say beside a button what the
//! protocol itself will say of it.

use super::{Timeline, steps};
use crate::action::{Action, Command};
use crate::kernel::OperationEvent;
use crate::protocol::Outcome;
use crate::session::Forecast;
use crate::trace::Effect;

impl Timeline {
    /// What a command would come to at once. Nothing changes. Whether it can be done at all is another question:
    /// [`crate::session::Session::check`].
    pub(crate) fn forecast(&self, command: &Command) -> Forecast {
        let Command::Operate { node, .. } = command else { return Forecast::Acts };
        let mut world = self.world.snapshot();
        world.set_recording(true);
        if world.apply(&Action::Command(command.clone()), 0).is_err() {
            return Forecast::Acts;
        }
        let log = world.log();
        let Some(why) = steps::whys(&log.effects, *node, world.roster()).pop() else { return Forecast::Acts };
        let mut words = why.sentence.plain();
        let failed: Vec<String> =
            why.guards.into_iter().filter(|guard| !guard.holds).map(|guard| guard.text).collect();
        if !failed.is_empty() {
            words += &[" (", &failed.join(", "), ")"].concat();
        }
        let is_fail =
            |event: &OperationEvent| matches!(event, OperationEvent::Returned { outcome: Outcome::Fail, .. });
        let acts = |effect: &Effect| matches!(effect, Effect::Sent { .. } | Effect::Returned(_));
        match () {
            () if log.operations.iter().any(is_fail) => Forecast::Fails(words),
            () if log.effects.iter().any(acts) => Forecast::Acts,
            () => Forecast::Waits(words),
        }
    }
}
