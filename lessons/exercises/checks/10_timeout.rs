//! Checks `timeout`.

use std::cell::Cell;
use std::process::ExitCode;
use std::rc::Rc;
use std::time::Duration;

use exercise::{Elapsed, timeout};
use stage::check::{self, Verdict, same, so};
use timer::sleep;

const LIMIT: Duration = Duration::from_secs(2);

async fn cook(seconds: u64) -> &'static str {
    sleep(Duration::from_secs(seconds)).await;
    "soup"
}

fn in_time() -> Verdict {
    let run = check::run(timeout(LIMIT, cook(1)));
    same("the time it took", Duration::from_secs(1), run.took())?;
    same("the result", Ok("soup"), run.output()?)
}

fn too_late() -> Verdict {
    let run = check::run(timeout(LIMIT, cook(5)));
    same("the time it took", LIMIT, run.took())?;
    same("the result", Err(Elapsed), run.output()?)
}

fn both() -> Verdict {
    let run = check::run(timeout(LIMIT, cook(2)));
    same("the result", Ok("soup"), run.output()?)
}

fn nothing_left() -> Verdict {
    struct Pot(Rc<Cell<bool>>);
    impl Drop for Pot {
        fn drop(&mut self) {
            self.0.set(true);
        }
    }
    let is_dropped = Rc::new(Cell::new(false));
    let pot = Pot(is_dropped.clone());
    let run = check::run(async move {
        let never = async move {
            let _pot = pot;
            std::future::pending::<()>().await;
        };
        let result = timeout(LIMIT, never).await;
        (result, is_dropped.get())
    });
    let (result, is_dropped) = run.output()?;
    same("the result", Err(Elapsed), result)?;
    so(is_dropped, "the future that was given up is still there when timeout returns")?;
    let run = check::run(timeout(LIMIT, cook(1)));
    same("timers that were armed, and cancelled", (2, 1), run.timers())
}

fn main() -> ExitCode {
    check::main(&[
        ("an output that comes in time is returned", in_time),
        ("one that comes too late is not waited for", too_late),
        ("one that comes just in time wins", both),
        ("what is given up is dropped: the future, or the timer", nothing_left),
    ])
}
