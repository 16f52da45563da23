//! Checks `SecondTime`.

use std::pin::pin;
use std::process::ExitCode;
use std::task::{Context, Poll, Waker};

use exercise::SecondTime;
use stage::check::{self, Verdict, same};

fn ready_with_the_second() -> Verdict {
    let mut future = pin!(SecondTime::new("soup"));
    let mut cx = Context::from_waker(Waker::noop());
    same("the first poll", Poll::Pending, future.as_mut().poll(&mut cx))?;
    same("the second poll", Poll::Ready("soup"), future.as_mut().poll(&mut cx))
}

fn each_by_itself() -> Verdict {
    let (mut one, mut other) = (pin!(SecondTime::new("soup")), pin!(SecondTime::new("cake")));
    let mut cx = Context::from_waker(Waker::noop());
    same("the first poll of one", Poll::Pending, one.as_mut().poll(&mut cx))?;
    same("the first poll of the other", Poll::Pending, other.as_mut().poll(&mut cx))?;
    same("the second poll of the other", Poll::Ready("cake"), other.as_mut().poll(&mut cx))?;
    same("the second poll of one", Poll::Ready("soup"), one.as_mut().poll(&mut cx))
}

fn main() -> ExitCode {
    check::main(&[
        ("it is Pending, then Ready", ready_with_the_second),
        ("two of them do not know of each other", each_by_itself),
    ])
}
