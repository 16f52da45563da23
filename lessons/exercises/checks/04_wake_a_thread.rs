//! Checks `Bell` and `block_on`. The calls of `wake` are recorded, and the thread that sleeps is
//! played between them: so no luck decides which of the two is first.

use std::process::ExitCode;
use std::sync::atomic::Ordering::{AcqRel, Release, SeqCst};
use std::task::{Poll, Waker};
use std::thread;

use exercise::{Bell, block_on};
use stage::check::{self, Call, Verdict, calls_of, same, so};

fn calls() -> Vec<Call> {
    calls_of(|| Waker::from(Bell::new()).wake())
}

fn is_true(call: &Call) -> bool {
    matches!(call, Call::Stored(true, _))
}

fn flag() -> Verdict {
    let calls = calls();
    if calls.is_empty() {
        return Err("`wake` does nothing: the thread would sleep for ever".to_owned());
    }
    so(
        calls.iter().any(is_true),
        "nobody has set `has_rung` to true: the thread is woken, finds it false, and sleeps again",
    )
}

fn sleep_ends() -> Verdict {
    so(
        calls().contains(&Call::Unparked),
        "nobody has called `unpark`: the bell has rung, but the thread sleeps on",
    )
}

/// The thread sleeps in `wait` when the wake begins. After each of its calls it goes on as far as it
/// can.
fn order() -> Verdict {
    let (mut has_rung, mut story) = (false, String::new());
    for call in calls() {
        match call {
            Call::Stored(value, _) => {
                has_rung = value;
                story += &format!("`has_rung` is set to {value}: the thread sleeps on\n");
            }
            Call::Unparked if has_rung => return Ok(()),
            Call::Unparked => {
                story += "`unpark`: the thread wakes up, finds `has_rung` false, and sleeps again\n";
            }
        }
    }
    Err(story + "and nobody calls `unpark` any more: a lost wake-up")
}

fn ordering() -> Verdict {
    let calls = calls();
    let weak = calls.iter().find_map(|call| match call {
        Call::Stored(_, Release | AcqRel | SeqCst) | Call::Unparked => None,
        Call::Stored(_, ordering) => Some(ordering),
    });
    weak.map_or(Ok(()), |ordering| {
        Err(format!(
            "`has_rung` is set with the ordering {ordering:?}: whoever finds it true need not see \
             what was written before. Release promises that, to whoever looks with Acquire"
        ))
    })
}

/// A wake that comes between the poll and the sleep, or in the sleep.
fn another_thread() -> Verdict {
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
        ("whenever the thread looks, no wake is lost", order),
        ("the thread sees what was written before the wake", ordering),
        ("a future that another thread wakes is polled twice", another_thread),
    ])
}
