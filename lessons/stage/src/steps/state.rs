//! What a loop and its tasks are up to: its journal, read as far as it has been told.

use std::collections::{BTreeMap, VecDeque};
use std::thread::ThreadId;

use executor::TaskId;
use executor::journal::{Cause, Event, Readiness, SocketKind, Way};
use timer::{Instant, Key};

use crate::names::Names;

/// All that the journal has told so far, put together.
#[derive(Default)]
pub(crate) struct State {
    /// Tasks and jobs, those that are over among them, in the order in which they were spawned.
    pub(crate) tasks: BTreeMap<TaskId, Task>,
    /// Who is to be polled, in that order.
    pub(crate) ready: VecDeque<TaskId>,
    /// What lies in the wheel, in the order in which it was armed.
    pub(crate) timers: Vec<Timer>,
    /// Those that are open, by their tokens, which are in the order of their making.
    pub(crate) sockets: BTreeMap<usize, Socket>,
    /// Who is called what, and who waits for which socket.
    pub(crate) names: Names,
}

/// A task, or a job of the blocking pool.
pub(crate) struct Task {
    /// What it is doing.
    pub(crate) phase: Phase,
    /// How many of its polls have begun.
    pub(crate) polls: u64,
    /// Why it was woken last.
    pub(crate) woken: Option<Cause>,
    /// A job: the thread that took it up.
    thread: Option<ThreadId>,
}

/// What a task can be doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Phase {
    /// It is in the ready queue.
    Ready,
    /// It is being polled.
    Running,
    /// It is to be woken by something.
    Waiting,
    /// A job: with the pool. The journal tells that a thread has taken it up, but late.
    Job,
    /// It has come to its end: how?
    Over(&'static str),
}

/// A timer that is armed, and the slot of the wheel in which it lies.
pub(crate) struct Timer {
    pub(crate) key: Key,
    pub(crate) whose: Option<TaskId>,
    pub(crate) deadline: Instant,
    pub(crate) level: usize,
    pub(crate) slot: usize,
}

/// A socket that is registered with the loop.
pub(crate) struct Socket {
    pub(crate) kind: SocketKind,
    /// The tasks that have left their wakers with it, and what for.
    pub(crate) waiters: Vec<(TaskId, Way)>,
    /// The ways in which it is known to be ready: to read, to write.
    pub(crate) ready: [bool; 2],
}

impl State {
    /// Takes the next event in.
    pub(crate) fn read(&mut self, event: &Event) {
        self.names.read(event);
        match event {
            Event::Spawned { task, .. } => {
                self.tasks.insert(*task, Task::new(Phase::Waiting));
            }
            Event::JobQueued { task, .. } => {
                self.tasks.insert(*task, Task::new(Phase::Job));
            }
            Event::TimerArmed { timer: key, by: whose, deadline, level, slot, .. } => {
                let (key, whose, deadline) = (*key, *whose, *deadline);
                self.timers.push(Timer { key, whose, deadline, level: *level, slot: *slot });
            }
            Event::TimerMoved { timer, level, slot } => {
                for moved in self.timers.iter_mut().filter(|armed| armed.key == *timer) {
                    (moved.level, moved.slot) = (*level, *slot);
                }
            }
            Event::TimerFired { timer, .. } | Event::TimerCancelled { timer } => {
                self.timers.retain(|armed| armed.key != *timer);
            }
            Event::Woken { task, .. }
            | Event::PollStarted { task, .. }
            | Event::PollEnded { task, .. }
            | Event::JobStarted { task, .. }
            | Event::JobFinished { task }
            | Event::Done { task }
            | Event::Cancelled { task }
            | Event::Panicked { task } => self.read_of_task(*task, event),
            Event::IoRegistered { .. }
            | Event::IoReady(_)
            | Event::IoWaits { .. }
            | Event::IoDone { .. }
            | Event::IoClosed { .. } => self.read_of_socket(event),
            // Who awaits whom is with the names.
            Event::SlowPoll { .. }
            | Event::Awaits { .. }
            | Event::Aborted { .. }
            | Event::JobsLeft { .. }
            | Event::Parked { .. }
            | Event::Unparked { .. } => {}
        }
    }

    fn read_of_socket(&mut self, event: &Event) {
        match event {
            Event::IoRegistered { token, kind, .. } => {
                let (waiters, ready) = Default::default();
                self.sockets.insert(*token, Socket { kind: *kind, waiters, ready });
            }
            Event::IoReady(Readiness { token, readable, writable }) => {
                let Some(socket) = self.sockets.get_mut(token) else { return };
                let is_ready = [*readable, *writable];
                // Its wakers are taken out, to be called.
                socket.waiters.retain(|(_, way)| !is_ready[*way as usize]);
                for (known, is) in socket.ready.iter_mut().zip(is_ready) {
                    *known |= is;
                }
            }
            Event::IoWaits { token, by, way, .. } => {
                let Some(socket) = self.sockets.get_mut(token) else { return };
                socket.ready[*way as usize] = false;
                socket.waiters.extend(by.map(|task| (task, *way)));
            }
            Event::IoDone { token, did, still_ready, .. } => {
                let Some(socket) = self.sockets.get_mut(token) else { return };
                socket.ready[did.way() as usize] = *still_ready;
            }
            Event::IoClosed { token, .. } => {
                self.sockets.remove(token);
            }
            _ => {}
        }
    }

    /// What a task has left with sockets in its poll before is not what it waits for now.
    fn leave_sockets(&mut self, task: TaskId) {
        for socket in self.sockets.values_mut() {
            socket.waiters.retain(|(waiter, _)| *waiter != task);
        }
    }

    fn read_of_task(&mut self, id: TaskId, event: &Event) {
        if !matches!(event, Event::Woken { .. } | Event::PollEnded { .. }) {
            self.leave_sockets(id);
        }
        let Some(task) = self.tasks.get_mut(&id) else { return };
        match event {
            Event::Woken { by, .. } => {
                self.ready.push_back(id);
                task.woken = Some(by.clone());
                // A task that is woken while it runs goes on running.
                if task.phase == Phase::Waiting {
                    task.phase = Phase::Ready;
                }
            }
            Event::PollStarted { poll, .. } => {
                self.ready.retain(|ready| *ready != id);
                (task.phase, task.polls) = (Phase::Running, *poll);
            }
            Event::PollEnded { .. } => {
                let woken_meanwhile = self.ready.contains(&id);
                task.phase = if woken_meanwhile { Phase::Ready } else { Phase::Waiting };
            }
            Event::JobStarted { thread, .. } => task.thread = Some(thread.id()),
            _ => {
                self.ready.retain(|ready| *ready != id);
                task.phase = Phase::Over(match event {
                    Event::Cancelled { .. } => "cancelled",
                    Event::Panicked { .. } => "panicked",
                    _ => "done",
                });
            }
        }
    }

    /// What a task is called; no two have the same name.
    pub(crate) fn name(&self, task: TaskId) -> String {
        self.names.name(task)
    }

    /// The timers that a task has armed.
    pub(crate) fn timers_of(&self, id: TaskId) -> impl Iterator<Item = &Timer> {
        self.timers.iter().filter(move |timer| timer.whose == Some(id))
    }

    /// The tasks and jobs whose end is to wake a task.
    pub(crate) fn awaited_by(&self, id: TaskId) -> impl Iterator<Item = TaskId> {
        self.names.awaited_by(id)
    }

    /// The jobs that are out.
    pub(crate) fn jobs(&self) -> impl Iterator<Item = TaskId> {
        self.tasks.iter().filter(|(_, task)| task.phase == Phase::Job).map(|(job, _)| *job)
    }

    /// The latest job that this thread has brought to its end.
    pub(crate) fn finished_by(&self, thread: ThreadId) -> Option<TaskId> {
        let jobs = self.tasks.iter().filter(|(_, task)| task.thread == Some(thread));
        jobs.filter(|(_, job)| job.is_over()).map(|(job, _)| *job).next_back()
    }
}

impl Task {
    fn new(phase: Phase) -> Self {
        Self { phase, polls: 0, woken: None, thread: None }
    }

    /// Whether it has come to its end.
    pub(crate) fn is_over(&self) -> bool {
        matches!(self.phase, Phase::Over(_))
    }
}
