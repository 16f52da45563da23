//! Checks `yield_now`.

use std::cell::RefCell;
use std::process::ExitCode;

use executor::gather;
use exercise::yield_now;
use stage::check::{self, Verdict, same};

fn comes_back() -> Verdict {
    check::run(yield_now()).output()
}

fn two_polls() -> Verdict {
    let run = check::run(yield_now());
    run.polled(2)?;
    same("wakes", 1, run.wakes_by_itself())
}

fn others_go_first() -> Verdict {
    thread_local! {
        static STEPS: RefCell<Vec<&'static str>> = const { RefCell::new(Vec::new()) };
    }
    async fn cook(before: &'static str, after: &'static str) {
        STEPS.with_borrow_mut(|steps| steps.push(before));
        yield_now().await;
        STEPS.with_borrow_mut(|steps| steps.push(after));
    }
    check::run(async { gather!(cook("a1", "a2"), cook("b1", "b2")).await }).output()?;
    same("the steps of a and b", vec!["a1", "b1", "a2", "b2"], STEPS.take())
}

fn main() -> ExitCode {
    check::main(&[
        ("whoever awaits it goes on", comes_back),
        ("that takes two polls, and one wake", two_polls),
        ("of two tasks, each lets the other go first", others_go_first),
    ])
}
