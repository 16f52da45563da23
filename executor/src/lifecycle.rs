//! What the loop does with a task: the transitions 1, 2, 3, 6 and 7 of `task.rs`.
//!
//! Some functions here and elsewhere are *stations*, at which a debugger can be told to stop
//! (`async stations` lists them, `executor/debugger` has the script). They are never inlined, so
//! that they can be found in a release build, too.

use std::future::Pending;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::task::{Context, Poll};
use std::thread;

use crate::cell::{AnyTask, Task};
use crate::event_loop::Core;
use crate::join::{Failure, Finished, Joiner};
use crate::journal::{Cause, Doing, Event};
use crate::label::Label;
use crate::net::socket::BUDGET;
use crate::panics::contain;
use crate::task::{Entry, Place, Running, wakers_of};
use crate::{JoinError, JoinHandle, waker};

/// Whether a future is boxed before anything else is done with it. To pass a large one on by value,
/// from function to function, would take the stack many times as much.
pub(crate) const fn is_large<F>() -> bool {
    size_of::<F>() > 16 * 1024
}

impl Core {
    /// Makes a future a task. Before a large one is given to this function, it is boxed.
    pub(crate) fn spawn<F: Future + 'static>(
        &self,
        label: Label,
        future: F,
    ) -> JoinHandle<F::Output> {
        if const { is_large::<F>() } {
            return self.spawn_as_is(label, Box::pin(future));
        }
        self.spawn_as_is(label, future)
    }

    fn spawn_as_is<F: Future + 'static>(&self, label: Label, future: F) -> JoinHandle<F::Output> {
        let task = Task::new(&self.remote, Some(future));
        let handle = JoinHandle::new(task.clone().handle());
        self.add(task, label);
        handle
    }

    /// Makes the future given to `run` a task. It may borrow, so the task cannot own it: it stays
    /// with `run`, and the task has only what its waker needs.
    pub(crate) fn add_main(&self, label: Label) -> Place {
        let task = Task::new(&self.remote, None::<Pending<()>>);
        self.add(task.clone(), label);
        task.head.place()
    }

    /// Transition 1, the station `spawned`. At the end of `run` a task is refused, and dropped.
    #[inline(never)]
    pub(crate) fn add(&self, task: Arc<AnyTask>, label: Label) {
        let id = task.head.id;
        if self.closing.get() {
            task.head.flags.close();
            contain(format_args!("the destructor of a refused task, {label},"), || {
                task.parts(self).drop_future();
            });
            return self.publish(&task, Err(JoinError::Cancelled), &label);
        }
        let told = self.journal.is_on().then(|| (label.name(), label.site));
        let place = self.tasks.borrow_mut().insert(task, label);
        self.ready.push(place);
        if let Some((name, site)) = told {
            self.tell(|| Event::Spawned { task: id, name, site, by: self.doing.get().task() });
            self.tell(|| Event::Woken { task: id, by: Cause::Spawn });
        }
    }

    /// Polls a task whose turn has come.
    pub(crate) fn run_task(&self, place: Place) {
        let Some(running) = self.take_for_poll(place) else { return };
        let task = &running.task;
        if task.head.is_aborted() {
            return self.finish(running, Err(JoinError::Cancelled));
        }
        match self.poll(task, |cx| task.parts(self).poll(cx)) {
            // It was aborted while it was polled.
            Ok(Poll::Pending) if task.head.is_aborted() => {
                self.finish(running, Err(JoinError::Cancelled))
            }
            Ok(Poll::Pending) => self.put_back(running),
            Ok(Poll::Ready(())) => self.finish(running, Ok(())),
            Err(panic) => self.finish(running, Err(JoinError::Panicked(panic))),
        }
    }

    /// Polls the future given to `run`; a panic ends it, too.
    pub(crate) fn run_main(
        &self,
        place: Place,
        poll: &mut dyn FnMut(&mut Context<'_>) -> Poll<()>,
    ) -> Poll<thread::Result<()>> {
        let Some(running) = self.take_for_poll(place) else { return Poll::Pending };
        let polled = self.poll(&running.task, poll);
        if !matches!(polled, Ok(Poll::Pending)) {
            // Its destructor comes later, in `run`; a wake from there must not queue it again.
            running.task.head.flags.close();
        }
        self.put_back(running);
        match polled {
            Ok(poll) => poll.map(Ok),
            Err(panic) => Poll::Ready(Err(panic)),
        }
    }

    /// Transition 2: the task leaves the slab for as long as it is polled, so that no borrow of the
    /// slab is held meanwhile. `None` if it is done: the wake came too late.
    fn take_for_poll(&self, place: Place) -> Option<Running> {
        let mut tasks = self.tasks.borrow_mut();
        let entry = tasks.get(place)?;
        let task = entry.task.take()?;
        entry.polls += 1;
        // The flag is cleared before the poll: a wake during it must queue the task again.
        task.head.flags.unqueue_here();
        Some(Running { place, task })
    }

    /// The station `polled`.
    #[inline(never)]
    fn poll(
        &self,
        task: &Arc<AnyTask>,
        poll: impl FnOnce(&mut Context<'_>) -> Poll<()>,
    ) -> thread::Result<Poll<()>> {
        let head = &task.head;
        self.doing.set(Doing::Task(head.id));
        self.budget.set(BUDGET);
        let watch = if self.is_watched { self.watch(head) } else { None };
        let waker = waker::lend(task);
        let mut cx = Context::from_waker(&waker);
        let polled = catch_unwind(AssertUnwindSafe(|| poll(&mut cx)));
        if let Some(watch) = watch {
            self.watched(head, watch, matches!(polled, Ok(Poll::Ready(_))));
        }
        self.doing.set(Doing::Nothing);
        polled
    }

    /// Transition 3, the station `pending`.
    #[inline(never)]
    fn put_back(&self, running: Running) {
        let place = running.place;
        let tasks = &mut *self.tasks.borrow_mut();
        // Its entry is there, and empty: only the loop ends a task, and it has taken this one out.
        let Some(entry) = tasks.get(place) else { return };
        entry.kept_waker = wakers_of(&running.task) > 0;
        entry.task.get_or_insert(running.task);
        if entry.kept_waker && entry.hope.is_none() {
            tasks.hope_for(place);
        }
    }

    /// Transitions 6 and 7, the station `done`: the future is dropped at once, outside every borrow.
    /// Then whoever waits for the task is woken.
    #[inline(never)]
    pub(crate) fn finish(&self, running: Running, ending: Result<(), JoinError>) {
        let Running { place, task } = running;
        task.head.flags.close();
        let entry = self.tasks.borrow_mut().remove(place);
        let Some(Entry { id, label, .. }) = entry else { return };
        self.doing.set(Doing::Task(id));
        contain(format_args!("the destructor of task {label},"), || task.parts(self).drop_future());
        self.tell(|| match &ending {
            Ok(()) => Event::Done { task: id },
            Err(JoinError::Cancelled) => Event::Cancelled { task: id },
            Err(JoinError::Panicked(_)) => Event::Panicked { task: id },
        });
        self.publish(&task, ending, &label);
        self.doing.set(Doing::Nothing);
    }

    /// Lets the handle have the outcome; the output was kept by the poll.
    fn publish(&self, task: &Arc<AnyTask>, ending: Result<(), JoinError>, label: &Label) {
        if let Err(error) = ending {
            task.parts(self).fail(Failure::of(label, error));
        }
        match task.join.finish() {
            Finished::Unwanted => task.parts(self).dispose(),
            Finished::Wanted(None) => {}
            Finished::Wanted(Some(joiner)) => {
                self.doing.set(Doing::Join(task.head.id));
                self.wake_joiner(joiner);
            }
        }
    }

    fn wake_joiner(&self, joiner: Joiner) {
        match joiner {
            Joiner::Here(place) => {
                // Tasks end between polls, so none is RUNNING: one that is not there is done.
                let mut tasks = self.tasks.borrow_mut();
                let task = tasks.get(place).and_then(|entry| entry.task.as_ref());
                if task.is_none_or(|task| !task.head.flags.queue_here()) {
                    return;
                }
                drop(tasks);
                self.ready.push(place);
                let by = self.doing.get().cause_of(place.id);
                self.tell(|| Event::Woken { task: place.id, by });
            }
            Joiner::Elsewhere(waker) => {
                contain("a waker called by a join handle", || waker.wake());
            }
        }
    }
}
