//! `LocalPool`: an `EventLoop`, and a count of what it has done.

use std::cell::{Cell, RefCell};
use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::rc::{Rc, Weak};
use std::task::{Context, Poll, Waker};

use executor::{EventLoop, Spawner, yield_now};
use futures_task::{FutureObj, LocalFutureObj, LocalSpawn, Spawn, SpawnError};

pub struct LocalPool {
    counts: Rc<Counts>,
    event_loop: EventLoop,
    /// As long as there is one, the loop does not call itself stuck.
    _hope: Spawner,
}

#[derive(Default)]
struct Counts {
    unfinished: Cell<usize>,
    polls: Cell<usize>,
    /// Who waits for the end of them all.
    waker: Cell<Option<Waker>>,
    /// What is spawned while the loop does not run.
    incoming: RefCell<Vec<LocalFutureObj<'static, ()>>>,
    is_running: Cell<bool>,
}

#[derive(Clone)]
pub struct LocalSpawner(Weak<Counts>);

impl LocalPool {
    pub fn new() -> Self {
        let event_loop = crate::new_loop();
        let hope = event_loop.spawner();
        Self { counts: Rc::default(), event_loop, _hope: hope }
    }

    pub fn spawner(&self) -> LocalSpawner {
        LocalSpawner(Rc::downgrade(&self.counts))
    }

    pub fn run_until<F: Future>(&mut self, future: F) -> F::Output {
        let counts = self.counts.clone();
        let mut future = std::pin::pin!(future);
        self.event_loop.run_until(poll_fn(move |cx| {
            let _running = Running::enter(&counts);
            future.as_mut().poll(cx)
        }))
    }

    pub fn run(&mut self) {
        let counts = self.counts.clone();
        self.run_until(poll_fn(move |cx| {
            if counts.unfinished.get() == 0 {
                return Poll::Ready(());
            }
            counts.waker.set(Some(cx.waker().clone()));
            Poll::Pending
        }));
    }

    /// Rounds of the loop, until one of them ends a task or polls none.
    pub fn try_run_one(&mut self) -> bool {
        let counts = self.counts.clone();
        self.run_until(async move {
            loop {
                let before = (counts.unfinished.get(), counts.polls.get());
                yield_now().await;
                if counts.unfinished.get() < before.0 {
                    return true;
                }
                if counts.polls.get() == before.1 {
                    return false;
                }
            }
        })
    }

    pub fn run_until_stalled(&mut self) {
        let counts = self.counts.clone();
        self.run_until(async move {
            loop {
                let before = counts.polls.get();
                yield_now().await;
                if counts.polls.get() == before {
                    return;
                }
            }
        });
    }
}

impl Default for LocalPool {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for LocalPool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LocalPool").finish_non_exhaustive()
    }
}

/// The loop runs: what is spawned is a task at once.
struct Running<'a>(&'a Rc<Counts>, bool);

impl<'a> Running<'a> {
    fn enter(counts: &'a Rc<Counts>) -> Self {
        let before = counts.is_running.replace(true);
        for future in counts.incoming.take() {
            start(counts, future);
        }
        Self(counts, before)
    }
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.0.is_running.set(self.1);
    }
}

fn start(counts: &Rc<Counts>, future: LocalFutureObj<'static, ()>) {
    drop(executor::spawn(Counted { counts: counts.clone(), future }));
}

/// A task of a pool.
struct Counted {
    counts: Rc<Counts>,
    future: LocalFutureObj<'static, ()>,
}

impl Future for Counted {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let counts = self.counts.clone();
        counts.polls.set(counts.polls.get() + 1);
        let _running = Running::enter(&counts);
        Pin::new(&mut self.future).poll(cx)
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.counts.unfinished.set(self.counts.unfinished.get() - 1);
        if let Some(waker) = self.counts.waker.take() {
            waker.wake();
        }
    }
}

impl LocalSpawn for LocalSpawner {
    fn spawn_local_obj(&self, future: LocalFutureObj<'static, ()>) -> Result<(), SpawnError> {
        let counts = self.0.upgrade().ok_or(SpawnError::shutdown())?;
        counts.unfinished.set(counts.unfinished.get() + 1);
        if counts.is_running.get() {
            start(&counts, future);
        } else {
            counts.incoming.borrow_mut().push(future);
        }
        Ok(())
    }

    fn status_local(&self) -> Result<(), SpawnError> {
        self.0.upgrade().map(drop).ok_or(SpawnError::shutdown())
    }
}

impl Spawn for LocalSpawner {
    fn spawn_obj(&self, future: FutureObj<'static, ()>) -> Result<(), SpawnError> {
        self.spawn_local_obj(future.into())
    }

    fn status(&self) -> Result<(), SpawnError> {
        self.status_local()
    }
}

impl fmt::Debug for LocalSpawner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LocalSpawner").finish_non_exhaustive()
    }
}
