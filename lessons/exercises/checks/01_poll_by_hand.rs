//! Checks `poll_to_end`.

use std::process::ExitCode;
use std::task::Poll;

use exercise::poll_to_end;
use stage::check::{self, Verdict, same};

/// A future that is ready with its `nth` poll, and must not be polled later.
fn ready_with(nth: u32) -> impl Future<Output = &'static str> {
    let mut polls = 0;
    std::future::poll_fn(move |_| {
        polls += 1;
        assert!(polls <= nth, "it was ready with poll {nth}, and is polled again");
        assert!(polls < 100, "it is polled again and again");
        if polls == nth { Poll::Ready("soup") } else { Poll::Pending }
    })
}

fn at_once() -> Verdict {
    same("output and polls", ("soup", 1), poll_to_end(ready_with(1)))
}

fn later() -> Verdict {
    same("output and polls", ("soup", 2), poll_to_end(ready_with(2)))?;
    same("output and polls", ("soup", 7), poll_to_end(ready_with(7)))
}

fn main() -> ExitCode {
    check::main(&[
        ("a future that is ready at once is polled once", at_once),
        ("one that is Pending is polled until it is ready", later),
    ])
}
