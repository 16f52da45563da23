use std::cell::{Cell, RefCell};
use std::io;
use std::rc::{Rc, Weak};
use std::sync::Arc;
use std::time::Duration;

use timer::{Clock, Driver, TimerEvent};

use crate::EventLoop;
use crate::event_loop::Core;
use crate::journal::{Doing, Event, Journal, Observer};
use crate::net::reactor::Reactor;
use crate::net::socket::BUDGET;
use crate::ready::{ReadyQueue, Remote};
use crate::task::Tasks;
use crate::threads::pool::Pool;

/// How many threads the blocking pool has at the most, unless told otherwise: asyncio's figure
/// for a machine with many processors, where tokio allows 512.
const BLOCKING_THREADS: usize = 32;

/// Makes an [`EventLoop`] to measure.
///
/// ```
/// use std::time::Duration;
/// use executor::{Clock, EventLoop};
///
/// let mut event_loop = EventLoop::builder().clock(Clock::simulated()).build()?;
/// // A day passes at once.
/// event_loop.run(async { timer::sleep(Duration::from_secs(24 * 60 * 60)).await });
/// # Ok::<(), std::io::Error>(())
/// ```
#[must_use = "`build` makes the loop"]
pub struct Builder {
    clock: Clock,
    observer: Option<Box<dyn Observer>>,
    slow_poll: Option<Duration>,
    blocking_threads: usize,
    shutdown_timeout: Option<Duration>,
}

impl Builder {
    pub(crate) fn new() -> Self {
        Self {
            clock: Clock::real(),
            observer: None,
            slow_poll: None,
            blocking_threads: BLOCKING_THREADS,
            shutdown_timeout: None,
        }
    }

    /// The clock that the loop lives by; the real one unless told otherwise. A simulated clock
    /// serves one loop at a time.
    pub fn clock(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }

    /// Has `observer` told of all that happens; see [`journal`](crate::journal).
    pub fn observer(mut self, observer: impl Observer + 'static) -> Self {
        self.observer = Some(Box::new(observer));
        self
    }

    /// Has every poll reported that takes longer than `limit`, with the tasks that had to wait for
    /// its end: to the observer as [`Event::SlowPoll`], without one as a line on stderr. asyncio
    /// does so in debug mode.
    pub fn slow_poll(mut self, limit: Duration) -> Self {
        self.slow_poll = Some(limit);
        self
    }

    /// How many threads run blocking jobs at the most; 32 unless told otherwise.
    pub fn blocking_threads(mut self, limit: usize) -> Self {
        self.blocking_threads = limit;
        self
    }

    /// How long, by the loop's clock, the end of [`run`](EventLoop::run) waits for the blocking jobs
    /// that run; for ever unless told otherwise. Zero: not at all. It is tokio's
    /// `Runtime::shutdown_timeout`, and asyncio's `shutdown_default_executor(timeout)`.
    ///
    /// A thread cannot be ended from outside. So a job that is not waited for goes on, to its end or to
    /// that of the process, and its handle says then what came of it. It does not count any more: the
    /// loop can run again, with as many threads as before, and a report of a stuck loop hopes
    /// for nothing from it. A simulated clock, though, stands still as long as a job runs that does
    /// not let time pass by itself: only zero ends such a wait.
    ///
    /// ```
    /// use std::sync::mpsc;
    /// use std::time::Duration;
    /// use executor::EventLoop;
    ///
    /// let (bell, never_rings) = mpsc::channel::<()>();
    /// let mut event_loop = EventLoop::builder().shutdown_timeout(Duration::ZERO).build()?;
    /// event_loop.run(async {
    ///     drop(executor::spawn_blocking(move || never_rings.recv()));
    ///     timer::sleep(Duration::from_millis(5)).await;
    /// });
    /// drop(bell); // the end of `run` has not waited for it
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn shutdown_timeout(mut self, limit: Duration) -> Self {
        self.shutdown_timeout = Some(limit);
        self
    }

    /// Makes the loop.
    ///
    /// # Errors
    /// When the system has no descriptor left for it, when `blocking_threads` is zero, and when the
    /// clock is a simulated one that serves another loop already.
    pub fn build(self) -> io::Result<EventLoop> {
        if self.blocking_threads == 0 {
            let text = "a blocking pool needs at least one thread: give blocking_threads 1 or more";
            return Err(io::Error::new(io::ErrorKind::InvalidInput, text));
        }
        let clock = self.clock;
        let mut driver = Driver::new(clock.clone())?;
        let registry = driver.registry()?;
        let unparker = driver.unparker().clone();
        let (remote, inbox) = Remote::new(unparker.clone());
        let core = Rc::new_cyclic(|core: &Weak<Core>| {
            if self.observer.is_some() {
                let core = core.clone();
                driver.observe(move |event| tell(&core, event));
            }
            let endless = core.clone();
            driver.observe_endless(move |waker, is_kept| {
                if let Some(core) = endless.upgrade() {
                    core.note_endless(waker, is_kept);
                }
            });
            Core {
                driver: Rc::new(driver),
                ready: ReadyQueue::default(),
                tasks: RefCell::new(Tasks::default()),
                inbox,
                remote: Arc::new(remote),
                reactor: Arc::new(Reactor::new(registry)),
                budget: Cell::new(BUDGET),
                pool: RefCell::new(Rc::new(Pool::new(self.blocking_threads, unparker, clock))),
                shutdown_timeout: self.shutdown_timeout,
                is_watched: self.observer.is_some() || self.slow_poll.is_some(),
                journal: Journal::new(self.observer),
                slow_poll: self.slow_poll,
                doing: Cell::new(Doing::Nothing),
                closing: Cell::new(false),
            }
        });
        Ok(EventLoop { core })
    }
}

/// Writes what happens to a timer into the journal.
fn tell(core: &Weak<Core>, event: TimerEvent) {
    let Some(core) = core.upgrade() else { return };
    let by = core.doing.get().task();
    core.tell(|| match event {
        TimerEvent::Armed { timer, deadline, level, slot, site } => {
            Event::TimerArmed { timer, by, deadline, level, slot, site }
        }
        TimerEvent::Moved { timer, level, slot } => Event::TimerMoved { timer, level, slot },
        TimerEvent::Cancelled { timer } => Event::TimerCancelled { timer },
    });
}
