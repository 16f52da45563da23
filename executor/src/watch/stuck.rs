//! Why nothing can happen any more: the question that the loop asks before it sleeps, and the report.
//!
//! The question must not cost more where more tasks sleep. So the loop keeps a list of the tasks for
//! which there is *hope*: somebody outside had a waker of them after their last poll. Before a sleep
//! it looks at the last one in the list: if its waker is still out, the answer is no. If not, the
//! task leaves the list until it is polled again. So each poll pays for one look, at the most.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::panic::Location;
use std::sync::atomic::Ordering::Acquire;

use crate::event_loop::Core;
use crate::label::Printable;
use crate::task::{Entry, Place, Tasks, wakers_of};
use crate::{TaskId, waker};

/// How many tasks, or kinds of tasks, the text of a report names.
const MOST: usize = 8;
/// How many tasks it names that another one waits for.
const MOST_JOINS: usize = 4;
/// A list of hopes keeps room for so many.
const SMALL: usize = 4;

/// The report of a loop that can only sleep for ever, instead of a program that hangs.
///
/// Nothing is ready, no timer is armed that will ever fire, no blocking job is out, no
/// [`Spawner`](crate::Spawner) is alive, and nobody but the loop's own join handles holds a waker of
/// any task. So nobody can wake one. A thread that only means to abort one must keep a spawner to be
/// waited for.
///
/// The report is not always there: a waker that is kept anywhere else, in a channel say, might
/// still be called, for all the loop can know. So two loops whose tasks await each other are never
/// reported: each keeps a waker of the other.
///
/// As a text it is short: tasks of the same name, line and reason are counted, and of many only the
/// first are named.
#[derive(Clone, Debug)]
pub struct Stuck {
    /// The tasks that are left, each with what it waits for.
    pub tasks: Vec<StuckTask>,
}

/// A task that can never go on.
#[derive(Clone, Debug)]
pub struct StuckTask {
    /// Its id.
    pub id: TaskId,
    /// Its name.
    pub name: Cow<'static, str>,
    /// The line that spawned it.
    pub site: &'static Location<'static>,
    /// How many times it was polled.
    pub polls: u64,
    /// What it waits for.
    pub waits: Waits,
}

/// What a stuck task waits for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Waits {
    /// The end of these tasks, which are stuck as well.
    Join(Vec<TaskId>),
    /// A moment that does not come: it sleeps until [`Instant::NEVER`](timer::Instant::NEVER).
    ForEver,
    /// Nothing: its last poll, of that number, returned `Pending` and kept no waker.
    KeptNoWaker(u64),
    /// Nothing: the wakers that its poll of that number had kept have been dropped since.
    LostItsWaker(u64),
}

/// The tasks for which there is hope, by their slots.
#[derive(Default)]
pub(crate) struct Hopes(Vec<u32>);

impl Tasks {
    /// The task was polled, and left a waker with somebody.
    pub(crate) fn hope_for(&mut self, place: Place) {
        let next = self.hopes.0.len() as u32;
        if let Some(entry) = self.get(place) {
            entry.hope = Some(next);
            self.hopes.0.push(place.slot);
        }
    }

    /// The task is done, or its wakers are gone.
    pub(crate) fn give_up_hope(&mut self, slot: u32) {
        let Some(nth) = self.entries[slot as usize].hope.take() else { return };
        let hopes = &mut self.hopes.0;
        hopes.swap_remove(nth as usize);
        if let Some(moved) = hopes.get(nth as usize) {
            self.entries[*moved as usize].hope = Some(nth);
        }
        // A peak leaves nothing behind.
        if hopes.len() < hopes.capacity() / 4 {
            hopes.shrink_to(SMALL);
        }
    }

    /// Whether somebody outside can still wake a task.
    fn has_hope(&mut self) -> bool {
        while let Some(&slot) = self.hopes.0.last() {
            let entry = &self.entries[slot as usize];
            let wakers = entry.task.as_ref().map_or(0, wakers_of);
            if wakers > entry.endless as usize {
                return true;
            }
            self.give_up_hope(slot);
        }
        false
    }
}

impl Core {
    /// The report, if nothing can ever happen again. Asked before the loop goes to sleep.
    ///
    /// Another thread may let go of a waker or a handle while this asks. Then it calls the loop,
    /// which asks once more.
    pub(crate) fn stuck(&self) -> Option<Stuck> {
        let outside = self.remote.spawners.load(Acquire) > 0 || self.pool.borrow().is_busy();
        if outside || self.driver.has_timers() || self.remote.unparker.is_called() {
            return None;
        }
        let tasks = &mut *self.tasks.borrow_mut();
        if tasks.has_hope() {
            return None;
        }
        let mut joins = joins(tasks);
        let mut stuck: Vec<_> = tasks.iter().map(|entry| entry.stuck(&mut joins)).collect();
        stuck.sort_by_key(|task| task.id);
        Some(Stuck { tasks: stuck })
    }

    /// A sleep that never ends keeps a waker, or keeps it no longer: that one is no hope.
    pub(crate) fn note_endless(&self, waker: &std::task::Waker, is_kept: bool) {
        let Some(head) = waker::head(waker).filter(|head| head.is_of(&self.remote)) else { return };
        if let Some(entry) = self.tasks.borrow_mut().get(head.place()) {
            entry.endless = if is_kept { entry.endless + 1 } else { entry.endless - 1 };
        }
    }
}

/// Who waits for whom.
fn joins(tasks: &Tasks) -> BTreeMap<TaskId, Vec<TaskId>> {
    let mut joins = BTreeMap::<_, Vec<_>>::new();
    for (entry, joiner) in tasks.iter().filter_map(|entry| Some((entry, entry.joined_by()?))) {
        joins.entry(joiner).or_default().push(entry.id);
    }
    joins
}

impl Entry {
    fn stuck(&self, joins: &mut BTreeMap<TaskId, Vec<TaskId>>) -> StuckTask {
        let waits = match (joins.remove(&self.id), self.kept_waker) {
            (Some(tasks), _) => Waits::Join(tasks),
            _ if self.endless > 0 => Waits::ForEver,
            (None, false) => Waits::KeptNoWaker(self.polls),
            (None, true) => Waits::LostItsWaker(self.polls),
        };
        let (name, site) = (self.label.name(), self.label.site);
        StuckTask { id: self.id, name, site, polls: self.polls, waits }
    }

    /// The task of this loop that waits for this one's end.
    fn joined_by(&self) -> Option<TaskId> {
        Some(self.task.as_ref()?.join.joiner_here()?.id)
    }
}

impl std::error::Error for Stuck {}

impl fmt::Display for Stuck {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "nothing can ever happen again in this loop: nobody is left who could wake a task",
        )?;
        let mut kinds = BTreeMap::<_, (usize, usize)>::new();
        for (nth, task) in self.tasks.iter().enumerate() {
            let kind = (&task.name, task.site, task.waits.to_string());
            kinds.entry(kind).or_insert((nth, 0)).1 += 1;
        }
        let mut kinds: Vec<_> = kinds.into_iter().map(|(kind, at)| (at, kind)).collect();
        kinds.sort_by_key(|((first, _), _)| *first);
        let mut named = 0;
        for ((first, count), (name, site, waits)) in kinds.iter().take(MOST) {
            named += count;
            let others = match count - 1 {
                0 => String::new(),
                others => format!(" and {others} more like it"),
            };
            let id = self.tasks[*first].id;
            let name = Printable(name);
            write!(f, "\n  {id} '{name}'{others}, spawned at {site},\n    {waits}")?;
        }
        match self.tasks.len() - named {
            0 => Ok(()),
            left => write!(f, "\n  and {left} other tasks (`Stuck::tasks` has them all)"),
        }
    }
}

/// The end of a sentence about the task.
impl fmt::Display for Waits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Join(tasks) => {
                let first: Vec<_> = tasks.iter().take(MOST_JOINS).map(TaskId::to_string).collect();
                write!(f, "waits for the end of {}", first.join(" and of "))?;
                match tasks.len() - first.len() {
                    0 => Ok(()),
                    others => write!(f, " and of {others} others"),
                }
            }
            Self::ForEver => f.write_str("sleeps for ever: the time of its sleep does not come"),
            Self::KeptNoWaker(poll) => {
                write!(f, "returned Pending from its poll {poll} and kept no waker to be woken by")
            }
            Self::LostItsWaker(poll) => {
                write!(f, "has lost its waker: all that its poll {poll} had kept were dropped")
            }
        }
    }
}
