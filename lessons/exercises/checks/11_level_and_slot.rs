//! Checks `level_and_slot`, by the runtime's own wheel.

use std::process::ExitCode;

use exercise::level_and_slot;
use stage::check::{self, Verdict, same};
use timer::Wheel;

fn check(elapsed: u64, when: u64) -> Verdict {
    let mut wheel = Wheel::starting_at(elapsed);
    let key = wheel.insert(when, ()).map_err(|()| "it is not due yet".to_owned())?;
    let position = wheel.position(key).ok_or("the wheel has it")?;
    let what = format!("level and slot at tick {elapsed} of a timer for {when}");
    same(&what, position, level_and_slot(elapsed, when))
}

fn next_64() -> Verdict {
    (1..64).try_for_each(|when| check(0, when))?;
    (65..128).try_for_each(|when| check(64, when))
}

fn next_digit() -> Verdict {
    check(0, 64)?;
    check(0, 100)?;
    check(60, 65)?;
    check(4095, 4096)
}

fn all_levels() -> Verdict {
    for level in 0..11 {
        let one = 1_u64 << (6 * level);
        for elapsed in [0, one - 1, one / 3, one / 64 * 63] {
            for when in [one, one + 1, one | 5, one.saturating_mul(3), one.saturating_mul(63)] {
                if when > elapsed {
                    check(elapsed, when)?;
                }
            }
        }
    }
    check(0, u64::MAX)?;
    check(u64::MAX - 1, u64::MAX)
}

fn main() -> ExitCode {
    check::main(&[
        ("timers of the next 64 ticks lie at level 0", next_64),
        ("where the digit before differs as well, it is level 1", next_digit),
        ("the same holds at all levels", all_levels),
    ])
}
