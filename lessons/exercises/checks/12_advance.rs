//! Checks `Wheel::advance`, by a sorted list.

use std::process::ExitCode;

use exercise::{Timer, Wheel};
use stage::check::{self, Verdict, same};

const NAMES: [&str; 4] = ["soup", "toast", "cake", "tea"];

fn wheel(whens: &[usize]) -> Wheel {
    let mut wheel = Wheel::default();
    for (&when, name) in whens.iter().zip(NAMES) {
        wheel.insert(Timer { when, name });
    }
    wheel
}

fn near() -> Verdict {
    let mut wheel = wheel(&[3, 1, 7]);
    same("due by tick 2", vec!["toast"], wheel.advance(2))?;
    same("due by tick 7", vec!["soup", "cake"], wheel.advance(7))
}

fn far() -> Verdict {
    let mut wheel = wheel(&[19, 12, 60]);
    same("due by tick 11", vec![], wheel.advance(11))?;
    same("due by tick 12", vec!["toast"], wheel.advance(12))?;
    same("due by tick 18", vec![], wheel.advance(18))?;
    same("due by tick 63", vec!["soup", "cake"], wheel.advance(63))
}

fn on_the_turn() -> Verdict {
    let mut wheel = wheel(&[16, 8]);
    same("due by tick 7", vec![], wheel.advance(7))?;
    same("due by tick 8", vec!["toast"], wheel.advance(8))?;
    same("due by tick 16", vec!["soup"], wheel.advance(16))
}

/// Many pairs of deadlines, at several paces.
fn all() -> Verdict {
    for first in (1..64).step_by(3) {
        for second in (1..64).step_by(4) {
            for pace in [1, 8, 21] {
                let mut wheel = wheel(&[first, second]);
                for now in (pace..64).step_by(pace) {
                    let mut due: Vec<_> = [first, second]
                        .into_iter()
                        .zip(NAMES)
                        .filter(|(when, _)| (now - pace + 1..=now).contains(when))
                        .collect();
                    due.sort_by_key(|(when, _)| *when);
                    let due = due.into_iter().map(|(_, name)| name).collect();
                    let what =
                        format!("timers for {first} and {second}, from {} to {now}", now - pace);
                    same(&what, due, wheel.advance(now))?;
                }
            }
        }
    }
    Ok(())
}

fn main() -> ExitCode {
    check::main(&[
        ("timers of this turn fire at their ticks, in order", near),
        ("timers of later turns cascade, and fire at their ticks", far),
        ("a timer for the very tick of the cascade fires at it", on_the_turn),
        ("any two fire in order, at each pace", all),
    ])
}
