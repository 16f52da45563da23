//! Loops that are watched: [`EventLoop`], its [`Builder`] and [`run`] are those of the executor,
//! with a [`Checker`] told of all that happens. The end of such a loop fails its test if the
//! journal breaks a rule.
//!
//! A loop that nobody watches takes other paths. So with `SHORT_ORDER_UNCHECKED=1` there is no
//! checker, and these tests run without any observer but their own.
//!
//! The executor's own loop is for tests about its being without an observer, and for those with an
//! observer that wakes or spawns: that is not told.

use std::io;
use std::ops::{Deref, DerefMut};
use std::panic::{AssertUnwindSafe, Location, catch_unwind, resume_unwind};
use std::time::Duration;

use executor::Clock;
use executor::journal::{Event, Observer};

use crate::journal_rules::Checker;

/// [`executor::run`], watched.
#[track_caller]
pub fn run<F: Future>(future: F) -> F::Output {
    EventLoop::new().unwrap().run(future)
}

/// [`executor::EventLoop`], watched.
pub struct EventLoop {
    // It is dropped first: what happens at its end is looked at, too.
    event_loop: executor::EventLoop,
    _verdict: Option<Verdict>,
}

impl EventLoop {
    #[track_caller]
    pub fn new() -> io::Result<Self> {
        Self::builder().build()
    }

    pub fn builder() -> Builder {
        let (builder, observer) = (executor::EventLoop::builder(), None);
        Builder { builder, observer, leaves_timers: false }
    }
}

impl Deref for EventLoop {
    type Target = executor::EventLoop;

    fn deref(&self) -> &Self::Target {
        &self.event_loop
    }
}

impl DerefMut for EventLoop {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.event_loop
    }
}

/// [`executor::Builder`], of a loop that is watched.
#[must_use]
pub struct Builder {
    builder: executor::Builder,
    observer: Option<Box<dyn Observer>>,
    leaves_timers: bool,
}

impl Builder {
    pub fn clock(self, clock: Clock) -> Self {
        Self { builder: self.builder.clock(clock), ..self }
    }

    /// It is told after the checker.
    pub fn observer(self, observer: impl Observer + 'static) -> Self {
        Self { observer: Some(Box::new(observer)), ..self }
    }

    pub fn slow_poll(self, limit: Duration) -> Self {
        Self { builder: self.builder.slow_poll(limit), ..self }
    }

    pub fn blocking_threads(self, limit: usize) -> Self {
        Self { builder: self.builder.blocking_threads(limit), ..self }
    }

    pub fn shutdown_timeout(self, limit: Duration) -> Self {
        Self { builder: self.builder.shutdown_timeout(limit), ..self }
    }

    /// For a test that keeps a timer beyond its loop, where nobody can cancel it.
    pub fn leaves_timers(self) -> Self {
        Self { leaves_timers: true, ..self }
    }

    #[track_caller]
    pub fn build(self) -> io::Result<EventLoop> {
        let is_checked = std::env::var_os("SHORT_ORDER_UNCHECKED").is_none();
        let checker = is_checked.then(Checker::default);
        let mut builder = self.builder;
        if checker.is_some() || self.observer.is_some() {
            builder = builder.observer(Both { checker: checker.clone(), other: self.observer });
        }
        let (made_at, leaves_timers) = (Location::caller(), self.leaves_timers);
        let verdict = checker.map(|checker| Verdict { checker, made_at, leaves_timers });
        Ok(EventLoop { event_loop: builder.build()?, _verdict: verdict })
    }
}

/// The checker and the observer of the test.
struct Both {
    checker: Option<Checker>,
    other: Option<Box<dyn Observer>>,
}

impl Observer for Both {
    fn on_event(&mut self, at: Duration, event: &Event) {
        if let Some(checker) = &mut self.checker {
            checker.on_event(at, event);
        }
        let Some(other) = &mut self.other else { return };
        if let Err(panic) = catch_unwind(AssertUnwindSafe(|| other.on_event(at, event))) {
            // Neither of them is told any more.
            self.checker.iter().for_each(Checker::stop);
            resume_unwind(panic);
        }
    }
}

/// Speaks at the end of the loop.
struct Verdict {
    checker: Checker,
    made_at: &'static Location<'static>,
    leaves_timers: bool,
}

impl Drop for Verdict {
    fn drop(&mut self) {
        let mut broken = self.checker.broken();
        if self.leaves_timers {
            let left = self.checker.timers_left();
            assert!(!left.is_empty() || std::thread::panicking(), "it leaves no timer");
            broken.retain(|broken| !left.contains(broken));
        }
        // A test that has failed already says what is more to the point.
        if !std::thread::panicking() && !broken.is_empty() {
            let broken = broken.join("\n");
            panic!("the journal of the loop made at {} breaks the rules:\n{broken}", self.made_at);
        }
    }
}
