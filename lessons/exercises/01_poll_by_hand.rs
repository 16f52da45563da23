//! A future, polled by hand.
//!
//! A future does nothing by itself: somebody has to call its `poll`. It
//! answers `Ready` with its output, or `Pending`: ask again later.
//!
//! Below, a future is polled once. Go on until it is ready, and return its
//! output, and how many polls that took. A future that was ready must not be
//! polled again.
//!
//! Nobody wakes us here, so we ask in a circle. That is what the wakers of
//! later exercises are for.

use std::pin::pin;
use std::task::{Context, Poll, Waker};

/// Polls the future to its end; returns its output, and the number of polls.
pub fn poll_to_end<F: Future>(future: F) -> (F::Output, u32) {
    let mut future = pin!(future);
    let mut cx = Context::from_waker(Waker::noop());
    match future.as_mut().poll(&mut cx) {
        Poll::Ready(output) => (output, 1),
        Poll::Pending => todo!("it is not ready yet"),
    }
}
