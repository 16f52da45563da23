//! The journal: what the loop did, when, and why.
//!
//! An [`Observer`] is told of every event as it happens. With none, an event costs a branch.

use std::any::Any;
use std::borrow::Cow;
use std::cell::RefCell;
use std::net::SocketAddr;
use std::panic::Location;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread::Thread;
use std::time::Duration;

use timer::{Instant, Key};

use crate::{TaskId, panics};

/// Is told what a loop does; see [`Builder::observer`](crate::Builder::observer).
///
/// ```
/// use std::cell::Cell;
/// use std::rc::Rc;
/// use std::time::Duration;
/// use executor::journal::{Event, Observer};
///
/// struct CountPolls(Rc<Cell<u32>>);
///
/// impl Observer for CountPolls {
///     fn on_event(&mut self, _at: Duration, event: &Event) {
///         if let Event::PollStarted { .. } = event {
///             self.0.set(self.0.get() + 1);
///         }
///     }
/// }
///
/// let polls = Rc::new(Cell::new(0));
/// let mut event_loop =
///     executor::EventLoop::builder().observer(CountPolls(polls.clone())).build().unwrap();
/// event_loop.run(executor::yield_now());
/// assert_eq!(polls.get(), 2);
/// ```
pub trait Observer {
    /// Something has happened, `at` so long after the start of the loop's clock.
    ///
    /// What this call itself does to the loop (spawn, wake) takes effect but is not told. If it
    /// panics, it is told no more, and the panic leaves `run` at its end.
    fn on_event(&mut self, at: Duration, event: &Event);
}

/// Something that happened in a loop.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the fields that several events share are explained once, here")]
///
/// `task` is the task it happened to, `timer` the timer, `token` the socket; what else an event says
/// stands with it. `site` is the line of the program for which it happened: the call of `sleep`,
/// `connect` and the like, or the `.await` of a handle. It is `None` where no line is known: for
/// polls by `futures_io`'s traits, and of futures in a box. Of a combinator from another crate it is
/// the line in there.
pub enum Event {
    /// A task came to be, by a call at `site`, made by the task `by` (or by none).
    Spawned {
        task: TaskId,
        name: Cow<'static, str>,
        site: &'static Location<'static>,
        by: Option<TaskId>,
    },
    /// A task was put into the ready queue. Being woken while it is there already is no event.
    Woken { task: TaskId, by: Cause },
    /// The loop calls a future's `poll`, for the `poll`-th time.
    PollStarted { task: TaskId, poll: u64 },
    /// The call has returned, after `took`.
    PollEnded { task: TaskId, poll: u64, took: Duration, ready: bool },
    /// That poll held the loop for longer than [`Builder::slow_poll`](crate::Builder::slow_poll)
    /// allows. Meanwhile these tasks were ready, or their timers due: each for so long.
    SlowPoll { task: TaskId, took: Duration, waited: Vec<(TaskId, Duration)> },
    /// A task left word with the task (or job) `other` that it waits for its end, which wakes it.
    Awaits { task: TaskId, other: TaskId, site: Option<&'static Location<'static>> },
    /// The task `by` (or none) asked for a task to be cancelled, which wakes it if it sleeps; or
    /// for a job.
    Aborted { task: TaskId, by: Option<TaskId> },
    /// A task has its output, and its future was dropped.
    Done { task: TaskId },
    /// A task was aborted, or the loop has ended before it; its future was dropped. Or a job was,
    /// before a thread took it up.
    Cancelled { task: TaskId },
    /// A task panicked; its future was dropped.
    Panicked { task: TaskId },
    /// The task `by` armed a timer, which lies now in that slot of the wheel.
    TimerArmed {
        timer: Key,
        by: Option<TaskId>,
        deadline: Instant,
        level: usize,
        slot: usize,
        site: &'static Location<'static>,
    },
    /// A timer cascaded to a lower level.
    TimerMoved { timer: Key, level: usize, slot: usize },
    /// A timer's time has come, or had come `late` ago; next, what it wakes is woken.
    TimerFired { timer: Key, late: Duration },
    /// A timer was cancelled before its time.
    TimerCancelled { timer: Key },
    /// The task `by` made a socket of this kind, which is known by this token. The address is that
    /// of its own end, if it has one.
    IoRegistered { token: usize, by: Option<TaskId>, kind: SocketKind, address: Option<SocketAddr> },
    /// A socket became ready; next, whoever waits for it is woken. The system says so, or the
    /// program has ended that way itself.
    IoReady(Readiness),
    /// The task `by` wants to use a socket this way, and has left its waker with it, as it is not
    /// ready. If the system has said so just now, by `WouldBlock`, the socket counts as ready no
    /// more; if not, it was not even tried.
    IoWaits {
        token: usize,
        by: Option<TaskId>,
        way: Way,
        would_block: bool,
        site: Option<&'static Location<'static>>,
    },
    /// The task `by` used a socket, and the system did what it was asked to. If the socket is not
    /// `still_ready`, less was done than there was room for: so there is no more to be done now,
    /// and it counts as ready that way no more.
    IoDone {
        token: usize,
        by: Option<TaskId>,
        did: Operation,
        still_ready: bool,
        site: Option<&'static Location<'static>>,
    },
    /// The task `by` closed a socket.
    IoClosed { token: usize, by: Option<TaskId> },
    /// Nothing is ready, so the loop goes to sleep, at the longest until that moment.
    Parked { until: Option<Instant> },
    /// The loop's sleep has ended.
    Unparked { by: Unparked },
    /// A job was handed to the blocking pool. It has an id as a task has, but is never polled.
    JobQueued {
        task: TaskId,
        name: Cow<'static, str>,
        site: &'static Location<'static>,
        by: Option<TaskId>,
    },
    /// A thread of the pool took the job up. Like the next one, it is told when the loop next
    /// looks into its inbox, with the time at which it happened.
    JobStarted { task: TaskId, thread: Thread },
    /// The job is over, whether it returned or panicked.
    JobFinished { task: TaskId },
    /// The loop is at its end, and waits no longer for so many jobs, which still run; see
    /// [`Builder::shutdown_timeout`](crate::Builder::shutdown_timeout). If one of them ends before the
    /// loop runs again, its end is told then.
    JobsLeft { jobs: usize },
}

/// Why a task was woken.
#[derive(Clone, Debug)]
pub enum Cause {
    /// It is new.
    Spawn,
    /// That task called its waker.
    Task(TaskId),
    /// It called its own waker while it was polled.
    Itself,
    /// A timer fired, so long after its time.
    Timer {
        /// Which one.
        timer: Key,
        /// How late.
        late: Duration,
    },
    /// A socket became ready.
    Io(Readiness),
    /// The task it waits for has come to its end.
    Join(TaskId),
    /// Another thread called its waker.
    Thread(Thread),
    /// Somebody on the loop's thread, but no task, called its waker or aborted it.
    Outside,
}

/// What ended a sleep of the loop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unparked {
    /// A deadline.
    Deadline,
    /// A socket that became ready.
    Io,
    /// A call from another thread.
    Thread,
    /// It did not begin: the observer, told of it, had a task wake up.
    Observer,
}

/// What a socket became ready for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Readiness {
    /// Which socket.
    pub token: usize,
    /// There is something to read, the end and an error included.
    pub readable: bool,
    /// There is room to write, or an error to be told.
    pub writable: bool,
}

/// Reading and writing are two things: a socket may be ready for one and not for the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// To read; of a listener, to accept.
    Read = 0,
    /// To write; at first, to be connected.
    Write = 1,
}

/// What a socket is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SocketKind {
    /// To accept connections: a [`TcpListener`](crate::net::TcpListener).
    Listener,
    /// One end of a connection: a [`TcpStream`](crate::net::TcpStream).
    Stream,
    /// To send and receive datagrams: a [`UdpSocket`](crate::net::UdpSocket).
    Datagram,
    /// Anything else that has a descriptor: an `Async`.
    Other,
}

/// What was done by a socket, and how much of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// A connection to this address came to stand.
    Connected {
        /// The other end.
        peer: SocketAddr,
    },
    /// A connection from this address was accepted; next, its socket is registered.
    Accepted {
        /// The other end.
        peer: SocketAddr,
    },
    /// Bytes, or a datagram, were read. Of a stream, none are its end.
    Read {
        /// How many.
        bytes: usize,
    },
    /// Bytes were read, and not taken.
    Peeked {
        /// How many.
        bytes: usize,
    },
    /// Bytes, or a datagram, were written.
    Wrote {
        /// How many.
        bytes: usize,
    },
    /// An operation of the program's own, which uses it this way.
    Other(Way),
}

impl Operation {
    /// The way in which it uses a socket.
    pub fn way(self) -> Way {
        match self {
            Self::Accepted { .. } | Self::Read { .. } | Self::Peeked { .. } => Way::Read,
            Self::Connected { .. } | Self::Wrote { .. } => Way::Write,
            Self::Other(way) => way,
        }
    }
}

/// What the loop is doing just now: the answer to "who was that?".
#[derive(Clone, Copy, Debug)]
pub(crate) enum Doing {
    /// Nothing that could wake anybody.
    Nothing,
    /// Polling, or dropping, a task.
    Task(TaskId),
    /// Calling the waker of a timer that fired.
    Timer(Key, Duration),
    /// Calling the wakers of those who wait for a socket.
    Io(Readiness),
    /// Calling the waker of whoever waits for a task that is done.
    Join(TaskId),
}

impl Doing {
    pub(crate) fn task(self) -> Option<TaskId> {
        match self {
            Self::Task(task) => Some(task),
            _ => None,
        }
    }

    pub(crate) fn cause_of(self, woken: TaskId) -> Cause {
        match self {
            Self::Task(task) if task == woken => Cause::Itself,
            Self::Task(task) => Cause::Task(task),
            Self::Timer(timer, late) => Cause::Timer { timer, late },
            Self::Io(readiness) => Cause::Io(readiness),
            Self::Join(task) => Cause::Join(task),
            Self::Nothing => Cause::Outside,
        }
    }
}

/// The loop's side of the journal.
pub(crate) struct Journal {
    on: bool,
    observer: RefCell<Option<Box<dyn Observer>>>,
    /// What the observer panicked with; it is told no more.
    panic: RefCell<Option<Box<dyn Any + Send>>>,
}

impl Journal {
    pub(crate) fn new(observer: Option<Box<dyn Observer>>) -> Self {
        let on = observer.is_some();
        Self { on, observer: RefCell::new(observer), panic: RefCell::default() }
    }

    pub(crate) fn take_panic(&self) -> Option<Box<dyn Any + Send>> {
        self.panic.borrow_mut().take()
    }

    pub(crate) fn is_on(&self) -> bool {
        self.on
    }

    /// The observer is foreign code: it is taken out for the call, so that no borrow is held.
    pub(crate) fn tell(&self, at: Duration, event: &Event) {
        let taken = self.observer.borrow_mut().take();
        if let Some(mut observer) = taken {
            // The loop is in the middle of something: the panic waits until its end.
            match catch_unwind(AssertUnwindSafe(|| observer.on_event(at, event))) {
                Ok(()) => *self.observer.borrow_mut() = Some(observer),
                Err(panic) => {
                    *self.panic.borrow_mut() = Some(panic);
                    panics::contain("the destructor of an observer", || drop(observer));
                }
            }
        }
    }

    /// At the end of the loop, while it is still entered.
    pub(crate) fn close(&self) {
        let (observer, panic) = (self.observer.borrow_mut().take(), self.take_panic());
        panics::contain("the destructor of an observer", || drop(observer));
        if let Some(panic) = panic {
            panics::dispose(panic);
        }
    }
}
