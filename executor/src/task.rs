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
//! leaves the loop's thread, so futures need not be `Send`. The *header* is owned by the wakers,
//! which go wherever they like: it holds just what it takes to find the way back. The header does
//! not own the future, so no cycle can form; and a waker that outlives everything keeps a few
//! bytes alive.

use std::borrow::Cow;
use std::fmt;
use std::panic::Location;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::Relaxed};
use std::task::{Context, Poll, Waker, ready};

use pin_project_lite::pin_project;
use slab::Slab;

use crate::JoinError;
use crate::join::Completer;
use crate::ready::{Flags, Remote};

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
    /// The way to the task's loop from other threads.
    pub(crate) remote: Arc<Remote>,
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
        let (id, flags) = (TaskId(remote.next_number()), Flags::default());
        Arc::new(Self { id, slot, flags, aborted, remote: remote.clone() })
    }

    /// Only on the loop's thread, as the slot is set there.
    pub(crate) fn place(&self) -> Place {
        Place { slot: self.slot.load(Relaxed), id: self.id }
    }

    /// From any thread. The wake that has to follow also makes it visible.
    pub(crate) fn set_aborted(&self) {
        self.aborted.store(true, Relaxed);
    }

    pub(crate) fn is_aborted(&self) -> bool {
        self.aborted.load(Relaxed)
    }
}

/// What people call a task: its name, and the line that spawned it.
#[derive(Clone, Debug)]
pub(crate) struct Label {
    name: Name,
    pub(crate) site: &'static Location<'static>,
}

#[derive(Clone, Debug)]
enum Name {
    Given(Cow<'static, str>),
    /// The name of the future's type, which is that of the `async fn` with its path around it.
    Type(&'static str),
}

impl Label {
    #[track_caller]
    pub(crate) fn of_type<F>() -> Self {
        Self { name: Name::Type(std::any::type_name::<F>()), site: Location::caller() }
    }

    /// [`of_type`](Self::of_type), for types that cannot be written down.
    #[track_caller]
    pub(crate) fn of_value<F>(_value: &F) -> Self {
        Self::of_type::<F>()
    }

    #[track_caller]
    pub(crate) fn named(name: Cow<'static, str>) -> Self {
        Self { name: Name::Given(name), site: Location::caller() }
    }

    /// For an `async fn` its last name: `breakfast` of `lessons::breakfast::{{closure}}`.
    pub(crate) fn name(&self) -> Cow<'static, str> {
        let path = match &self.name {
            Name::Given(name) => return name.clone(),
            Name::Type(path) => path.split('<').next().unwrap_or(path),
        };
        let name = path.rsplit("::").find(|segment| !segment.starts_with('{'));
        Cow::Borrowed(name.unwrap_or(path))
    }
}

impl fmt::Display for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "'{}', spawned at {}", self.name(), self.site)
    }
}

/// A task of any type, as the slab owns it. Polling it polls the future and keeps the output for
/// the handle.
pub(crate) trait AnyTask: Future<Output = ()> {
    /// Keeps, if there is no output, the reason why; returns whoever waits for either.
    fn settle(self: Pin<&mut Self>, failure: Option<JoinError>, label: &Label) -> Option<Waker>;
}

pub(crate) type BoxedTask = Pin<Box<dyn AnyTask>>;

pin_project! {
    // The fields are dropped in this order: the future is gone before its end is told.
    pub(crate) struct Task<F: Future> {
        #[pin]
        pub(crate) future: F,
        pub(crate) completer: Completer<F::Output>,
    }
}

impl<F: Future> Future for Task<F> {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let this = self.project();
        this.completer.complete(Ok(ready!(this.future.poll(cx))));
        Poll::Ready(())
    }
}

impl<F: Future> AnyTask for Task<F> {
    fn settle(self: Pin<&mut Self>, failure: Option<JoinError>, label: &Label) -> Option<Waker> {
        let this = self.project();
        if let Some(failure) = failure {
            this.completer.fail(failure, label);
        }
        this.completer.take_joiner()
    }
}

/// A task's place in the slab.
pub(crate) struct Entry {
    id: TaskId,
    pub(crate) label: Label,
    pub(crate) polls: u64,
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
    pub(crate) fn insert(&mut self, idle: Idle, label: Label) {
        let vacant = self.0.vacant_entry();
        let slot = u32::try_from(vacant.key()).expect("a loop has fewer than u32::MAX tasks");
        idle.header.slot.store(slot, Relaxed);
        vacant.insert(Entry { id: idle.header.id, label, polls: 0, idle: Some(idle) });
    }

    /// The entry of a task; `None` when it is done.
    pub(crate) fn get(&mut self, place: Place) -> Option<&mut Entry> {
        self.0.get_mut(place.slot as usize).filter(|entry| entry.id == place.id)
    }

    pub(crate) fn remove(&mut self, place: Place) -> Option<Entry> {
        self.get(place)?;
        Some(self.0.remove(place.slot as usize))
    }

    /// Any task that is left.
    pub(crate) fn take_any(&mut self) -> Option<Idle> {
        self.0.iter_mut().find_map(|(_, entry)| entry.idle.take())
    }

    pub(crate) fn infos(&self) -> Vec<TaskInfo> {
        self.0.iter().map(|(_, entry)| entry.info()).collect()
    }
}

/// What there is to know about an unfinished task; see [`tasks`](crate::tasks).
#[derive(Clone, Debug)]
pub struct TaskInfo {
    /// Its id.
    pub id: TaskId,
    /// The name it was given, or that of its `async fn`.
    pub name: Cow<'static, str>,
    /// The line that spawned it.
    pub site: &'static Location<'static>,
    /// What it is doing just now.
    pub state: TaskState,
    /// How many times it has been polled.
    pub polls: u64,
}

/// The states of an unfinished task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TaskState {
    /// It is in the ready queue.
    Ready,
    /// It is being polled.
    Running,
    /// It waits to be woken.
    Waiting,
}

impl Entry {
    fn info(&self) -> TaskInfo {
        let state = match &self.idle {
            None => TaskState::Running,
            Some(idle) if idle.header.flags.is_queued_here() => TaskState::Ready,
            Some(_) => TaskState::Waiting,
        };
        let (id, name, site, polls) = (self.id, self.label.name(), self.label.site, self.polls);
        TaskInfo { id, name, site, state, polls }
    }
}
