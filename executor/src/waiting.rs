//! Steps 4 and 5 of the loop's turn: what the driver has to say, and whom it wakes.

use timer::Due;

use crate::event_loop::Core;
use crate::journal::{Doing, Event, Unparked};
use crate::panics;

/// For how many timers that fire at once the room is kept.
const KEPT: usize = 256;

impl Core {
    /// Step 4; with `may_sleep` until something is to be done.
    pub(crate) fn wait(&self, may_sleep: bool) {
        if may_sleep {
            self.ready.shrink();
            self.tell(|| Event::Parked { until: self.driver.next_wake() });
        }
        // The observer may have made something ready when it was told.
        let sleeps = may_sleep && self.ready.len() == 0;
        // Without sockets there is nothing to look for.
        if sleeps || !self.reactor.is_empty() {
            self.driver.wait(sleeps).expect("the poller can be waited for");
        }
        if may_sleep {
            self.tell(|| Event::Unparked { by: self.unparked_by() });
        }
    }

    fn unparked_by(&self) -> Unparked {
        match (self.remote.unparker.is_called(), self.driver.has_events()) {
            _ if self.ready.len() > 0 => Unparked::Observer,
            (true, _) => Unparked::Thread,
            (false, true) => Unparked::Io,
            (false, false) => Unparked::Deadline,
        }
    }

    pub(crate) fn wake_sockets(&self) {
        self.driver.each_event(|event| {
            let Some((readiness, wakers)) = self.reactor.ready(event) else { return };
            self.tell(|| Event::IoReady(readiness));
            self.doing.set(Doing::Io(readiness));
            for waker in wakers {
                panics::contain("a waker called by a socket", || waker.wake());
            }
            self.doing.set(Doing::Nothing);
        });
    }

    pub(crate) fn fire_timers(&self, due: &mut Vec<Due>) {
        self.driver.expire(due);
        due.drain(..).for_each(|due| self.fire(due));
        // A peak leaves nothing behind.
        due.shrink_to(KEPT);
    }

    /// The time of one timer has come: the station `fired`.
    #[inline(never)]
    fn fire(&self, due: Due) {
        let Due { timer, late, waker } = due;
        self.tell(|| Event::TimerFired { timer, late });
        self.doing.set(Doing::Timer(timer, late));
        panics::contain("a waker called by a timer", || waker.wake());
        self.doing.set(Doing::Nothing);
    }
}
