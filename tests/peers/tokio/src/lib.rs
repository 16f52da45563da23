//! tokio's names, on Short Order: thin enough to be read beside tokio's documentation.
//!
//! What needs a runtime goes to ours. What does not (locks, channels, buffers around readers and
//! writers, `select!`) is tokio's own code, as a user of ours would take it, driven by our loop.

#![allow(clippy::new_without_default)]

pub mod fs;
pub mod io;
pub mod net;
pub mod process;
pub mod runtime;
pub mod signal;
pub mod task;
pub mod time;

pub use real_tokio::{join, pin, select, sync, task_local, try_join};
pub use task::spawn;
pub use tokio_macros::{main, test};
