use std::borrow::Cow;
use std::panic::Location;

use crate::TaskId;
use crate::task::Entry;

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

impl TaskInfo {
    pub(crate) fn of(entry: &Entry) -> Self {
        let state = match &entry.task {
            None => TaskState::Running,
            Some(task) if task.head.flags.is_queued_here() => TaskState::Ready,
            Some(_) => TaskState::Waiting,
        };
        let (id, name, site, polls) = (entry.id, entry.label.name(), entry.label.site, entry.polls);
        Self { id, name, site, state, polls }
    }
}
