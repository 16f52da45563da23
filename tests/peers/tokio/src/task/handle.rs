//! `JoinHandle` and `AbortHandle`: ours, with ids that differ between runtimes.

use std::cell::Cell;
use std::fmt;
use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll, ready};

use executor::TaskId;

use super::JoinError;
use super::later::{Later, Start};
use crate::runtime::{Handle, RuntimeFlavor, current, is_here, running, task as current_task};

/// A task's id: the runtime's number and the task's.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Id(u64);

impl Id {
    pub(crate) fn of(handle: &Handle, task: TaskId) -> Self {
        Self((handle.0.id << 40) + task.number())
    }

    /// Of a task that no runtime has yet.
    pub(crate) fn later(number: u64) -> Self {
        Self(u64::MAX - number)
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Id({})", self.0)
    }
}

thread_local! {
    /// On a thread of a pool: the job that is done.
    static JOB: Cell<Option<Id>> = const { Cell::new(None) };
}

#[track_caller]
pub fn id() -> Id {
    try_id().expect("Can't get a task id when not inside a task")
}

pub fn try_id() -> Option<Id> {
    if let Some(job) = JOB.try_with(Cell::get).ok().flatten() {
        return Some(job);
    }
    Some(Id::of(&running()?, current_task()?))
}

#[must_use]
pub struct JoinHandle<T> {
    id: Id,
    repr: Repr<T>,
}

enum Repr<T> {
    Here(executor::JoinHandle<T>),
    /// A task that waits for a job: the job was given to a loop of another thread.
    Job(executor::JoinHandle<Result<T, executor::JoinError>>),
    /// A task for which there is no loop yet.
    Later(Arc<Later<T>>),
}

impl<T> JoinHandle<T> {
    pub(crate) fn of(handle: &Handle, inner: executor::JoinHandle<T>) -> Self {
        Self { id: Id::of(handle, inner.id()), repr: Repr::Here(inner) }
    }

    pub(crate) fn of_later(id: Id, later: Arc<Later<T>>) -> Self {
        Self { id, repr: Repr::Later(later) }
    }

    #[track_caller]
    pub(crate) fn of_job<F>(handle: &Handle, job: F) -> Self
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send + 'static,
    {
        let id = Arc::new(OnceLock::new());
        let (entered, own_id) = (handle.clone(), id.clone());
        let job = move || {
            let _entered = entered.enter();
            JOB.set(Some(*own_id.wait()));
            let _done = Done;
            job()
        };
        let is_borrowed = handle.0.flavor == RuntimeFlavor::CurrentThread && running().is_some();
        let made = if is_here(handle) || is_borrowed {
            Self::of(handle, executor::spawn_blocking(job))
        } else if handle.0.flavor == RuntimeFlavor::CurrentThread && handle.is_kept_here() {
            // The pool begins with it, though the loop does not run.
            Self::of(handle, handle.enter_loop(|| executor::spawn_blocking(job)))
        } else {
            // Dropped with its task, the job is aborted if it has not begun.
            let make = || async { AbortOnDrop(executor::spawn_blocking(job)).await };
            let inner = handle.spawner().spawn_with(make);
            Self { id: Id::of(handle, inner.id()), repr: Repr::Job(inner) }
        };
        let _it_is_new = id.set(made.id);
        made
    }

    pub fn abort(&self) {
        match &self.repr {
            Repr::Here(inner) => inner.abort(),
            Repr::Job(inner) => inner.abort(),
            Repr::Later(later) => later.start().abort(),
        }
    }

    pub fn is_finished(&self) -> bool {
        match &self.repr {
            Repr::Here(inner) => inner.is_finished(),
            Repr::Job(inner) => inner.is_finished(),
            Repr::Later(later) => later.start().is_finished(),
        }
    }

    pub fn id(&self) -> Id {
        self.id
    }
}

impl<T> JoinHandle<T> {
    pub fn abort_handle(&self) -> AbortHandle {
        let repr = match &self.repr {
            Repr::Here(inner) => AbortRepr::Here(inner.abort_handle()),
            Repr::Job(inner) => AbortRepr::Here(inner.abort_handle()),
            Repr::Later(later) => AbortRepr::Later(later.start().clone()),
        };
        AbortHandle { id: self.id, repr }
    }
}

impl<T> Future for JoinHandle<T> {
    type Output = Result<T, JoinError>;

    #[track_caller]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let outcome = match &mut self.repr {
            Repr::Here(inner) => ready!(Pin::new(inner).poll(cx)),
            Repr::Job(inner) => ready!(Pin::new(inner).poll(cx)).flatten(),
            Repr::Later(later) => ready!(later.poll(cx)),
        };
        Poll::Ready(outcome.map_err(|error| JoinError::new(self.id, error)))
    }
}

impl<T> Unpin for JoinHandle<T> {}
impl<T> std::panic::UnwindSafe for JoinHandle<T> {}
impl<T> std::panic::RefUnwindSafe for JoinHandle<T> {}

impl<T> fmt::Debug for JoinHandle<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JoinHandle").field("id", &self.id).finish()
    }
}

#[derive(Clone)]
pub struct AbortHandle {
    id: Id,
    repr: AbortRepr,
}

#[derive(Clone)]
pub(crate) enum AbortRepr {
    Here(executor::AbortHandle),
    Later(Arc<Start>),
}

impl AbortHandle {
    pub fn abort(&self) {
        match &self.repr {
            AbortRepr::Here(inner) => inner.abort(),
            AbortRepr::Later(later) => later.abort(),
        }
    }

    pub fn is_finished(&self) -> bool {
        match &self.repr {
            AbortRepr::Here(inner) => inner.is_finished(),
            AbortRepr::Later(later) => later.is_finished(),
        }
    }

    pub fn id(&self) -> Id {
        self.id
    }
}

impl std::panic::UnwindSafe for AbortHandle {}
impl std::panic::RefUnwindSafe for AbortHandle {}

impl fmt::Debug for AbortHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AbortHandle").field("id", &self.id).finish()
    }
}

struct AbortOnDrop<T>(executor::JoinHandle<T>);

impl<T> Future for AbortOnDrop<T> {
    type Output = Result<T, executor::JoinError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        Pin::new(&mut self.0).poll(cx)
    }
}

impl<T> Drop for AbortOnDrop<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// The job is done.
struct Done;

impl Drop for Done {
    fn drop(&mut self) {
        let _destroyed = JOB.try_with(Cell::take);
    }
}

/// The runtime that a task is to be spawned on, if there is one whose loop runs here.
pub(crate) fn loop_here() -> Option<Handle> {
    running().filter(|_| current().is_ok())
}
