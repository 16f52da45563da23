//! A future, polled by hand: a solution.

use std::pin::pin;
use std::task::{Context, Poll, Waker};

/// Polls the future to its end; returns its output, and the number of polls.
pub fn poll_to_end<F: Future>(future: F) -> (F::Output, u32) {
    let mut future = pin!(future);
    let mut cx = Context::from_waker(Waker::noop());
    let mut polls = 0;
    loop {
        polls += 1;
        if let Poll::Ready(output) = future.as_mut().poll(&mut cx) {
            return (output, polls);
        }
    }
}
