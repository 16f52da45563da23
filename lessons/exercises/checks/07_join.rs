//! Checks `join`.

use std::process::ExitCode;
use std::task::Poll;
use std::time::Duration;

use exercise::join;
use stage::check::{self, Verdict, same};
use timer::sleep;

/// It is ready after so many seconds; polled after that, it complains.
async fn cook(dish: &'static str, seconds: u64) -> &'static str {
    sleep(Duration::from_secs(seconds)).await;
    dish
}

fn outputs() -> Verdict {
    let run = check::run(join(cook("coffee", 2), cook("toast", 1)));
    same("the output", ("coffee", "toast"), run.output()?)
}

fn as_long_as_the_longer() -> Verdict {
    let run = check::run(join(cook("coffee", 2), cook("toast", 1)));
    same("the time it took", Duration::from_secs(2), run.took())?;
    let run = check::run(join(cook("coffee", 1), cook("toast", 2)));
    same("the time it took", Duration::from_secs(2), run.took())
}

fn at_each_wake() -> Verdict {
    let run = check::run(join(cook("coffee", 2), cook("toast", 1)));
    run.polled(3)
}

fn at_once() -> Verdict {
    let ready = |dish| std::future::poll_fn(move |_| Poll::Ready(dish));
    let run = check::run(join(ready("bread"), ready("butter")));
    run.polled(1)?;
    same("the output", ("bread", "butter"), run.output()?)
}

fn main() -> ExitCode {
    check::main(&[
        ("the outputs come in the order of the futures", outputs),
        ("it takes as long as the longer of the two", as_long_as_the_longer),
        ("it is polled at first, and by each of the two timers", at_each_wake),
        ("two that are ready at once need one poll", at_once),
    ])
}
