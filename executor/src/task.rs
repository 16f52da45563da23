//! A task: one future that the loop drives, and what there is to know about it.
//!
//! ```text
//!                 spawn
//!                   │ 1 add
//!                   ▼        5 woken: wake_here, _from, _joiner
//!            ┌──► READY ◄──────────────┐
//!            │      │ 2 take_for_poll  │
//!  4 woken   │      ▼                  │
//!  while it  │    RUNNING ──────────► WAITING
//!  ran       └──────┤     3 put_back   │
//!                   │                  │ 7 aborted, in whichever state: it is
//!                   │ 6 finish: Ready, │   woken, and finished in place of its
//!                   ▼   or a panic     ▼   next poll, or after the one that runs.
//!                 DONE ◄───────────────┘   The end of `run` aborts all that are left
//! ```
//!
//! Two things know of a task. The *task* itself is one allocation: its future, its outcome, and its
//! *head*, which is what wakers and handles look at (`cell.rs` has the walls between them). The
//! *entry* is the loop's own note of it, in the slab: there the loop finds the task by its place.
//!
//! | part | owned by | touched on | lives until |
//! |---|---|---|---|
//! | entry: label, polls | the loop's slab | the loop's thread | the task's end |
//! | future | the task (the main one: `run`) | the loop's thread | the task's end: the loop drops it where it is |
//! | output | the task, then its handle | the loop's thread (a job's: the pool's), then the handle's | it is taken, or the handle goes; without a handle, the task's end |
//! | head, join | the task | any thread | the last count goes |
//!
//! Whoever has one of the task's counts keeps its memory: the slab (during a poll the loop), the
//! handle, each waker, a message in the inbox.
//!
//! Who may have a waker: the timer wheel, a socket, whoever the task gave one to (a channel, a
//! thread). A task that is awaited by its handle has no waker of the one that awaits it: on the same
//! loop it notes that one's place instead (`Joiner::Here`).

use std::fmt;
use std::sync::{Arc, Weak};

use timer::Slab;

use crate::cell::AnyTask;
use crate::label::Label;
use crate::primitives::atomic::{AtomicBool, AtomicU32, Ordering::*, fence};
use crate::ready::{Flags, Remote};
use crate::waker::Counts;
use crate::watch::stuck::Hopes;

// tokio has it in `task`. Without this the compiler proposes std's to those who look for it here.
#[allow(unused_imports)]
pub use crate::JoinHandle;

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

/// The part of a task that any thread may touch: what it takes to find the way back.
#[derive(Debug)]
pub(crate) struct Head {
    pub(crate) id: TaskId,
    /// Where in the slab the task lies; the loop says so when it takes the task in.
    slot: AtomicU32,
    pub(crate) flags: Flags,
    /// It is to be cancelled instead of polled the next time.
    aborted: AtomicBool,
    /// One of the counts is its handle's, which is no waker: `wakers_of` leaves it out. Cleared when
    /// the handle goes before the task's end.
    has_handle: AtomicBool,
    /// The way to the task's loop from other threads. Weak: a waker that outlives the loop does not
    /// keep its descriptors open.
    pub(crate) remote: Weak<Remote>,
    pub(crate) counts: &'static Counts,
}

/// Where the ready queue finds a task. Slots are used again and ids are not, so a place that is
/// out of date finds nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) slot: u32,
    pub(crate) id: TaskId,
}

impl Head {
    /// The head of a task that is yet to be taken in.
    pub(crate) fn new<F: Future>(remote: &Arc<Remote>) -> Self {
        Self {
            id: TaskId(remote.next_number()),
            slot: AtomicU32::new(u32::MAX),
            flags: Flags::of_new_task(),
            aborted: AtomicBool::new(false),
            has_handle: AtomicBool::new(false),
            remote: Arc::downgrade(remote),
            counts: Counts::of::<F>(),
        }
    }

    pub(crate) fn is_of(&self, remote: &Arc<Remote>) -> bool {
        std::ptr::eq(self.remote.as_ptr(), Arc::as_ptr(remote))
    }

    /// Only on the loop's thread, as the slot is set there.
    pub(crate) fn place(&self) -> Place {
        Place { slot: self.slot.load(Relaxed), id: self.id }
    }

    /// A blocking job is never taken in by the slab.
    pub(crate) fn is_job(&self) -> bool {
        self.flags.is_closed() && self.place().slot == u32::MAX
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

    /// From any thread, before the handle gives up its count.
    pub(crate) fn set_handle(&self, has_handle: bool) {
        self.has_handle.store(has_handle, Relaxed);
        #[cfg(all(test, short_order_loom))]
        crate::primitives::touch_count(); // the count, which a model does not see, is lowered next
    }
}

/// How many wakers of a task there are. The caller has the loop's one count: the slab's, or the one
/// taken out of it for a poll. That one is no waker, and neither is the handle's.
pub(crate) fn wakers_of(task: &Arc<AnyTask>) -> usize {
    #[cfg(all(test, short_order_loom))]
    crate::primitives::touch(); // a model tries other orders only around what it sees
    let counts = Arc::strong_count(task);
    // The count is read first, the flag second. If the handle goes in between, a count that is still
    // its own is taken for a waker's, and the loop looks again later. The other way round a waker
    // would be subtracted in the handle's place, and a task that can be woken reported as stuck.
    fence(Acquire);
    (counts - 1).saturating_sub(usize::from(task.head.has_handle.load(Relaxed)))
}

/// What the loop notes of a task.
pub(crate) struct Entry {
    pub(crate) id: TaskId,
    pub(crate) label: Label,
    pub(crate) polls: u64,
    // The next three serve one question: can anybody still wake it? See `stuck.rs`.
    /// Whether the last poll left a waker with anybody.
    pub(crate) kept_waker: bool,
    /// How many of its wakers are kept by sleeps that never end.
    pub(crate) endless: u32,
    /// Its place among the tasks for which there is hope; see `stuck.rs`.
    pub(crate) hope: Option<u32>,
    /// `None` while the task is RUNNING: the loop has taken it out, so that no borrow of the slab
    /// is held while it is polled.
    pub(crate) task: Option<Arc<AnyTask>>,
}

/// A task that was taken out of its entry, with its place. (The head knows the place as well. A copy
/// was measured to be faster than to read there what was written just before.)
pub(crate) struct Running {
    pub(crate) place: Place,
    pub(crate) task: Arc<AnyTask>,
}

/// All unfinished tasks of a loop.
#[derive(Default)]
pub(crate) struct Tasks {
    pub(crate) entries: Slab<Entry>,
    pub(crate) hopes: Hopes,
}

impl Tasks {
    pub(crate) fn insert(&mut self, task: Arc<AnyTask>, label: Label) -> Place {
        let slot = u32::try_from(self.entries.next_number()).ok().filter(|slot| *slot != u32::MAX);
        let slot = slot.expect("a loop has fewer than u32::MAX tasks");
        task.head.slot.store(slot, Relaxed);
        let id = task.head.id;
        self.entries.insert(Entry {
            id,
            label,
            polls: 0,
            kept_waker: false,
            endless: 0,
            hope: None,
            task: Some(task),
        });
        Place { slot, id }
    }

    /// The entry of a task; `None` when it is done.
    pub(crate) fn get(&mut self, place: Place) -> Option<&mut Entry> {
        self.entries.get_mut(place.slot as usize).filter(|entry| entry.id == place.id)
    }

    pub(crate) fn remove(&mut self, place: Place) -> Option<Entry> {
        if self.get(place)?.hope.is_some() {
            self.give_up_hope(place.slot);
        }
        self.entries.remove(place.slot as usize)
    }

    /// Takes out the first task whose slot is `from` or a later one. `None` if there is none, or if it
    /// is being polled, which at the end of `run` none is.
    pub(crate) fn take_from(&mut self, from: usize) -> Option<Running> {
        let (slot, _) = self.entries.first_from(from)?;
        let task = self.entries.get_mut(slot)?.task.take()?;
        Some(Running { place: task.head.place(), task })
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter().map(|(_, entry)| entry)
    }
}
