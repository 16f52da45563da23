//! The loop: [`Core::run`], the turn that the README numbers. Everything else serves it.
//!
//! A *round* is steps 1 to 3: a look into the inbox, and one poll of each task that is ready. A
//! *turn* is the rounds up to one look at the driver, steps 4 and 5.
//!
//! These files have a part of `Core` each:
//!
//! | file | its part |
//! |---|---|
//! | `event_loop.rs` | the turn, and the inbox |
//! | `lifecycle.rs` | what is done with a task: spawn, poll, finish, cancel |
//! | `waiting.rs` | steps 4 and 5: the sleep, and whom its end wakes |
//! | `shut_down.rs` | the end of `run` |
//! | `run.rs` | around them all: `EventLoop`, which is what programs see |
//! | `threads/blocking.rs` | jobs for other threads |
//! | `watch/stuck.rs`, `watch/watchdog.rs` | questions that are asked now and then |

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::thread::{self, Thread};
use std::time::Duration;

use timer::{Driver, Instant};

use crate::journal::{Cause, Doing, Event, Journal};
use crate::net::reactor::Reactor;
use crate::primitives::channel::Receiver;
use crate::ready::{Message, ReadyQueue, Remote};
use crate::task::{Head, Place, Tasks};
use crate::threads::pool::Pool;
use crate::{Stuck, waker};

/// How many polls the loop does in one turn, at most. A prime, so that no program's own rhythm falls
/// in with it; it is tokio's figure too.
const POLLS: usize = 61;

/// How many messages of the inbox one round takes, at most.
const MESSAGES: usize = POLLS;

/// The loop itself. `EventLoop` owns it, and so does the thread's context while the loop runs.
pub(crate) struct Core {
    pub(crate) driver: Rc<Driver>,
    pub(crate) ready: ReadyQueue,
    pub(crate) tasks: RefCell<Tasks>,
    pub(crate) inbox: Receiver<Message>,
    pub(crate) remote: Arc<Remote>,
    pub(crate) reactor: Arc<Reactor>,
    /// How many operations on sockets the task may still do in this poll. Below zero it counts how
    /// often the task was refused one; see `is_refused` in `net/socket.rs`.
    pub(crate) budget: Cell<i32>,
    /// Another one when the end of `run` has left jobs behind.
    pub(crate) pool: RefCell<Rc<Pool>>,
    pub(crate) shutdown_timeout: Option<Duration>,
    pub(crate) journal: Journal,
    /// Polls are timed: somebody observes the loop, or there is a limit.
    pub(crate) is_watched: bool,
    /// How long a poll may take before it is reported.
    pub(crate) slow_poll: Option<Duration>,
    /// What is going on just now, for the journal.
    pub(crate) doing: Cell<Doing>,
    /// The end has come: no task is accepted any more.
    pub(crate) closing: Cell<bool>,
}

impl Core {
    /// The loop's turns, until the main future is done; the outer `Err` is its panic.
    pub(crate) fn run(
        &self,
        main: Place,
        poll_main: &mut dyn FnMut(&mut Context<'_>) -> Poll<()>,
    ) -> thread::Result<Result<(), Stuck>> {
        let mut polls = 0;
        let mut due = Vec::new();
        loop {
            // 1. Move the inbox into the ready queue, or as much of it as is fair to the tasks.
            //    `take_call` reads one byte, which is cheaper than to look into the inbox. Unless
            //    somebody has called, only notes for the journal are in it, and they can wait.
            if self.remote.unparker.take_call() {
                self.empty_inbox();
            }

            // 2. Run one round: the tasks that are ready now. What becomes ready meanwhile, a
            //    task that wakes itself above all, waits for the next round.
            for _ in 0..self.ready.len().min(POLLS - polls) {
                let Some(place) = self.ready.pop() else { break };
                polls += 1;
                if place.id != main.id {
                    self.run_task(place);
                } else if let Poll::Ready(outcome) = self.run_main(place, poll_main) {
                    return outcome.map(Ok);
                }
            }

            // 3. While tasks are ready, look at timers and I/O only now and then: after so many
            //    polls, or when the machine's coarse clock has moved (every few milliseconds).
            if self.ready.len() > 0 && polls < POLLS && !self.driver.has_ticked() {
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
            // Other threads may send faster than this. The rest is for the next round.
            if messages == MESSAGES && !self.closing.get() {
                return self.remote.unparker.unpark();
            }
            let Ok(message) = self.inbox.try_recv() else { return };
            match message {
                Message::Wake(waker, thread) => self.wake_from(&waker, thread),
                Message::Spawn(task, label) => self.add(task, label),
                Message::Tell(at, event) => self.journal.tell(at, &event),
            }
        }
    }

    /// The station `woken`, for wakes by other threads.
    #[inline(never)]
    fn wake_from(&self, waker: &Waker, thread: Thread) {
        let head = waker::head(waker).expect("only wakers of ours travel");
        // A task that was done before the message came is left marked as queued, for ever.
        if self.tasks.borrow_mut().get(head.place()).is_none() {
            return;
        }
        head.flags.unqueue_elsewhere();
        if self.queue_here(head) {
            self.tell(|| Event::Woken { task: head.id, by: Cause::Thread(thread) });
        }
    }

    /// Puts a task of this loop into the ready queue; `false` if it is there already.
    pub(crate) fn queue_here(&self, head: &Head) -> bool {
        let is_new = head.flags.queue_here();
        if is_new {
            self.ready.push(head.place());
        }
        is_new
    }

    #[inline]
    pub(crate) fn tell(&self, event: impl FnOnce() -> Event) {
        if self.journal.is_on() {
            self.journal.tell(self.now().since_start(), &event());
        }
    }

    pub(crate) fn now(&self) -> Instant {
        self.driver.clock().now()
    }
}
