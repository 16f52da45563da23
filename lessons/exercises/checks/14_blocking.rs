//! Checks `cook`.

use std::process::ExitCode;
use std::time::Duration;

use executor::gather;
use exercise::cook;
use stage::check::{self, Run, Verdict, same, so};
use timer::sleep;

const BEAT: Duration = Duration::from_millis(100);

/// Beats three times; returns when.
async fn heart() -> Vec<Duration> {
    let mut beats = Vec::new();
    for _ in 0..3 {
        sleep(BEAT).await;
        beats.push(timer::now().since_start());
    }
    beats
}

fn run() -> Run<(String, Vec<Duration>)> {
    check::run(async { gather!(cook("onion"), heart()).await })
}

fn cooked() -> Verdict {
    same("what was cooked", "chopped onion, fried", &run().output()?.0)
}

fn no_long_poll() -> Verdict {
    let run = run();
    let longest = run.longest_poll();
    so(longest < BEAT, format!("a poll took {longest:?}: nobody else got a turn meanwhile"))?;
    same("jobs of the pool", 1, run.jobs())
}

fn heart_beats() -> Verdict {
    same("the beats", vec![BEAT, 2 * BEAT, 3 * BEAT], run().output()?.1)
}

fn main() -> ExitCode {
    check::main(&[
        ("the onion is chopped and fried", cooked),
        ("no poll takes long: the pool chops", no_long_poll),
        ("a heart beside it beats in time", heart_beats),
    ])
}
