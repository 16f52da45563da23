use std::cell::{Cell, RefCell};
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::sync::Arc;
use std::task::Poll;
use std::thread::{self, Thread};
use std::time::Duration;

use timer::{Driver, Instant};

use crate::blocking::Pool;
use crate::context;
use crate::join::JoinHandle;
use crate::journal::{Cause, Doing, Event, Journal};
use crate::label::Label;
use crate::net::reactor::Reactor;
use crate::ready::{Message, ReadyQueue, Remote};
use crate::sync::channel::Receiver;
use crate::task::{Header, Place, TaskId, Tasks};
use crate::{Builder, LocalSpawner, Spawner, Stuck, panics};

/// How many polls the loop does in one round, and at most before it looks at timers and I/O
/// again. A prime, so that no program's own rhythm falls in with it; it is tokio's figure too.
const ROUND: usize = 61;

/// An event loop: asyncio's `loop`.
///
/// [`run`](crate::run) makes one, uses it and drops it. Make one yourself to choose its clock, to
/// observe it, to spawn before it runs, or to run several futures one after the other.
///
/// ```
/// use executor::EventLoop;
///
/// let mut event_loop = EventLoop::new()?;
/// let toast = event_loop.spawn(async { "toast" });
/// assert_eq!(event_loop.run(toast).unwrap(), "toast");
/// # Ok::<(), std::io::Error>(())
/// ```
pub struct EventLoop {
    pub(crate) core: Rc<Core>,
}

impl EventLoop {
    /// A loop with a real clock and nobody watching.
    ///
    /// # Errors
    /// When the system has no descriptor left for it.
    pub fn new() -> io::Result<Self> {
        Self::builder().build()
    }

    /// For a loop with another clock, an observer, or other limits.
    pub fn builder() -> Builder {
        Builder::new()
    }

    /// Runs `future` to its end, and meanwhile all tasks; see [`run`](crate::run).
    ///
    /// When it returns, every task that was left has been cancelled. The loop can run again.
    ///
    /// # Panics
    /// Inside another loop on the same thread; when nothing can ever happen again; and with the
    /// panic of `future`, if it panics, after all is cleaned up.
    #[track_caller]
    pub fn run<F: Future>(&mut self, future: F) -> F::Output {
        match self.try_run(future) {
            Ok(output) => output,
            Err(stuck) => panic!("{stuck}"),
        }
    }

    /// [`run`](Self::run), which returns the report when nothing can ever happen again.
    ///
    /// # Errors
    /// [`Stuck`], when every task waits, and nobody is left who could wake one.
    ///
    /// # Panics
    /// As [`run`](Self::run) does, but for that.
    ///
    /// ```
    /// let mut event_loop = executor::EventLoop::new()?;
    /// let stuck = event_loop.try_run(std::future::pending::<()>()).unwrap_err();
    /// assert!(stuck.to_string().contains("kept no waker"));
    /// # Ok::<(), std::io::Error>(())
    /// ```
    #[track_caller]
    pub fn try_run<F: Future>(&mut self, future: F) -> Result<F::Output, Stuck> {
        assert!(
            context::current().is_none(),
            "a loop was run inside a running loop, which would block it: await the future \
             instead, or run the loop on another thread"
        );
        let core = &self.core;
        let _entered = context::enter(core);
        let header = Header::new(&core.remote);
        let main = header.id;
        core.add(header, Label::of_type::<F>(), None);
        let mut future = pin!(Some(future));
        let outcome = catch_unwind(AssertUnwindSafe(|| {
            core.run(main, future.as_mut().as_pin_mut().expect("it is taken out only below"))
        }))
        .flatten();
        core.doing.set(Doing::Task(main));
        panics::contain("the destructor of the future given to run", || future.set(None));
        core.doing.set(Doing::Nothing);
        core.finish_main(main, &outcome);
        core.shut_down();
        if let Some(panic) = core.journal.take_panic() {
            resume_unwind(panic);
        }
        outcome.unwrap_or_else(|panic| resume_unwind(panic))
    }

    /// Spawns a task before the loop runs; see [`spawn`](crate::spawn).
    #[track_caller]
    pub fn spawn<F: Future + 'static>(&self, future: F) -> JoinHandle<F::Output> {
        self.core.spawn(Label::of_type::<F>(), future)
    }

    /// For other threads: spawns tasks on this loop; see [`Spawner`].
    pub fn spawner(&self) -> Spawner {
        Spawner::new(&self.core.remote)
    }

    /// A [`futures_task::LocalSpawn`] of this loop; see [`LocalSpawner`].
    pub fn local_spawner(&self) -> LocalSpawner {
        LocalSpawner::new(&self.core)
    }
}

impl Drop for EventLoop {
    fn drop(&mut self) {
        // Destructors of tasks find their loop entered, even inside another one.
        let _entered = context::enter(&self.core);
        self.core.shut_down();
        // Nobody is left to run what these wakers, which may be foreign, might spawn.
        self.core.closing.set(true);
        for waker in self.core.reactor.close() {
            panics::contain("a waker called by a socket", || waker.wake());
        }
        // Those of sleeps that outlive the loop.
        for waker in self.core.driver.take_timers() {
            panics::contain("the destructor of a waker kept by a timer", || drop(waker));
        }
    }
}

/// The loop itself. `EventLoop` owns it, and so does the thread's context while the loop runs.
pub(crate) struct Core {
    pub(crate) driver: Rc<Driver>,
    pub(crate) ready: ReadyQueue,
    pub(crate) tasks: RefCell<Tasks>,
    pub(crate) inbox: Receiver<Message>,
    pub(crate) remote: Arc<Remote>,
    pub(crate) reactor: Arc<Reactor>,
    /// How many operations on sockets the task may still do in this poll; below zero, refusals.
    pub(crate) budget: Cell<i32>,
    pub(crate) pool: Pool,
    pub(crate) journal: Journal,
    /// Polls are timed: somebody observes the loop, or there is a limit.
    pub(crate) is_watched: bool,
    /// How long a poll may take before it is reported.
    pub(crate) slow_poll: Option<Duration>,
    /// A task of which somebody outside had a waker when it was last asked whether the loop is
    /// stuck, and its polls at that time. So it is still: a waker that goes takes this back, and a
    /// wake leads to a poll.
    pub(crate) outside_waker: Cell<Option<(Place, u64)>>,
    /// What is going on just now, for the journal.
    pub(crate) doing: Cell<Doing>,
    /// The end has come: no task is accepted any more.
    pub(crate) closing: Cell<bool>,
}

impl Core {
    /// The loop's turns, until the main future is done; the outer `Err` is its panic.
    fn run<F: Future>(
        &self,
        main: TaskId,
        mut future: Pin<&mut F>,
    ) -> thread::Result<Result<F::Output, Stuck>> {
        let mut polls = 0;
        let mut due = Vec::new();
        loop {
            // 1. Move the inbox into the ready queue, or as much of it as is fair to the tasks. It
            //    is empty unless somebody has called: to look at that is cheaper.
            if self.remote.unparker.take_call() {
                self.outside_waker.set(None);
                self.empty_inbox();
            }

            // 2. Run one round: the tasks that are ready now. What becomes ready meanwhile, a
            //    task that wakes itself above all, waits for the next round.
            for _ in 0..self.ready.len().min(ROUND - polls) {
                let Some(place) = self.ready.pop() else { break };
                polls += 1;
                if place.id != main {
                    self.run_task(place);
                } else if let Poll::Ready(outcome) = self.run_main(place, future.as_mut()) {
                    return outcome.map(Ok);
                }
            }

            // 3. While tasks are ready, look at timers and I/O only now and then.
            if self.ready.len() > 0 && polls < ROUND {
                continue;
            }
            polls = 0;

            // 4. Ask the driver. If nothing is ready, sleep until something is to be done: by a
            //    deadline, I/O, or a call from another thread. Nothing else ends the sleep.
            let idle = self.ready.len() == 0;
            if idle && let Some(stuck) = self.stuck() {
                return Ok(Err(stuck));
            }
            self.wait(idle);

            // 5. Wake the tasks whose sockets are ready, and those whose timers are due. The clock
            //    is read here, once a turn.
            self.wake_sockets();
            self.fire_timers(&mut due);
        }
    }

    pub(crate) fn empty_inbox(&self) {
        for messages in 0.. {
            // Other threads may send faster than this. The rest is for the next turn.
            if messages == ROUND && !self.closing.get() {
                return self.remote.unparker.unpark();
            }
            let Ok(message) = self.inbox.try_recv() else { return };
            match message {
                Message::Wake(header, thread) => self.wake_from(&header, thread),
                Message::Spawn(header, label, task) => self.add(header, label, Some(task)),
                Message::Tell(at, event) => self.journal.tell(at, &event),
            }
        }
    }

    /// The station `woken`, for wakes by other threads.
    #[inline(never)]
    fn wake_from(&self, header: &Header, thread: Thread) {
        // A task that was done before the message came is left marked as queued, for ever.
        if self.tasks.borrow_mut().get(header.place()).is_none() {
            return;
        }
        header.flags.unqueue_elsewhere();
        if header.flags.queue_here() {
            self.ready.push(header.place());
            self.tell(|| Event::Woken { task: header.id, by: Cause::Thread(thread) });
        }
    }

    pub(crate) fn tell(&self, event: impl FnOnce() -> Event) {
        if self.journal.is_on() {
            self.journal.tell(self.now().since_start(), &event());
        }
    }

    pub(crate) fn now(&self) -> Instant {
        self.driver.clock().now()
    }
}
