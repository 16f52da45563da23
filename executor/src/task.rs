//! A task: one future that the loop drives, and what there is to know about it.
//!
//! ```text
//!                 spawn
//!                   │ 1
//!                   ▼        5 woken
//!            ┌──► READY ◄──────────────┐
//!            │      │ 2 popped         │
//!  4 woken   │      ▼                  │
//!  while it  │    RUNNING ──────────► WAITING
//!  ran       └──────┤     3 Pending    │
//!                   │                  │ 7 aborted: woken, then cancelled
//!                   │ 6 Ready, panic   │   when it is popped; the same
//!                   ▼                  ▼   becomes of what is left at the
//!                 DONE ◄───────────────┘   end of `run`
//! ```
//!
//! Two parts, with two owners. The *entry* lies in the loop's slab and owns the future: it never
//! leaves the loop's thread, so futures need not be `Send`. The *header* is shared by the entry and
//! all wakers, which go wherever they like: it holds just what it takes to find the way back. The
//! header does not own the future, so no cycle can form; and a waker that outlives everything keeps
//! a few bytes alive.

use std::fmt;
use std::pin::Pin;
use std::sync::{Arc, Weak};
use std::task::{Context, Poll, Waker, ready};

use pin_project_lite::pin_project;
use slab::Slab;

use crate::JoinError;
use crate::join::Completer;
use crate::label::Label;
use crate::ready::{Flags, Remote};
use crate::sync::atomic::{AtomicBool, AtomicU32, Ordering::Relaxed};

/// Names a task: no two tasks of a loop ever share an id.
///
/// It shows as `task 3`; numbers are given in the order of spawning, and the future given to
/// [`run`](crate::run) has one as well.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TaskId(u64);

impl TaskId {
    /// The number: how many tasks of its loop were spawned before it.
    pub fn number(self) -> u64 {
        self.0
    }
}

impl fmt::Display for TaskId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "task {}", self.0)
    }
}

/// What all wakers of a task share.
#[derive(Debug)]
pub(crate) struct Header {
    pub(crate) id: TaskId,
    /// Where in the slab the task lies; the loop says so when it takes the task in.
    slot: AtomicU32,
    pub(crate) flags: Flags,
    /// It is to be cancelled instead of polled the next time.
    aborted: AtomicBool,
    /// The way to the task's loop from other threads. Weak: a waker that outlives the loop does not
    /// keep its descriptors open.
    pub(crate) remote: Weak<Remote>,
}

/// Where the ready queue finds a task. Slots are used again and ids are not, so a place that is
/// out of date finds nothing.
#[derive(Clone, Copy)]
pub(crate) struct Place {
    slot: u32,
    pub(crate) id: TaskId,
}

impl Header {
    /// The header of a task that is yet to be taken in.
    pub(crate) fn new(remote: &Arc<Remote>) -> Arc<Self> {
        let (slot, aborted) = (AtomicU32::new(u32::MAX), AtomicBool::new(false));
        let (id, flags) = (TaskId(remote.next_number()), Flags::of_new_task());
        Arc::new(Self { id, slot, flags, aborted, remote: Arc::downgrade(remote) })
    }

    pub(crate) fn is_of(&self, remote: &Arc<Remote>) -> bool {
        std::ptr::eq(self.remote.as_ptr(), Arc::as_ptr(remote))
    }

    /// Only on the loop's thread, as the slot is set there.
    pub(crate) fn place(&self) -> Place {
        Place { slot: self.slot.load(Relaxed), id: self.id }
    }

    /// Whether a wake of it from another thread calls that loop: not if it is done.
    pub(crate) fn calls(&self, unparker: &timer::Unparker) -> bool {
        let remote = self.remote.upgrade().filter(|_| !self.flags.is_closed());
        remote.is_some_and(|remote| remote.unparker.is(unparker))
    }

    /// From any thread. The wake that has to follow also makes it visible.
    pub(crate) fn set_aborted(&self) {
        self.aborted.store(true, Relaxed);
    }

    pub(crate) fn is_aborted(&self) -> bool {
        self.aborted.load(Relaxed)
    }
}

/// A task of any type, as the slab owns it. Polling it polls the future and keeps the output for
/// the handle.
pub(crate) trait AnyTask: Future<Output = ()> {
    /// Drops the future.
    fn drop_future(self: Pin<&mut Self>);
    /// Lets the handle have the output or, if there is none, the reason why. Returns whoever
    /// waits for either.
    fn publish(self: Pin<&mut Self>, failure: Option<JoinError>, label: &Label) -> Option<Waker>;
    /// The task that waits for the end of this one, if it is a task of ours.
    fn joiner_in(self: Pin<&Self>, remote: &Weak<Remote>) -> Option<TaskId>;
}

pub(crate) type BoxedTask = Pin<Box<dyn AnyTask>>;

pin_project! {
    // The fields are dropped in this order: the future is gone before its end is told.
    pub(crate) struct Task<F: Future> {
        #[pin]
        future: Option<F>,
        completer: Completer<F::Output>,
    }
}

impl<F: Future> Task<F> {
    pub(crate) fn new(future: F, completer: Completer<F::Output>) -> Pin<Box<Self>> {
        Box::pin(Self { future: Some(future), completer })
    }
}

impl<F: Future> Future for Task<F> {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let this = self.project();
        let future = this.future.as_pin_mut().expect("a task is not polled after its end");
        this.completer.keep(Ok(ready!(future.poll(cx))));
        Poll::Ready(())
    }
}

impl<F: Future> AnyTask for Task<F> {
    fn drop_future(self: Pin<&mut Self>) {
        self.project().future.set(None);
    }

    fn publish(self: Pin<&mut Self>, failure: Option<JoinError>, label: &Label) -> Option<Waker> {
        let completer = self.project().completer;
        if let Some(failure) = failure {
            completer.fail(failure, label);
        }
        completer.publish()
    }

    fn joiner_in(self: Pin<&Self>, remote: &Weak<Remote>) -> Option<TaskId> {
        self.completer.joiner_in(remote)
    }
}

/// A task's place in the slab.
pub(crate) struct Entry {
    pub(crate) id: TaskId,
    pub(crate) label: Label,
    pub(crate) polls: u64,
    /// Whether the last poll left a waker with anybody.
    pub(crate) kept_waker: bool,
    /// `None` while the task is RUNNING: the loop has taken it out, so that no borrow of the slab
    /// is held while it is polled.
    pub(crate) idle: Option<Idle>,
}

/// A task that is not being polled just now.
pub(crate) struct Idle {
    pub(crate) header: Arc<Header>,
    /// `None` for the future given to `run`, which stays on the stack of `run`.
    pub(crate) task: Option<BoxedTask>,
}

/// All unfinished tasks of a loop.
#[derive(Default)]
pub(crate) struct Tasks(Slab<Entry>);

impl Tasks {
    pub(crate) fn insert(&mut self, idle: Idle, label: Label) -> Place {
        let vacant = self.0.vacant_entry();
        let slot = u32::try_from(vacant.key()).expect("a loop has fewer than u32::MAX tasks");
        idle.header.slot.store(slot, Relaxed);
        let id = idle.header.id;
        vacant.insert(Entry { id, label, polls: 0, kept_waker: false, idle: Some(idle) });
        Place { slot, id }
    }

    /// The entry of a task; `None` when it is done.
    pub(crate) fn get(&mut self, place: Place) -> Option<&mut Entry> {
        self.0.get_mut(place.slot as usize).filter(|entry| entry.id == place.id)
    }

    pub(crate) fn remove(&mut self, place: Place) -> Option<Entry> {
        self.get(place)?;
        Some(self.0.remove(place.slot as usize))
    }

    /// Takes out a task that is not being polled, by its id: slow, and needed once a run.
    pub(crate) fn take(&mut self, id: TaskId) -> Option<Idle> {
        self.0.iter_mut().find_map(|(_, entry)| (entry.id == id).then(|| entry.idle.take())?)
    }

    /// The task in a slot, if there is one.
    pub(crate) fn take_at(&mut self, slot: usize) -> Option<Idle> {
        self.0.get_mut(slot)?.idle.take()
    }

    /// All slots have a lower number than this.
    pub(crate) fn slots(&self) -> usize {
        self.0.capacity()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Entry> {
        self.0.iter().map(|(_, entry)| entry)
    }
}
