//! `JoinHandle`: waiting for a task, taking its output, cancelling it.

use std::any::Any;
use std::fmt;
use std::panic::Location;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use crate::abort_handle::{AbortHandle, abort_task};
use crate::cell::Handle;
use crate::event_loop::Core;
use crate::join::{Joiner, dispose};
use crate::journal::{Doing, Event};
use crate::label::of_a_program;
use crate::ready::Remote;
use crate::task::Place;
use crate::{TaskId, context, panics, ready, waker};

/// Waits for a task and takes its output: asyncio's `Task`, tokio's `JoinHandle`.
///
/// Dropping it detaches the task, which runs on; [`abort`](Self::abort) cancels it. Unlike
/// asyncio's `Task` it may be sent to another thread and awaited there, in any runtime.
///
/// # Errors
/// The output is a [`JoinError`] if the task was cancelled or has panicked.
///
/// # Panics
/// When it is polled again after it was ready.
///
/// ```
/// let sum = executor::run(async {
///     let handle = executor::spawn(async { 1 + 1 });
///     handle.await
/// });
/// assert_eq!(sum.unwrap(), 2);
/// ```
#[must_use = "the task runs on without its handle: `drop` it to say that this is meant"]
pub struct JoinHandle<T> {
    task: Handle<T>,
    /// It has left word with the task that somebody waits.
    waits: bool,
    // The fields are dropped in this order: the call comes when the count is gone.
    asks: Option<Asks>,
}

impl<T> JoinHandle<T> {
    pub(crate) fn new(task: Handle<T>) -> Self {
        Self { task, waits: false, asks: None }
    }

    /// The task's id.
    pub fn id(&self) -> TaskId {
        self.task.head().id
    }

    /// Whether the task has come to its end, in whichever way.
    pub fn is_finished(&self) -> bool {
        self.task.join().is_finished()
    }

    /// Whether the end of the task wakes this waker.
    pub(crate) fn wakes(&self, waker: &Waker) -> bool {
        let here = self.place_here(context::current().as_deref(), waker);
        self.task.join().wakes(here, waker)
    }

    /// The place of the task that a waker wakes, if both tasks are of the loop on this thread: then
    /// its place is all that is needed to wake it when the other one ends. A blocking job, whose end
    /// comes on another thread, is closed from the start.
    fn place_here(&self, core: Option<&Core>, waker: &Waker) -> Option<Place> {
        let (core, head, joiner) = (core?, self.task.head(), waker::head(waker)?);
        let is_here = head.is_of(&core.remote) && joiner.is_of(&core.remote);
        (is_here && !head.flags.is_closed()).then(|| joiner.place())
    }

    /// Cancels the task: asyncio's `Task.cancel`, except that the task has no say in it.
    ///
    /// Its future is dropped when its turn comes, instead of being polled; the handle then
    /// resolves to [`JoinError::Cancelled`]. Does nothing to a task that is finished, and if the
    /// task is running and this very poll ends it, its output stands. It may be called on any
    /// thread; the future is dropped on the loop's.
    ///
    /// ```
    /// use executor::JoinError;
    ///
    /// executor::run(async {
    ///     let handle = executor::spawn(std::future::pending::<()>());
    ///     handle.abort();
    ///     assert!(matches!(handle.await, Err(JoinError::Cancelled)));
    /// });
    /// ```
    pub fn abort(&self) {
        abort_task(&self.task.task());
    }

    /// Cancels the task too, and may be cloned and kept apart from this handle.
    pub fn abort_handle(&self) -> AbortHandle {
        AbortHandle::new(&self.task.task())
    }

    /// Runs `act` as something that this task does, if its loop is entered on this thread. So
    /// `current_task` is this task in the destructor of its output, whoever drops that.
    fn as_the_task(&self, act: impl FnOnce()) {
        let core = context::current().filter(|core| self.task.head().is_of(&core.remote));
        let before = core.as_ref().map(|core| core.doing.replace(Doing::Task(self.id())));
        act();
        if let (Some(core), Some(before)) = (core, before) {
            core.doing.set(before);
        }
    }

    /// Tells the task's own loop who waits for it, from which line.
    fn tell_who_awaits(&self, core: &Core, site: Option<&'static Location<'static>>) {
        let is_told = core.journal.is_on() && self.task.head().is_of(&core.remote);
        if let Some(task) = core.doing.get().task().filter(|_| is_told) {
            core.tell(|| Event::Awaits { task, other: self.id(), site });
        }
    }
}

impl<T> Future for JoinHandle<T> {
    type Output = Result<T, JoinError>;

    #[track_caller] // it is called by the line that awaits
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.get_mut();
        if !this.is_finished() {
            let core = context::current();
            let place = this.place_here(core.as_deref(), cx.waker());
            if this.waits && this.task.join().wakes(place, cx.waker()) {
                return Poll::Pending;
            }
            // Cloning a waker is foreign code, as dropping one is: not under the lock.
            let joiner = match place {
                Some(place) => Joiner::Here(place),
                None => Joiner::Elsewhere(cx.waker().clone()),
            };
            if this.task.join().wait(joiner) {
                this.waits = true;
                if let Some(core) = core {
                    this.tell_who_awaits(&core, of_a_program(Location::caller()));
                }
                return Poll::Pending;
            }
        }
        match this.task.take() {
            Some(outcome) => Poll::Ready(outcome.map_err(JoinError::from)),
            None => panic!("the JoinHandle of {} was polled after it was ready", this.id()),
        }
    }
}

impl<T> Drop for JoinHandle<T> {
    /// Whoever waits for the task by this handle, waits no longer; and the output is not wanted.
    fn drop(&mut self) {
        match self.task.join().detach() {
            // The task is done, and the output is ours.
            None => {
                if let outcome @ Some(_) = self.task.take() {
                    self.as_the_task(|| dispose(outcome));
                }
            }
            Some(joiner) => {
                let head = self.task.head();
                self.asks = ready::who_asks_for(head).map(Asks);
                head.set_handle(false);
                panics::contain("the destructor of a waker kept by a join handle", || drop(joiner));
            }
        }
    }
}

/// A loop that has to be called when a handle's count is gone: for as long as it was there but no
/// longer a handle's, it looked like a waker's.
struct Asks(Arc<Remote>);

impl Drop for Asks {
    fn drop(&mut self) {
        self.0.unparker.unpark();
    }
}

impl<T> fmt::Debug for JoinHandle<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let finished = self.is_finished();
        f.debug_struct("JoinHandle").field("id", &self.id()).field("finished", &finished).finish()
    }
}

/// Why a task has no output.
pub enum JoinError {
    /// It was aborted, or its loop has ended.
    Cancelled,
    /// It panicked; this is what it panicked with.
    Panicked(Box<dyn Any + Send>),
}

impl JoinError {
    /// Whether the task was cancelled.
    pub fn is_cancelled(&self) -> bool {
        matches!(self, Self::Cancelled)
    }

    /// Whether the task has panicked.
    pub fn is_panic(&self) -> bool {
        matches!(self, Self::Panicked(_))
    }

    /// What the task has panicked with, for [`resume_unwind`](std::panic::resume_unwind).
    ///
    /// # Panics
    /// If it has not panicked.
    ///
    /// ```
    /// let outcome = executor::run(async { executor::spawn(async { panic!("burnt") }).await });
    /// let panic = outcome.map(|()| ()).unwrap_err().into_panic();
    /// assert_eq!(panic.downcast_ref::<&str>(), Some(&"burnt"));
    /// ```
    #[track_caller]
    pub fn into_panic(self) -> Box<dyn Any + Send> {
        match self {
            Self::Panicked(panic) => panic,
            Self::Cancelled => panic!("the task was cancelled: it has not panicked"),
        }
    }
}

impl fmt::Display for JoinError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cancelled => f.write_str("the task was cancelled"),
            Self::Panicked(payload) => {
                write!(f, "the task panicked: {}", panics::message(&**payload))
            }
        }
    }
}

impl fmt::Debug for JoinError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cancelled => f.write_str("Cancelled"),
            Self::Panicked(payload) => write!(f, "Panicked({:?})", panics::message(&**payload)),
        }
    }
}

impl std::error::Error for JoinError {}
