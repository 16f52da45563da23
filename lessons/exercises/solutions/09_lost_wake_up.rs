//! A wake-up that is lost: a solution.

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
        // First the waker: whoever rings from now on finds it. A bell that has
        // rung before is seen.
        self.0.leave(cx.waker());
        if self.0.has_rung() {
            return Poll::Ready(());
        }
        Poll::Pending
    }
}
