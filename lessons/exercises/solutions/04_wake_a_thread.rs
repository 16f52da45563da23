//! A waker, with the trait `Wake`: a solution.

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
        // The flag first: a thread that is awake must find it set.
        self.has_rung.store(true, Release);
        self.thread.unpark();
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
