//! The words of the story: a sentence for each event.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use executor::TaskId;
use executor::journal::{Cause, Event};
use timer::{Instant, Key};

use super::numbers::{after, moment, nth};
use super::reasons;
use crate::names::Names;

/// Behind the first sentence about one.
const WAKER: &str = "A waker is what somebody else calls to have the task queued again";

/// Knows what was told so far, and so finds the words for what comes next.
#[derive(Default)]
pub(crate) struct Sentences {
    pub(crate) names: Names,
    /// The future given to `run`.
    main: Option<TaskId>,
    /// That future is done, or given up.
    is_over: bool,
    polled: Option<TaskId>,
    /// Whether the task that is polled, or was so last, has woken itself meanwhile.
    gave_way: bool,
    /// Whoever reads this knows what a waker is.
    pub(crate) wakers_are_known: Rc<Cell<bool>>,
    /// Since when the loop sleeps, or slept last, and until when it meant to.
    parked: (Duration, Option<Instant>),
}

impl Sentences {
    /// Takes note of what has been told.
    pub(crate) fn read(&mut self, at: Duration, event: &Event) {
        self.names.read(event);
        match event {
            Event::Spawned { task, .. } => self.main = self.main.or(Some(*task)),
            Event::PollStarted { task, .. } => (self.polled, self.gave_way) = (Some(*task), false),
            Event::PollEnded { .. } => self.polled = None,
            Event::Woken { by: Cause::Itself, .. } => self.gave_way = true,
            Event::Parked { until } => self.parked = (at, *until),
            Event::Awaits { .. } | Event::TimerArmed { .. } | Event::IoWaits { .. } => {
                self.wakers_are_known.set(true);
            }
            Event::Done { task } | Event::Cancelled { task } | Event::Panicked { task } => {
                self.is_over |= self.main == Some(*task);
            }
            _ => {}
        }
    }

    /// What happens, at that time; of the first waker also what that is.
    pub(crate) fn of(&self, at: Duration, event: &Event) -> String {
        let text = self.sentence(at, event);
        match event {
            Event::Awaits { .. } | Event::TimerArmed { .. } | Event::IoWaits { .. }
                if !self.wakers_are_known.get() =>
            {
                format!("{text}. {WAKER}")
            }
            _ => text,
        }
    }

    fn sentence(&self, at: Duration, event: &Event) -> String {
        match event {
            Event::Spawned { name, .. } if self.main.is_none() => {
                format!("the loop is given {name} to run: it is queued")
            }
            Event::Spawned { name, by, .. } => {
                let name = self.names.name_of_next(name, false);
                format!("{} the task {name}: it is queued", self.does(*by, "spawns"))
            }
            Event::Woken { task, by } => self.woken(*task, by),
            Event::PollStarted { task, poll: 1 } => {
                format!("{} is polled for the first time: it starts", self.name(*task))
            }
            Event::PollStarted { task, poll } => {
                format!("{} is polled for the {} time: it goes on", self.name(*task), nth(*poll))
            }
            Event::PollEnded { ready: true, took, .. } => {
                format!("Ready{}: it has its result", after(*took))
            }
            Event::PollEnded { task, took, .. } => {
                let waits = reasons::of_pending(&self.names, *task, self.gave_way);
                format!("Pending{}: {waits}", after(*took))
            }
            Event::SlowPoll { task, took, waited } => {
                reasons::of_slow_poll(&self.names, *task, *took, waited)
            }
            Event::Awaits { task, other, .. } => {
                let does = self.does(Some(*task), "leaves");
                format!("{does} its waker with {}, to be woken by its end", self.name(*other))
            }
            Event::Aborted { task, by } => {
                format!("{} for {} to be cancelled", self.does(*by, "asks"), self.name(*task))
            }
            Event::Done { task } if self.main == Some(*task) => {
                format!("{} is done, and with it the run", self.name(*task))
            }
            Event::Done { task } => format!("{} is done: its future is dropped", self.name(*task)),
            Event::Cancelled { task } if self.main == Some(*task) => {
                format!("{} is cancelled, for nothing can ever wake it", self.name(*task))
            }
            Event::Cancelled { task } => {
                format!("{} is cancelled: its future is dropped", self.name(*task))
            }
            Event::Panicked { task } => {
                format!("{} is over: its future is dropped", self.name(*task))
            }
            Event::Parked { until } => reasons::of_sleep(&self.names, at, *until),
            Event::Unparked { by } => {
                let (since, until) = self.parked;
                reasons::of_waking(&self.names, *by, at.saturating_sub(since), until)
            }
            _ => self.of_the_world(at, event),
        }
    }

    fn woken(&self, task: TaskId, by: &Cause) -> String {
        let name = self.name(task);
        match by {
            Cause::Spawn => format!("{name} is new: it is queued"),
            Cause::Itself => "wakes itself: it is queued, behind all others".to_owned(),
            Cause::Task(by) => format!("{} {name}: it is queued", self.does(Some(*by), "wakes")),
            Cause::Timer { .. } | Cause::Io(_) => format!("this wakes {name}: it is queued"),
            Cause::Join(_) => format!("this wakes {name}, which awaits it: {name} is queued"),
            Cause::Thread(thread) => {
                let thread = thread.name().unwrap_or("without a name");
                format!("the thread {thread} has woken {name}: it is queued")
            }
            Cause::Outside => format!("{name} is woken from outside all tasks: it is queued"),
        }
    }

    /// Within its own poll a task needs no name.
    pub(super) fn does(&self, task: Option<TaskId>, what: &str) -> String {
        match task {
            Some(_) if task == self.polled => what.to_owned(),
            Some(task) => format!("{} {what}", self.name(task)),
            None => format!("somebody outside all tasks {what}"),
        }
    }

    pub(super) fn name(&self, task: TaskId) -> String {
        self.names.name(task)
    }

    pub(super) fn timer(&self, timer: Key) -> String {
        match self.names.timer(timer) {
            Some((Some(owner), deadline)) if Some(owner) == self.polled => {
                format!("its timer for {}", moment(deadline))
            }
            Some((Some(owner), deadline)) => {
                format!("{}'s timer for {}", self.name(owner), moment(deadline))
            }
            _ => timer.to_string(),
        }
    }
}
