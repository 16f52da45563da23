use std::any::Any;
use std::fmt;
use std::pin::Pin;
use std::sync::{Arc, Weak};
use std::task::{Context, Poll, Waker};

use crate::journal::Event;
use crate::label::Label;
use crate::ready::Remote;
use crate::sync::Mutex;
use crate::sync::atomic::{AtomicBool, Ordering::*};
use crate::task::{Header, TaskId};
use crate::{context, panics, ready, waker};

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
    id: TaskId,
    /// Weak: a handle is no waker, and does not count as one.
    pub(crate) header: Weak<Header>,
    cell: Arc<JoinCell<T>>,
    /// It has left a waker in the cell.
    waits: bool,
}

/// A handle, and what completes it.
pub(crate) fn pair<T>(header: &Arc<Header>) -> (JoinHandle<T>, Completer<T>) {
    let state = State { outcome: None, joiner: None, who: None };
    let cell = Arc::new(JoinCell { finished: AtomicBool::new(false), state: Mutex::new(state) });
    let completer = Completer { cell: cell.clone(), outcome: None };
    (JoinHandle { id: header.id, header: Arc::downgrade(header), cell, waits: false }, completer)
}

impl<T> JoinHandle<T> {
    /// The task's id.
    pub fn id(&self) -> TaskId {
        self.id
    }

    /// Whether the task has come to its end, in whichever way.
    pub fn is_finished(&self) -> bool {
        self.cell.is_finished()
    }

    /// Whether the end of the task wakes this waker.
    pub(crate) fn wakes(&self, waker: &Waker) -> bool {
        self.cell.state.lock().joiner.as_ref().is_some_and(|joiner| joiner.will_wake(waker))
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
        // It is not cancelled here and now: the caller may hold a lock that its destructor takes.
        if let Some(header) = self.header.upgrade() {
            header.set_aborted();
            self.tell(|task, by| Some(Event::Aborted { task, by }));
            if !ready::wake_here(&header) {
                ready::wake_elsewhere(header);
            }
        }
    }

    /// Tells the journal, on the loop's own thread, of the task and the one that is at work.
    fn tell(&self, event: impl FnOnce(TaskId, Option<TaskId>) -> Option<Event>) {
        let Some(core) = context::current().filter(|core| core.journal.is_on()) else { return };
        let is_ours = self.header.upgrade().is_some_and(|header| {
            // A model tries other orders only around what it sees, and a count is not.
            #[cfg(all(test, short_order_loom))]
            crate::sync::touch();
            let is_ours = header.is_of(&core.remote);
            ready::let_go(header);
            is_ours
        });
        let event = event(self.id, core.doing.get().task());
        if let Some(event) = event.filter(|_| is_ours && !self.is_finished()) {
            core.tell(|| event);
        }
    }
}

impl<T> Future for JoinHandle<T> {
    type Output = Result<T, JoinError>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.get_mut();
        if !this.is_finished() {
            if this.waits && this.wakes(cx.waker()) {
                return Poll::Pending;
            }
            // Cloning a waker is foreign code, as dropping one is: not under the lock.
            let waker = cx.waker().clone();
            let mut state = this.cell.state.lock();
            // Under the lock it is asked again: whoever finishes now finds the waker.
            if !this.is_finished() {
                // The latest to ask is the one to be told.
                let replaced = state.joiner.replace(waker);
                drop(state);
                drop(replaced);
                this.waits = true;
                this.tell(|other, task| Some(Event::Awaits { task: task?, other }));
                return Poll::Pending;
            }
        }
        let outcome = this.cell.state.lock().outcome.take();
        let again = || panic!("the JoinHandle of {} was polled after it was ready", this.id);
        Poll::Ready(outcome.unwrap_or_else(again))
    }
}

impl<T> fmt::Debug for JoinHandle<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let finished = self.is_finished();
        f.debug_struct("JoinHandle").field("id", &self.id).field("finished", &finished).finish()
    }
}

/// Why a task has no output.
pub enum JoinError {
    /// It was aborted, or its loop has ended.
    Cancelled,
    /// It panicked; this is what it panicked with.
    Panicked(Box<dyn Any + Send>),
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

/// Where a task, or a blocking job, leaves its outcome for the handle.
struct JoinCell<T> {
    /// There was an outcome: it is there still, or was taken. Set under the lock.
    finished: AtomicBool,
    state: Mutex<State<T>>,
}

struct State<T> {
    outcome: Option<Result<T, JoinError>>,
    /// Waits for the outcome.
    joiner: Option<Waker>,
    /// Who panicked, should nobody ask.
    who: Option<String>,
}

/// The other end of a handle. Dropped without a word it says "cancelled".
pub(crate) struct Completer<T> {
    cell: Arc<JoinCell<T>>,
    /// Kept back until the future is gone.
    outcome: Option<Result<T, JoinError>>,
}

impl<T> JoinCell<T> {
    fn is_finished(&self) -> bool {
        self.finished.load(Acquire)
    }
}

impl<T> Completer<T> {
    pub(crate) fn keep(&mut self, outcome: Result<T, JoinError>) {
        self.outcome = Some(outcome);
    }

    pub(crate) fn fail(&mut self, failure: JoinError, label: &Label) {
        if let JoinError::Panicked(_) = failure {
            self.cell.state.lock().who = Some(label.to_string());
        }
        self.keep(Err(failure));
    }

    /// Lets the handle have the outcome; returns whoever waits for it.
    pub(crate) fn publish(&mut self) -> Option<Waker> {
        let mut state = self.cell.state.lock();
        self.cell.finished.store(true, Release);
        state.outcome = Some(self.outcome.take().unwrap_or(Err(JoinError::Cancelled)));
        state.joiner.take()
    }

    pub(crate) fn joiner_in(&self, remote: &Weak<Remote>) -> Option<TaskId> {
        let state = self.cell.state.lock();
        let joiner = waker::header(state.joiner.as_ref()?)?;
        #[cfg(all(test, short_order_loom))]
        crate::sync::touch();
        joiner.remote.ptr_eq(remote).then_some(joiner.id)
    }
}

impl<T> Drop for Completer<T> {
    fn drop(&mut self) {
        if !self.cell.is_finished()
            && let Some(joiner) = self.publish()
        {
            panics::contain("a waker called by a join handle", || joiner.wake());
        }
    }
}

impl<T> Drop for JoinHandle<T> {
    /// Whoever waits for the task by this handle, waits no longer.
    fn drop(&mut self) {
        if self.waits && !self.is_finished() {
            let joiner = self.cell.state.lock().joiner.take();
            drop(joiner);
        }
    }
}

impl<T> Drop for JoinCell<T> {
    /// Neither the task nor a handle is left. For a panic asyncio says here that a "Task exception
    /// was never retrieved".
    fn drop(&mut self) {
        let state = self.state.get_mut();
        match (state.outcome.take(), &state.who) {
            (Some(Err(JoinError::Panicked(panic))), Some(who)) => {
                let text = panics::message(&*panic);
                panics::report(format_args!("task {who}, panicked and nobody awaited it: {text}"));
                panics::dispose(panic);
            }
            (outcome, _) => panics::contain("the destructor of an output", || drop(outcome)),
        }
    }
}
