//! Checks `Lines`.

use std::pin::pin;
use std::process::ExitCode;
use std::time::Duration;

use executor::spawn_named;
use exercise::Lines;
use futures::future::{Either, select};
use stage::check::{self, Verdict, same};
use timer::sleep;

/// The lines that are read of these pieces, of which one comes each second; and a tick comes so
/// often in between, or never.
fn read(
    pieces: &'static [&'static str],
    ticks: Option<Duration>,
    lines: usize,
) -> Verdict<Vec<String>> {
    let run = check::run(async move {
        let (to_read, letters) = async_channel::unbounded();
        spawn_named("guest", async move {
            for piece in pieces {
                for letter in piece.chars() {
                    // The reader has gone if it has enough.
                    let _ = to_read.try_send(letter);
                }
                sleep(Duration::from_secs(1)).await;
            }
        });
        let mut reader = Lines::new(letters);
        let mut read = Vec::new();
        while read.len() < lines {
            let tick = ticks.map_or(timer::sleep_until(timer::Instant::NEVER), sleep);
            if let Either::Left((line, _)) = select(pin!(reader.next()), pin!(tick)).await {
                read.push(line);
            }
        }
        read
    });
    run.output()
}

fn without_ticks() -> Verdict {
    same(
        "the lines",
        vec!["soup".to_owned(), "tea".to_owned()],
        read(&["so", "up\ntea\n"], None, 2)?,
    )
}

fn with_ticks() -> Verdict {
    let ticks = Some(Duration::from_millis(300));
    let lines = read(&["so", "up\nt", "e", "a\n\n", "cake\n"], ticks, 4)?;
    same("the lines", ["soup", "tea", "", "cake"].map(str::to_owned).to_vec(), lines)
}

fn the_rest() -> Verdict {
    let ticks = Some(Duration::from_millis(300));
    let lines = read(&["soup\nte", "a"], ticks, 3)?;
    same("the lines", ["soup", "tea", ""].map(str::to_owned).to_vec(), lines)
}

fn main() -> ExitCode {
    check::main(&[
        ("lines are read that come in pieces", without_ticks),
        ("nothing is lost when a tick comes between two pieces", with_ticks),
        ("nor is what has no end of line", the_rest),
    ])
}
