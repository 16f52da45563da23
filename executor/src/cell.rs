//! One task, one allocation, and the walls inside it. With `waker.rs` the only `unsafe` code.
//!
//! Wakers go to any thread, and the last of them, wherever it is, gives the task's memory back. The
//! future must not go along: it may be `!Send`. So a task has three parts, each with a door that
//! checks who comes:
//!
//! | part | who may open it | when it is emptied |
//! |---|---|---|
//! | `head`, `join` | any thread | whoever waits for the task is taken out at its end, or with the handle |
//! | `future` | the loop, which is on one thread | at the task's end, by the loop |
//! | `output` | until `finished` whoever finishes the task, from then on its handle | when the handle takes it, or goes; if it is gone, at the task's end |
//!
//! The price: the memory of a task that is done stays until its last waker goes, as in tokio and
//! smol.

use std::cell::RefCell;
use std::future::Pending;
use std::marker::PhantomData;
use std::mem::{self, ManuallyDrop};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use crate::event_loop::Core;
use crate::join::{self, Failure, Finished, Join, Joiner, Outcome};
use crate::panics;
use crate::primitives::Mutex;
use crate::ready::Remote;
use crate::task::Head;

/// A task of any type: the loop has it as an [`AnyTask`], its handle as a task with an output of
/// the handle's type. All of them are one allocation.
#[repr(C)] // `waker.rs` finds the head behind a pointer to any task
pub(crate) struct Task<P: ?Sized> {
    pub(crate) head: Head,
    pub(crate) join: Join,
    /// Only this file opens it.
    parts: P,
}

/// A task as the loop knows it.
pub(crate) type AnyTask = Task<dyn AnyParts>;

/// A future, and what becomes of it. The parts of [`Pending`](std::future::Pending) have no future:
/// they stand for a blocking job, or for the future given to `run`.
pub(crate) struct Parts<F: Future> {
    future: RefCell<ManuallyDrop<Option<F>>>,
    output: RefCell<ManuallyDrop<Option<Outcome<F::Output>>>>,
}

// SAFETY:
// - `future` is opened only by who came through `AnyTask::parts`, which asks for the task's `Core`.
//   A `Core` never leaves its thread (it has `Rc`s). `is_of` compares addresses: for as long as the
//   head has its `Weak`, the memory of that `Remote` is given to no other one, so an equal address
//   is the same loop. So `future` is used on one thread only, and its `RefCell` with it.
// - `output` is opened by the loop, or by the only `JobEnd`, as long as `finished` is not set; then
//   by the only `Handle`, which has seen `finished`: an `Acquire` that meets the `Release` by which
//   they set it. A `Handle` or a `JobEnd` of an output that is not `Send` stays on its thread.
// - Dropping the parts, which happens on whichever thread has the last waker, drops neither: both
//   are `ManuallyDrop`. By then there is nothing: whoever ends a task empties it. A loop that is
//   leaked does not.
unsafe impl<F: Future> Send for Parts<F> {}
// SAFETY: as above.
unsafe impl<F: Future> Sync for Parts<F> {}

impl<F: Future + 'static> Task<Parts<F>> {
    /// A task that is yet to be taken in.
    pub(crate) fn new(remote: &Arc<Remote>, future: Option<F>) -> Arc<Self> {
        let future = RefCell::new(ManuallyDrop::new(future));
        let parts = Parts { future, output: RefCell::default() };
        Arc::new(Self { head: Head::new::<F>(remote), join: Join::default(), parts })
    }

    /// Its handle. There is one at the most.
    pub(crate) fn handle(self: Arc<Self>) -> Handle<F::Output> {
        self.head.set_handle(true);
        Handle { task: self, output: PhantomData }
    }
}

impl AnyTask {
    /// The loop's door to the parts.
    ///
    /// # Panics
    /// If this is not the task's loop.
    pub(crate) fn parts(&self, core: &Core) -> &dyn AnyParts {
        assert!(self.head.is_of(&core.remote), "a task is opened by its own loop alone");
        assert!(!self.join.is_finished(), "from its end on a task's output is the handle's");
        &self.parts
    }

    /// Whether an abort may still have an effect: it is not done. A blocking job is closed from the
    /// start, and has no place; when its end is there, so is its handle.
    pub(crate) fn can_be_aborted(&self) -> bool {
        !self.join.is_finished() && (!self.head.flags.is_closed() || self.head.is_job())
    }
}

/// The parts of a task whose type is not known.
pub(crate) trait AnyParts: Send + Sync {
    /// Polls the future; its output is kept.
    fn poll(&self, cx: &mut Context<'_>) -> Poll<()>;
    /// Drops the future, where it is.
    fn drop_future(&self);
    /// Keeps the reason why there is no output.
    fn fail(&self, failure: Failure);
    /// Drops what was kept: nobody wants it.
    fn dispose(&self);
}

impl<F: Future> Parts<F> {
    /// Opens the future's part; `open` may run the user's code. It is the one cell that is borrowed
    /// meanwhile: only the loop comes here, which never polls a task within its own poll.
    fn open<T>(&self, open: impl FnOnce(Pin<&mut Option<F>>) -> T) -> T {
        let mut future = self.future.borrow_mut();
        // SAFETY: the task stays in its `Arc`, and the future in the task: all that is ever done
        // with it is to poll it and, by `Pin::set`, to drop it where it is.
        open(unsafe { Pin::new_unchecked(&mut **future) })
    }
}

impl<F: Future + 'static> AnyParts for Parts<F> {
    fn poll(&self, cx: &mut Context<'_>) -> Poll<()> {
        let polled = self.open(|future| poll_or_drop(future, cx));
        polled.map(|output| **self.output.borrow_mut() = Some(Ok(output)))
    }

    fn drop_future(&self) {
        self.open(|mut future| future.set(None));
    }

    fn fail(&self, failure: Failure) {
        **self.output.borrow_mut() = Some(Err(failure));
    }

    fn dispose(&self) {
        let outcome = self.output.borrow_mut().take();
        // The part is closed again: what follows is the user's code.
        join::dispose(outcome);
    }
}

/// Polls a future. If it panics, what is left of it is dropped *while* the thread is panicking, as
/// elsewhere in Rust: so a lock that it holds is poisoned, and `std::thread::panicking` is true in
/// its destructors. If one of these panics as well, that panic ends there, with a line on stderr.
pub(crate) fn poll_or_drop<F: Future>(
    future: Pin<&mut Option<F>>,
    cx: &mut Context<'_>,
) -> Poll<F::Output> {
    struct OnPanic<'a, F>(Pin<&'a mut Option<F>>);
    impl<F> Drop for OnPanic<'_, F> {
        fn drop(&mut self) {
            panics::contain("the destructor of a future that panicked", || self.0.set(None));
        }
    }
    let mut guard = OnPanic(future);
    let future = guard.0.as_mut().as_pin_mut().expect("a task is not polled after its end");
    let polled = future.poll(cx);
    mem::forget(guard); // it has not panicked
    polled
}

/// The handle's way to a task whose future it does not know. It goes to another thread only if the
/// output may.
pub(crate) struct Handle<T> {
    task: Arc<Task<dyn HasOutput<T>>>,
    /// A `Handle<T>` is `Send` and `Sync` exactly if `T` is `Send`, as `Arc<Mutex<T>>` is.
    output: PhantomData<Arc<Mutex<T>>>,
}

/// The other end of the handle of a blocking job, which leaves its outcome there from any thread.
pub(crate) struct JobEnd<T>(Arc<Task<Parts<Pending<T>>>>, PhantomData<Arc<Mutex<T>>>);

impl<T: 'static> JobEnd<T> {
    /// A job has an id and a handle as a task has, but nothing to be polled: it cannot be woken, only
    /// aborted.
    pub(crate) fn new(remote: &Arc<Remote>) -> (Self, Handle<T>) {
        let task = Task::new(remote, None);
        task.head.flags.close();
        (Self(task.clone(), PhantomData), task.handle())
    }

    pub(crate) fn head(&self) -> &Head {
        &self.0.head
    }

    /// Lets the handle have the outcome. If the handle is gone, the outcome is dropped. Returns
    /// whoever waits for it.
    pub(crate) fn finish(self, outcome: Outcome<T>) -> Option<Waker> {
        **self.0.parts.output.borrow_mut() = Some(outcome);
        match self.0.join.finish() {
            Finished::Wanted(Some(Joiner::Elsewhere(waker))) => return Some(waker),
            Finished::Wanted(_) => {} // a job has no place, so neither has who waits for it
            Finished::Unwanted => self.0.parts.dispose(),
        }
        None
    }
}

/// Private to this file: whoever has it can take the output.
trait HasOutput<T>: AnyParts {
    fn take(&self) -> Option<Outcome<T>>;
}

impl<F: Future + 'static> HasOutput<F::Output> for Parts<F> {
    fn take(&self) -> Option<Outcome<F::Output>> {
        self.output.borrow_mut().take()
    }
}

impl<T> Handle<T> {
    pub(crate) fn head(&self) -> &Head {
        &self.task.head
    }

    pub(crate) fn join(&self) -> &Join {
        &self.task.join
    }

    /// Takes the outcome of a task that is finished; `None` if it was taken before.
    pub(crate) fn take(&mut self) -> Option<Outcome<T>> {
        assert!(self.task.join.is_finished(), "until then it is not the handle's");
        self.task.parts.take()
    }

    /// A count of the task, without its type.
    pub(crate) fn task(&self) -> Arc<AnyTask> {
        self.task.clone()
    }
}
