//! What holds for every journal, whatever the program. The checker of it watches nearly all other
//! tests, too: their loops come from [`checked`](crate::checked).

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;
use std::time::Duration;

use executor::TaskId;
use executor::journal::{Cause, Event, Observer, Readiness};
use timer::{Instant, Key};

mod forged;
mod programs;

/// Watches a loop, and keeps a list of what has happened against the rules. Clones share it.
#[derive(Clone, Default)]
pub struct Checker(Rc<RefCell<State>>);

#[derive(Default)]
struct State {
    broken: Vec<String>,
    /// It is told no more.
    stopped: bool,
    now: Duration,
    /// By their numbers.
    tasks: Vec<Task>,
    /// How many tasks are queued.
    queued: usize,
    polled: Option<TaskId>,
    parked: bool,
    /// When the timers that are armed are to fire.
    armed: HashMap<Key, Instant>,
    /// The jobs that are not over, and whether they have begun.
    jobs: BTreeMap<TaskId, bool>,
    /// The jobs that the end of a `run` has not waited for: they may end, and need not.
    left: BTreeMap<TaskId, bool>,
    /// The task of the latest event, if it was spawned by it.
    spawned: Option<TaskId>,
    /// The latest task that came to its end.
    ended: Option<TaskId>,
    /// The latest timer that fired, and how late.
    fired: Option<(Key, Duration)>,
    open_sockets: BTreeSet<usize>,
    closed_sockets: BTreeSet<usize>,
    /// The ways in which each counts as ready: to read, to write.
    ready_sockets: HashMap<usize, [bool; 2]>,
    /// The latest socket that became ready.
    ready: Option<Readiness>,
}

#[derive(Clone, Default)]
enum Task {
    /// Or it is a job.
    #[default]
    Unknown,
    /// It is not over, and was polled so many times.
    Alive {
        id: TaskId,
        polls: u64,
        queued: bool,
    },
    Over,
}

impl Checker {
    /// What has happened against the rules, if the run is over.
    pub fn broken(&self) -> Vec<String> {
        let timers_left = self.timers_left();
        let state = self.0.borrow();
        let mut broken = state.broken.clone();
        if !state.stopped {
            broken.extend(timers_left);
            let left = state.tasks.iter().filter_map(|task| match task {
                Task::Alive { id, .. } => Some(format!("{id} has not come to an end")),
                Task::Unknown | Task::Over => None,
            });
            broken.extend(left);
            broken.extend(state.jobs.keys().map(|job| format!("the job {job} has no end")));
        }
        broken
    }

    /// Of that, what is about timers that are armed still.
    pub fn timers_left(&self) -> Vec<String> {
        let state = self.0.borrow();
        state.armed.keys().map(|timer| format!("{timer} neither fired nor cancelled")).collect()
    }

    /// It will not be told how things end.
    pub fn stop(&self) {
        self.0.borrow_mut().stopped = true;
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
        if !state.is_from_another_thread(event) {
            state.rule(at >= state.now, || format!("time goes back to {at:?}: {event:?}"));
            state.now = state.now.max(at);
        }
        // Without an arm for all others: a new event has to have rules, too.
        match event {
            Event::Spawned { .. }
            | Event::Woken { .. }
            | Event::PollEnded { .. }
            | Event::SlowPoll { .. }
            | Event::Awaits { .. }
            | Event::Aborted { .. }
            | Event::Done { .. }
            | Event::Panicked { .. } => state.tasks(event),
            Event::PollStarted { .. } => {
                state.tasks(event);
                state.the_loop(event);
            }
            // A task's, or a job's.
            Event::Cancelled { .. } => {
                state.tasks(event);
                state.jobs(event);
            }
            Event::TimerArmed { .. }
            | Event::TimerMoved { .. }
            | Event::TimerFired { .. }
            | Event::TimerCancelled { .. } => state.timers(event),
            Event::IoRegistered { .. }
            | Event::IoReady(_)
            | Event::IoWaits { .. }
            | Event::IoDone { .. }
            | Event::IoClosed { .. } => state.sockets(event),
            Event::Parked { .. } | Event::Unparked { .. } => state.the_loop(event),
            Event::JobQueued { .. }
            | Event::JobStarted { .. }
            | Event::JobFinished { .. }
            | Event::JobsLeft { .. } => state.jobs(event),
        }
        state.spawned = match event {
            Event::Spawned { task, .. } => Some(*task),
            _ => None,
        };
    }
}

impl State {
    fn rule(&mut self, kept: bool, broken: impl FnOnce() -> String) {
        if !kept {
            self.broken.push(broken());
        }
    }

    /// What becomes of a job is told late.
    fn is_from_another_thread(&self, event: &Event) -> bool {
        match event {
            Event::JobStarted { .. } | Event::JobFinished { .. } => true,
            Event::Cancelled { task } => self.jobs.contains_key(task),
            _ => false,
        }
    }

    fn task(&mut self, id: TaskId) -> &mut Task {
        let number = usize::try_from(id.number()).expect("tasks are numbered one by one");
        if number >= self.tasks.len() {
            self.tasks.resize(number + 1, Task::Unknown);
        }
        &mut self.tasks[number]
    }

    fn is_alive(&mut self, id: TaskId) -> bool {
        matches!(self.task(id), Task::Alive { .. })
    }

    fn tasks(&mut self, event: &Event) {
        match event {
            Event::Spawned { task, by, .. } => {
                let is_new = matches!(self.task(*task), Task::Unknown);
                self.rule(is_new, || format!("{task} is spawned twice"));
                self.is_at_work(*by, event);
                *self.task(*task) = Task::Alive { id: *task, polls: 0, queued: false };
            }
            Event::Woken { task, by } => {
                match self.task(*task) {
                    Task::Alive { queued, .. } => {
                        let was_queued = std::mem::replace(queued, true);
                        self.queued += usize::from(!was_queued);
                        self.rule(!was_queued, || format!("{task} is queued twice"));
                    }
                    _ => self.rule(false, || format!("{task} is woken, but not alive")),
                }
                let points = self.points_to_something(*task, by);
                self.rule(points, || {
                    format!("{task} is woken, but its cause is not there: {by:?}")
                });
            }
            Event::PollStarted { task, poll } => {
                match self.task(*task) {
                    Task::Alive { queued, polls, .. } => {
                        let was_queued = std::mem::replace(queued, false);
                        *polls += 1;
                        let polls = *polls;
                        self.queued -= usize::from(was_queued);
                        self.rule(was_queued, || format!("{task} is polled without a wake"));
                        self.rule(polls == *poll, || format!("{task}: poll {poll}, not {polls}"));
                    }
                    _ => self.rule(false, || format!("{task} is polled, but not alive")),
                }
                let before = self.polled.replace(*task);
                self.rule(before.is_none(), || format!("{task} is polled within a poll"));
            }
            Event::PollEnded { task, .. } => {
                let polled = self.polled.take();
                self.rule(polled == Some(*task), || {
                    format!("a poll of {task} ends, of {polled:?}")
                });
            }
            Event::SlowPoll { task, waited, .. } => {
                let is_alive = self.is_alive(*task);
                self.rule(is_alive, || format!("{task} is slow, not alive"));
                let each_once: BTreeSet<_> = waited.iter().map(|(id, _)| *id).collect();
                let kept = each_once.len() == waited.len() && !each_once.contains(task);
                self.rule(kept, || {
                    format!("{task} made somebody wait twice, or itself: {waited:?}")
                });
            }
            Event::Awaits { task, other, .. } => {
                // One from another thread is awaited, perhaps, before the loop has taken it in.
                let is_over = matches!(self.task(*other), Task::Over);
                self.rule(!is_over, || format!("{task} awaits {other}, which is over"));
                self.is_at_work(Some(*task), event);
            }
            Event::Aborted { task, by } => {
                let is_over = matches!(self.task(*task), Task::Over);
                self.rule(!is_over, || format!("{task} is aborted, but over"));
                self.is_at_work(*by, event);
            }
            // The end of a job: see there.
            Event::Cancelled { task } if self.jobs.contains_key(task) => {}
            Event::Done { task } | Event::Cancelled { task } | Event::Panicked { task } => {
                match std::mem::replace(self.task(*task), Task::Over) {
                    Task::Alive { queued, .. } => self.queued -= usize::from(queued),
                    _ => self.rule(false, || format!("{task} ends, but was not alive")),
                }
                self.rule(self.polled.is_none(), || format!("{task} ends within a poll"));
                self.ended = Some(*task);
            }
            _ => {}
        }
    }

    /// Whether what a wake is put down to has happened, and just now.
    fn points_to_something(&mut self, woken: TaskId, cause: &Cause) -> bool {
        match cause {
            Cause::Spawn => self.spawned == Some(woken),
            Cause::Itself => self.polled == Some(woken),
            Cause::Task(by) => *by != woken && self.is_doing_something(*by),
            Cause::Timer { timer, late } => self.fired == Some((*timer, *late)),
            Cause::Join(of) => self.ended == Some(*of) && self.polled.is_none(),
            Cause::Io(readiness) => self.ready == Some(*readiness) && self.polled.is_none(),
            Cause::Thread(_) | Cause::Outside => self.polled.is_none(),
        }
    }

    fn is_at_work(&mut self, by: Option<TaskId>, event: &Event) {
        let is_there = by.is_none_or(|by| self.is_doing_something(by));
        self.rule(is_there, || format!("done by a task that does nothing now: {event:?}"));
    }

    /// It is polled, or dropped. The end of a task is told when its future was dropped, and before
    /// an output that nobody is there to take.
    fn is_doing_something(&mut self, id: TaskId) -> bool {
        match self.polled {
            Some(polled) => polled == id,
            None => self.ended == Some(id) || self.is_alive(id),
        }
    }

    fn timers(&mut self, event: &Event) {
        match event {
            Event::TimerArmed { timer, by, deadline, .. } => {
                self.is_at_work(*by, event);
                let before = self.armed.insert(*timer, *deadline);
                self.rule(before.is_none(), || format!("{timer} is armed twice"));
            }
            Event::TimerMoved { timer, .. } => {
                self.rule(self.armed.contains_key(timer), || format!("{timer} moves, not armed"));
            }
            Event::TimerFired { timer, late } => {
                let deadline = self.armed.remove(timer);
                self.rule(deadline.is_some(), || format!("{timer} fires, but was not armed"));
                let is_early = deadline.is_some_and(|it| it.since_start() > self.now);
                self.rule(!is_early, || format!("{timer} fires before its time"));
                self.fired = Some((*timer, *late));
            }
            Event::TimerCancelled { timer } => {
                let was_armed = self.armed.remove(timer).is_some();
                self.rule(was_armed, || format!("{timer} is cancelled, but was not armed"));
            }
            _ => {}
        }
    }

    fn jobs(&mut self, event: &Event) {
        match event {
            Event::JobQueued { task, by, .. } => {
                self.is_at_work(*by, event);
                self.jobs.insert(*task, false);
            }
            Event::JobStarted { task, .. } => {
                let jobs =
                    if self.left.contains_key(task) { &mut self.left } else { &mut self.jobs };
                let before = jobs.insert(*task, true);
                self.rule(before == Some(false), || format!("the job {task} starts: {before:?}"));
            }
            Event::JobFinished { task } => {
                let before = self.jobs.remove(task).or_else(|| self.left.remove(task));
                self.rule(before == Some(true), || format!("the job {task} ends: {before:?}"));
            }
            // One that has ended may have yet to be told.
            Event::JobsLeft { jobs } => {
                let known = self.jobs.len();
                self.left.append(&mut self.jobs);
                let kept = 0 < *jobs && *jobs <= known;
                self.rule(kept, || format!("{jobs} of {known} jobs are left"));
            }
            // One that no thread has taken up.
            Event::Cancelled { task } => {
                let before = self.jobs.remove(task);
                self.rule(before != Some(true), || format!("the job {task} runs, but is aborted"));
            }
            _ => {}
        }
    }

    fn sockets(&mut self, event: &Event) {
        match event {
            Event::IoRegistered { token, by, .. } => {
                self.is_at_work(*by, event);
                let is_new = self.open_sockets.insert(*token);
                let is_new = is_new && !self.closed_sockets.contains(token);
                self.rule(is_new, || format!("the token {token} is given away twice"));
            }
            Event::IoReady(readiness) => {
                self.ready = Some(*readiness);
                let ready = self.ready_sockets.entry(readiness.token).or_default();
                ready[0] |= readiness.readable;
                ready[1] |= readiness.writable;
            }
            Event::IoWaits { token, by, way, .. } => {
                self.is_at_work(*by, event);
                self.ready_sockets.entry(*token).or_default()[*way as usize] = false;
                let is_open = self.open_sockets.contains(token);
                self.rule(is_open, || format!("somebody waits at {token}, which is not open"));
            }
            Event::IoDone { token, by, did, still_ready, .. } => {
                self.is_at_work(*by, event);
                let is_open = self.open_sockets.contains(token);
                self.rule(is_open, || format!("{token} is used, but is not open"));
                let ready = self.ready_sockets.entry(*token).or_default();
                let was_ready = std::mem::replace(&mut ready[did.way() as usize], *still_ready);
                self.rule(was_ready, || format!("{token} is used, but was not ready: {did:?}"));
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
                let queued = self.queued;
                self.rule(queued == 0, || format!("it parks while {queued} tasks are ready"));
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
