//! The rows: what each of them means, how large it is, and what is aimed at.

use Unit::{Bytes, Nanoseconds};

/// A row of the table.
#[derive(Debug)]
pub struct Row {
    pub name: &'static str,
    pub unit: Unit,
    /// How many operations are measured, and how many of them in a quick run.
    pub size: u64,
    pub quick: u64,
    /// A number that is the row's own: asyncio, too, does as many.
    pub fixed: bool,
    pub at_most_rounds: usize,
    /// How many times better than the best of the others.
    pub goal: f64,
    pub meaning: &'static str,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Unit {
    Nanoseconds,
    Bytes,
}

pub const ALL: &[Row] = &[
    row("yield", 2_000_000, 2.0, "a task lets others go first, when there are none"),
    row("yield among 10,000", 2_000_000, 1.0, "the same, when there are 9,999 others who do so"),
    row("spawn and join", 1_000_000, 2.0, "a task is spawned, runs and is awaited, one at a time"),
    long(row("spawn and join 1,000,000", 1_000_000, 1.0, "all are spawned, then all are awaited")),
    row("ping-pong", 1_000_000, 1.1, "a message from one task to another by futures' channel"),
    row(
        "gather 1,000",
        1_000_000,
        1.0,
        "a task of 1,000 that yield once and are awaited, in order",
    ),
    row("wake from a thread", 50_000, 1.0, "a message to a thread and back, while the loop sleeps"),
    row("wakes from 4 threads", 1_000_000, 1.0, "a message, when four threads send to 1,000 tasks"),
    row("spawn_blocking", 50_000, 1.0, "a job to the pool of threads, and its result back"),
    row("arm and cancel", 2_000_000, 1.2, "a timer of a minute is armed, and dropped"),
    long(row(
        "arm and fire 1,000,000",
        1_000_000,
        2.0,
        "processor time for a timer; all are armed",
    )),
    long(row("100,000 sleeping tasks", 100_000, 1.0, "processor time to spawn, sleep and end")),
    Row {
        unit: Bytes,
        ..long(row("bytes of each", 100_000, 1.0, "resident memory for a task that sleeps"))
    },
    row("TCP echo", 50_000, 1.0, "64 bytes there and back; both ends are on the loop"),
    row("TCP echo, 64 connections", 200_000, 1.0, "the same, on 64 connections at once"),
    row("hyper hello", 200_000, 1.0, "an HTTP request; 64 clients, in a process of their own"),
];

const fn row(name: &'static str, size: u64, goal: f64, meaning: &'static str) -> Row {
    let quick = if size < 1_000_000 { size / 20 } else { 100_000 };
    Row { name, unit: Nanoseconds, size, quick, fixed: false, at_most_rounds: 99, goal, meaning }
}

const fn long(row: Row) -> Row {
    Row { fixed: true, at_most_rounds: 3, quick: 20_000, ..row }
}
