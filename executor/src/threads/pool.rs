//! The blocking pool: threads that take up jobs, started on demand and ended when idle.

use std::io;
use std::sync::Arc;
use std::task::Waker;
use std::time::Duration;

use timer::{Clock, Hold, Unparker};

use crate::journal::Event;
use crate::primitives::channel::{self, Receiver, RecvTimeoutError, Sender};
use crate::primitives::{Builder, Mutex};
use crate::{TaskId, panics, waker};

/// A thread without a job ends after this long.
const IDLE: Duration = Duration::from_secs(10);

/// Runs and publishes its outcome; returns whoever waits for it.
pub(super) type Job = Box<dyn FnOnce() -> Option<Waker> + Send>;

/// Threads started on demand, up to a limit; jobs are taken up first in, first out.
pub(crate) struct Pool {
    limit: usize,
    pub(super) jobs: Sender<(TaskId, Job)>,
    queue: Receiver<(TaskId, Job)>,
    state: Arc<Mutex<State>>,
    unparker: Unparker,
    clock: Clock,
}

#[derive(Default)]
struct State {
    /// Jobs handed in and not finished.
    pending: usize,
    /// Threads alive. As long as fewer than `limit`, and the system has more to give, there is one
    /// for each pending job.
    threads: usize,
    /// Threads that have taken up a job, and with it a hold.
    at_work: usize,
    /// Threads ever started, for their names.
    started: usize,
    /// A simulated clock is held once for each job that a thread runs or is about to take up: here
    /// are the holds of the latter. The jobs for which no thread is free must not hold it: those
    /// before them may be waiting for time to pass.
    holds: Vec<Hold>,
    /// The loop is at its end and waits for the jobs that run.
    closing: bool,
}

impl Pool {
    pub(crate) fn new(limit: usize, unparker: Unparker, clock: Clock) -> Self {
        let (jobs, queue) = channel::unbounded();
        Self { limit, jobs, queue, state: Arc::default(), unparker, clock }
    }

    /// Makes sure that a thread will take up the job that is handed in next.
    pub(super) fn reserve(&self) -> io::Result<()> {
        let mut state = self.state.lock();
        if state.pending >= state.threads && state.threads < self.limit {
            match self.start_thread(state.started + 1) {
                Ok(()) => {
                    state.started += 1;
                    state.threads += 1;
                }
                // The threads that there are will get to it.
                Err(_) if state.threads > 0 => {}
                Err(error) => return Err(error),
            }
        }
        state.pending += 1;
        state.settle_holds(&self.clock);
        Ok(())
    }

    fn start_thread(&self, number: usize) -> io::Result<()> {
        let (queue, state) = (self.queue.clone(), self.state.clone());
        let (unparker, clock) = (self.unparker.clone(), self.clock.clone());
        let thread = Builder::new().name(format!("blocking-{number}"));
        thread.spawn(move || work(&queue, &state, &unparker, &clock))?;
        Ok(())
    }

    /// Drops the jobs that no thread has taken up, and tells of each; says how many still run. The
    /// end of each of these calls the loop.
    pub(crate) fn close(&self, tell: impl Fn(Event)) -> usize {
        while let Ok((task, job)) = self.queue.try_recv() {
            panics::contain("the destructor of a cancelled job", || drop(job));
            tell(Event::Cancelled { task });
            self.state.lock().pending -= 1;
        }
        let mut state = self.state.lock();
        state.settle_holds(&self.clock);
        state.closing = true;
        state.pending
    }

    /// One like this, without its threads and its jobs: a thread of a pool that is gone ends with the
    /// job that it runs.
    pub(crate) fn renewed(&self) -> Self {
        Self::new(self.limit, self.unparker.clone(), self.clock.clone())
    }

    pub(crate) fn is_busy(&self) -> bool {
        self.state.lock().pending > 0
    }

    pub(crate) fn open(&self) {
        self.state.lock().closing = false;
    }
}

impl State {
    /// A thread takes up a job, and with it the hold that is then the job's own.
    fn take_up(&mut self, clock: &Clock) -> Hold {
        self.at_work += 1;
        // There is none if the thread that is to hand one on is still busy waking: it holds the
        // clock meanwhile.
        self.holds.pop().unwrap_or_else(|| clock.hold())
    }

    /// A thread has done a job. Its hold goes on if another job waits for a thread.
    fn put_down(&mut self, hold: Hold, clock: &Clock) {
        self.at_work -= 1;
        self.holds.push(hold);
        self.settle_holds(clock);
    }

    fn settle_holds(&mut self, clock: &Clock) {
        let with_thread = self.pending.min(self.threads);
        self.holds.resize_with(with_thread.saturating_sub(self.at_work), || clock.hold());
    }
}

/// A thread's life. It also ends when the pool is dropped, and with it the queue's other end.
fn work(queue: &Receiver<(TaskId, Job)>, state: &Mutex<State>, unparker: &Unparker, clock: &Clock) {
    loop {
        match queue.recv_timeout(IDLE) {
            Ok((_, job)) => {
                let (mut joiner, mut hold) = (None, state.lock().take_up(clock));
                hold.own_while(|| panics::contain("a blocking job", || joiner = job()));
                let mut guard = state.lock();
                guard.pending -= 1;
                // A loop that is at its end waits for just this; and one that is not woken by the
                // end of its last job has to look whether it is stuck.
                let wakes =
                    joiner.as_ref().and_then(waker::head).is_some_and(|head| head.calls(unparker));
                if guard.closing || (guard.pending == 0 && !wakes) {
                    unparker.unpark();
                }
                drop(guard);
                // Only now, with the job no longer counted: the joiner may be all that is left,
                // and the loop is to see whether it is stuck.
                if let Some(joiner) = joiner {
                    panics::contain("a waker called by a blocking job", || joiner.wake());
                }
                // And only now, with the joiner woken, may a simulated clock move on.
                state.lock().put_down(hold, clock);
            }
            Err(RecvTimeoutError::Disconnected) => return,
            Err(RecvTimeoutError::Timeout) => {
                let mut state = state.lock();
                // Under the lock: a job handed in right now is either counted or finds one
                // thread fewer and starts another.
                if state.pending < state.threads {
                    state.threads -= 1;
                    return;
                }
            }
        }
    }
}
