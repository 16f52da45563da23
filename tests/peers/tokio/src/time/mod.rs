//! `tokio::time`: our timers, with tokio's `Instant`, which is `std`'s.

mod instant;
mod interval;
mod pause;
mod sleep;

pub use std::time::Duration;

pub use instant::Instant;
pub use interval::{Interval, MissedTickBehavior, interval, interval_at};
pub use pause::{advance, pause, resume};
pub use sleep::{Sleep, Timeout, sleep, sleep_until, timeout, timeout_at};

pub mod error {
    pub use super::sleep::Elapsed;
}
