//! What holds for every journal, whatever the program: a checker, which other tests can use.
//!
//! ```text
//! let checker = Checker::default();
//! EventLoop::builder().observer(checker.clone())...
//! checker.assert_kept();
//! ```

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;
use std::time::Duration;

use executor::TaskId;
use executor::journal::{Cause, Event, Observer};
use timer::Key;

mod forged;
mod programs;

/// Watches a loop, and keeps a list of what has happened against the rules. Clones share it.
#[derive(Clone, Default)]
pub struct Checker(Rc<RefCell<State>>);

#[derive(Default)]
struct State {
    broken: Vec<String>,
    now: Duration,
    /// All tasks that are not over, and how many times each was polled.
    alive: BTreeMap<TaskId, u64>,
    over: BTreeSet<TaskId>,
    queued: BTreeSet<TaskId>,
    polled: Option<TaskId>,
    parked: bool,
    armed: HashMap<Key, Option<TaskId>>,
    /// The jobs that are not over, and whether they have begun.
    jobs: BTreeMap<TaskId, bool>,
    last: Option<Event>,
    /// The latest timer that fired, and how late.
    fired: Option<(Key, Duration)>,
    ready_sockets: BTreeSet<usize>,
    open_sockets: BTreeSet<usize>,
    closed_sockets: BTreeSet<usize>,
}

impl Checker {
    /// What has happened against the rules, if the run is over.
    pub fn broken(&self) -> Vec<String> {
        let state = self.0.borrow();
        let mut broken = state.broken.clone();
        broken
            .extend(state.armed.keys().map(|timer| format!("{timer} neither fired nor cancelled")));
        broken.extend(state.alive.keys().map(|task| format!("{task} has not come to an end")));
        broken
    }

    /// Panics if there is any such thing.
    #[track_caller]
    pub fn assert_kept(&self) {
        let broken = self.broken();
        assert!(broken.is_empty(), "the journal breaks the rules:\n{}", broken.join("\n"));
    }
}

impl Observer for Checker {
    fn on_event(&mut self, at: Duration, event: &Event) {
        let state = &mut *self.0.borrow_mut();
        // What happened on another thread is told late.
        if !matches!(event, Event::JobStarted { .. } | Event::JobFinished { .. }) {
            state.rule(at >= state.now, || format!("time goes back to {at:?}: {event:?}"));
            state.now = state.now.max(at);
        }
        state.tasks(event);
        state.timers(event);
        state.jobs(event);
        state.sockets(event);
        state.the_loop(event);
        state.last = Some(event.clone());
    }
}

impl State {
    fn rule(&mut self, kept: bool, broken: impl FnOnce() -> String) {
        if !kept {
            self.broken.push(broken());
        }
    }

    fn tasks(&mut self, event: &Event) {
        match event {
            Event::Spawned { task, by, .. } => {
                let is_new = !self.alive.contains_key(task) && !self.over.contains(task);
                self.rule(is_new, || format!("{task} is spawned twice"));
                self.is_at_work(*by, event);
                self.alive.insert(*task, 0);
            }
            Event::Woken { task, by } => {
                let is_alive = self.alive.contains_key(task);
                self.rule(is_alive, || format!("{task} is woken, but not alive"));
                let queued = self.queued.insert(*task);
                self.rule(queued, || format!("{task} is queued twice"));
                let points = self.points_to_something(*task, by);
                self.rule(points, || {
                    format!("{task} is woken, but its cause is not there: {by:?}")
                });
            }
            Event::PollStarted { task, poll } => {
                let queued = self.queued.remove(task);
                self.rule(queued, || format!("{task} is polled without a wake"));
                let polls = self.alive.get_mut(task).map(|polls| {
                    *polls += 1;
                    *polls
                });
                self.rule(polls == Some(*poll), || format!("{task}: poll {poll} after {polls:?}"));
                let before = self.polled.replace(*task);
                self.rule(before.is_none(), || format!("{task} is polled within a poll"));
            }
            Event::PollEnded { task, .. } => {
                let polled = self.polled.take();
                self.rule(polled == Some(*task), || {
                    format!("a poll of {task} ends, of {polled:?}")
                });
            }
            Event::SlowPoll { task, .. } => {
                self.rule(self.alive.contains_key(task), || format!("{task} is slow, not alive"));
            }
            Event::Awaits { task, other } => {
                let is_there = self.alive.contains_key(other) || self.jobs.contains_key(other);
                self.rule(is_there, || format!("{task} awaits {other}, which is over"));
                self.is_at_work(Some(*task), event);
            }
            Event::Aborted { task, by } => {
                let is_there = self.alive.contains_key(task) || self.jobs.contains_key(task);
                self.rule(is_there, || format!("{task} is aborted, but over"));
                self.is_at_work(*by, event);
            }
            Event::Done { task } | Event::Cancelled { task } | Event::Panicked { task } => {
                let was_alive = self.alive.remove(task).is_some();
                self.rule(was_alive, || format!("{task} ends, but was not alive"));
                self.rule(self.polled.is_none(), || format!("{task} ends within a poll"));
                self.queued.remove(task);
                self.over.insert(*task);
            }
            _ => {}
        }
    }

    /// Whether what a wake is put down to has happened, and just now.
    fn points_to_something(&self, woken: TaskId, cause: &Cause) -> bool {
        match cause {
            Cause::Spawn => {
                matches!(self.last, Some(Event::Spawned { task, .. }) if task == woken)
            }
            Cause::Itself => self.polled == Some(woken),
            // It is polled, or dropped: and if it is dropped, its end is told afterwards.
            Cause::Task(by) => match self.polled {
                Some(polled) => polled == *by && *by != woken,
                None => self.alive.contains_key(by),
            },
            Cause::Timer { timer, late } => self.fired == Some((*timer, *late)),
            Cause::Join(of) => self.over.contains(of),
            Cause::Io(readiness) => self.ready_sockets.contains(&readiness.token),
            Cause::Thread(_) | Cause::Outside => self.polled.is_none(),
        }
    }

    fn is_at_work(&mut self, by: Option<TaskId>, event: &Event) {
        let is_there = by.is_none_or(|by| self.alive.contains_key(&by));
        self.rule(is_there, || format!("done by a task that is not alive: {event:?}"));
    }

    fn timers(&mut self, event: &Event) {
        match event {
            Event::TimerArmed { timer, by, .. } => {
                self.is_at_work(*by, event);
                let before = self.armed.insert(*timer, *by);
                self.rule(before.is_none(), || format!("{timer} is armed twice"));
            }
            Event::TimerMoved { timer, .. } => {
                self.rule(self.armed.contains_key(timer), || format!("{timer} moves, not armed"));
            }
            Event::TimerFired { timer, .. } | Event::TimerCancelled { timer } => {
                let was_armed = self.armed.remove(timer).is_some();
                self.rule(was_armed, || format!("{timer} ends, but was not armed: {event:?}"));
            }
            _ => {}
        }
        if let Event::TimerFired { timer, late } = event {
            self.fired = Some((*timer, *late));
        }
    }

    fn jobs(&mut self, event: &Event) {
        match event {
            Event::JobQueued { task, by, .. } => {
                self.is_at_work(*by, event);
                self.jobs.insert(*task, false);
            }
            Event::JobStarted { task, .. } => {
                let before = self.jobs.insert(*task, true);
                self.rule(before == Some(false), || format!("the job {task} starts: {before:?}"));
            }
            Event::JobFinished { task } => {
                let before = self.jobs.remove(task);
                self.rule(before == Some(true), || format!("the job {task} ends: {before:?}"));
            }
            _ => {}
        }
    }

    fn sockets(&mut self, event: &Event) {
        match event {
            Event::IoRegistered { token, by } => {
                self.is_at_work(*by, event);
                let is_new = self.open_sockets.insert(*token);
                let is_new = is_new && !self.closed_sockets.contains(token);
                self.rule(is_new, || format!("the token {token} is given away twice"));
            }
            Event::IoReady(readiness) => {
                self.ready_sockets.insert(readiness.token);
            }
            Event::IoWaits { token, by, .. } => {
                self.is_at_work(*by, event);
                let is_open = self.open_sockets.contains(token);
                self.rule(is_open, || format!("somebody waits at {token}, which is not open"));
            }
            Event::IoClosed { token, by } => {
                self.is_at_work(*by, event);
                let was_open = self.open_sockets.remove(token);
                self.rule(was_open, || format!("{token} is closed, but was not open"));
                self.closed_sockets.insert(*token);
            }
            _ => {}
        }
    }

    fn the_loop(&mut self, event: &Event) {
        match event {
            Event::Parked { .. } => {
                self.rule(!self.parked, || "the loop parks twice".to_owned());
                let queued = self.queued.clone();
                self.rule(queued.is_empty(), || format!("it parks while {queued:?} are ready"));
                self.rule(self.polled.is_none(), || "it parks within a poll".to_owned());
                self.parked = true;
            }
            Event::Unparked { .. } => {
                self.rule(self.parked, || "the loop wakes up, but was not parked".to_owned());
                self.parked = false;
            }
            Event::PollStarted { task, .. } => {
                self.rule(!self.parked, || format!("{task} is polled while the loop is parked"));
            }
            _ => {}
        }
    }
}
