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
use std::sync::Arc;
use std::task::Waker;
use std::thread::{self, Thread};
use std::time::Duration;

use timer::Unparker;

use crate::cell::AnyTask;
use crate::journal::Event;
use crate::label::Label;
use crate::primitives::Mutex;
use crate::primitives::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering::*};
use crate::primitives::channel::{self, Receiver, Sender};
use crate::task::{Head, Place};
use crate::{context, waker};

/// A queue keeps room for so many.
const SMALL: usize = 64;

/// Is the task queued, or on its way?
#[derive(Debug, Default)]
pub(crate) struct Flags {
    /// The task needs no push: it is in the ready queue, or new and on its way there, or done. Once
    /// the loop has taken the task in, only the loop's thread reads and writes this, so a plain load
    /// and a plain store are enough.
    here: AtomicBool,
    /// A wake of it is in the inbox, or it is done. Any thread may set this.
    elsewhere: AtomicBool,
    /// The task is done; or it is a blocking job, which is never queued. That a waker or a handle of
    /// it goes is of no interest to the loop.
    closed: AtomicBool,
}

impl Flags {
    /// Of a task that the loop has yet to take in: it is on its way to the ready queue, and has no
    /// place yet. If it is aborted before it arrives, nothing must be queued.
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
    /// Another thread has called this waker of ours.
    Wake(Waker, Thread),
    /// A task spawned by another thread.
    Spawn(Arc<AnyTask>, Label),
    /// Something that happened on another thread at that time, for the journal. It is not worth
    /// a call: it waits for whatever comes next.
    Tell(Duration, Event),
}

/// The remote door, as all other threads see it.
#[derive(Debug)]
pub(crate) struct Remote {
    inbox: Sender<Message>,
    pub(crate) unparker: Unparker,
    /// Whether tasks may come in. The lock is held while one is put into the inbox: after the loop
    /// has shut the entrance, the inbox has all that will ever come.
    is_open: Mutex<bool>,
    /// How many `Spawner`s there are: through each of them something can still come in.
    pub(crate) spawners: AtomicUsize,
    /// Tasks are numbered here because other threads spawn, too.
    spawned: AtomicU64,
}

impl Remote {
    pub(crate) fn new(unparker: Unparker) -> (Self, Receiver<Message>) {
        let (inbox, receiver) = channel::unbounded();
        let (spawners, spawned) = (AtomicUsize::new(0), AtomicU64::new(0));
        (Self { inbox, unparker, is_open: Mutex::new(true), spawners, spawned }, receiver)
    }

    pub(crate) fn next_number(&self) -> u64 {
        self.spawned.fetch_add(1, Relaxed)
    }

    pub(crate) fn send(&self, message: Message) {
        let worth_a_call = !matches!(message, Message::Tell(..));
        // Nobody receives it once the loop is gone, and nobody needs it then.
        let _ = self.inbox.send(message);
        // Only now: a loop that is called must find what it was called for.
        if worth_a_call {
            self.unparker.unpark();
        }
    }

    /// Sends the loop the message that `make` makes of a future. If the loop takes in no more tasks,
    /// the future comes back, and its caller drops it.
    pub(crate) fn let_in<F, T>(
        &self,
        future: F,
        make: impl FnOnce(F) -> (Message, T),
    ) -> Result<T, F> {
        let is_open = self.is_open.lock();
        if !*is_open {
            return Err(future);
        }
        let (message, made) = make(future);
        self.send(message);
        Ok(made)
    }

    /// The loop: whether tasks may come in from now on.
    pub(crate) fn set_open(&self, is_open: bool) {
        *self.is_open.lock() = is_open;
    }
}

/// Wakes a task by the local door: this is where a waker ends up that is called on the thread of
/// its loop. Does nothing and returns `false` on any other thread. The station `woken`.
#[inline(never)]
pub(crate) fn wake_here(head: &Head) -> bool {
    let tells = context::look_at_current(|core| {
        // Not just "a loop is entered here": a waker of one loop may be called inside another one.
        let is_here = head.is_of(&core.remote);
        is_here.then(|| core.queue_here(head) && core.journal.is_on())
    });
    let tells = tells.flatten();
    // The observer is code of others: it is told after that look, and not in it.
    if tells == Some(true)
        && let Some(core) = context::current()
    {
        core.tell(|| Event::Woken { task: head.id, by: core.doing.get().cause_of(head.id) });
    }
    tells.is_some()
}

/// Wakes a task by the remote door. The waker, one of ours, goes along with its count: afterwards
/// this thread has none.
pub(crate) fn wake_elsewhere(waker: Waker) {
    let head = waker::head(&waker).expect("it is called for a waker of ours");
    // If the flag is set already, the waker goes, and its drop calls the loop once more.
    if head.flags.queue_elsewhere()
        && let Some(remote) = head.remote.upgrade()
    {
        remote.send(Message::Wake(waker, thread::current()));
    }
}

/// A waker, or a handle, is about to give up its count. Whom to call when it has: the loop, if it
/// sleeps on another thread, has to look once more whether it is stuck.
pub(crate) fn who_asks_for(head: &Head) -> Option<Arc<Remote>> {
    let is_here = context::look_at_current(|core| head.is_of(&core.remote)) == Some(true);
    if is_here || head.flags.is_closed() { None } else { head.remote.upgrade() }
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

    /// The first `count` tasks.
    pub(crate) fn first(&self, count: usize) -> Vec<Place> {
        self.0.borrow().iter().take(count).copied().collect()
    }

    pub(crate) fn len(&self) -> usize {
        self.0.borrow().len()
    }

    pub(crate) fn clear(&self) {
        self.0.borrow_mut().clear();
    }

    /// Before a sleep, with nothing in it: gives back room that a peak has left. Half of it, as the
    /// next peak may come soon.
    pub(crate) fn shrink(&self) {
        let mut queue = self.0.borrow_mut();
        let half = queue.capacity() / 2;
        queue.shrink_to(half.max(SMALL));
    }
}
