//! Says in one sentence what the loop is about to do, and why.

use std::time::Duration;

use executor::TaskId;
use executor::journal::{Cause, Event};
use timer::Instant;

use super::state::{Phase, State};

/// The sentence for an event at which a run halts; the state is that before it.
pub(crate) fn sentence(state: &State, at: Duration, event: &Event) -> String {
    match event {
        Event::PollStarted { task, poll } => {
            let (name, nth) = (state.name(*task), ordinal(*poll));
            let because = because(state, *task);
            format!("The loop is about to poll {name} for the {nth} time: {because}.")
        }
        Event::Parked { until } => parking(state, at, *until),
        Event::Cancelled { .. } => {
            "Nobody is ready, no timer is armed, and no socket or job is waited for; nor is anybody \
             left who could call a waker. So nothing can ever happen again: the loop is about to \
             give up."
                .to_owned()
        }
        _ => String::new(),
    }
}

/// Why a task is ready.
pub(crate) fn because(state: &State, task: TaskId) -> String {
    let Some(cause) = state.tasks.get(&task).and_then(|task| task.woken.as_ref()) else {
        return "it is ready".to_owned();
    };
    match cause {
        Cause::Spawn => "it is new".to_owned(),
        Cause::Task(waker) => format!("{} woke it", state.name(*waker)),
        Cause::Itself => "it woke itself in its last poll".to_owned(),
        Cause::Timer { late, .. } if *late < Duration::from_millis(1) => {
            "its timer fired".to_owned()
        }
        Cause::Timer { late, .. } => format!("its timer fired, {} late", seconds(*late)),
        Cause::Io(readiness) => format!("{} is ready", state.names.socket(readiness.token)),
        Cause::Join(ended) => format!("{} {}", state.name(*ended), how_it_ended(state, *ended)),
        Cause::Thread(thread) => match state.finished_by(thread.id()) {
            Some(job) => format!("{} is done", state.name(job)),
            None => format!("the thread {} woke it", thread.name().unwrap_or("without a name")),
        },
        Cause::Outside => "it was woken, but by no task".to_owned(),
    }
}

fn how_it_ended(state: &State, task: TaskId) -> &'static str {
    match state.tasks.get(&task).map(|task| task.phase) {
        Some(Phase::Over("cancelled")) => "was cancelled",
        Some(Phase::Over("panicked")) => "has panicked",
        _ => "is done",
    }
}

fn parking(state: &State, at: Duration, until: Option<Instant>) -> String {
    let late = until.map(|until| at.saturating_sub(until.since_start()));
    if let (Some(until), Some(late)) = (until, late.filter(|late| !late.is_zero())) {
        let (whose, late) = (whose_timer(state, until), seconds(late));
        return format!(
            "Nobody is ready: the loop is about to look at its timers. It will not sleep, as \
             {whose} was due {late} ago."
        );
    }
    let jobs = listed(state, state.jobs());
    let job = (!jobs.is_empty()).then(|| format!("{jobs} is done"));
    let socket = state.names.awaits_sockets().then(|| "a socket is ready".to_owned());
    let timer = until.map(|until| format!("{} is due", whose_timer(state, until)));
    let ends: Vec<String> = timer.into_iter().chain(socket).chain(job).collect();
    if ends.is_empty() {
        return "Nobody is ready and no timer is armed: the loop is about to sleep until another \
                thread wakes a task."
            .to_owned();
    }
    let long = until.map(|until| seconds(until.since_start().saturating_sub(at)));
    let long = long.map(|long| format!(" for {long}")).unwrap_or_default();
    let ends = ends.join(", or until ");
    format!("Nobody is ready: the loop is about to sleep{long}, until {ends}.")
}

/// Who has a timer for that moment, or, of several, for one before it.
fn whose_timer(state: &State, until: Instant) -> String {
    let due = state.timers.iter().filter(|timer| timer.deadline <= until);
    match listed(state, due.filter_map(|timer| timer.whose)).as_str() {
        // Of a long list of timers the loop does not look for the first: it sorts them by then.
        "" => "a slot of the wheel".to_owned(),
        due => format!("the timer of {due}"),
    }
}

/// Their names.
pub(crate) fn listed(state: &State, tasks: impl Iterator<Item = TaskId>) -> String {
    tasks.map(|task| state.name(task)).collect::<Vec<_>>().join(", ")
}

/// To the millisecond, which is as fine as timers are.
pub(crate) fn seconds(duration: Duration) -> String {
    format!("{:.3} s", duration.as_secs_f64())
}

/// A moment on the loop's clock.
pub(crate) fn moment(at: Instant) -> String {
    if at == Instant::NEVER { "no time".to_owned() } else { seconds(at.since_start()) }
}

fn ordinal(number: u64) -> String {
    let ending = match (number % 100, number % 10) {
        (11..=13, _) => "th",
        (_, 1) => "st",
        (_, 2) => "nd",
        (_, 3) => "rd",
        _ => "th",
    };
    format!("{number}{ending}")
}
