//! Checks `Bell` and `block_on`.

use std::process::ExitCode;
use std::task::{Poll, Waker};
use std::thread;

use exercise::{Bell, block_on};
use stage::check::{self, Verdict, same};

fn flag() -> Verdict {
    let bell = Bell::new();
    Waker::from(bell.clone()).wake();
    same("whether the bell has rung", true, bell.has_rung())
}

fn sleep_ends() -> Verdict {
    Waker::from(Bell::new()).wake();
    // It returns at once if somebody has called `unpark` before.
    thread::park();
    Ok(())
}

/// Many times, as the two threads run at the same time: a wake in the wrong order is lost in some.
fn another_thread() -> Verdict {
    (0..500).try_for_each(|_| once())
}

fn once() -> Verdict {
    let mut polls = 0;
    block_on(std::future::poll_fn(|cx| {
        polls += 1;
        if polls > 1 {
            return Poll::Ready(());
        }
        let waker = cx.waker().clone();
        thread::spawn(move || waker.wake());
        Poll::Pending
    }));
    same("the number of polls", 2, polls)
}

fn main() -> ExitCode {
    check::main(&[
        ("after a wake the bell has rung", flag),
        ("a wake ends the thread's sleep", sleep_ends),
        ("a future that another thread wakes is polled twice", another_thread),
    ])
}
