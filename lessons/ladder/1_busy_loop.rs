//! Rung 1: polls in a circle.
//!
//! A future does nothing until it is polled. The answer is `Ready` or
//! `Pending`: so the smallest executor asks until it is `Ready`.

use std::future::poll_fn;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

/// Runs a future to its end: asyncio's `run`.
pub fn block_on<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
            return output;
        }
    }
}

/// Waits for `duration`: asyncio's `sleep`.
pub async fn sleep(duration: Duration) {
    let deadline = Instant::now() + duration;
    // The future's poll: `await` calls it each time the task is polled.
    poll_fn(|_| {
        if Instant::now() >= deadline {
            return Poll::Ready(());
        }
        Poll::Pending
    })
    .await
}
