use std::pin::Pin;
use std::task::{Context, Poll};

/// Lets every other ready task run once, and then goes on: asyncio's `sleep(0)`.
///
/// The task goes to the back of the ready queue. Timers and I/O are looked at every 61 polls, and
/// whenever some milliseconds have passed: so a task that works and yields, over and over, keeps
/// them waiting for no more than its own poll.
///
/// ```
/// executor::run(async {
///     let neighbour = executor::spawn(async {});
///     executor::yield_now().await;
///     assert!(neighbour.is_finished());
/// });
/// ```
pub fn yield_now() -> YieldNow {
    YieldNow { yielded: false }
}

/// The future behind [`yield_now`].
#[derive(Debug)]
#[must_use = "a future does nothing until it is awaited"]
pub struct YieldNow {
    yielded: bool,
}

impl Future for YieldNow {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if self.yielded {
            return Poll::Ready(());
        }
        self.yielded = true;
        cx.waker().wake_by_ref();
        Poll::Pending
    }
}
