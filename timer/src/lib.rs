//! Time for an event loop: which timers are due, when to wake up next, and how to sleep until then.
//!
//! This crate knows nothing of tasks. It keeps [`std::task::Waker`]s and hands them back when
//! their time has come; the `executor` crate, in whose loop they are called, is built on it.
//!
//! | | |
//! |---|---|
//! | [`Wheel`] | the hierarchical timing wheel: a data structure, nothing else |
//! | [`Clock`], [`Instant`] | what time it is: really, faster, or simulated |
//! | [`Driver`], [`Unparker`] | sleeps in `mio::Poll` until something happens |
//! | [`sleep`], [`timeout`], [`interval`] | the futures that wait for time to pass |

#![forbid(unsafe_code)]

mod clock;
mod context;
mod driver;
mod events;
mod instant;
mod interval;
mod key;
mod park;
mod primitives;
mod simulated;
mod slab;
mod sleep;
mod timeout;
mod timers;
mod wheel;

pub use clock::{Clock, Hold};
pub use context::Entered;
pub use driver::Driver;
pub use events::{Due, TimerEvent};
pub use instant::Instant;
pub use interval::{Interval, MissedTicks, interval, interval_at};
pub use key::Key;
pub use park::Unparker;
#[doc(hidden)]
pub use slab::Slab;
pub use sleep::{Sleep, now, sleep, sleep_until};
pub use timeout::{Elapsed, Timeout, timeout};
pub use wheel::Wheel;

#[cfg(all(test, short_order_loom))]
#[path = "../../tests/models/park.rs"]
mod models;
