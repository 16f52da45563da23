//! futures' `LocalPool`, which knows tasks only: no timers, no sockets, no pool of threads.

use std::cell::OnceCell;

use futures::executor::{LocalPool, LocalSpawner};
use futures::future::RemoteHandle;
use futures::task::LocalSpawnExt;
pub use in_order::gather;
pub use smol::future::yield_now;

use crate::rows::{Measured, WORKS};

#[path = "in_order.rs"]
mod in_order;
#[path = "../rows/tasks.rs"]
mod tasks;
#[path = "../rows/threads.rs"]
mod threads;

/// What it is measured in.
pub const ROWS: &[&[Measured]] = &[tasks::ROWS, threads::ROWS];

thread_local! {
    static SPAWNER: OnceCell<LocalSpawner> = const { OnceCell::new() };
}

/// Runs `body` as a task.
pub fn run<F: Future + 'static>(body: F) -> F::Output {
    let mut pool = LocalPool::new();
    SPAWNER.with(|spawner| spawner.get_or_init(|| pool.spawner()).clone());
    let body = spawn(body);
    pool.run_until(body)
}

pub fn spawn<F: Future + 'static>(future: F) -> RemoteHandle<F::Output> {
    SPAWNER.with(|spawner| {
        let spawner = spawner.get().expect("`run` has made one");
        spawner.spawn_local_with_handle(future).expect(WORKS)
    })
}

pub fn join<T: 'static>(task: RemoteHandle<T>) -> RemoteHandle<T> {
    task
}
