//! A waker, with the trait `Wake`.
//!
//! `block_on` runs one future on this thread: while that is Pending, the
//! thread waits in `Bell::wait`. Whoever calls the waker rings the bell.
//!
//! Write `wake`: it has to say that the bell has rung, and to end the
//! thread's sleep. Both, and in which order? The wake comes from another
//! thread, at any moment; and whoever finds that the bell has rung must also
//! see what that thread has written before.

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};
use std::task::{Context, Poll, Wake, Waker};

// As std's are, but the check sees their calls.
use stage::check::atomic::AtomicBool;
use stage::check::thread::{self, Thread};

pub struct Bell {
    has_rung: AtomicBool,
    thread: Thread,
}

impl Bell {
    /// One that wakes the thread that calls this.
    pub fn new() -> Arc<Self> {
        Arc::new(Self {
            has_rung: AtomicBool::new(false),
            thread: thread::current(),
        })
    }

    pub fn has_rung(&self) -> bool {
        self.has_rung.load(Relaxed)
    }

    fn wait(&self) {
        while !self.has_rung.swap(false, Acquire) {
            thread::park();
        }
    }
}

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        // Here.
    }
}

pub fn block_on<F: Future>(future: F) -> F::Output {
    let (mut future, bell) = (pin!(future), Bell::new());
    let waker = Waker::from(bell.clone());
    loop {
        match future.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(output) => return output,
            Poll::Pending => bell.wait(),
        }
    }
}
