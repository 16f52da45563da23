//! The second table: what a turn costs next to very many that only wait. It has to be the same
//! next to none and next to a million.

mod table;

use std::fmt;
use std::io;

use clap::ValueEnum;

use crate::command_line::Idle as CommandLine;
use crate::runtimes::{OURS, PEER};
use crate::{machine, process, readme, rounds};

/// What is idle next to a row.
#[derive(Clone, Copy, Debug, PartialEq, ValueEnum)]
pub enum Idle {
    Tasks,
    Forgotten,
    Endless,
    Far,
    Connections,
}

/// All of them, and what is to be said of each.
const ALL: &[(Idle, &str)] = &[
    (Idle::Tasks, "each waits for a message"),
    (Idle::Forgotten, "tasks that have kept no waker, so that nobody can wake them"),
    (Idle::Endless, "tasks in a `timeout(Duration::MAX, …)`"),
    (Idle::Far, "tasks that sleep for a year"),
    (Idle::Connections, "a task waits at both ends of each"),
];

/// The rows, and what one of each is. The programs are in `rows/beside.rs` and `rows/idle.rs`.
const ROWS: &[(&str, &str)] = &[
    ("wake from a thread", "a message to a thread and back, while the loop sleeps"),
    ("UDP round trip", "64 bytes there and back; both ends are on the loop"),
    ("TCP round trip", "the same on a connection"),
    ("blocking job", "a job to the pool of threads, and its result back"),
    ("timer", "one of 10 µs is armed, and is due when the loop is about to sleep"),
    ("empty run", "`run(async {})` of a loop that has run before"),
];

/// How many are idle; there are fewer connections where descriptors do not suffice.
const COUNTS: &[u64] = &[0, 100, 10_000, 1_000_000];
const QUICK_COUNTS: &[u64] = &[0, 100, 10_000];
/// More than this from no idle ones to the most of them is not flat.
const FLAT: f64 = 1.5;
/// Descriptors that are not the idle connections'.
const RESERVED: u64 = 100;

/// A row next to one kind of idle ones, with its figures.
#[derive(Debug)]
struct Line {
    row: &'static str,
    idle: Idle,
    /// How many are idle, in ascending order, and the medians.
    ours: Vec<(u64, Option<f64>)>,
    /// The same of the peer, for none and the most of them.
    peers: Vec<(u64, Option<f64>)>,
}

/// How many times the first figure the last one is.
fn growth(figures: &[(u64, Option<f64>)]) -> Option<f64> {
    Some(figures.last()?.1? / figures.first()?.1?)
}

impl Line {
    fn is_flat(&self) -> bool {
        growth(&self.ours).is_some_and(|growth| growth <= FLAT)
    }
}

/// # Errors
/// When no row is wanted; when the README cannot be read or written.
pub fn compare(command_line: &CommandLine) -> io::Result<()> {
    let rows: Vec<_> = ROWS.iter().filter(|(row, _)| command_line.wants(row)).collect();
    if rows.is_empty() {
        let names: Vec<_> = ROWS.iter().map(|(row, _)| *row).collect();
        let filter = command_line.filter.join(" ");
        let error = format!("no row is called {filter:?}; there are: {}", names.join(", "));
        return Err(io::Error::new(io::ErrorKind::NotFound, error));
    }
    let descriptors = process::raise_descriptor_limit()?;
    println!("{}\ndescriptors: {descriptors}\n", machine::describe().join("\n"));
    println!("ns of processor time each: the median of the rounds; less is better");
    let mut lines = Vec::new();
    for &(idle, meaning) in ALL {
        let counts = counts(idle, descriptors, command_line.quick);
        println!("\n{idle}: {meaning}\n{}", table::head(&counts));
        for (row, _) in &rows {
            let line = measure(row, idle, &counts, command_line.rounds());
            println!("{}", table::line(&line));
            lines.push(line);
        }
    }
    println!("\n{}", table::verdict(&lines));
    if command_line.is_whole() {
        readme::put_idle(&table::section(&lines, descriptors, command_line))?;
        println!("written: its part of tests/versus/README.md");
    } else {
        println!("tests/versus/README.md stands as it was: this was not all of its table");
    }
    Ok(())
}

/// How many are idle in each column.
fn counts(idle: Idle, descriptors: u64, is_quick: bool) -> Vec<u64> {
    let mut counts = if is_quick { QUICK_COUNTS } else { COUNTS }.to_vec();
    if idle == Idle::Connections {
        // Each has two ends, both in the same process.
        let most = descriptors.saturating_sub(RESERVED) / 2;
        counts.iter_mut().for_each(|count| *count = most.min(*count));
        counts.dedup();
    }
    counts
}

fn measure(row: &'static str, idle: Idle, counts: &[u64], rounds: usize) -> Line {
    let ours = counts.iter().map(|&count| (OURS, count));
    let peers = counts.first().into_iter().chain(counts.last()).map(|&count| (PEER, count));
    let cells: Vec<_> = ours.chain(peers).collect();
    let figures = rounds::in_turn(rounds, cells.len(), |cell| {
        let (runtime, count) = cells[cell];
        let figure = process::measure_beside(runtime, row, idle, count);
        figure.map_err(|error| format!("{runtime} in {row:?} beside {count} {idle}: {error}"))
    });
    let medians = figures.into_iter().map(rounds::median);
    let mut ours: Vec<_> = cells.iter().map(|(_, count)| *count).zip(medians).collect();
    let peers = ours.split_off(counts.len());
    Line { row, idle, ours, peers }
}

impl fmt::Display for Idle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Tasks => "tasks",
            Self::Forgotten => "forgotten",
            Self::Endless => "endless",
            Self::Far => "far",
            Self::Connections => "connections",
        })
    }
}
