//! What each row of the trace shows, read from a journal.

use std::collections::BTreeMap;
use std::time::Duration;

use executor::TaskId;
use executor::journal::{Cause, Event};
use serde_json::json;

use super::form::{Form, Row, THE_LOOP};
use crate::Journal;
use crate::names::{Names, able};

/// Reads a journal, event by event.
pub(crate) struct Tracks {
    form: Form,
    /// How far apart two events are at least.
    step: Duration,
    now: Duration,
    names: Names,
    /// What the loop is doing, and since when.
    the_loop: (&'static str, Duration),
    /// Who is polled, and since when.
    polled: Option<(TaskId, Duration)>,
    /// When a task's last poll ended.
    last_poll: BTreeMap<TaskId, Duration>,
    /// Who is ready but has to wait, and why it was woken.
    waiting: BTreeMap<TaskId, Wake>,
    /// Since when a job runs.
    running: BTreeMap<TaskId, Duration>,
    armed: usize,
}

struct Wake {
    at: Duration,
    cause: String,
    /// Where its arrow begins.
    from: (Row, Duration),
}

impl Tracks {
    /// Nothing read so far.
    pub(crate) fn new(form: Form, step: Duration) -> Self {
        Self {
            form,
            step,
            now: Duration::ZERO,
            names: Names::default(),
            the_loop: ("working", Duration::ZERO),
            polled: None,
            last_poll: BTreeMap::new(),
            waiting: BTreeMap::new(),
            running: BTreeMap::new(),
            armed: 0,
        }
    }

    /// Reads all of it.
    pub(crate) fn read(mut self, journal: &Journal) -> Form {
        self.now = journal.first().map_or(Duration::ZERO, |(at, _)| *at);
        self.the_loop.1 = self.now;
        // All of it first: whether a name needs a number shows when there is a second of it.
        journal.iter().for_each(|(_, event)| self.names.read(event));
        for (at, event) in journal {
            // What a thread of the pool did keeps the time of its own.
            if !matches!(event, Event::JobStarted { .. } | Event::JobFinished { .. }) {
                self.now = (self.now + self.step).max(*at);
            }
            self.draw(*at, event);
            self.form.count("armed timers", self.now, self.armed);
            let ready = self.waiting.keys().filter(|task| !self.names.is_job(**task)).count();
            self.form.count("ready tasks", self.now, ready);
        }
        self.now += self.step;
        self.turn_to("over");
        self.form
    }

    fn draw(&mut self, at: Duration, event: &Event) {
        match event {
            Event::Parked { .. } => self.turn_to("parked"),
            Event::Unparked { .. } => self.turn_to("working"),
            Event::TimerArmed { .. } => self.armed += 1,
            Event::TimerFired { .. } | Event::TimerCancelled { .. } => {
                self.armed = self.armed.saturating_sub(1);
            }
            Event::Spawned { .. }
            | Event::Woken { .. }
            | Event::PollStarted { .. }
            | Event::PollEnded { .. }
            | Event::Done { .. }
            | Event::Cancelled { .. }
            | Event::Panicked { .. } => self.tasks(event),
            Event::JobQueued { .. } | Event::JobStarted { .. } | Event::JobFinished { .. } => {
                self.jobs(at, event);
            }
            Event::IoRegistered { .. }
            | Event::IoReady(_)
            | Event::IoWaits { .. }
            | Event::IoDone { .. }
            | Event::IoClosed { .. } => self.sockets(event),
            // The bars and arrows of others show it.
            Event::SlowPoll { .. }
            | Event::Awaits { .. }
            | Event::Aborted { .. }
            | Event::TimerMoved { .. }
            | Event::JobsLeft { .. } => {}
        }
    }

    fn turn_to(&mut self, doing: &'static str) {
        let (did, since) = std::mem::replace(&mut self.the_loop, (doing, self.now));
        self.form.slice(THE_LOOP, did, since, self.now, json!({}));
    }

    /// What it says of a task.
    fn tasks(&mut self, event: &Event) {
        match event {
            Event::Spawned { task, .. } => self.form.row(row(*task), &self.names.name(*task)),
            Event::Woken { task, by } => {
                if let Cause::Timer { late, .. } = by {
                    self.was_due(*task, *late);
                }
                let (cause, from) = self.beginning(by);
                self.waiting.insert(*task, Wake { at: self.now, cause, from });
            }
            Event::PollStarted { task, .. } => {
                if let Some(Wake { cause, from, .. }) = self.stop_waiting(*task, self.now) {
                    self.form.arrow(&cause, from, (row(*task), self.now));
                }
                self.polled = Some((*task, self.now));
            }
            Event::PollEnded { task, poll, ready, .. } => {
                let since = self.polled.take().map_or(self.now, |(_, since)| since);
                let args = json!({"poll": poll, "ready": ready});
                self.form.slice(row(*task), &format!("poll {poll}"), since, self.now, args);
                self.last_poll.insert(*task, self.now);
            }
            Event::Done { task } => self.end(*task, "done"),
            Event::Cancelled { task } => self.end(*task, "cancelled"),
            Event::Panicked { task } => self.end(*task, "panicked"),
            _ => {}
        }
    }

    /// Why a wake happened, and in which bar: that of the task that did it, or else the loop's.
    fn beginning(&self, cause: &Cause) -> (String, (Row, Duration)) {
        let here = self.polled.map_or(THE_LOOP, |(task, _)| row(task));
        let (words, from) = match cause {
            Cause::Spawn => ("spawned".to_owned(), (here, self.now)),
            Cause::Itself => ("woken by itself".to_owned(), (here, self.now)),
            Cause::Task(by) => (format!("woken by {}", self.names.name(*by)), (here, self.now)),
            Cause::Join(by) => {
                // Its last poll is over: the arrow begins just before that.
                let end = self.last_poll.get(by).map(|end| end.saturating_sub(NANOSECOND));
                let from = end.map_or((THE_LOOP, self.now), |end| (row(*by), end));
                (format!("woken by the end of {}", self.names.name(*by)), from)
            }
            Cause::Timer { .. } => ("woken by a timer".to_owned(), (THE_LOOP, self.now)),
            Cause::Io(_) => ("woken by a socket".to_owned(), (THE_LOOP, self.now)),
            Cause::Thread(_) => ("woken by a thread".to_owned(), (THE_LOOP, self.now)),
            Cause::Outside => ("woken from outside".to_owned(), (THE_LOOP, self.now)),
        };
        (words, from)
    }

    /// Its timer fired late: since then it could have gone on, had the loop not been busy.
    fn was_due(&mut self, task: TaskId, late: Duration) {
        let last_poll = self.last_poll.get(&task).copied().unwrap_or_default();
        let since = self.now.saturating_sub(late).max(last_poll);
        if late >= LATE && since < self.now {
            self.form.slice(row(task), "due, waiting", since, self.now, json!({}));
        }
    }

    /// A task that was woken in its own poll waits only from its end on.
    fn stop_waiting(&mut self, task: TaskId, now: Duration) -> Option<Wake> {
        let wake = self.waiting.remove(&task)?;
        let from = self.last_poll.get(&task).map_or(wake.at, |end| wake.at.max(*end));
        let args = json!({"cause": wake.cause});
        self.form.slice(row(task), "ready, waiting", from, now.max(from), args);
        Some(wake)
    }

    fn end(&mut self, task: TaskId, how: &str) {
        self.stop_waiting(task, self.now);
        self.form.mark(row(task), how, self.now);
    }

    /// What it says of a socket.
    fn sockets(&mut self, event: &Event) {
        let socket = |token: usize| self.names.socket(token);
        let (by, text) = match event {
            Event::IoRegistered { token, by, .. } => (*by, format!("opens {}", socket(*token))),
            Event::IoWaits { token, by, way, .. } => {
                (*by, format!("waits for {} to be {}", socket(*token), able(*way)))
            }
            Event::IoDone { token, by, did, .. } => (*by, self.names.operation(*token, *did)),
            Event::IoClosed { token, by } => (*by, format!("closes {}", socket(*token))),
            Event::IoReady(ready) => (None, format!("{} is ready", socket(ready.token))),
            _ => return,
        };
        self.form.mark(by.map_or(THE_LOOP, row), &text, self.now);
    }

    /// What it says of a job of the blocking pool.
    fn jobs(&mut self, at: Duration, event: &Event) {
        match event {
            Event::JobQueued { task, .. } => {
                self.form.row(row(*task), &self.names.name(*task));
                let (cause, from) = self.beginning(&Cause::Spawn);
                self.waiting.insert(*task, Wake { at: self.now, cause, from });
            }
            Event::JobStarted { task, .. } => {
                let queued = self.waiting.get(task).map_or(at, |wake| wake.at);
                let started = at.max(queued + self.step);
                if let Some(Wake { cause, from, .. }) = self.stop_waiting(*task, started) {
                    self.form.arrow(&cause, from, (row(*task), started));
                }
                self.running.insert(*task, started);
            }
            Event::JobFinished { task } => {
                if let Some(started) = self.running.remove(task) {
                    let ended = at.max(started + self.step);
                    self.form.slice(row(*task), "running", started, ended, json!({}));
                }
            }
            _ => {}
        }
    }
}

/// Timers tick in milliseconds: less than two are no delay.
const LATE: Duration = Duration::from_millis(2);
const NANOSECOND: Duration = Duration::from_nanos(1);

fn row(task: TaskId) -> Row {
    task.number() + 1
}
