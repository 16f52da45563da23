//! `Handle`: our `Spawner`, with what it takes to make the loop when it is first needed.

use std::fmt;
use std::io;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, OnceLock};

use executor::{EventLoop, Spawner};
use timer::Clock;

use super::hooks::Hook;
use super::{EnterGuard, Running, RuntimeMetrics, TryCurrentError, context, home, running};
use crate::task::JoinHandle;

#[derive(Clone)]
pub struct Handle(pub(crate) Arc<Shared>);

pub(crate) struct Shared {
    pub(crate) id: u64,
    pub(crate) flavor: RuntimeFlavor,
    pub(crate) clock: Clock,
    /// What a simulated clock showed to `std` when it began.
    pub(crate) base: std::time::Instant,
    pub(crate) paused: AtomicBool,
    pub(crate) blocking_threads: usize,
    pub(crate) workers: usize,
    pub(crate) name: Option<String>,
    pub(crate) on_park: Option<Hook>,
    pub(crate) on_unpark: Option<Hook>,
    /// Set as soon as there is a loop.
    pub(crate) spawner: OnceLock<Spawner>,
    pub(crate) closed: AtomicBool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RuntimeFlavor {
    CurrentThread,
    MultiThread,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Id(u64);

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

pub(crate) fn next_id() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    NEXT.fetch_add(1, Relaxed)
}

/// Whether the loop of this runtime runs on this thread.
pub(crate) fn is_here(handle: &Handle) -> bool {
    running().is_some_and(|running| running.0.id == handle.0.id) && !home::is_borrowed()
}

impl Handle {
    #[track_caller]
    pub fn current() -> Self {
        match Self::try_current() {
            Ok(handle) => handle,
            Err(error) => panic!("{error}"),
        }
    }

    pub fn try_current() -> Result<Self, TryCurrentError> {
        context::current()
    }

    pub fn enter(&self) -> EnterGuard<'_> {
        EnterGuard::new(self)
    }

    #[track_caller]
    pub fn spawn<F>(&self, future: F) -> JoinHandle<F::Output>
    where
        F: Future<Output: Send + 'static> + Send + 'static,
    {
        if is_here(self) {
            return JoinHandle::of(self, executor::spawn(future));
        }
        JoinHandle::of(self, self.spawner().spawn(future))
    }

    #[track_caller]
    pub fn spawn_blocking<F, R>(&self, job: F) -> JoinHandle<R>
    where
        F: FnOnce() -> R + Send + 'static,
        R: Send + 'static,
    {
        JoinHandle::of_job(self, job)
    }

    /// Runs the future on a loop of its own on this thread; what it spawns goes to the runtime's.
    #[track_caller]
    pub fn block_on<F: Future>(&self, future: F) -> F::Output {
        let mut event_loop = match EventLoop::builder().clock(Clock::real()).build() {
            Ok(event_loop) => event_loop,
            Err(error) => panic!("an event loop could not be made: {error}"),
        };
        let _borrowed = home::Borrowed::enter();
        let _running = Running::enter(self);
        // Somebody outside may wake what waits here: the loop does not call itself stuck.
        let _hope = event_loop.spawner();
        let mut future = Box::pin(future);
        event_loop.run(async move {
            context::note_main();
            future.as_mut().await
        })
    }

    pub fn runtime_flavor(&self) -> RuntimeFlavor {
        self.0.flavor
    }

    pub fn id(&self) -> Id {
        Id(self.0.id)
    }

    pub fn name(&self) -> Option<&str> {
        self.0.name.as_deref()
    }

    pub fn metrics(&self) -> RuntimeMetrics {
        RuntimeMetrics::new(self.clone())
    }

    /// Does something that looks for its loop where none runs: with this runtime's loop entered.
    #[track_caller]
    pub(crate) fn enter_loop<T>(&self, make: impl FnOnce() -> T) -> T {
        if running().is_none() { home::enter(self, make) } else { make() }
    }

    /// Whether this thread keeps the loop, and it does not run.
    pub(crate) fn is_kept_here(&self) -> bool {
        self.spawner();
        home::keeps(self)
    }

    /// Does something that looks for its loop, on the loop's thread if that is another one; `None` if
    /// the loop is gone.
    #[track_caller]
    pub(crate) fn on_loop<T>(&self, make: impl FnOnce() -> T + Send + 'static) -> Option<T>
    where
        T: Send + 'static,
    {
        if running().is_some() || self.0.flavor == RuntimeFlavor::CurrentThread {
            return Some(self.enter_loop(make));
        }
        let (tell, told) = std::sync::mpsc::channel();
        let made = self.spawner().spawn_with(move || {
            let _nobody_waits = tell.send(make());
            async {}
        });
        drop(made);
        told.recv().ok()
    }

    /// The loop's spawner. Without a loop, one is made for this thread.
    pub(crate) fn spawner(&self) -> &Spawner {
        self.0.spawner.get_or_init(|| home::make(self))
    }
}

impl Shared {
    pub(crate) fn close(&self) {
        self.closed.store(true, Relaxed);
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.closed.load(Relaxed)
    }

    /// The machine's time at a moment of the loop's clock.
    pub(crate) fn to_std(&self, at: timer::Instant) -> std::time::Instant {
        self.clock.to_std(at).unwrap_or_else(|| {
            let far = std::time::Duration::from_secs(86400 * 365 * 30);
            self.base.checked_add(at.since_start()).unwrap_or(self.base + far)
        })
    }

    pub(crate) fn is_simulated(&self) -> bool {
        self.clock.to_std(self.clock.now()).is_none()
    }
}

impl fmt::Debug for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Handle").field("id", &self.0.id).finish_non_exhaustive()
    }
}

impl std::panic::UnwindSafe for Handle {}
impl std::panic::RefUnwindSafe for Handle {}

/// Made where no error can be returned.
pub(crate) fn or_panic<T>(made: io::Result<T>) -> T {
    made.unwrap_or_else(|error| panic!("an event loop could not be made: {error}"))
}
