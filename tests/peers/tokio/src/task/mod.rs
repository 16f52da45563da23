//! `tokio::task`: our tasks and jobs.

mod error;
mod handle;
pub mod join_set;
mod later;
mod local;

pub use error::JoinError;
pub use handle::{AbortHandle, Id, JoinHandle, id, try_id};
pub use join_set::JoinSet;
pub use local::{LocalEnterGuard, LocalSet, spawn_local};
pub use real_tokio::task::{LocalKey, consume_budget, coop, futures, unconstrained};

use crate::runtime::{Handle, RuntimeFlavor, running};

#[track_caller]
pub fn spawn<F>(future: F) -> JoinHandle<F::Output>
where
    F: Future<Output: Send + 'static> + Send + 'static,
{
    Handle::current().spawn(future)
}

#[track_caller]
pub fn spawn_blocking<F, R>(job: F) -> JoinHandle<R>
where
    F: FnOnce() -> R + Send + 'static,
    R: Send + 'static,
{
    Handle::current().spawn_blocking(job)
}

/// Blocks the loop: there is one thread that polls.
#[track_caller]
pub fn block_in_place<F: FnOnce() -> R, R>(job: F) -> R {
    let is_multi = |handle: Handle| handle.0.flavor == RuntimeFlavor::MultiThread;
    let may_block = running().is_none_or(is_multi) && !local::is_polled();
    assert!(may_block, "can call blocking only when running on the multi-threaded runtime");
    job()
}

pub async fn yield_now() {
    executor::yield_now().await;
}
