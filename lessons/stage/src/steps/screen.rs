//! Draws a halted run: the clock, the ready queue, the tasks, the wheel, and what was printed.

use std::collections::BTreeSet;
use std::iter;
use std::time::Duration;

use anstyle::{AnsiColor, Style};
use executor::TaskId;
use executor::journal::Way;

use super::state::{Phase, Socket, State, Task};
use super::why::{because, listed, moment, seconds};
use crate::names::{able, kind_of_socket};
use crate::output::wrapped;
use crate::picture;
use crate::story::outside_tasks::place_in_wheel;
use crate::terminal::columns;

/// What stands before each line, or room for it.
const MARGIN: usize = 9;
/// More rows are counted, but not shown: all has to fit a terminal of 24 lines.
const MOST_TASKS: usize = 6;
const MOST_TIMERS: usize = 4;
/// Where there are sockets, too.
const MOST_TIMERS_BESIDE: usize = 2;
const MOST_SOCKETS: usize = 3;
/// With more tasks than this each has one line, and what is too long for it is cut.
const FEW_TASKS: usize = 4;

/// A run that has halted.
pub(crate) struct Halted<'a> {
    /// The scene's title.
    pub(crate) title: &'a str,
    /// How many halts there were, with this one.
    pub(crate) step: u64,
    /// How many there are, if that is known.
    pub(crate) steps: Option<u64>,
    /// What the loop's clock shows.
    pub(crate) at: Duration,
    /// What the loop is up to.
    pub(crate) state: &'a State,
    /// What the program has printed last.
    pub(crate) printed: Vec<String>,
    /// What is about to happen.
    pub(crate) next: String,
}

/// A line of the screen, and how it looks.
type Row = (Style, String);

/// The rows of a screen, with the names of their sections.
pub(crate) type Shown = BTreeSet<(&'static str, String)>;

/// The screen, with a line break at its end, and its rows: those that were not `before` are marked.
pub(crate) fn draw(halted: &Halted<'_>, before: Option<&Shown>, ascii: bool) -> (String, Shown) {
    let state = halted.state;
    let ready = listed(state, state.ready.iter().copied());
    let ready = if ready.is_empty() { Vec::new() } else { vec![plain(ready)] };
    let printed = halted.printed.iter().map(|line| plain(line.clone())).collect();
    let mut sections = vec![
        ("time", vec![plain(seconds(halted.at))], ""),
        ("ready", ready, "nobody"),
        ("tasks", tasks(state), "none"),
        ("wheel", timers(state), "empty"),
        ("printed", printed, "nothing"),
    ];
    // Most programs have none.
    if !state.sockets.is_empty() {
        sections.insert(sections.len() - 1, ("sockets", sockets(state), ""));
    }
    let mut text = headline(halted.title, halted.step, halted.steps, ascii);
    let mut shown = Shown::new();
    for (name, mut rows, if_empty) in sections {
        if rows.is_empty() {
            rows.push((Style::new().dimmed(), if_empty.to_owned()));
        }
        text += &section(name, &rows, before, if ascii { "..." } else { "…" });
        shown.extend(rows.into_iter().map(|(_, row)| (name, row)));
    }
    let bold = Style::new().bold();
    (text + &format!("\n\n{bold}{}{bold:#}\n", wrapped(&halted.next, "")), shown)
}

/// The line above a screen.
pub(crate) fn headline(title: &str, step: u64, steps: Option<u64>, ascii: bool) -> String {
    let of = steps.map(|steps| format!(" of {steps}")).unwrap_or_default();
    picture::headline(&format!("{title}, step {step}{of}"), ascii)
}

/// Its lines, of which the first is named; none of them too long.
fn section(name: &'static str, rows: &[Row], before: Option<&Shown>, ellipsis: &str) -> String {
    let mut text = String::new();
    for (nth, (style, row)) in rows.iter().enumerate() {
        let is_new = before.is_some_and(|before| !before.contains(&(name, row.clone())));
        let mark = if is_new { "*" } else { " " };
        let (name, row) = (if nth == 0 { name } else { "" }, cut(row, ellipsis));
        text += &format!("\n{name:<7}{mark} {style}{row}{style:#}");
    }
    text
}

fn cut(row: &str, ellipsis: &str) -> String {
    let room = columns() - MARGIN;
    if row.chars().count() <= room {
        return row.trim_end().to_owned();
    }
    let kept = room - ellipsis.chars().count();
    row.chars().take(kept).collect::<String>() + ellipsis
}

fn plain(row: String) -> Row {
    (Style::new(), row)
}

/// Those that are over are the first for which there is no room, those that wait the next.
fn tasks(state: &State) -> Vec<Row> {
    let mut shown: Vec<(&TaskId, &Task)> = state.tasks.iter().collect();
    shown.sort_by_key(|(_, task)| match task.phase {
        Phase::Running | Phase::Ready => 0,
        Phase::Waiting | Phase::Job => 1,
        Phase::Over(_) => 2,
    });
    let left_out = shown.len().saturating_sub(MOST_TASKS);
    shown.truncate(MOST_TASKS);
    shown.sort_by_key(|(id, _)| **id);
    let length = |(id, _): &(&TaskId, &Task)| state.name(**id).chars().count();
    let width = shown.iter().map(length).max().unwrap_or(0);
    let wraps = shown.len() <= FEW_TASKS;
    let mut rows = Vec::new();
    for (id, task) in shown {
        let (style, left, detail) = parts(state, *id, task, width);
        if !wraps || detail.is_empty() {
            rows.push((style, left + &detail));
            continue;
        }
        let indent = " ".repeat(MARGIN + left.chars().count());
        let lines = wrapped(&detail, &indent);
        let lines = lines.lines().map(|line| line.trim_start());
        let lefts = iter::once(left.as_str()).chain(iter::repeat(&indent[MARGIN..]));
        rows.extend(lefts.zip(lines).map(|(left, line)| (style, format!("{left}{line}"))));
    }
    if left_out > 0 {
        rows.push(plain(format!("and {left_out} more")));
    }
    rows
}

/// How a task's row looks, its left part, and its right.
fn parts(state: &State, id: TaskId, task: &Task, width: usize) -> (Style, String, String) {
    let (style, phase, detail) = match task.phase {
        Phase::Ready => (AnsiColor::Green.on_default(), "ready", because(state, id)),
        Phase::Running => (AnsiColor::Green.on_default().bold(), "running", String::new()),
        Phase::Waiting => (Style::new(), "waiting", waits_on(state, id)),
        Phase::Job => (Style::new(), "in pool", "runs on a thread, or waits for one".to_owned()),
        Phase::Over(how) => (Style::new().dimmed(), how, String::new()),
    };
    let name = state.name(id);
    let polls = match task.polls {
        0 if task.phase == Phase::Job => String::new(),
        1 => "1 poll".to_owned(),
        polls => format!("{polls} polls"),
    };
    (style, format!("{name:<width$}  {phase:<9} {polls:<8} "), detail)
}

fn waits_on(state: &State, task: TaskId) -> String {
    let timers = state.timers_of(task);
    let timers =
        timers.map(|timer| format!("for {}, due at {}", timer.key, moment(timer.deadline)));
    let sockets = state.names.awaited_sockets(task).into_iter();
    let sockets = sockets.map(|socket| format!("for {socket}"));
    let awaited = listed(state, state.awaited_by(task));
    let awaited = (!awaited.is_empty()).then(|| format!("for the end of {awaited}"));
    let known: Vec<String> = timers.chain(sockets).chain(awaited).collect();
    if known.is_empty() {
        "for what, the journal does not tell".to_owned()
    } else {
        known.join("; ")
    }
}

fn timers(state: &State) -> Vec<Row> {
    let mut shown: Vec<_> = state.timers.iter().collect();
    shown.sort_by_key(|timer| (timer.level, timer.slot));
    let most = if state.sockets.is_empty() { MOST_TIMERS } else { MOST_TIMERS_BESIDE };
    let left_out = shown.len().saturating_sub(most);
    let rows = shown.iter().take(most).map(|timer| {
        let whose = timer.whose.map(|task| format!(" of {}", state.name(task)));
        let (level, slot, whose) = (timer.level, timer.slot, whose.unwrap_or_default());
        let due = moment(timer.deadline);
        let place = place_in_wheel(level, slot);
        plain(format!("{place:<16}  {}{whose}, due at {due}", timer.key))
    });
    let more = (left_out > 0).then(|| plain(format!("and {left_out} more")));
    rows.chain(more).collect()
}

/// Those with wakers are the last for which there is no room.
fn sockets(state: &State) -> Vec<Row> {
    let mut shown: Vec<(&usize, &Socket)> = state.sockets.iter().collect();
    shown.sort_by_key(|(_, socket)| socket.waiters.is_empty());
    let left_out = shown.len().saturating_sub(MOST_SOCKETS);
    shown.truncate(MOST_SOCKETS);
    shown.sort_by_key(|(token, _)| **token);
    let rows = shown.into_iter().map(|(token, socket)| {
        let name = state.names.socket(*token);
        let wakers = socket.waiters.iter().map(|(task, way)| {
            let to = if *way == Way::Read { "to read" } else { "to write" };
            format!("{}'s waker, {to}", state.name(*task))
        });
        let known = [Way::Read, Way::Write].into_iter().filter(|way| socket.ready[*way as usize]);
        let what: Vec<_> = wakers.chain(known.map(|way| able(way).to_owned())).collect();
        let what =
            if what.is_empty() { "not known to be ready".to_owned() } else { what.join("; ") };
        plain(format!("{name:<8}  {:<8}  {what}", kind_of_socket(socket.kind)))
    });
    let more = (left_out > 0).then(|| plain(format!("and {left_out} more")));
    rows.chain(more).collect()
}
