//! What is measured. The programs are compiled once for every runtime, as modules of its file.

mod list;
mod meter;

use std::time::{Duration, Instant};

use crate::idle::Idle;
pub use list::{ALL, Row, Unit};
pub use meter::Meter;

/// A row's program for one runtime: `measure(n)` does it `n` times and says what one has cost.
#[derive(Debug)]
pub struct Measured {
    pub row: &'static str,
    pub measure: fn(u64) -> f64,
}

/// The same next to some that are idle: so many of this kind.
#[derive(Debug)]
pub struct Beside {
    pub row: &'static str,
    pub measure: fn(Idle, u64) -> f64,
}

/// Length in bytes of what the sockets exchange.
pub const MESSAGE: usize = 64;

/// What is expected of every runtime.
pub const WORKS: &str = "nothing goes wrong on a machine with memory, ports and threads left";

/// Nanoseconds for one, if `n` took so long.
pub fn per(time: Duration, n: u64) -> f64 {
    time.as_nanos() as f64 / n as f64
}

/// From the first start to the last end.
pub fn span(times: &[(Instant, Instant)]) -> Duration {
    let start = times.iter().map(|(start, _)| *start).min();
    let end = times.iter().map(|(_, end)| *end).max();
    end.zip(start).map(|(end, start)| end - start).unwrap_or_default()
}
