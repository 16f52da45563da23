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
///
/// # Futures that are always ready
/// The `.await` of a future that is ready does not come back to the loop. So a task that receives from a
/// channel which is never empty holds the loop as a computation does: nobody else is polled, no timer
/// fires. tokio's channels refuse the 129th such operation of a poll (its "cooperative budget"); those
/// of `async-channel` and `futures` know no runtime, and so this is left to the task, which says now and
/// then that others may go first. [Sockets](crate::net) have a budget, and
/// [`Builder::slow_poll`](crate::Builder::slow_poll) reports the poll that held the loop.
///
/// ```
/// use futures::StreamExt;
/// use futures::channel::mpsc;
///
/// executor::run(async {
///     let (sender, mut orders) = mpsc::unbounded();
///     (0..1000).for_each(|order| sender.unbounded_send(order).unwrap());
///     let neighbour = executor::spawn(async {});
///     for _ in 0..500 {
///         orders.next().await.unwrap();
///     }
///     assert!(!neighbour.is_finished()); // never was it polled
///     for received in 1..=500 {
///         orders.next().await.unwrap();
///         if received % 64 == 0 {
///             executor::yield_now().await;
///         }
///     }
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
