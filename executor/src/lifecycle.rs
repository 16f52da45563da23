//! What the loop does with a task: the transitions numbered in `task.rs`.
//!
//! Some functions here and elsewhere are *stations*, at which a debugger can be told to stop
//! (`async stations` lists them, `executor/debugger` has the script). They are never inlined, so
//! that they can be found in a release build, too.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::thread;

use crate::event_loop::Core;
use crate::join::{self, JoinHandle};
use crate::journal::{Cause, Doing, Event};
use crate::label::Label;
use crate::net::socket::BUDGET;
use crate::panics::contain;
use crate::task::{BoxedTask, Header, Idle, Place, Task, TaskId};
use crate::{JoinError, Stuck, waker};

impl Core {
    /// Makes a future a task.
    pub(crate) fn spawn<F: Future + 'static>(
        &self,
        label: Label,
        future: F,
    ) -> JoinHandle<F::Output> {
        let header = Header::new(&self.remote);
        let (handle, completer) = join::pair(&header);
        self.add(header, label, Some(Task::new(future, completer)));
        handle
    }

    /// Transition 1, the station `spawned`. The future given to `run` comes without a box: it stays
    /// where it is. At the end of `run` a task is refused, and dropped.
    #[inline(never)]
    pub(crate) fn add(&self, header: Arc<Header>, label: Label, task: Option<BoxedTask>) {
        let id = header.id;
        if self.closing.get() {
            header.flags.close();
            return contain(format_args!("the destructor of a refused task, {label},"), || {
                drop(task)
            });
        }
        let told = self.journal.is_on().then(|| (label.name(), label.site));
        let place = self.tasks.borrow_mut().insert(Idle { header, task }, label);
        self.ready.push(place);
        if let Some((name, site)) = told {
            self.tell(|| Event::Spawned { task: id, name, site, by: self.doing.get().task() });
            self.tell(|| Event::Woken { task: id, by: Cause::Spawn });
        }
    }

    /// Polls a task whose turn has come.
    pub(crate) fn run_task(&self, place: Place) {
        let Some(mut idle) = self.take_for_poll(place) else { return };
        let Some(task) = &mut idle.task else { return };
        if idle.header.is_aborted() {
            return self.finish(idle, Err(JoinError::Cancelled));
        }
        match self.poll(&idle.header, task.as_mut()) {
            // It was aborted while it was polled.
            Ok(Poll::Pending) if idle.header.is_aborted() => {
                self.finish(idle, Err(JoinError::Cancelled))
            }
            Ok(Poll::Pending) => self.put_back(place, idle),
            Ok(Poll::Ready(())) => self.finish(idle, Ok(())),
            Err(panic) => self.finish(idle, Err(JoinError::Panicked(panic))),
        }
    }

    /// Polls the future given to `run`; a panic ends it, too.
    pub(crate) fn run_main<F: Future>(
        &self,
        place: Place,
        future: Pin<&mut F>,
    ) -> Poll<thread::Result<F::Output>> {
        let Some(idle) = self.take_for_poll(place) else { return Poll::Pending };
        let polled = self.poll(&idle.header, future);
        if !matches!(polled, Ok(Poll::Pending)) {
            // It is over, but for its destructor, which has nobody to wake here.
            idle.header.flags.close();
        }
        self.put_back(place, idle);
        match polled {
            Ok(poll) => poll.map(Ok),
            Err(panic) => Poll::Ready(Err(panic)),
        }
    }

    /// Transition 2: the task leaves the slab for as long as it is polled, so that no borrow is
    /// held meanwhile. `None` if it is done: the wake came too late.
    fn take_for_poll(&self, place: Place) -> Option<Idle> {
        let mut tasks = self.tasks.borrow_mut();
        let entry = tasks.get(place)?;
        let idle = entry.idle.take()?;
        entry.polls += 1;
        // The flag is cleared before the poll: a wake during it must queue the task again.
        idle.header.flags.unqueue_here();
        Some(idle)
    }

    /// The station `polled`.
    #[inline(never)]
    fn poll<F>(&self, header: &Arc<Header>, future: Pin<&mut F>) -> thread::Result<Poll<F::Output>>
    where
        F: Future + ?Sized,
    {
        self.doing.set(Doing::Task(header.id));
        self.budget.set(BUDGET);
        let watch = if self.is_watched { self.watch(header) } else { None };
        let waker = waker::lend(header);
        let mut cx = Context::from_waker(&waker);
        let polled = catch_unwind(AssertUnwindSafe(|| future.poll(&mut cx)));
        if let Some(watch) = watch {
            self.watched(header, watch, matches!(polled, Ok(Poll::Ready(_))));
        }
        self.doing.set(Doing::Nothing);
        polled
    }

    /// Transition 3, the station `pending`.
    #[inline(never)]
    fn put_back(&self, place: Place, idle: Idle) {
        if let Some(entry) = self.tasks.borrow_mut().get(place) {
            entry.kept_waker = Arc::strong_count(&idle.header) > 1;
            entry.idle = Some(idle);
        }
    }

    /// Transitions 6 and 7, the station `done`: the future is dropped at once, outside every borrow.
    /// Then whoever waits for the task is woken.
    #[inline(never)]
    fn finish(&self, idle: Idle, ending: Result<(), JoinError>) {
        let task = idle.header.id;
        idle.header.flags.close();
        let entry = self.tasks.borrow_mut().remove(idle.header.place());
        let (Some(entry), Some(mut boxed)) = (entry, idle.task) else { return };
        self.doing.set(Doing::Task(task));
        let destructor = format_args!("the destructor of task {},", entry.label);
        contain(destructor, || boxed.as_mut().drop_future());
        self.tell(|| match &ending {
            Ok(()) => Event::Done { task },
            Err(JoinError::Cancelled) => Event::Cancelled { task },
            Err(JoinError::Panicked(_)) => Event::Panicked { task },
        });
        let joiner = boxed.as_mut().publish(ending.err(), &entry.label);
        drop(boxed);
        if let Some(joiner) = joiner {
            self.doing.set(Doing::Join(task));
            contain("a waker called by a join handle", || joiner.wake());
        }
        self.doing.set(Doing::Nothing);
    }

    /// The future given to `run` is gone: forgets it as a task.
    pub(crate) fn finish_main<T>(&self, task: TaskId, outcome: &thread::Result<Result<T, Stuck>>) {
        let idle = self.tasks.borrow_mut().take(task);
        if let Some(idle) = idle {
            self.finish(idle, Ok(()));
        }
        self.tell(|| match outcome {
            Ok(Ok(_)) => Event::Done { task },
            Ok(Err(_)) => Event::Cancelled { task },
            Err(_) => Event::Panicked { task },
        });
    }

    /// The end of `run`: cancels every task that is left, and the jobs that still wait for a
    /// thread of the pool. Those that run are waited for.
    pub(crate) fn shut_down(&self) {
        self.closing.set(true);
        let slots = self.tasks.borrow().slots();
        for slot in 0..slots {
            // The borrow ends before the task does.
            let idle = self.tasks.borrow_mut().take_at(slot);
            if let Some(idle) = idle {
                self.finish(idle, Err(JoinError::Cancelled));
            }
        }
        let mut due = Vec::new();
        while self.pool.close(|event| self.tell(|| event)) > 0 {
            // Wakes of tasks that are gone are no reason to stay awake.
            self.ready.clear();
            self.wait(true);
            self.wake_sockets();
            self.fire_timers(&mut due);
            self.remote.unparker.take_call();
            self.empty_inbox();
        }
        // A task spawned by another thread is refused like all others.
        self.remote.unparker.take_call();
        self.empty_inbox();
        self.pool.open();
        self.ready.clear();
        self.closing.set(false);
    }
}
