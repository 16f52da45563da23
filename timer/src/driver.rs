use std::cell::{Cell, RefCell};
use std::io::{self, ErrorKind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::task::Waker;
use std::time::Duration;

use mio::event::Event;
use mio::{Events, Registry, Token};

use crate::clock::Kind;
use crate::instant::NEVER_TICK;
use crate::park::Unparker;
use crate::sync::mio::{Poll, Waker as PollWaker};
use crate::wheel::Step;
use crate::{Clock, Due, Instant, Key, TimerEvent, Wheel};

/// The token of the driver's own wake-up call.
const UNPARK: Token = Token(usize::MAX);
/// Ticks to a deadline that is near enough to look at the clock again.
const NEAR: u64 = 64;
/// A sleep that ends noticeably too late if it is slept in one go.
const LONG: Duration = Duration::from_millis(100);
/// How many I/O events one look takes home; the others come with the next.
const EVENTS: usize = 256;

/// Knows what a loop waits for, and sleeps until one of it happens: the earliest deadline,
/// readiness of some I/O, or a call from another thread. Nothing else ends the sleep.
///
/// This is the part of asyncio's loop called `selector`, together with its `_scheduled` timers.
/// Loops use it; their users call [`sleep`](crate::sleep) and its kin, which find the driver that
/// is entered on their thread.
pub struct Driver {
    id: u64,
    clock: Clock,
    wheel: RefCell<Wheel<Waker>>,
    poll: RefCell<Poll>,
    events: RefCell<Events>,
    unparker: Unparker,
    /// What the unparkers call. They do not keep it: its descriptor is closed with the driver.
    _poll_waker: Arc<PollWaker>,
    /// The clock's coarse tick when the driver last looked which timers are due.
    looked_at: Cell<u64>,
    observer: Option<Box<dyn Fn(TimerEvent)>>,
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
            poll: RefCell::new(poll),
            events: RefCell::new(Events::with_capacity(EVENTS)),
            unparker,
            _poll_waker: poll_waker,
            observer: None,
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

    /// Whether time has passed since the driver last looked which timers are due: by a tick on a
    /// simulated clock, by one of the system's own timer (a few milliseconds) on the others.
    ///
    /// It costs a few nanoseconds, so that a loop that is busy can ask it every turn and
    /// [`expire`](Self::expire) no timer later than that.
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
    /// them where they are. It looks at every timer, and holds a borrow: `tell` must call nobody.
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
        wakers
    }

    /// Until when the next sleep lasts, if nothing ends it before; `None`: for ever.
    pub fn next_wake(&self) -> Option<Instant> {
        let wheel = self.wheel.borrow();
        // In the wheel's last slot, half a billion years away, are the timers that never fire. They
        // are nothing to wait for, and above all no time to jump to: so it takes an exact look.
        let far = wheel.next_wake().filter(|&tick| tick >= NEVER_TICK >> 60 << 60);
        let tick = if far.is_some() { wheel.next_deadline() } else { wheel.next_wake() };
        let tick = tick.filter(|&tick| tick != NEVER_TICK);
        tick.map(Instant::from_tick)
    }

    fn tell(&self, event: TimerEvent) {
        if let Some(observer) = &self.observer {
            observer(event);
        }
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
            // Linux may let a sleep last a thousandth longer than asked. So a long one goes first
            // to just before its end, and then on from there.
            let timeout = left.map(|left| if left < LONG { left } else { left - left / 500 });
            let polled = self.poll.borrow_mut().poll(&mut self.events.borrow_mut(), timeout);
            match polled {
                // A signal, or a debugger that stopped the program: not what was waited for.
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Ok(()) if timeout != left && self.events.borrow().is_empty() => {}
                result => return result,
            }
        }
    }

    /// Whether a timer is armed, be it for never.
    pub fn has_timers(&self) -> bool {
        !self.wheel.borrow().is_empty()
    }

    pub(crate) fn id(&self) -> u64 {
        self.id
    }

    /// Arms a timer; hands `waker` back if the deadline has passed.
    pub(crate) fn arm(&self, deadline: Instant, waker: Waker) -> Result<Key, Waker> {
        let (tick, elapsed) = (deadline.deadline_tick(), self.wheel.borrow().elapsed());
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
            observer(TimerEvent::Armed { timer, deadline, level, slot });
        }
        Ok(timer)
    }

    /// Cancels a timer. The waker comes back because dropping it may run foreign code, which must
    /// find the wheel free.
    pub(crate) fn disarm(&self, timer: Key) -> Option<Waker> {
        let waker = self.wheel.borrow_mut().remove(timer)?;
        self.tell(TimerEvent::Cancelled { timer });
        Some(waker)
    }

    /// Has an armed timer wake `waker` instead of another task; says whether it is still armed.
    pub(crate) fn rewake(&self, key: Key, waker: &Waker) -> bool {
        match self.wheel.borrow_mut().get_mut(key) {
            None => return false,
            Some(armed) if armed.will_wake(waker) => return true,
            Some(_) => {}
        }
        // Cloning and dropping wakers is foreign code: it runs between two borrows.
        let waker = waker.clone();
        let replaced =
            self.wheel.borrow_mut().get_mut(key).map(|armed| std::mem::replace(armed, waker));
        replaced.is_some()
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        if let Kind::Simulated(simulated) = &self.clock.kind {
            simulated.detach();
        }
    }
}
