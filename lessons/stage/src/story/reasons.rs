//! Why somebody waits, and for what.

use std::time::Duration;

use executor::TaskId;
use executor::journal::Unparked;
use timer::Instant;

use super::numbers::{moment, seconds};
use crate::names::{Names, listed};

/// What a task waits for that has returned Pending, as far as one can tell from outside.
pub(crate) fn of_pending(names: &Names, task: TaskId, gave_way: bool) -> String {
    if gave_way {
        return "it only lets the others go first".to_owned();
    }
    let timer = names.next_deadline(task).map(|at| format!("for its timer, until {}", moment(at)));
    let sockets = names.awaited_sockets(task);
    let sockets = (!sockets.is_empty()).then(|| format!("for {}", listed(&sockets)));
    // Of a crowd only the first are named.
    let name = |(nth, other)| if nth < 3 { names.name(other) } else { String::new() };
    let awaited: Vec<_> = names.awaited_by(task).enumerate().map(name).collect();
    let end = (!awaited.is_empty()).then(|| format!("for the end of {}", listed(&awaited)));
    let reasons: Vec<String> = timer.into_iter().chain(sockets).chain(end).collect();
    match reasons.is_empty() {
        true => "it waits to be woken".to_owned(),
        false => format!("it waits {}{}", reasons.join(", or "), lines(names, task)),
    }
}

/// Where in the program it waits, in brackets.
fn lines(names: &Names, task: TaskId) -> String {
    let lines = names.waits_at(task);
    if lines.is_empty() { String::new() } else { format!(" ({})", listed(&lines)) }
}

/// Who has held the loop, and whom that made wait.
pub(crate) fn of_slow_poll(
    names: &Names,
    task: TaskId,
    took: Duration,
    waited: &[(TaskId, Duration)],
) -> String {
    let held = format!("{} held the loop for {} s", names.name(task), seconds(took));
    let waited = waited.iter();
    let waited: Vec<_> =
        waited.map(|(task, time)| format!("{} {} s", names.name(*task), seconds(*time))).collect();
    match waited.is_empty() {
        true => format!("{held}, but nobody waited"),
        false => format!("{held}; meanwhile there waited {}", listed(&waited)),
    }
}

/// Why the loop goes to sleep, and until when.
pub(crate) fn of_sleep(names: &Names, at: Duration, until: Option<Instant>) -> String {
    let jobs: Vec<_> = names.jobs().into_iter().map(|job| names.name(job)).collect();
    let until = match until {
        Some(until) if until.since_start() <= at => {
            return "nobody is queued, but the loop does not sleep: a timer is due".to_owned();
        }
        Some(until) => match whose_deadline(names, until) {
            Some(whose) => format!("until {}, {whose}", moment(until)),
            None => format!("until {}, to sort the timers", moment(until)),
        },
        None => match (jobs.is_empty(), names.awaits_sockets()) {
            (true, true) => "until a socket is ready".to_owned(),
            (true, false) => "until somebody calls".to_owned(),
            (false, false) => format!("until {} ends", listed(&jobs)),
            (false, true) => format!("until {} ends, or a socket is ready", listed(&jobs)),
        },
    };
    format!("nobody is queued: the loop sleeps {until}")
}

/// Why the loop's sleep, which was to last `until` then, has ended.
pub(crate) fn of_waking(
    names: &Names,
    by: Unparked,
    slept: Duration,
    until: Option<Instant>,
) -> String {
    let why = match (by, until.and_then(|until| whose_deadline(names, until))) {
        (Unparked::Deadline, Some(whose)) => format!("{whose} has come"),
        (Unparked::Deadline, None) => "it is time to sort the timers".to_owned(),
        (Unparked::Io, _) => "a socket is ready".to_owned(),
        (Unparked::Thread, _) => "a thread has called it".to_owned(),
        (Unparked::Observer, _) => "who watches it has woken somebody".to_owned(),
    };
    if by == Unparked::Deadline && slept.is_zero() {
        return format!("the loop goes on: {why}");
    }
    format!("the loop wakes up after {} s: {why}", seconds(slept))
}

/// What the loop has to wake up for at this moment: a deadline, or the tick to which one is
/// rounded up.
fn whose_deadline(names: &Names, until: Instant) -> Option<String> {
    let due = names.due_at(until);
    let due_tasks: Vec<_> = due.iter().map(|task| names.name(*task)).collect();
    let exact = due.iter().any(|task| names.next_deadline(*task) == Some(until));
    let tick = if exact { "" } else { "the tick of " };
    match &due_tasks[..] {
        [] => None,
        [task] => Some(format!("{tick}{task}'s deadline")),
        tasks => Some(format!("{tick}the deadline of {}", listed(tasks))),
    }
}
