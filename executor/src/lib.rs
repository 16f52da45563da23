//! An event loop, its tasks and its waker, written to be read.
//!
//! asyncio's ideas in Rust: [`run`] makes an event loop, [`spawn`] gives it tasks, [`gather!`]
//! waits for several, [`yield_now`] lets others go first, and [`spawn_blocking`] moves what blocks
//! out of the way. The futures that wait for time to pass are in the `timer` crate.
//!
//! ```
//! use std::time::Duration;
//! use timer::sleep;
//!
//! async fn brew_coffee() -> &'static str {
//!     sleep(Duration::from_millis(20)).await;
//!     "coffee"
//! }
//!
//! async fn toast_bread() -> &'static str {
//!     sleep(Duration::from_millis(10)).await;
//!     "toast"
//! }
//!
//! let breakfast = executor::run(async { executor::gather!(brew_coffee(), toast_bread()).await });
//! assert_eq!(breakfast, ("coffee", "toast"));
//! ```
//!
//! # How it works
//!
//! A task owns its future, and the loop its tasks. A task is polled only when it is in the *ready queue*,
//! and its *waker* does nothing but put it there: through the local door on the loop's own
//! thread, through the remote door (an inbox, and a call that ends the loop's sleep) on any
//! other. When the queue is empty, the loop asks the timer wheel for the earliest deadline and
//! sleeps until then. That is all.
//!
//! [`life_of_a_wake_up`] is that step by step, by file and line.
//!
//! # What always holds
//!
//! Each of these is relied on in many places; the numbers are those of the tests in
//! `tests/README.md`.
//!
//! | rule | held by |
//! |---|---|
//! | The crate `timer` knows no tasks, only wakers; its wheel knows neither wakers nor clocks. | they are crates and types of their own |
//! | No borrow and no lock of ours is held while code of others runs (polls, destructors, wakers, observers), but for a future's own cell, which only its poll and its drop open. | B2.4, B5.2, B14.1 |
//! | A task is in the ready queue at most once. Its flag is cleared *before* the poll, so that a wake during the poll counts. | B1.4, B4.1, the models |
//! | A task's future is polled and dropped on the loop's thread, and dropped once. (One that a `Spawner` is refused never becomes a task's: it is dropped where it was refused.) Wakers go anywhere, and handles where their output may. | B2.4, B5.1, B6.2 |
//! | A panic in a task ends that task alone. One of the main future or of the observer leaves `run`, at its end. | B3 |
//! | What a turn, a wake, a sleep or a `run` costs does not grow with what waits (but for cancelling, at the end of a `run`, what is left), and a peak leaves nothing behind. | B13.1, B13.2 |
//! | Only three things end the loop's sleep: a deadline, a socket, a call from another thread. | B8, B10.8, B4.3 |
//! | A loop that can only sleep for ever says so instead, as far as it can know. | B12.2 |
//!
//! Left out on purpose: several threads that poll, stealing of work, priorities, a budget for
//! futures that are always ready (sockets have one). The README says where to read on.
//!
//! The README has the order in which the source is meant to be read.

#![deny(unsafe_code)]
// The debugger kit: commands for gdb, which rustc puts into every program; see its README.
#![debugger_visualizer(gdb_script_file = "../debugger/1_values.py")]
#![debugger_visualizer(gdb_script_file = "../debugger/2_entries.py")]
#![debugger_visualizer(gdb_script_file = "../debugger/2b_lines.py")]
#![debugger_visualizer(gdb_script_file = "../debugger/2c_macros.py")]
#![debugger_visualizer(gdb_script_file = "../debugger/3_runtime.py")]
#![debugger_visualizer(gdb_script_file = "../debugger/3b_frames.py")]
#![debugger_visualizer(gdb_script_file = "../debugger/4_futures.py")]
#![debugger_visualizer(gdb_script_file = "../debugger/4b_names.py")]
#![debugger_visualizer(gdb_script_file = "../debugger/4c_missing.py")]
#![debugger_visualizer(gdb_script_file = "../debugger/5_commands.py")]
#![debugger_visualizer(gdb_script_file = "../debugger/5b_many.py")]
#![debugger_visualizer(gdb_script_file = "../debugger/5c_tasks.py")]
#![debugger_visualizer(gdb_script_file = "../debugger/5d_variables.py")]
#![debugger_visualizer(gdb_script_file = "../debugger/6_frames.py")]
#![debugger_visualizer(gdb_script_file = "../debugger/7_stations.py")]
#![debugger_visualizer(gdb_script_file = "../debugger/7a_halts.py")]
#![debugger_visualizer(gdb_script_file = "../debugger/7b_stepping.py")]
#![debugger_visualizer(gdb_script_file = "../debugger/8_printers.py")]
#![debugger_visualizer(gdb_script_file = "../debugger/8b_printers.py")]
#![debugger_visualizer(gdb_script_file = "../debugger/9a_polled.py")]
#![debugger_visualizer(gdb_script_file = "../debugger/9b_walking.py")]
#![debugger_visualizer(gdb_script_file = "../debugger/9c_bodies.py")]
#![debugger_visualizer(gdb_script_file = "../debugger/9d_standing.py")]
#![debugger_visualizer(gdb_script_file = "../debugger/9e_variables.py")]
#![debugger_visualizer(gdb_script_file = "../debugger/9f_why.py")]
#![debugger_visualizer(gdb_script_file = "../debugger/9g_layout.py")]
#![debugger_visualizer(gdb_script_file = "../debugger/9h_ps.py")]

mod abort_handle;
mod builder;
#[allow(unsafe_code)]
mod cell;
mod context;
mod event_loop;
mod gather;
mod join;
mod join_handle;
mod label;
#[doc = include_str!("life_of_a_wake_up.md")]
pub mod life_of_a_wake_up {}
mod lifecycle;
pub mod net;
mod panics;
mod primitives;
mod ready;
mod run;
mod shut_down;
mod task;
mod threads;
mod waiting;
#[allow(unsafe_code)]
mod waker;
mod watch;
mod yield_now;

use std::borrow::Cow;

pub use abort_handle::AbortHandle;
pub use builder::Builder;
#[doc(hidden)]
pub use gather::Gathered;
pub use gather::{Gather, gather_all};
pub use join_handle::{JoinError, JoinHandle};
pub use run::EventLoop;
pub use task::TaskId;
pub use threads::spawner::{LocalSpawner, Spawner};
pub use timer::Clock;
pub use watch::info::{TaskInfo, TaskState};
pub use watch::journal::{self, Observer};
pub use watch::stuck::{Stuck, StuckTask, Waits};
pub use yield_now::{YieldNow, yield_now};

use label::Label;

/// Runs a future to its end on a new event loop on this thread: asyncio's `run`.
///
/// When it is done the tasks that are left are cancelled, as asyncio does: each future is dropped
/// once, on this thread. Blocking jobs that run already are waited for, for ever unless
/// [`Builder::shutdown_timeout`] says otherwise.
///
/// # Panics
/// - Inside another loop on this thread.
/// - With the panic of `future`, if it panics.
/// - With a report, when nothing can ever happen again ([`EventLoop::try_run`] returns it).
/// - When the system has no descriptor left for a loop ([`EventLoop::new`] returns the error).
///
/// ```
/// assert_eq!(executor::run(async { 6 * 7 }), 42);
/// ```
#[track_caller]
pub fn run<F: Future>(future: F) -> F::Output {
    // Boxed first: a large future is not to be moved from function to function.
    let future = Box::pin(future);
    match EventLoop::new() {
        Ok(mut event_loop) => event_loop.run(future),
        Err(error) => panic!("an event loop could not be made: {error}"),
    }
}

/// Makes a future a task, which runs from the next round on whether or not anybody awaits its
/// handle: asyncio's `create_task`.
///
/// # Panics
/// Outside an event loop.
///
/// ```
/// executor::run(async {
///     let toast = executor::spawn(async { "toast" });
///     assert_eq!(toast.await.unwrap(), "toast");
/// });
/// ```
#[track_caller]
pub fn spawn<F: Future + 'static>(future: F) -> JoinHandle<F::Output> {
    context::expect("executor::spawn").spawn(Label::of_type::<F>(), future)
}

/// [`spawn`], with a name by which the task shows in the journal and in reports. Without one it
/// is named after its `async fn`.
///
/// # Panics
/// Outside an event loop.
///
/// ```
/// executor::run(async {
///     let task = executor::spawn_named("table 4", async { executor::tasks()[1].name.clone() });
///     assert_eq!(task.await.unwrap(), "table 4");
/// });
/// ```
#[track_caller]
pub fn spawn_named<F: Future + 'static>(
    name: impl Into<Cow<'static, str>>,
    future: F,
) -> JoinHandle<F::Output> {
    context::expect("executor::spawn_named").spawn(Label::named(name.into()), future)
}

/// Runs `job` on a thread of the blocking pool, while the loop goes on: asyncio's `to_thread`.
///
/// For calls that block (files, libraries without async) and for long computations. Threads are
/// started on demand, up to [`Builder::blocking_threads`]; further jobs queue, first in, first
/// out. Aborting the handle keeps a queued job from running; one that runs is not interrupted,
/// only its result is dropped.
///
/// # Panics
/// Outside an event loop, and when the pool has no thread and none can be started.
///
/// ```
/// use std::thread;
/// use std::time::Duration;
///
/// executor::run(async {
///     let job = executor::spawn_blocking(|| thread::sleep(Duration::from_millis(1)));
///     job.await.unwrap();
/// });
/// ```
#[track_caller]
pub fn spawn_blocking<T: Send + 'static>(
    job: impl FnOnce() -> T + Send + 'static,
) -> JoinHandle<T> {
    let label = Label::of_value(&job);
    match context::expect("executor::spawn_blocking").spawn_blocking(label, job) {
        Ok(handle) => handle,
        Err(error) => panic!("no thread could be started for a blocking job: {error}"),
    }
}

/// For other threads: a handle through which they spawn tasks on this loop; see [`Spawner`]. In a
/// blocking job it is that of the job's loop, as tokio's `Handle::current` is.
///
/// # Panics
/// Outside an event loop and its jobs.
///
/// ```
/// let answer = executor::run(async {
///     let job = executor::spawn_blocking(|| executor::spawner().spawn(async { "from afar" }));
///     job.await?.await
/// });
/// assert_eq!(answer.unwrap(), "from afar");
/// ```
#[track_caller]
pub fn spawner() -> Spawner {
    match context::remote() {
        Some(remote) => Spawner::new(&remote),
        None => Spawner::new(&context::expect("executor::spawner").remote),
    }
}

/// A [`futures_task::LocalSpawn`] of this loop, for libraries that ask for one.
///
/// # Panics
/// Outside an event loop.
///
/// ```
/// use futures::task::LocalSpawnExt;
///
/// executor::run(async {
///     let spawner = executor::local_spawner();
///     let handle = spawner.spawn_local_with_handle(async { 1 + 1 }).unwrap();
///     assert_eq!(handle.await, 2);
/// });
/// ```
#[track_caller]
pub fn local_spawner() -> LocalSpawner {
    LocalSpawner::new(&context::expect("executor::local_spawner"))
}

/// All unfinished tasks of this loop, the future given to [`run`] among them: asyncio's
/// `all_tasks`.
///
/// # Panics
/// Outside an event loop.
///
/// ```
/// executor::run(async {
///     let idle = executor::spawn(std::future::pending::<()>());
///     executor::yield_now().await;
///     let task = executor::tasks().into_iter().find(|task| task.id == idle.id()).unwrap();
///     assert_eq!((task.state, task.polls), (executor::TaskState::Waiting, 1));
/// });
/// ```
#[track_caller]
pub fn tasks() -> Vec<TaskInfo> {
    context::expect("executor::tasks").tasks.borrow().iter().map(TaskInfo::of).collect()
}

/// The task that is being polled or dropped on this thread just now, if any: asyncio's
/// `current_task`.
///
/// ```
/// assert_eq!(executor::current_task(), None);
/// executor::run(async {
///     let task = executor::spawn(async { executor::current_task() });
///     let id = task.id();
///     assert_eq!(task.await.unwrap(), Some(id));
/// });
/// ```
pub fn current_task() -> Option<TaskId> {
    context::current()?.doing.get().task()
}

#[cfg(all(test, short_order_loom))]
#[path = "../../tests/models/mod.rs"]
mod models;
