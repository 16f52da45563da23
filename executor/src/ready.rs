//! The ready queue: the tasks to be polled, and the two doors by which a wake puts them there.
//!
//! *The local door* is for wakes on the loop's own thread: a `VecDeque`. *The remote door* is for
//! all others: a crossbeam channel, the inbox, and a call that ends the loop's sleep. Most wakes
//! are local, and cost no atomic read-modify-write.
//!
//! Each door has a flag, so that a task is in the queue at most once however often it is woken.
//! A finished task leaves both of them set: every later wake finds it "queued already".

use std::cell::RefCell;
use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::Arc;
use std::thread::{self, Thread};
use std::time::Duration;

use timer::Unparker;

use crate::context;
use crate::journal::Event;
use crate::label::Label;
use crate::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering::*};
use crate::sync::channel::{self, Receiver, Sender};
use crate::task::{AnyTask, Header, Place, TaskId};

/// Is the task queued, or on its way?
#[derive(Debug, Default)]
pub(crate) struct Flags {
    /// It is in the ready queue. Only the loop's own thread reads and writes this, so a plain
    /// load and a plain store are enough.
    here: AtomicBool,
    /// It is in the inbox. Any thread may set this.
    elsewhere: AtomicBool,
    /// The task is done: that a waker of it goes is of no interest to the loop.
    closed: AtomicBool,
}

impl Flags {
    /// Of a task that the loop has yet to take in. It is on its way to the ready queue already: a
    /// call to abort it has nothing to add.
    pub(crate) fn of_new_task() -> Self {
        Self { here: AtomicBool::new(true), ..Self::default() }
    }

    /// The loop's thread: may the task be put into the ready queue?
    pub(crate) fn queue_here(&self) -> bool {
        let queued = self.here.load(Relaxed);
        self.here.store(true, Relaxed);
        !queued
    }

    pub(crate) fn is_queued_here(&self) -> bool {
        self.here.load(Relaxed)
    }

    /// The loop's thread, *before* the poll: a wake during it must queue the task again.
    pub(crate) fn unqueue_here(&self) {
        self.here.store(false, Relaxed);
    }

    /// Any thread: may the task be put into the inbox?
    pub(crate) fn queue_elsewhere(&self) -> bool {
        !self.elsewhere.swap(true, Release)
    }

    /// The loop's thread, with the task taken out of the inbox and before it is polled.
    ///
    /// A swap, and not a store: a wake that found the flag set has sent nothing, and what its
    /// thread had written before must be seen by the poll all the same. Reading the flag as that
    /// thread left it is what makes it visible.
    pub(crate) fn unqueue_elsewhere(&self) {
        self.elsewhere.swap(false, Acquire);
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.closed.load(Relaxed)
    }

    /// The loop's thread: the task is done, and is never to be queued again.
    pub(crate) fn close(&self) {
        self.closed.store(true, Relaxed);
        self.here.store(true, Relaxed);
        // A store will do: nothing is taken over here from whoever has set it.
        self.elsewhere.store(true, Relaxed);
    }
}

/// What comes in by the remote door.
pub(crate) enum Message {
    /// Another thread has woken the task.
    Wake(Arc<Header>, Thread),
    /// A task spawned by another thread.
    Spawn(Arc<Header>, Label, Pin<Box<dyn AnyTask + Send>>),
    /// Something that happened on another thread at that time, for the journal. It is not worth
    /// a call: it waits for whatever comes next.
    Tell(Duration, Event),
}

/// The remote door, as all other threads see it.
#[derive(Debug)]
pub(crate) struct Remote {
    inbox: Sender<Message>,
    pub(crate) unparker: Unparker,
    /// How many `Spawner`s there are: through each of them something can still come in.
    pub(crate) spawners: AtomicUsize,
    /// Tasks are numbered here because other threads spawn, too.
    spawned: AtomicU64,
}

impl Remote {
    pub(crate) fn new(unparker: Unparker) -> (Self, Receiver<Message>) {
        let (inbox, receiver) = channel::unbounded();
        (
            Self { inbox, unparker, spawners: AtomicUsize::new(0), spawned: AtomicU64::new(0) },
            receiver,
        )
    }

    pub(crate) fn next_number(&self) -> u64 {
        self.spawned.fetch_add(1, Relaxed)
    }

    /// Says whether there is still a loop to take the message.
    pub(crate) fn send(&self, message: Message) -> bool {
        let worth_a_call = !matches!(message, Message::Tell(..));
        let sent = self.inbox.send(message).is_ok();
        // Only now: a loop that is called must find what it was called for.
        if worth_a_call {
            self.unparker.unpark();
        }
        sent
    }
}

/// Wakes a task by the local door: this is where a waker ends up that is called on the thread of
/// its loop. Does nothing and returns `false` on any other thread. The station `woken`.
#[inline(never)]
pub(crate) fn wake_here(header: &Header) -> bool {
    // Not just "a loop is entered here": a waker of one loop may be called inside another one.
    let core = context::current().filter(|core| header.is_of(&core.remote));
    let Some(core) = core else { return false };
    if header.flags.queue_here() {
        core.ready.push(header.place());
        let doing = core.doing.get();
        core.tell(|| Event::Woken { task: header.id, by: doing.cause_of(header.id) });
    }
    true
}

/// Wakes a task by the remote door. The count goes along: afterwards this thread has none.
pub(crate) fn wake_elsewhere(header: Arc<Header>) {
    if !header.flags.queue_elsewhere() {
        let_go(header);
    } else if let Some(remote) = header.remote.upgrade() {
        remote.send(Message::Wake(header, thread::current()));
    }
}

/// A waker goes without a wake. Its loop has to look again whether it is stuck: when it next means
/// to sleep or, if this is another thread, at once.
pub(crate) fn let_go(header: Arc<Header>) {
    if let Some(core) = context::current().filter(|core| header.is_of(&core.remote)) {
        return core.outside_waker.set(None);
    }
    let (remote, closed) = (header.remote.clone(), header.flags.closed.load(Relaxed));
    // The count goes first, so that the loop does not find it any more.
    drop(header);
    if let Some(remote) = remote.upgrade().filter(|_| !closed) {
        remote.unparker.unpark();
    }
}

/// The tasks to be polled, first in, first out.
#[derive(Default)]
pub(crate) struct ReadyQueue(RefCell<VecDeque<Place>>);

impl ReadyQueue {
    /// Only for a task whose flag `here` was just set, or which is new.
    pub(crate) fn push(&self, place: Place) {
        self.0.borrow_mut().push_back(place);
    }

    pub(crate) fn pop(&self) -> Option<Place> {
        self.0.borrow_mut().pop_front()
    }

    /// The ids of the first `count` tasks.
    pub(crate) fn first(&self, count: usize) -> Vec<TaskId> {
        self.0.borrow().iter().take(count).map(|place| place.id).collect()
    }

    pub(crate) fn len(&self) -> usize {
        self.0.borrow().len()
    }

    pub(crate) fn clear(&self) {
        self.0.borrow_mut().clear();
    }
}
