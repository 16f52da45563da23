//! A future that lets the others go first.
//!
//! From here on an event loop polls for you. It does not ask in a circle: it
//! polls a task again when somebody has called the task's waker, which
//! `poll` finds in its `cx`.
//!
//! `YieldNow` is to be Pending once, so that other tasks get their turn, and
//! then Ready. As it is, it is never polled again. Why, and who could change
//! that?

use std::pin::Pin;
use std::task::{Context, Poll};

pub fn yield_now() -> YieldNow {
    YieldNow { yielded: false }
}

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
        Poll::Pending
    }
}
