//! monoio, with its driver that uses io_uring. Only on Linux, and only where the kernel lets it.

pub use in_order::gather;
use monoio::{IoUringDriver, RuntimeBuilder};
pub use smol::future::yield_now;

use super::monoio::*;
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
    let builder = RuntimeBuilder::<IoUringDriver>::new().attach_thread_pool(pool());
    let mut runtime = builder.enable_timer().build().expect(WORKS);
    runtime.block_on(async { join(spawn(body)).await })
}
