//! Who is who: the names of tasks and jobs, who is not done yet, and whose timer is whose.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::panic::Location;

use executor::TaskId;
use executor::journal::Event;
use timer::{Instant, Key};

/// Longer names are cut.
pub(crate) const LONGEST_NAME: usize = 24;

/// All who have played so far: it reads the events, and then knows.
#[derive(Default)]
pub(crate) struct Cast {
    tasks: BTreeMap<TaskId, Member>,
    names: BTreeSet<String>,
    timers: HashMap<Key, Timer>,
}

/// A task, or a job of the blocking pool.
struct Member {
    name: String,
    site: &'static Location<'static>,
    /// The tasks and jobs with which it has left its waker.
    awaits: BTreeSet<TaskId>,
    is_job: bool,
    is_over: bool,
}

struct Timer {
    owner: Option<TaskId>,
    deadline: Instant,
    is_armed: bool,
}

impl Cast {
    /// Takes note of what happens to whom.
    pub(crate) fn read(&mut self, event: &Event) {
        match event {
            Event::Spawned { task, name, site, .. } => self.admit(*task, name, site, false),
            Event::JobQueued { task, name, site, .. } => self.admit(*task, name, site, true),
            Event::Done { task }
            | Event::Cancelled { task }
            | Event::Panicked { task }
            | Event::JobFinished { task } => {
                self.tasks.entry(*task).and_modify(|member| member.is_over = true);
            }
            Event::Awaits { task, other } => {
                self.tasks.entry(*task).and_modify(|member| {
                    member.awaits.insert(*other);
                });
            }
            Event::TimerArmed { timer, by, deadline, .. } => {
                let armed = Timer { owner: *by, deadline: *deadline, is_armed: true };
                self.timers.insert(*timer, armed);
            }
            Event::TimerFired { timer, .. } | Event::TimerCancelled { timer } => {
                self.timers.entry(*timer).and_modify(|timer| timer.is_armed = false);
            }
            _ => {}
        }
    }

    fn admit(&mut self, task: TaskId, name: &str, site: &'static Location<'static>, is_job: bool) {
        let mut name: String = name.chars().take(LONGEST_NAME).collect();
        if is_job {
            name += " (job)";
        }
        // The second of a name gets its number. The first was told of already, without one.
        if !self.names.insert(name.clone()) {
            name = format!("{name} #{}", task.number());
        }
        let awaits = BTreeSet::new();
        self.tasks.insert(task, Member { name, site, awaits, is_job, is_over: false });
    }

    /// What a task is called: no two are called the same.
    pub(crate) fn name(&self, task: TaskId) -> String {
        self.tasks.get(&task).map_or_else(|| task.to_string(), |member| member.name.clone())
    }

    /// The line that spawned it, if that was seen.
    pub(crate) fn site(&self, task: TaskId) -> Option<String> {
        self.tasks.get(&task).map(|member| place(member.site))
    }

    /// Whether it is a job of the blocking pool.
    pub(crate) fn is_job(&self, task: TaskId) -> bool {
        self.tasks.get(&task).is_some_and(|member| member.is_job)
    }

    /// The tasks and jobs that it awaits and that are not over.
    pub(crate) fn awaited_by(&self, task: TaskId) -> impl Iterator<Item = TaskId> {
        let awaited = self.tasks.get(&task).into_iter().flat_map(|member| &member.awaits).copied();
        awaited.filter(|id| self.tasks.get(id).is_some_and(|member| !member.is_over))
    }

    /// The jobs that are not over.
    pub(crate) fn jobs(&self) -> Vec<TaskId> {
        let left = self.tasks.iter().filter(|(_, member)| member.is_job && !member.is_over);
        left.map(|(id, _)| *id).collect()
    }

    /// The task that has armed this timer, and the timer's deadline.
    pub(crate) fn timer(&self, timer: Key) -> Option<(Option<TaskId>, Instant)> {
        self.timers.get(&timer).map(|timer| (timer.owner, timer.deadline))
    }

    /// The earliest of the deadlines for which this task has armed timers.
    pub(crate) fn next_deadline(&self, task: TaskId) -> Option<Instant> {
        let armed = self.timers.values().filter(|timer| timer.is_armed);
        armed.filter(|timer| timer.owner == Some(task)).map(|timer| timer.deadline).min()
    }

    /// The tasks for which the loop has to wake up at this moment, in order of their spawning.
    ///
    /// A moment is a whole millisecond, and a deadline is rounded up to the next one.
    pub(crate) fn due_at(&self, until: Instant) -> BTreeSet<TaskId> {
        let armed = self.timers.values().filter(|timer| timer.is_armed);
        let due = armed.filter(|timer| {
            let early = until.since_start().saturating_sub(timer.deadline.since_start());
            timer.deadline <= until && early.as_millis() == 0
        });
        due.filter_map(|timer| timer.owner).collect()
    }
}

/// A line of source.
pub(crate) fn place(site: &Location<'_>) -> String {
    format!("{}:{}", site.file(), site.line())
}

/// All of them if they are few, or the first ones.
pub(crate) fn listed(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [one, other] => format!("{one} and {other}"),
        [one, other, third] => format!("{one}, {other} and {third}"),
        [one, other, rest @ ..] => format!("{one}, {other} and {} others", rest.len()),
    }
}
