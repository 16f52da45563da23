use std::cell::{Cell, RefCell};
use std::io::{self, ErrorKind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::task::Waker;
use std::time::Duration;

use mio::event::Event;
use mio::{Events, Registry, Token};

use crate::clock::Kind;
use crate::park::Unparker;
use crate::primitives::mio::{Poll, Waker as PollWaker};
use crate::{Clock, Instant, Slab, TimerEvent, Wheel};

/// The token of the driver's own wake-up call.
const UNPARK: Token = Token(usize::MAX);
/// A sleep that ends noticeably too late if it is slept in one go.
const LONG: Duration = Duration::from_millis(100);
/// How many I/O events one look takes home; the others come with the next.
const EVENTS: usize = 256;

/// Is told of a waker, and whether it is kept from now on or no longer.
type EndlessObserver = dyn Fn(&Waker, bool);

/// Knows what a loop waits for, and sleeps until one of it happens: the earliest deadline,
/// readiness of some I/O, or a call from another thread. Nothing else ends the sleep.
///
/// This is the part of asyncio's loop called `selector`, together with its `_scheduled` timers.
/// Loops use it; their users call [`sleep`](crate::sleep) and its kin, which find the driver that
/// is entered on their thread.
pub struct Driver {
    id: u64,
    pub(crate) clock: Clock,
    pub(crate) wheel: RefCell<Wheel<Waker>>,
    /// The wakers of sleeps that never end. They are kept out of the wheel: there is nothing to wait
    /// for, and a clock must not jump there.
    pub(crate) endless: RefCell<Slab<Waker>>,
    poll: RefCell<Poll>,
    events: RefCell<Events>,
    unparker: Unparker,
    /// What the unparkers call. They do not keep it: its descriptor is closed with the driver.
    _poll_waker: Arc<PollWaker>,
    /// The clock's coarse tick when the driver last looked which timers are due.
    pub(crate) looked_at: Cell<u64>,
    pub(crate) observer: Option<Box<dyn Fn(TimerEvent)>>,
    pub(crate) endless_observer: Option<Box<EndlessObserver>>,
}

impl Driver {
    /// A driver that lives by `clock`. A simulated clock is its own until it is dropped.
    ///
    /// # Errors
    /// When the system has no descriptor left for the poller, and when `clock` is simulated and
    /// serves another driver.
    pub fn new(clock: Clock) -> io::Result<Self> {
        static IDS: AtomicU64 = AtomicU64::new(0);
        let poll = Poll::new()?;
        let (unparker, poll_waker) = Unparker::new(poll.registry(), UNPARK)?;
        // The last thing that can fail: what is attached here is detached by the driver's drop.
        if let Kind::Simulated(simulated) = &clock.kind {
            simulated.attach(unparker.clone())?;
        }
        Ok(Self {
            id: IDS.fetch_add(1, Relaxed),
            wheel: RefCell::new(Wheel::starting_at(clock.now().now_tick())),
            looked_at: Cell::new(clock.coarse_tick()),
            clock,
            endless: RefCell::default(),
            poll: RefCell::new(poll),
            events: RefCell::new(Events::with_capacity(EVENTS)),
            unparker,
            _poll_waker: poll_waker,
            observer: None,
            endless_observer: None,
        })
    }

    /// The clock that this driver lives by.
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// For other threads: ends this driver's sleep.
    pub fn unparker(&self) -> &Unparker {
        &self.unparker
    }

    /// Tells `observer` what becomes of the timers, with no borrow of the driver held.
    pub fn observe(&mut self, observer: impl Fn(TimerEvent) + 'static) {
        self.observer = Some(Box::new(observer));
    }

    /// Tells `observer` of each waker that is kept by a sleep that never ends (`true`), and that
    /// is kept no longer (`false`). Nobody calls such a waker: that it is there is no hope for its
    /// task. No borrow of the driver is held.
    pub fn observe_endless(&mut self, observer: impl Fn(&Waker, bool) + 'static) {
        self.endless_observer = Some(Box::new(observer));
    }

    /// Looks whether I/O has something to say; with `may_sleep`, first sleeps until there is
    /// something to do: a deadline, I/O, or a call from another thread.
    ///
    /// # Errors
    /// What the poller returns, but for `EINTR`, after which the sleep goes on.
    pub fn wait(&self, may_sleep: bool) -> io::Result<()> {
        let handshake = self.unparker.handshake();
        if !(may_sleep && handshake.try_park()) {
            return self.poll(Some(Instant::START));
        }
        let parked = self.park();
        handshake.resume();
        parked
    }

    /// Where sources of I/O register. The token `usize::MAX` is taken.
    ///
    /// # Errors
    /// When the system has no descriptor left for it.
    pub fn registry(&self) -> io::Result<Registry> {
        self.poll.borrow().registry().try_clone()
    }

    /// Whether I/O had something to say when the driver last looked.
    pub fn has_events(&self) -> bool {
        self.events.borrow().iter().any(|event| event.token() != UNPARK)
    }

    /// Hands over what I/O had to say when the driver last looked. No borrow is held: `tell` may
    /// call wakers.
    pub fn each_event(&self, mut tell: impl FnMut(&Event)) {
        let mut events = self.events.replace(Events::with_capacity(0));
        events.iter().filter(|event| event.token() != UNPARK).for_each(&mut tell);
        events.clear();
        self.events.replace(events);
    }

    /// Until when the next sleep lasts, if nothing ends it before; `None`: for ever.
    pub fn next_wake(&self) -> Option<Instant> {
        self.wheel.borrow().next_wake().map(Instant::from_tick)
    }

    /// A station for debuggers, `parked`: see `executor/debugger`.
    #[inline(never)]
    fn park(&self) -> io::Result<()> {
        let next = self.next_wake();
        let Kind::Simulated(simulated) = &self.clock.kind else { return self.poll(next) };
        self.poll(Some(Instant::START))?;
        let next = next.map(Instant::since_start);
        while !self.has_news() && !simulated.step(next, || self.unparker.is_called()) {
            self.poll(None)?;
        }
        Ok(())
    }

    /// Whether the last poll had more to say than that a simulated clock may have moved.
    fn has_news(&self) -> bool {
        self.unparker.is_called() || self.has_events()
    }

    /// Waits for I/O or a call until the moment `until`; a past one means: only look.
    fn poll(&self, until: Option<Instant>) -> io::Result<()> {
        loop {
            let left = until.map(|until| self.clock.real_time_until(until));
            let timeout = left.map(first_step);
            let polled = self.poll.borrow_mut().poll(&mut self.events.borrow_mut(), timeout);
            match polled {
                // A signal, or a debugger that stopped the program: not what was waited for.
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Ok(()) if timeout != left && self.events.borrow().is_empty() => {}
                result => return result,
            }
        }
    }

    pub(crate) fn id(&self) -> u64 {
        self.id
    }
}

/// How long a sleep lasts before it is looked how much of it is left. Linux may let one last a
/// thousandth longer than asked. So a long one goes first to just before its end, and then on from
/// there.
fn first_step(left: Duration) -> Duration {
    if left < LONG { left } else { left - left / 500 }
}

impl Drop for Driver {
    fn drop(&mut self) {
        if let Kind::Simulated(simulated) = &self.clock.kind {
            simulated.detach();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// B9.2: a sleep of which the system makes more by a thousandth ends in time all the same, and a
    /// short one, for which that is nothing, in one step.
    #[test]
    fn a_long_sleep_goes_first_to_just_before_its_end() {
        let milliseconds = Duration::from_millis;
        for short in [Duration::ZERO, milliseconds(1), milliseconds(99)] {
            assert_eq!(first_step(short), short);
        }
        for long in [milliseconds(100), milliseconds(1000), milliseconds(86_400_000)] {
            let step = first_step(long);
            assert!(step + step / 1000 < long && step > long - long / 100, "{long:?}: {step:?}");
        }
    }
}
