//! The driver's timers: arming, cancelling, firing. `sleep.rs` is who arms them.

use std::panic::Location;
use std::task::Waker;
use std::time::Duration;

use crate::instant::NEVER_TICK;
use crate::wheel::Step;
use crate::{Driver, Due, Instant, Key, TimerEvent};

/// Ticks to a deadline that is near enough to look at the clock again.
const NEAR: u64 = 64;

/// Where the waker of a sleep lies.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Armed {
    /// With this timer in the wheel.
    Timer(Key),
    /// With the sleeps that never end, under this number.
    Endless(usize),
}

impl Driver {
    /// Whether a timer is armed that is going to fire.
    pub fn has_timers(&self) -> bool {
        !self.wheel.borrow().is_empty()
    }

    /// Arms a timer, for the line `site`; hands `waker` back if the deadline has passed.
    pub(crate) fn arm(
        &self,
        deadline: Instant,
        waker: Waker,
        site: &'static Location<'static>,
    ) -> Result<Armed, Waker> {
        let (tick, elapsed) = (deadline.deadline_tick(), self.wheel.borrow().elapsed());
        if tick == NEVER_TICK && elapsed != NEVER_TICK {
            self.tell_endless(&waker, true);
            return Ok(Armed::Endless(self.endless.borrow_mut().insert(waker)));
        }
        // The loop may have been at work for a while since it looked at the clock: a near deadline
        // may be past, and is not to wait for the tick that it is rounded up to. For a far one the
        // clock is not worth reading: at the worst it is a tick late.
        if tick.saturating_sub(elapsed) < NEAR && deadline <= self.clock.now() {
            return Err(waker);
        }
        let timer = self.wheel.borrow_mut().insert(tick, waker)?;
        if let Some(observer) = &self.observer {
            let position = self.wheel.borrow().position(timer);
            let (level, slot) = position.expect("it was armed just now");
            observer(TimerEvent::Armed { timer, deadline, level, slot, site });
        }
        Ok(Armed::Timer(timer))
    }

    /// Cancels a timer. The waker comes back because dropping it may run foreign code, which must
    /// find the wheel free.
    pub(crate) fn disarm(&self, armed: Armed) -> Option<Waker> {
        match armed {
            Armed::Timer(timer) => {
                let waker = self.wheel.borrow_mut().remove(timer)?;
                self.tell(TimerEvent::Cancelled { timer });
                Some(waker)
            }
            Armed::Endless(number) => {
                let waker = self.endless.borrow_mut().remove(number)?;
                self.tell_endless(&waker, false);
                Some(waker)
            }
        }
    }

    /// Has an armed timer wake `waker` instead of another task; says whether it is still armed.
    pub(crate) fn rewake(&self, armed: Armed, waker: &Waker) -> bool {
        let wakes = self.waker_of(armed, |armed| armed.will_wake(waker));
        if wakes != Some(false) {
            return wakes.is_some();
        }
        // Cloning and dropping wakers is foreign code: it runs between two borrows.
        let copy = waker.clone();
        let replaced = self.waker_of(armed, |armed| std::mem::replace(armed, copy));
        if let (Armed::Endless(_), Some(replaced)) = (armed, &replaced) {
            self.tell_endless(replaced, false);
            self.tell_endless(waker, true);
        }
        replaced.is_some()
    }

    /// What `with` makes of the waker of an armed timer. A borrow is held.
    fn waker_of<T>(&self, armed: Armed, with: impl FnOnce(&mut Waker) -> T) -> Option<T> {
        match armed {
            Armed::Timer(timer) => self.wheel.borrow_mut().get_mut(timer).map(with),
            Armed::Endless(number) => self.endless.borrow_mut().get_mut(number).map(with),
        }
    }

    fn tell_endless(&self, waker: &Waker, is_kept: bool) {
        if let Some(observer) = &self.endless_observer {
            observer(waker, is_kept);
        }
    }

    /// Whether time has passed since the driver last looked which timers are due: by a tick on a
    /// simulated clock, by one of the system's own timer (a few milliseconds) on the others.
    ///
    /// It costs a few nanoseconds, so that a loop that is busy can ask it every turn and
    /// [`expire`](Self::expire) no timer later than that.
    #[inline]
    pub fn has_ticked(&self) -> bool {
        self.clock.coarse_tick() != self.looked_at.get()
    }

    /// Appends to `due` the timers whose time has come.
    ///
    /// The caller calls their wakers: no borrow of the driver is held by then.
    pub fn expire(&self, due: &mut Vec<Due>) {
        // Before the clock is read: should another thread move it in between, it has ticked.
        self.looked_at.set(self.clock.coarse_tick());
        let now = self.clock.now();
        let mut moved = Vec::new();
        self.wheel.borrow_mut().advance_with(now.now_tick(), |step| match step {
            Step::Due { key, when, value: waker } => {
                due.push(Due { timer: key, late: now - Instant::from_tick(when), waker });
            }
            Step::Moved { key: timer, level, slot } if self.observer.is_some() => {
                moved.push(TimerEvent::Moved { timer, level, slot });
            }
            Step::Moved { .. } => {}
        });
        moved.into_iter().for_each(|event| self.tell(event));
    }

    /// Tells of the timers whose time has come, and how late they are, in no order, and leaves
    /// them where they are. It looks into the slots that time has entered, and holds a borrow: `tell`
    /// must call nobody.
    pub fn each_due(&self, mut tell: impl FnMut(&Waker, Duration)) {
        let now = self.clock.now();
        for (when, waker) in self.wheel.borrow().due(now.now_tick()) {
            tell(waker, now - Instant::from_tick(when));
        }
    }

    /// Takes out all timers, at the end of the loop: they never fire, and no other can be armed.
    /// Their wakers are the caller's to drop.
    pub fn take_timers(&self) -> Vec<Waker> {
        let mut wakers = Vec::new();
        self.wheel.borrow_mut().advance(NEVER_TICK, &mut wakers);
        let mut endless = self.endless.take();
        while let Some((number, _)) = endless.first_from(0) {
            wakers.extend(endless.remove(number));
        }
        wakers
    }

    fn tell(&self, event: TimerEvent) {
        if let Some(observer) = &self.observer {
            observer(event);
        }
    }
}
