//! One task, one allocation, and the walls inside it. With `waker.rs` the only `unsafe` code.
//!
//! Wakers go to any thread, and the last of them, wherever it is, gives the task's memory back. The
//! future must not go along: it may be `!Send`. So a task has three parts, each with a door that
//! checks who comes:
//!
//! | part | who may open it | when it is emptied |
//! |---|---|---|
//! | `head`, `join` | any thread | never: nothing in them is the user's |
//! | `future` | the loop, which is on one thread | at the task's end, by the loop |
//! | `output` | until `finished` whoever finishes the task, from then on its handle | when the handle takes it, or goes |
//!
//! The price: the memory of a task that is done stays until its last waker goes, as in tokio and
//! smol.

use std::cell::{RefCell, RefMut};
use std::future::Pending;
use std::marker::PhantomData;
use std::mem::{self, ManuallyDrop};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use crate::event_loop::Core;
use crate::join::{self, Finished, Join, Joiner, Outcome};
use crate::label::Label;
use crate::ready::Remote;
use crate::sync::Mutex;
use crate::task::{AnyTask, Head};
use crate::{JoinError, panics, waker};

/// A future, what it takes to find it again, and what becomes of it. A `Task` of
/// [`Pending`](std::future::Pending) has no future here: it stands for a blocking job, or for the
/// future given to `run`.
#[repr(C)] // `waker.rs` finds the head behind a pointer to any task
pub(crate) struct Task<F: Future> {
    head: Head,
    join: Join,
    future: RefCell<ManuallyDrop<Option<F>>>,
    output: RefCell<Option<Outcome<F::Output>>>,
}

// SAFETY: `Head` and `Join` are `Send` and `Sync` (checked below). Of the two other fields:
// - `future` is opened by `open` alone, which asks for the task's own `Core`. A `Core` never leaves
//   its thread (it has `Rc`s), and no other one has its `Remote`, which lives for as long as the
//   head's `Weak` does. So `future` is used on one thread only, and its `RefCell` with it.
// - `output` is opened by the loop, or by the only `JobEnd`, as long as `finished` is not set; then
//   by the only `Handle`, which has seen `finished`: an `Acquire` that meets the `Release` by which
//   they set it. A `Handle` or a `JobEnd` of an output that is not `Send` stays on its thread.
// - Dropping a task drops neither: see `Drop`.
unsafe impl<F: Future> Send for Task<F> {}
// SAFETY: as above.
unsafe impl<F: Future> Sync for Task<F> {}

const fn assert_shareable<T: Send + Sync>() {}
const _: () = assert_shareable::<(Head, Join)>();

impl<F: Future + 'static> Task<F> {
    /// A task that is yet to be taken in.
    pub(crate) fn new(remote: &Arc<Remote>, future: Option<F>) -> Arc<Self> {
        let (head, future) = (Head::new::<F>(remote), RefCell::new(ManuallyDrop::new(future)));
        Arc::new(Self { head, join: Join::default(), future, output: RefCell::new(None) })
    }

    /// Its handle. There is one at the most.
    pub(crate) fn handle(self: Arc<Self>) -> Handle<F::Output> {
        self.head.set_handle(true);
        Handle { task: self, output: PhantomData }
    }

    /// Opens the future's part; `open` may run the user's code.
    ///
    /// # Panics
    /// If this is not the task's loop.
    fn open<T>(&self, core: &Core, open: impl FnOnce(Pin<&mut Option<F>>) -> T) -> T {
        assert!(self.head.is_of(&core.remote), "a future is opened by its own loop alone");
        let mut future = self.future.borrow_mut();
        // SAFETY: the task stays in its `Arc`, and the future in the task: all that is ever done
        // with it is to poll it and, by `Pin::set`, to drop it where it is.
        open(unsafe { Pin::new_unchecked(&mut **future) })
    }

    /// Opens the output's part, for the loop.
    fn output(&self, core: &Core) -> RefMut<'_, Option<Outcome<F::Output>>> {
        assert!(self.head.is_of(&core.remote), "an output is kept by its own loop alone");
        assert!(!self.join.is_finished(), "from its end on a task's output is the handle's");
        self.output.borrow_mut()
    }
}

impl<F: Future + 'static> AnyTask for Task<F> {
    fn head(&self) -> &Head {
        &self.head
    }

    fn join(&self) -> &Join {
        &self.join
    }

    fn poll(&self, core: &Core, cx: &mut Context<'_>) -> Poll<()> {
        let polled = self.open(core, |future| poll_or_drop(future, cx));
        polled.map(|output| *self.output(core) = Some(Ok(output)))
    }

    fn drop_future(&self, core: &Core) {
        self.open(core, |mut future| future.set(None));
    }

    fn fail(&self, core: &Core, error: JoinError) {
        *self.output(core) = Some(Err(error));
    }

    fn dispose(&self, core: &Core, label: &Label) {
        let outcome = self.output(core).take();
        // The part is closed again: what follows is the user's code.
        join::dispose(outcome, || Some(Box::new(label.clone())));
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

impl<F: Future> Drop for Task<F> {
    /// Runs on whichever thread has the last waker, so nothing of the user's may be dropped here.
    /// By now there is nothing: whoever ends a task empties it. A loop that is leaked does not.
    fn drop(&mut self) {
        mem::forget(self.output.get_mut().take());
    }
}

/// The handle's way to a task whose future it does not know. It goes to another thread only if the
/// output may.
pub(crate) struct Handle<T> {
    task: Arc<dyn HasOutput<T>>,
    /// `Send` and `Sync` as a lock around the output is.
    output: PhantomData<Arc<Mutex<T>>>,
}

/// The other end of the handle of a blocking job, which leaves its outcome there from any thread.
pub(crate) struct JobEnd<T>(Arc<Task<Pending<T>>>, PhantomData<Arc<Mutex<T>>>);

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
    pub(crate) fn finish(self, outcome: Outcome<T>, label: &Label) -> Option<Waker> {
        if let Err(JoinError::Panicked(_)) = outcome {
            self.0.join.keep_name(label);
        }
        *self.0.output.borrow_mut() = Some(outcome);
        match self.0.join.finish() {
            Finished::Wanted(Some(Joiner::Elsewhere(waker))) => return Some(waker),
            Finished::Wanted(_) => {} // a job has no place, so neither has who waits for it
            Finished::Unwanted => {
                let outcome = self.0.output.borrow_mut().take();
                join::dispose(outcome, || Some(Box::new(label.clone())));
            }
        }
        None
    }
}

/// Private to this file: whoever has it can take the output.
trait HasOutput<T>: AnyTask {
    fn take(&self) -> Option<Outcome<T>>;
    fn waker(self: Arc<Self>) -> Waker;
}

impl<F: Future + 'static> HasOutput<F::Output> for Task<F> {
    fn take(&self) -> Option<Outcome<F::Output>> {
        assert!(self.join.is_finished(), "until then it is not the handle's");
        self.output.borrow_mut().take()
    }

    fn waker(self: Arc<Self>) -> Waker {
        waker::own(self)
    }
}

impl<T> Handle<T> {
    pub(crate) fn head(&self) -> &Head {
        self.task.head()
    }

    pub(crate) fn join(&self) -> &Join {
        self.task.join()
    }

    /// Takes the outcome of a task that is finished; `None` if it was taken before.
    pub(crate) fn take(&mut self) -> Option<Outcome<T>> {
        self.task.take()
    }

    pub(crate) fn waker(&self) -> Waker {
        self.task.clone().waker()
    }
}
