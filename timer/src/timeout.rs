use std::fmt;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use pin_project_lite::pin_project;

use crate::{Sleep, sleep};

/// Waits for `future`, but no longer than `duration`: asyncio's `wait_for`.
///
/// The future is polled first, so a value that is there in time wins over a deadline that has
/// passed. At the deadline the result is [`Elapsed`]; the future is dropped with the `Timeout`.
///
/// # Panics
/// Outside an event loop.
///
/// ```
/// # use std::time::Duration;
/// # use std::future;
/// executor::run(async {
///     let late = timer::timeout(Duration::from_millis(1), future::pending::<()>()).await;
///     assert!(late.is_err());
///     let in_time = timer::timeout(Duration::from_millis(1), future::ready("toast")).await;
///     assert_eq!(in_time, Ok("toast"));
/// });
/// ```
#[track_caller]
pub fn timeout<F: Future>(duration: Duration, future: F) -> Timeout<F> {
    Timeout { future, sleep: sleep(duration) }
}

pin_project! {
    /// The future behind [`timeout`].
    #[derive(Debug)]
    #[must_use = "a future does nothing until it is awaited"]
    pub struct Timeout<F> {
        #[pin]
        future: F,
        sleep: Sleep,
    }
}

impl<F: Future> Future for Timeout<F> {
    type Output = Result<F::Output, Elapsed>;

    #[track_caller] // of a future that asks who polls it, it is whoever polls this one
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        if let Poll::Ready(output) = this.future.poll(cx) {
            return Poll::Ready(Ok(output));
        }
        Pin::new(this.sleep).poll(cx).map(|()| Err(Elapsed))
    }
}

/// The time of a [`timeout`] is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Elapsed;

impl fmt::Display for Elapsed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the time allowed for this is over")
    }
}

impl std::error::Error for Elapsed {}

impl From<Elapsed> for io::Error {
    fn from(elapsed: Elapsed) -> Self {
        io::Error::new(io::ErrorKind::TimedOut, elapsed)
    }
}
