//! What in a journal is worth a look: likely mistakes, of which nothing else tells.

use std::collections::{BTreeMap, BTreeSet};

use executor::TaskId;
use executor::journal::{Cause, Event};

use crate::Journal;
use crate::names::Names;

/// A task that cancels more timers than this does so for ever: a timeout around each small step.
const MANY: usize = 100;

/// A sentence for each thing to look at.
pub(crate) fn of(journal: &Journal) -> Vec<String> {
    let mut seen = Seen::default();
    for (_, event) in journal {
        seen.read(event);
    }
    seen.sentences()
}

#[derive(Default)]
struct Seen {
    names: Names,
    main: Option<TaskId>,
    panicked: BTreeSet<TaskId>,
    polled: BTreeSet<TaskId>,
    unpolled: BTreeSet<TaskId>,
    /// How many timers a task has cancelled before their time.
    cancelled: BTreeMap<TaskId, usize>,
    is_over: bool,
}

impl Seen {
    fn read(&mut self, event: &Event) {
        self.names.read(event);
        match event {
            Event::Spawned { task, .. } => self.main = self.main.or(Some(*task)),
            Event::PollStarted { task, .. } => {
                self.polled.insert(*task);
            }
            Event::Panicked { task } if self.main != Some(*task) => {
                self.panicked.insert(*task);
            }
            // Somebody has awaited it.
            Event::Woken { by: Cause::Join(task), .. } => {
                self.panicked.remove(task);
            }
            // What the end of a run cancels is nobody's mistake.
            Event::Cancelled { task } if !self.is_over && !self.polled.contains(task) => {
                self.unpolled.insert(*task);
            }
            Event::TimerCancelled { timer } => {
                if let Some((Some(task), _)) = self.names.timer(*timer) {
                    *self.cancelled.entry(task).or_default() += 1;
                }
            }
            Event::Panicked { .. }
            | Event::Cancelled { .. }
            | Event::Woken { .. }
            | Event::PollEnded { .. }
            | Event::SlowPoll { .. }
            | Event::Awaits { .. }
            | Event::Aborted { .. }
            | Event::Done { .. }
            | Event::TimerArmed { .. }
            | Event::TimerMoved { .. }
            | Event::TimerFired { .. }
            | Event::IoRegistered { .. }
            | Event::IoReady(_)
            | Event::IoWaits { .. }
            | Event::IoDone { .. }
            | Event::IoClosed { .. }
            | Event::Parked { .. }
            | Event::Unparked { .. }
            | Event::JobQueued { .. }
            | Event::JobStarted { .. }
            | Event::JobFinished { .. }
            | Event::JobsLeft { .. } => {}
        }
        if let Event::Done { task } | Event::Cancelled { task } | Event::Panicked { task } = event {
            self.is_over |= self.main == Some(*task);
        }
    }

    fn sentences(&self) -> Vec<String> {
        let named = |task: &TaskId| {
            let site = self.names.site(*task).unwrap_or_default();
            format!("{}, spawned at {site},", self.names.name(*task))
        };
        let panicked = self.panicked.iter().map(|task| {
            format!("{} panicked while nobody awaited it: keep its handle", named(task))
        });
        let unpolled = self.unpolled.iter().map(|task| {
            format!("{} was aborted before its first poll: none of it has run", named(task))
        });
        let many = self.cancelled.iter().filter(|(_, count)| **count > MANY);
        let many = many.map(|(task, count)| {
            let who = named(task);
            format!("{who} has cancelled {count} timers: one kept, and reset, would do")
        });
        panicked.chain(unpolled).chain(many).collect()
    }
}

#[cfg(test)]
mod tests;
