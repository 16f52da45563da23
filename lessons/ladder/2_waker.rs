//! Rung 2: a waker.
//!
//! A future that is `Pending` keeps the waker of its context. Who has what it
//! waits for calls that. Until then the executor's thread sleeps.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

use parking_lot::Mutex;

/// Runs a future to its end: asyncio's `run`.
pub fn block_on<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    let waker = Waker::from(Arc::new(ThreadWaker(thread::current())));
    let mut context = Context::from_waker(&waker);
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
            return output;
        }
        // Until `unpark` is called, or not at all if it was called already.
        thread::park();
    }
}

/// The waker: it ends the sleep of the executor's thread.
struct ThreadWaker(Thread);

impl Wake for ThreadWaker {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
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
