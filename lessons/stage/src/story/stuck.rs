//! Says of a loop that is stuck who waits for what.

use anstyle::{AnsiColor, Style};
use executor::{Stuck, StuckTask, TaskId, Waits};

use crate::names::{listed, place};
use crate::output::wrapped;

pub(crate) const HEAD: &str =
    "Stuck: nothing can ever happen again, for nobody is left who could wake a task.";

/// The report, in lines that fit. It has the facts of [`Stuck`]'s own text, and the tasks' names.
pub(crate) fn of(stuck: &Stuck) -> String {
    let style: Style = AnsiColor::Red.on_default().bold();
    let head = format!("{style}{}{style:#}", wrapped(HEAD, ""));
    let tasks = in_order(stuck).into_iter().map(|task| wrapped(&sentence(task, stuck), "  "));
    [head].into_iter().chain(tasks).collect::<Vec<_>>().join("\n")
}

/// Those that wait for each other are the first: then comes what they, in the end, wait for.
pub(crate) fn in_order(stuck: &Stuck) -> Vec<&StuckTask> {
    let mut tasks: Vec<_> = stuck.tasks.iter().collect();
    tasks.sort_by_key(|task| !matches!(task.waits, Waits::Join(_)));
    tasks
}

/// What one of the tasks waits for.
pub(crate) fn sentence(task: &StuckTask, stuck: &Stuck) -> String {
    let who = format!("{}, spawned at {},", task.name, place(task.site));
    match &task.waits {
        Waits::Join(tasks) => {
            let names: Vec<_> = tasks.iter().map(|task| name(*task, stuck)).collect();
            format!("{who} waits for the end of {}", listed(&names))
        }
        Waits::ForEver => format!("{who} sleeps for ever: that time does not come"),
        Waits::KeptNoWaker(poll) => {
            format!("{who} returned Pending from its poll {poll} and kept no waker")
        }
        Waits::LostItsWaker(poll) => {
            format!("{who} has lost its waker: all that its poll {poll} kept were dropped")
        }
    }
}

fn name(task: TaskId, stuck: &Stuck) -> String {
    let known = stuck.tasks.iter().find(|stuck| stuck.id == task);
    known.map_or_else(|| task.to_string(), |task| task.name.to_string())
}
