//! The end of `run`: nothing is left of what it has begun.

use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Waker};
use std::thread;

use crate::event_loop::Core;
use crate::journal::Event;
use crate::task::Place;
use crate::{JoinError, Stuck};

impl Core {
    /// The future given to `run` is gone: forgets it as a task.
    pub(crate) fn finish_main<T>(&self, place: Place, outcome: &thread::Result<Result<T, Stuck>>) {
        let entry = self.tasks.borrow_mut().remove(place);
        if let Some(task) = entry.and_then(|entry| entry.task) {
            task.head.flags.close();
        }
        let task = place.id;
        self.tell(|| match outcome {
            Ok(Ok(_)) => Event::Done { task },
            Ok(Err(_)) => Event::Cancelled { task },
            Err(_) => Event::Panicked { task },
        });
    }

    /// The end of `run`. The loop may run again.
    pub(crate) fn end(&self) {
        self.shut_down();
        self.open_again();
    }

    /// Shuts the entrance, and then cancels every task that is left, what other
    /// threads have sent before, and the jobs that still wait for a thread of the pool. Those that
    /// run are waited for, as long as the loop's builder was told.
    pub(crate) fn shut_down(&self) {
        self.closing.set(true);
        self.remote.set_open(false);
        let mut slot = 0;
        loop {
            // The borrow ends before the task does.
            let taken = self.tasks.borrow_mut().take_from(slot);
            let Some(task) = taken else { break };
            slot = task.place.slot as usize;
            self.finish(task, Err(JoinError::Cancelled));
        }
        let mut due = Vec::new();
        let mut limit = self.shutdown_timeout.map(timer::sleep);
        let pool = self.pool.borrow().clone();
        loop {
            let jobs = pool.close(|event| self.tell(|| event));
            if jobs == 0 {
                break;
            }
            if limit.as_mut().is_some_and(has_ended) {
                *self.pool.borrow_mut() = Rc::new(pool.renewed());
                self.tell(|| Event::JobsLeft { jobs });
                break;
            }
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
        self.ready.clear();
    }

    fn open_again(&self) {
        self.pool.borrow().open();
        self.closing.set(false);
        self.remote.set_open(true);
    }
}

/// Has this time passed? Otherwise the driver now has its deadline, and the loop's sleep ends with it.
fn has_ended(sleep: &mut timer::Sleep) -> bool {
    let mut cx = Context::from_waker(Waker::noop());
    // One that is due already wakes its task at the first poll, and says so at the second.
    (0..2).any(|_| Pin::new(&mut *sleep).poll(&mut cx).is_ready())
}
