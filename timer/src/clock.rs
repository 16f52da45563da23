use std::sync::Arc;
use std::thread;
use std::time::Duration;

use crate::primitives::coarsetime;
use crate::simulated::{self, Simulated};
use crate::{Instant, context};

/// What time it is, and how fast it passes: the clock that a loop lives by.
///
/// Clones show the same time. A clock starts when it is made. A real or scaled one serves any number
/// of loops; a simulated one serves one loop, which moves it, and when that is dropped another.
#[derive(Clone, Debug)]
pub struct Clock {
    started: std::time::Instant,
    pub(crate) kind: Kind,
}

#[derive(Clone, Debug)]
pub(crate) enum Kind {
    Real,
    Scaled(f64),
    Simulated(Arc<Simulated>),
}

impl Clock {
    /// The machine's monotonic clock.
    pub fn real() -> Self {
        Self::started_now(Kind::Real)
    }

    /// The machine's clock, `factor` times as fast: at 10, a sleep of ten seconds takes one.
    ///
    /// # Panics
    /// If `factor` is not between 1e-12 and 1e12.
    #[track_caller]
    pub fn scaled(factor: f64) -> Self {
        let usable = (1e-12..=1e12).contains(&factor);
        assert!(usable, "a clock's factor is between 1e-12 and 1e12, and not {factor}");
        Self::started_now(Kind::Scaled(factor))
    }

    /// A clock that stands still while tasks run, and jumps to the next deadline when nothing is
    /// ready, no blocking job is out and I/O has nothing to say.
    ///
    /// Under it a program that sleeps for hours ends at once, and does the same every time. It is
    /// tokio's `time::pause`, and what `loop.time` is patched into in tests of asyncio programs.
    ///
    /// ```
    /// use std::time::Duration;
    /// use timer::Clock;
    ///
    /// let clock = Clock::simulated();
    /// let before = clock.now();
    /// clock.advance(Duration::from_secs(3600));
    /// assert_eq!(clock.now() - before, Duration::from_secs(3600));
    /// ```
    pub fn simulated() -> Self {
        Self::started_now(Kind::Simulated(Arc::default()))
    }

    fn started_now(kind: Kind) -> Self {
        Self { started: std::time::Instant::now(), kind }
    }

    /// The time on this clock.
    pub fn now(&self) -> Instant {
        let since_start = match &self.kind {
            Kind::Real => self.started.elapsed(),
            Kind::Scaled(factor) => scale(self.started.elapsed(), *factor),
            Kind::Simulated(simulated) => simulated.now(),
        };
        Instant::START + since_start
    }

    /// A number that changes when time passes, for whoever wants to know no more than that: reading
    /// it costs a few nanoseconds, where [`now`](Self::now) costs some tens.
    ///
    /// On a simulated clock it is the tick. On the others it follows the machine's coarse clock, which
    /// is moved by the system's own timer: every 1 to 4 ms on Linux, every 16 ms on Windows.
    #[inline]
    pub(crate) fn coarse_tick(&self) -> u64 {
        match &self.kind {
            Kind::Real | Kind::Scaled(_) => {
                let now = coarsetime::Instant::now_without_cache_update();
                (now - coarsetime::Instant::from_ticks(0)).as_millis()
            }
            Kind::Simulated(simulated) => simulated.tick(),
        }
    }

    /// Lets `by` pass as a blocking call does: while the calling thread does nothing else.
    ///
    /// A real or scaled clock cannot be moved, so this is [`std::thread::sleep`]. On a simulated one
    /// it depends on who calls:
    ///
    /// - *A job on the blocking pool of the clock's own loop*, or other work that owns a [`Hold`] on
    ///   it: waits until the loop has let that much time go by.
    /// - *Anybody else*: the loop's own thread, which is busy "blocking" meanwhile; a thread that
    ///   nobody has told the loop of; a job of another loop. They move the clock by hand: forward, and
    ///   at once, whoever holds it. The tasks whose time has come are woken in the loop's next turn.
    ///
    /// While no loop lives by the clock everybody moves it by hand.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use timer::Clock;
    /// let clock = Clock::scaled(1000.0);
    /// let before = clock.now();
    /// clock.advance(Duration::from_secs(1)); // sleeps for a millisecond
    /// assert!(clock.now() - before >= Duration::from_secs(1));
    /// ```
    pub fn advance(&self, by: Duration) {
        match &self.kind {
            Kind::Real | Kind::Scaled(_) => thread::sleep(self.real_duration(by)),
            Kind::Simulated(simulated) => simulated.advance(by),
        }
    }

    /// Keeps the loop from moving a simulated clock for as long as the [`Hold`] lives, whatever the
    /// loop does: somebody outside it is at work. The blocking pool holds the clock for each job. A
    /// real or scaled clock is not held by anything.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use timer::Clock;
    /// # let clock = Clock::simulated();
    /// # let mut event_loop = executor::EventLoop::builder().clock(clock.clone()).build()?;
    /// event_loop.run(async {
    ///     let (wake, woken) = futures::channel::oneshot::channel();
    ///     let hold = clock.hold();
    ///     std::thread::spawn(move || {
    ///         let _ = wake.send("in time");
    ///         drop(hold);
    ///     });
    ///     // Without the hold an hour would have passed before the thread had started.
    ///     let answer = timer::timeout(Duration::from_secs(3600), woken).await;
    ///     assert_eq!(answer.unwrap().unwrap(), "in time");
    /// });
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn hold(&self) -> Hold {
        match &self.kind {
            Kind::Real | Kind::Scaled(_) => Hold(None),
            Kind::Simulated(simulated) => Hold(Some(simulated.hold())),
        }
    }

    /// The moment on the machine's clock at which this clock shows `instant`; `None` if this
    /// clock is not the real one, or the moment too far away to be named.
    pub fn to_std(&self, instant: Instant) -> Option<std::time::Instant> {
        let real = matches!(self.kind, Kind::Real);
        real.then(|| self.started.checked_add(instant.since_start()))?
    }

    /// What this clock shows at the moment `at` of the machine's clock; `None` if this clock is
    /// not the real one. Moments before its start count as its start.
    pub fn from_std(&self, at: std::time::Instant) -> Option<Instant> {
        let since_start = at.saturating_duration_since(self.started);
        matches!(self.kind, Kind::Real).then(|| Instant::START + since_start)
    }

    /// The clock of the loop on this thread, for whoever has to know the time elsewhere, too: a
    /// library that asks for it on any thread, say.
    ///
    /// # Panics
    /// Outside an event loop.
    ///
    /// ```
    /// use std::time::Duration;
    /// use timer::{Clock, sleep};
    ///
    /// let clock = Clock::simulated();
    /// executor::EventLoop::builder().clock(clock.clone()).build()?.run(async {
    ///     sleep(Duration::from_secs(3600)).await;
    ///     let current = Clock::current();
    ///     assert_eq!(current.now(), clock.now());
    ///     let elsewhere = std::thread::spawn(move || current.now());
    ///     assert_eq!(elsewhere.join().unwrap(), timer::now());
    /// });
    /// # Ok::<(), std::io::Error>(())
    /// ```
    #[track_caller]
    pub fn current() -> Self {
        context::current("timer::Clock::current").clock().clone()
    }

    /// How long on the machine's clock until this clock shows `at`.
    pub(crate) fn real_time_until(&self, at: Instant) -> Duration {
        self.real_duration(at - self.now())
    }

    fn real_duration(&self, duration: Duration) -> Duration {
        match self.kind {
            Kind::Scaled(factor) => scale(duration, factor.recip()),
            Kind::Real | Kind::Simulated(_) => duration,
        }
    }
}

/// Keeps a loop from moving a simulated clock; see [`Clock::hold`].
#[derive(Debug)]
pub struct Hold(Option<simulated::Hold>);

impl Hold {
    /// Runs the work for which the clock is held, which then owns the hold: if it lets time pass, by
    /// [`Clock::advance`], it gives the hold up meanwhile.
    ///
    /// It may own several, on this clock and on others, and gives up those on the clock that it
    /// advances. On a thread that runs no such work a hold is somebody else's.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use timer::Clock;
    /// # let clock = Clock::simulated();
    /// # let mut event_loop = executor::EventLoop::builder().clock(clock.clone()).build()?;
    /// event_loop.run(async {
    ///     let (wake, woken) = futures::channel::oneshot::channel();
    ///     let (mut hold, there) = (clock.hold(), clock.clone());
    ///     std::thread::spawn(move || {
    ///         hold.own_while(|| there.advance(Duration::from_secs(60)));
    ///         let _ = wake.send("in a minute");
    ///         drop(hold);
    ///     });
    ///     woken.await.unwrap();
    ///     assert_eq!(timer::now().since_start(), Duration::from_secs(60));
    /// });
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn own_while<T>(&mut self, work: impl FnOnce() -> T) -> T {
        // A guard: the work may panic.
        let _owned = self.0.as_mut().map(simulated::Hold::own);
        work()
    }
}

fn scale(duration: Duration, factor: f64) -> Duration {
    Duration::try_from_secs_f64(duration.as_secs_f64() * factor).unwrap_or(Duration::MAX)
}
