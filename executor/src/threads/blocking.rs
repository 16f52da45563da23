//! Calls that block, handed to the pool, so that the loop's own thread does not block.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::task::Waker;
use std::thread;

use crate::cell::JobEnd;
use crate::event_loop::Core;
use crate::join::{Failure, Outcome};
use crate::journal::Event;
use crate::label::Label;
use crate::ready::Message;
use crate::{JoinError, JoinHandle, context, panics};

impl Core {
    /// Hands a job to the pool.
    pub(crate) fn spawn_blocking<T: Send + 'static>(
        &self,
        label: Label,
        job: impl FnOnce() -> T + Send + 'static,
    ) -> io::Result<JoinHandle<T>> {
        let (end, handle) = JobEnd::new(&self.remote);
        let handle = JoinHandle::new(handle);
        let end = Completer(Some(end));
        if self.closing.get() {
            return Ok(handle); // the completer says "cancelled"
        }
        let pool = self.pool.borrow().clone();
        pool.reserve()?;
        let (task, by) = (handle.id(), self.doing.get().task());
        self.tell(|| Event::JobQueued { task, name: label.name(), site: label.site, by });
        let clock = self.driver.clock().clone();
        let of_loop = self.remote.clone();
        let remote = self.journal.is_on().then(|| self.remote.clone());
        let tell = move |event| {
            if let Some(remote) = &remote {
                remote.send(Message::Tell(clock.now().since_start(), event));
            }
        };
        let run = move || {
            if end.is_aborted() {
                panics::contain("the destructor of an aborted job", || drop(job));
                tell(Event::Cancelled { task });
                return end.finish(Err(Failure::Cancelled));
            }
            tell(Event::JobStarted { task, thread: thread::current() });
            let mut outcome = catch_unwind(AssertUnwindSafe(|| context::in_job_of(of_loop, job)))
                .map_err(|panic| Failure::of(&label, JoinError::Panicked(panic)));
            if end.is_aborted() && outcome.is_ok() {
                panics::contain("the destructor of an output", || drop(outcome));
                outcome = Err(Failure::Cancelled);
            }
            tell(Event::JobFinished { task });
            end.finish(outcome)
        };
        // The queue lives as long as the pool: it cannot be closed.
        let _ = pool.jobs.send((task, Box::new(run)));
        Ok(handle)
    }
}

/// Completes the handle of a job. Dropped with the job it says "cancelled".
struct Completer<T: 'static>(Option<JobEnd<T>>);

impl<T: 'static> Completer<T> {
    fn is_aborted(&self) -> bool {
        self.0.as_ref().is_some_and(|end| end.head().is_aborted())
    }

    /// Returns whoever waits for the outcome.
    fn finish(mut self, outcome: Outcome<T>) -> Option<Waker> {
        self.0.take()?.finish(outcome)
    }
}

impl<T: 'static> Drop for Completer<T> {
    fn drop(&mut self) {
        let joiner = self.0.take().and_then(|end| end.finish(Err(Failure::Cancelled)));
        if let Some(joiner) = joiner {
            panics::contain("a waker called by a join handle", || joiner.wake());
        }
    }
}
