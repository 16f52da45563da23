//! A wake-up that is lost.
//!
//! A task waits for a bell that another thread rings. `has_rung` says
//! whether it has rung; with `leave` the task leaves its waker, which the bell
//! calls when it rings. Each of the two is safe by itself.
//!
//! But the other thread may ring at any moment: also between the two. Then
//! the task sleeps for ever. Mend `poll`. The check plays each order of the
//! two threads' steps, so luck does not help.

use std::pin::Pin;
use std::task::{Context, Poll, Waker};

pub trait Bell {
    /// Whether it has rung.
    fn has_rung(&self) -> bool;
    /// It calls this waker when it rings, and no other.
    fn leave(&self, waker: &Waker);
}

pub struct Wait<'a, B>(pub &'a B);

impl<B: Bell> Future for Wait<'_, B> {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if self.0.has_rung() {
            return Poll::Ready(());
        }
        self.0.leave(cx.waker());
        Poll::Pending
    }
}
