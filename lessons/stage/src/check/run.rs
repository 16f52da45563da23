//! One run of a program on a loop of its own, and what its journal says of it.

use std::sync::PoisonError;
use std::time::Duration;

use executor::journal::{Cause, Event};
use executor::{Clock, EventLoop, Stuck, TaskId};

use super::Verdict;
use super::latest::Keeper;
use crate::story::stuck;
use crate::{CLOCK, Journal, Observers, Recorder, SLOW_POLL, no_loop};

/// So many events of a run are kept: more than any exercise needs.
const MOST_EVENTS: usize = 10_000;

/// A run that is over.
pub struct Run<T> {
    outcome: Result<T, Stuck>,
    journal: Journal,
}

/// Runs a program, under a simulated clock, to its end or until it is stuck.
///
/// # Panics
/// As the program does; and when the system has no descriptor left for a loop.
#[track_caller]
pub fn run<F: Future>(program: F) -> Run<F::Output> {
    let (recorder, mut observers) = (Recorder::of_at_most(MOST_EVENTS), Observers::default());
    observers.add(recorder.clone());
    observers.add(Keeper::new());
    let clock = Clock::simulated();
    *CLOCK.lock().unwrap_or_else(PoisonError::into_inner) = Some(clock.clone());
    let builder = EventLoop::builder().clock(clock).observer(observers).slow_poll(SLOW_POLL);
    let mut event_loop = builder.build().unwrap_or_else(|error| panic!("{}", no_loop(&error)));
    let outcome = event_loop.try_run(program);
    Run { outcome, journal: recorder.take() }
}

impl<T> Run<T> {
    /// What the program returned.
    ///
    /// # Errors
    /// The report of who waits for what, if it was stuck.
    pub fn output(self) -> Verdict<T> {
        self.outcome.map_err(|stuck| {
            let tasks = stuck.tasks.iter().map(|task| stuck::sentence(task, &stuck));
            [stuck::HEAD.to_owned()].into_iter().chain(tasks).collect::<Vec<_>>().join("\n")
        })
    }

    /// How many times the program itself was polled.
    pub fn polls(&self) -> usize {
        self.task(None).map_or(0, |task| self.polls_of_task(task))
    }

    /// Whether the program itself was polled so many times.
    ///
    /// # Errors
    /// When it was not.
    pub fn polled(&self, enough: usize) -> Verdict {
        let (polls, times) = (self.polls(), |count| if count == 1 { "time" } else { "times" });
        if polls < enough {
            return Err(format!("polled {polls} {}, {enough} were expected", times(polls)));
        }
        if polls == enough {
            return Ok(());
        }
        let were = if enough == 1 { "was" } else { "were" };
        let why = match self.wakes_by_itself() {
            0 => String::new(),
            wakes => format!(": it wakes itself, {wakes} {}", times(wakes)),
        };
        Err(format!("polled {polls} times, {enough} {were} enough{why}"))
    }

    /// How many times the task of that name was polled.
    pub fn polls_of(&self, name: &str) -> usize {
        self.task(Some(name)).map_or(0, |task| self.polls_of_task(task))
    }

    /// How many times a task woke itself while it was polled.
    pub fn wakes_by_itself(&self) -> usize {
        self.count(|event| matches!(event, Event::Woken { by: Cause::Itself, .. }))
    }

    /// How many timers were armed, and how many of them cancelled before their time.
    pub fn timers(&self) -> (usize, usize) {
        (
            self.count(|event| matches!(event, Event::TimerArmed { .. })),
            self.count(|event| matches!(event, Event::TimerCancelled { .. })),
        )
    }

    /// How many jobs were handed to the pool for blocking calls.
    pub fn jobs(&self) -> usize {
        self.count(|event| matches!(event, Event::JobQueued { .. }))
    }

    /// The longest poll.
    pub fn longest_poll(&self) -> Duration {
        let took = self.journal.iter().filter_map(|(_, event)| match event {
            Event::PollEnded { took, .. } => Some(*took),
            _ => None,
        });
        took.max().unwrap_or_default()
    }

    /// How long the program took, by its own clock.
    pub fn took(&self) -> Duration {
        self.journal.last().map_or(Duration::ZERO, |(at, _)| *at)
    }

    /// How many of its events are such.
    pub fn count(&self, is_such: impl Fn(&Event) -> bool) -> usize {
        self.journal.iter().filter(|(_, event)| is_such(event)).count()
    }

    /// The first task of that name; of all, if there is none.
    fn task(&self, wanted: Option<&str>) -> Option<TaskId> {
        self.journal.iter().find_map(|(_, event)| match event {
            Event::Spawned { task, name, .. } if wanted.is_none_or(|wanted| name == wanted) => {
                Some(*task)
            }
            _ => None,
        })
    }

    fn polls_of_task(&self, wanted: TaskId) -> usize {
        self.count(|event| matches!(event, Event::PollStarted { task, .. } if *task == wanted))
    }
}
