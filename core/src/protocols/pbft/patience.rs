//! How long a backup waits, and for what (§4.4, §4.5.2).

use super::state::{Awaited, Replica, Timer};
use super::{Hands, Pbft};

/// The patience is doubled so often at most: 64 times the first.
const DOUBLINGS_MAX: u8 = 6;

impl Pbft {
    /// Starts or stops the timer (§4.4): a backup that knows of a request and has not executed it is waiting. The timer is
    /// for one request; when that is executed, the backup waits anew for another, if there is one.
    ///
    /// SUBTLE: whatever else is executed meanwhile does not restart it, or a primary could starve one client by serving
    /// others.
    pub(super) fn mind_patience(&self, ctx: Hands<'_, '_>, r: &mut Replica) {
        if !r.disk.is_active() {
            return;
        }
        if self.leads(ctx.me(), &r.disk) || !r.has_work() {
            r.awaited = None;
            ctx.cancel_timer(Timer::ViewChange);
        } else if !r.awaited.is_some_and(|awaited| r.is_awaited(awaited)) || !ctx.is_set(Timer::ViewChange) {
            r.awaited = Some(r.next_awaited());
            let patience = self.patience_us(r);
            ctx.set_timer(Timer::ViewChange, patience, patience);
        }
    }

    /// How long it waits: twice as long for each view change in a row after the first (§4.5.2), up to a bound.
    pub(super) fn patience_us(&self, r: &Replica) -> u64 {
        let doublings = r.view_changes_in_a_row.saturating_sub(1).min(DOUBLINGS_MAX);
        self.view_change_timeout_us << doublings
    }
}

impl Replica {
    /// Whether what the timer is for is still to come.
    fn is_awaited(&self, awaited: Awaited) -> bool {
        match awaited {
            Awaited::Request(client, timestamp) => {
                self.waiting.iter().any(|m| (m.signer(), m.timestamp) == (client, timestamp))
            }
            Awaited::Number(seq) => seq > self.disk.executed,
        }
    }

    /// What to wait for next: the request of the client after the one that was waited for, so that each has its turn; without
    /// any, the next sequence number, since what was proposed is executed in order.
    fn next_awaited(&self) -> Awaited {
        let last = if let Some(Awaited::Request(client, _)) = self.awaited { Some(client) } else { None };
        let after = self.waiting.iter().find(|m| last.is_some_and(|last| m.signer() > last));
        match after.or_else(|| self.waiting.first()) {
            Some(request) => Awaited::Request(request.signer(), request.timestamp),
            None => Awaited::Number(self.disk.executed + 1),
        }
    }
}
