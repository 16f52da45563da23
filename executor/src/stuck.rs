//! Why nothing can happen any more.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::panic::Location;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::Ordering::Acquire;

use crate::TaskId;
use crate::event_loop::Core;
use crate::task::{Entry, Tasks};

/// The report of a loop that can only sleep for ever, instead of a program that hangs.
///
/// Nothing is ready, no timer is armed, no blocking job is out, no [`Spawner`](crate::Spawner)
/// is alive, and nobody but the loop's own join handles holds a waker of any task. So nobody can
/// wake one. A thread that only means to abort one must keep a spawner to be waited for.
///
/// The report is not always there: a waker that is kept anywhere else, in a channel say, might
/// still be called, for all the loop can know.
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
    /// Nothing: its last poll, of that number, returned `Pending` and kept no waker.
    KeptNoWaker(u64),
    /// Nothing: the wakers that its poll of that number had kept have been dropped since.
    LostItsWaker(u64),
}

impl Core {
    /// The report, if nothing can ever happen again. Asked before the loop goes to sleep.
    pub(crate) fn stuck(&self) -> Option<Stuck> {
        let outside = self.remote.spawners.load(Acquire) > 0 || self.pool.is_busy();
        if outside || self.driver.has_timers() || self.remote.unparker.is_called() {
            return None;
        }
        let tasks = &mut *self.tasks.borrow_mut();
        if let Some((place, polls)) = self.outside_waker.get()
            && tasks.get(place).is_some_and(|entry| entry.polls == polls)
        {
            return None;
        }
        // Who waits for whom: each of these holds one waker, in a cell of ours.
        let mut joins = joins(tasks);
        for entry in tasks.iter() {
            let header = &entry.idle.as_ref()?.header;
            // One count is the slab's own. One more than we know of is a waker somewhere else.
            if Arc::strong_count(header) > 1 + joins.get(&entry.id).map_or(0, Vec::len) {
                self.outside_waker.set(Some((header.place(), entry.polls)));
                return None;
            }
        }
        // Another thread may have let go of a handle between the two looks, and so taken a waker
        // away that was counted as a cell's. Then it calls, and it is asked again.
        if self::joins(tasks) != joins {
            return None;
        }
        let mut stuck: Vec<_> = tasks.iter().map(|entry| entry.stuck(&mut joins)).collect();
        stuck.sort_by_key(|task| task.id);
        Some(Stuck { tasks: stuck })
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
            (None, false) => Waits::KeptNoWaker(self.polls),
            (None, true) => Waits::LostItsWaker(self.polls),
        };
        let (name, site) = (self.label.name(), self.label.site);
        StuckTask { id: self.id, name, site, polls: self.polls, waits }
    }

    /// The task of this loop that waits for this one's end.
    fn joined_by(&self) -> Option<TaskId> {
        let idle = self.idle.as_ref()?;
        Pin::as_ref(idle.task.as_ref()?).joiner_in(&idle.header.remote)
    }
}

impl std::error::Error for Stuck {}

impl fmt::Display for Stuck {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "nothing can ever happen again in this loop: nobody is left who could wake a task"
        )?;
        for StuckTask { id, name, site, waits, .. } in &self.tasks {
            write!(f, "\n  {id} '{name}', spawned at {site},\n    ")?;
            match waits {
                Waits::Join(tasks) => {
                    let tasks: Vec<_> = tasks.iter().map(TaskId::to_string).collect();
                    write!(f, "waits for the end of {}", tasks.join(" and of "))
                }
                Waits::KeptNoWaker(poll) => {
                    write!(
                        f,
                        "returned Pending from its poll {poll} and kept no waker to be woken by"
                    )
                }
                Waits::LostItsWaker(poll) => {
                    write!(f, "has lost its waker: all that its poll {poll} had kept were dropped")
                }
            }?;
        }
        Ok(())
    }
}
