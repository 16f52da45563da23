//! tokio's `LocalRuntime`, where tasks need not be `Send`.

pub use in_order::gather;
use tokio::runtime::{Builder, LocalOptions};
pub use tokio::task::{spawn_local as spawn, yield_now};
pub use tokio::time::sleep;

use super::tokio::{accept, connect, detach, echo, io, join, listen, spawn_blocking, talk};
use crate::rows::{Measured, WORKS};

#[path = "../rows/blocking.rs"]
mod blocking;
#[path = "../rows/http.rs"]
mod http;
#[path = "in_order.rs"]
mod in_order;
#[path = "../rows/sockets.rs"]
mod sockets;
#[path = "../rows/tasks.rs"]
mod tasks;
#[path = "../rows/threads.rs"]
mod threads;
#[path = "../rows/timers.rs"]
mod timers;

/// What it is measured in.
pub const ROWS: &[&[Measured]] =
    &[tasks::ROWS, threads::ROWS, blocking::ROWS, timers::ROWS, sockets::ROWS, http::ROWS];

/// Runs `body` as a task.
pub fn run<F: Future + 'static>(body: F) -> F::Output {
    let runtime = Builder::new_current_thread().enable_all().build_local(LocalOptions::default());
    runtime.expect(WORKS).block_on(async { join(spawn(body)).await })
}
