//! `sleep` and `timeout`: ours. A sleep that is made where no loop runs begins with its first poll.

use std::fmt;
use std::future::IntoFuture;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use pin_project_lite::pin_project;

use super::Instant;
use crate::runtime::{Handle, running};

pin_project! {
    #[derive(Debug)]
    #[must_use = "futures do nothing unless you `.await` or poll them"]
    pub struct Sleep {
        deadline: Instant,
        inner: Option<timer::Sleep>,
        is_elapsed: bool,
        #[pin]
        _pin: std::marker::PhantomPinned,
    }
}

#[track_caller]
pub fn sleep(duration: Duration) -> Sleep {
    sleep_until(Instant::now().checked_add(duration).unwrap_or_else(Instant::far_future))
}

#[track_caller]
pub fn sleep_until(deadline: Instant) -> Sleep {
    let _panics_without_one = Handle::current();
    Sleep { deadline, inner: None, is_elapsed: false, _pin: std::marker::PhantomPinned }
}

impl Sleep {
    pub fn deadline(&self) -> Instant {
        self.deadline
    }

    pub fn is_elapsed(&self) -> bool {
        self.is_elapsed
    }

    pub fn reset(self: Pin<&mut Self>, deadline: Instant) {
        let this = self.project();
        (*this.deadline, *this.is_elapsed) = (deadline, false);
        if let Some(inner) = this.inner {
            inner.reset(deadline.to_timer());
        }
    }
}

impl Future for Sleep {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let this = self.project();
        let deadline = *this.deadline;
        let mut poll = || {
            let inner = this.inner.get_or_insert_with(|| timer::sleep_until(deadline.to_timer()));
            Pin::new(inner).poll(cx)
        };
        let polled = match Handle::try_current() {
            Ok(handle) => handle.enter_loop(poll),
            Err(_) => poll(),
        };
        *this.is_elapsed = polled.is_ready();
        polled
    }
}

pin_project! {
    /// Ours, if it is made where a loop runs. Else its time begins all the same.
    #[derive(Debug)]
    #[must_use = "futures do nothing unless you `.await` or poll them"]
    #[project = TimeoutProjection]
    pub enum Timeout<F> {
        Here { #[pin] inner: timer::Timeout<F> },
        Before { #[pin] future: F, #[pin] sleep: Sleep },
    }
}

#[track_caller]
pub fn timeout<F: IntoFuture>(duration: Duration, future: F) -> Timeout<F::IntoFuture> {
    let (future, sleep) = (future.into_future(), sleep(duration));
    match running() {
        Some(_) => Timeout::Here { inner: timer::timeout(duration, future) },
        None => Timeout::Before { future, sleep },
    }
}

#[track_caller]
pub fn timeout_at<F: IntoFuture>(deadline: Instant, future: F) -> Timeout<F::IntoFuture> {
    timeout(deadline - Instant::now(), future)
}

impl<F: Future> Future for Timeout<F> {
    type Output = Result<F::Output, Elapsed>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match self.project() {
            TimeoutProjection::Here { inner } => {
                inner.poll(cx).map(|done| done.map_err(|_| Elapsed(())))
            }
            TimeoutProjection::Before { future, sleep } => match future.poll(cx) {
                Poll::Ready(output) => Poll::Ready(Ok(output)),
                Poll::Pending => sleep.poll(cx).map(|()| Err(Elapsed(()))),
            },
        }
    }
}

#[derive(Debug, PartialEq, Eq)]
pub struct Elapsed(());

impl fmt::Display for Elapsed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("deadline has elapsed")
    }
}

impl std::error::Error for Elapsed {}

impl From<Elapsed> for io::Error {
    fn from(_: Elapsed) -> Self {
        io::ErrorKind::TimedOut.into()
    }
}
