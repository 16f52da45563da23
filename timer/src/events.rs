use std::panic::Location;
use std::task::Waker;
use std::time::Duration;

use crate::{Instant, Key};

/// A timer whose time has come.
#[derive(Debug)]
pub struct Due {
    /// Which one.
    pub timer: Key,
    /// How long ago its time came.
    pub late: Duration,
    /// What it was to wake.
    pub waker: Waker,
}

/// What became of a timer, but for its firing: that the caller of [`Driver::expire`](crate::Driver::expire) sees itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimerEvent {
    /// It was armed, and lies in that slot of the wheel.
    Armed {
        /// Which one.
        timer: Key,
        /// When it is to fire.
        deadline: Instant,
        /// The wheel's level.
        level: usize,
        /// The slot of the level.
        slot: usize,
        /// The line that made the [`Sleep`](crate::Sleep), or asked an
        /// [`Interval`](crate::Interval) for its tick.
        site: &'static Location<'static>,
    },
    /// It cascaded to a lower level.
    Moved {
        /// Which one.
        timer: Key,
        /// The wheel's level.
        level: usize,
        /// The slot of the level.
        slot: usize,
    },
    /// It was cancelled before its time.
    Cancelled {
        /// Which one.
        timer: Key,
    },
}
