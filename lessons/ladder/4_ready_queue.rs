//! Rung 4: a waker a task, and a ready queue.
//!
//! The waker of a task puts that task into the ready queue. The executor
//! polls what it finds there, and sleeps when the queue is empty.
//!
//! A task may be in the queue of another thread for a while, so its future has
//! to be `Send`. `ArcWake` is std's `Wake`, and its `waker_ref` lends a waker
//! without a count. Outputs are left out from here on: rung 8 has them.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::thread;
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, Sender, unbounded};
use futures_task::{ArcWake, waker_ref};
use parking_lot::Mutex;

thread_local! {
    /// The ready queue: the tasks that were woken, first in, first out.
    static READY: (Sender<Arc<Task>>, Receiver<Arc<Task>>) = unbounded();
}

/// A future, and the way back to the queue of its executor.
pub struct Task {
    /// `None` while it is polled, and when it is done.
    future: Mutex<Option<Pin<Box<dyn Future<Output = ()> + Send>>>>,
    queue: Sender<Arc<Task>>,
}

/// Runs a future to its end, and meanwhile the tasks: asyncio's `run`.
pub fn block_on(future: impl Future<Output = ()> + Send + 'static) {
    let main = spawn(future);
    let ready = READY.with(|(_, ready)| ready.clone());
    while main.future.lock().is_some() {
        // Sleeps until a task is woken.
        let task = ready.recv().expect("the thread keeps a sender");
        run(&task);
    }
}

/// Makes a future a task: asyncio's `create_task`.
pub fn spawn(future: impl Future<Output = ()> + Send + 'static) -> Arc<Task> {
    let future = Mutex::new(Some(Box::pin(future) as Pin<Box<_>>));
    let queue = READY.with(|(queue, _)| queue.clone());
    let task = Arc::new(Task { future, queue });
    task.clone().wake();
    task
}

fn run(task: &Arc<Task>) {
    // Taken out: no lock is held while it is polled.
    let Some(mut future) = task.future.lock().take() else { return };
    let waker = waker_ref(task);
    if future.as_mut().poll(&mut Context::from_waker(&waker)).is_pending() {
        *task.future.lock() = Some(future);
    }
}

/// The waker: it puts its task into the ready queue.
impl ArcWake for Task {
    fn wake_by_ref(task: &Arc<Self>) {
        let _ = task.queue.send(task.clone());
    }
}

/// Waits for `duration`: asyncio's `sleep`.
pub async fn sleep(duration: Duration) {
    let deadline = Instant::now() + duration;
    let keeper = Arc::new(Mutex::new(None));
    // The future's poll: `await` calls it each time the task is polled.
    poll_fn(|context| {
        if Instant::now() >= deadline {
            return Poll::Ready(());
        }
        // The newest waker counts: the future may have moved to another task.
        let waker = context.waker().clone();
        let before = keeper.lock().replace(waker);
        if before.is_none() {
            let keeper = keeper.clone();
            thread::spawn(move || call_at(deadline, &keeper));
        }
        Poll::Pending
    })
    .await
}

/// The thread of a sleep: it calls the waker when the time has come.
fn call_at(deadline: Instant, keeper: &Mutex<Option<Waker>>) {
    thread::sleep(deadline.saturating_duration_since(Instant::now()));
    let waker = keeper.lock().take();
    waker.inspect(Waker::wake_by_ref);
}
