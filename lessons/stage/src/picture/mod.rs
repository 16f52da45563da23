//! Draws who worked and who waited when: a row for each task, and one for the loop.

pub(crate) mod timeline;

use std::collections::BTreeSet;
use std::time::Duration;

use anstyle::{AnsiColor, Style};

use crate::SLOW_POLL;
use crate::terminal::columns;
use timeline::{Doing, Timeline, Track};

/// What was over sooner has no picture.
pub(crate) const SHORTEST: Duration = Duration::from_millis(10);

/// Longer names are cut.
const LONGEST_NAME: usize = 24;
/// Of more tasks with one name than this, all share one row.
const MOST_ALIKE: usize = 3;

/// What one column of a row shows.
///
/// In a row of several tasks, the one that is furthest down here shows.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Cell {
    Nothing,
    Asleep,
    Due,
    OnAThread,
    /// Working, but for a short time only, or for none at all when the clock is simulated.
    Moment,
    Working,
    Blocking,
}

impl Cell {
    fn symbol(self, ascii: bool) -> char {
        let (unicode, plain) = match self {
            Self::Nothing => (' ', ' '),
            Self::Blocking => ('█', '#'),
            Self::Working => ('▒', '+'),
            Self::Moment => ('┃', '|'),
            Self::OnAThread => ('═', '='),
            Self::Due => ('░', ':'),
            Self::Asleep => ('─', '-'),
        };
        if ascii { plain } else { unicode }
    }

    fn style(self) -> Style {
        match self {
            Self::Nothing => Style::new(),
            Self::Working | Self::Moment => AnsiColor::Green.on_default(),
            Self::OnAThread => AnsiColor::Cyan.on_default(),
            Self::Blocking | Self::Due => AnsiColor::Red.on_default(),
            Self::Asleep => Style::new().dimmed(),
        }
    }
}

/// The line above a scene.
pub(crate) fn headline(title: &str, ascii: bool) -> String {
    let rule = Cell::Asleep.symbol(ascii).to_string();
    let after = rule.repeat((columns() - 5).saturating_sub(title.chars().count()));
    let bold = Style::new().bold();
    format!("{rule}{rule} {bold}{title}{bold:#} {after}")
}

/// What these symbols mean.
pub(crate) fn legend(cells: &BTreeSet<Cell>, ascii: bool) -> String {
    let blocks = format!("blocks the loop (> {} ms)", SLOW_POLL.as_millis());
    let meanings = [
        (Cell::Working, "at work"),
        (Cell::Moment, "briefly at work"),
        (Cell::Blocking, &blocks),
        (Cell::OnAThread, "on a thread of the pool"),
        (Cell::Due, "due, but waits"),
        (Cell::Asleep, "asleep"),
    ];
    let (mut legend, mut column) = (String::new(), 0);
    for (cell, meaning) in meanings.iter().filter(|(cell, _)| cells.contains(cell)) {
        let width = 2 + meaning.len();
        if column > 0 && column + 3 + width > columns() {
            legend.push('\n');
            column = 0;
        }
        let gap = if column == 0 { "  " } else { "   " };
        legend.push_str(gap);
        let style = cell.style();
        legend += &format!("{style}{}{style:#} {meaning}", cell.symbol(ascii));
        column += gap.len() + width;
    }
    legend
}

/// The picture, without a line break at its end, and what can be seen in it.
pub(crate) fn draw(timeline: &Timeline, ascii: bool) -> (String, BTreeSet<Cell>) {
    let mut seen = BTreeSet::new();
    let mut rows = rows(timeline, ascii);
    // A narrow terminal has room for a picture all the same.
    let longest = columns() - 24;
    for (name, _) in &mut rows {
        *name = name.chars().take(longest).collect();
    }
    let margin = rows.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
    let width = columns().saturating_sub(margin + 4).max(20);
    let mut lines: Vec<String> = rows
        .iter()
        .map(|(name, tracks)| {
            let mut row = vec![Cell::Nothing; width];
            for track in tracks {
                let cells = cells(track, timeline, width).into_iter();
                row.iter_mut().zip(cells).for_each(|(shown, cell)| *shown = cell.max(*shown));
            }
            seen.extend(&row);
            format!("  {name:<margin$}  {}", colored(&row, ascii))
        })
        .collect();
    lines.push(format!("  {:<margin$}  {}", "seconds", axis(timeline.took, width)));
    (lines.join("\n"), seen)
}

/// The names of the rows, and whom each shows: a task, or many that have one name.
fn rows(timeline: &Timeline, ascii: bool) -> Vec<(String, Vec<&Track>)> {
    let mut rows: Vec<(String, Vec<&Track>)> = Vec::new();
    let (times, mut done) = (if ascii { 'x' } else { '×' }, BTreeSet::new());
    for track in timeline.tasks.values().chain([&timeline.the_loop]) {
        let alike: Vec<_> =
            timeline.tasks.values().filter(|other| other.name == track.name).collect();
        let name: String = track.name.chars().take(LONGEST_NAME).collect();
        if alike.len() <= MOST_ALIKE {
            rows.push((track.full_name.clone(), vec![track]));
        } else if done.insert(&track.name) {
            rows.push((format!("{name} {times}{}", alike.len()), alike));
        }
    }
    rows
}

/// A row, one cell for each column.
fn cells(track: &Track, timeline: &Timeline, width: usize) -> Vec<Cell> {
    let edge = |column: usize| timeline.began + timeline.took.mul_f64(column as f64 / width as f64);
    let end = timeline.began + timeline.took;
    (0..width)
        .map(|column| {
            let last = column + 1 == width;
            cell(track, edge(column), if last { end } else { edge(column + 1) }, last)
        })
        .collect()
}

/// What was done for the better part of the time from `left` to `right`. Work shows in any case,
/// even if it was done for no time, as it is when the clock is simulated.
fn cell(track: &Track, left: Duration, right: Duration, last: bool) -> Cell {
    let mut worked = false;
    let [mut working, mut blocking, mut running, mut due, mut asleep] = [Duration::ZERO; 5];
    for span in &track.spans {
        let share = span.to.min(right).saturating_sub(span.from.max(left));
        let begins_here = left <= span.from && (span.from < right || last);
        match span.doing {
            Doing::Working => working += share,
            Doing::Blocking => blocking += share,
            Doing::OnAThread => running += share,
            Doing::Due => due += share,
            Doing::Asleep => asleep += share,
        }
        let waits = matches!(span.doing, Doing::Due | Doing::Asleep);
        worked |= !waits && (begins_here || !share.is_zero());
    }
    let half = (right - left) / 2;
    if worked {
        return match (blocking >= half, running >= half, working + blocking >= half) {
            (true, _, _) => Cell::Blocking,
            (_, true, _) => Cell::OnAThread,
            (_, _, true) => Cell::Working,
            _ => Cell::Moment,
        };
    }
    if due.is_zero() && asleep.is_zero() {
        return Cell::Nothing;
    }
    if due > asleep { Cell::Due } else { Cell::Asleep }
}

/// The cells as text: a colour is named once for all neighbours that have it.
fn colored(cells: &[Cell], ascii: bool) -> String {
    let stretches = cells.chunk_by(|left, right| left.style() == right.style());
    let text = stretches.map(|stretch| {
        let symbols: String = stretch.iter().map(|cell| cell.symbol(ascii)).collect();
        let style = stretch[0].style();
        format!("{style}{symbols}{style:#}")
    });
    text.collect::<String>().trim_end().to_owned()
}

/// Round numbers of seconds, where they belong.
fn axis(took: Duration, width: usize) -> String {
    let steps = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0];
    let seconds = took.as_secs_f64();
    let most = if width < 40 { 4 } else { 7.max(width / 10) };
    let step =
        steps.into_iter().find(|step| seconds / step <= most as f64).unwrap_or(seconds / 2.0);
    let decimals = if step < 0.1 { 2 } else { usize::from(step < 1.0) };
    let mut line = String::new();
    // A little more than the whole: so that the last one is not lost to rounding.
    for mark in 0..=(seconds / step + 1e-6) as usize {
        let label = format!("{:.decimals$}", mark as f64 * step);
        let at = (mark as f64 * step / seconds * width as f64) as usize;
        let padding = at.min(width - label.len()).saturating_sub(line.len());
        line += &" ".repeat(padding);
        line += &label;
    }
    line
}

#[cfg(test)]
mod tests;
