//! What the checks of exercises are made of: they run a program on a loop of its own, and say what
//! was expected of its journal, and what came.
//!
//! ```
//! use stage::check::{self, Verdict};
//!
//! fn gives_way_once() -> Verdict {
//!     let run = check::run(executor::yield_now());
//!     check::same("the number of polls", 2, run.polls())?;
//!     run.output()
//! }
//!
//! assert_eq!(gives_way_once(), Ok(()));
//! ```

mod latest;
mod limit;
mod run;

use std::fmt::Debug;
use std::panic::{self, AssertUnwindSafe};
use std::process::ExitCode;
use std::sync::{Mutex, PoisonError};

use anstyle::{AnsiColor, Style};

use crate::{output, println};
use limit::Limit;
pub use run::{Run, run};

/// What a check finds; an error says what was expected, and what came.
pub type Verdict<T = ()> = Result<T, String>;

/// One thing that is checked: what should be so, and who finds out.
pub type Check = (&'static str, fn() -> Verdict);

/// Makes the checks one after the other, up to the first that fails, and shows what they find: what
/// `fn main` of an exercise's check calls. Returns the program's exit code.
///
/// A check that takes longer than two seconds ends the program, which says how far it came; one that
/// panics has failed.
pub fn main(checks: &[Check]) -> ExitCode {
    panic::set_hook(Box::new(|panic| {
        let at = panic.location().map(|at| format!(" at {}:{}", at.file(), at.line()));
        let says = panic.payload_as_str().unwrap_or("no text").to_owned();
        let at = at.unwrap_or_default();
        *lock(&PANIC) = Some(match says.strip_prefix("not yet implemented") {
            Some(hole) => format!("the hole{at} is still `todo!`{hole}"),
            None => format!("it panics{at}: {says}"),
        });
    }));
    for (should_be, check) in checks {
        latest::clear();
        let limit = Limit::begin(should_be);
        let verdict = panic::catch_unwind(AssertUnwindSafe(check));
        drop(limit);
        let panicked = |_| Err(lock(&PANIC).take().unwrap_or_default());
        match verdict.unwrap_or_else(panicked) {
            Ok(()) => tell_good(should_be),
            Err(why) => {
                tell_bad(should_be, &why);
                return ExitCode::FAILURE;
            }
        }
    }
    ExitCode::SUCCESS
}

/// Whether something is as it was expected; if not, says what it is and what it should have been.
///
/// # Errors
/// When it is not.
///
/// ```
/// assert_eq!(
///     stage::check::same("the number of polls", 2, 3),
///     Err("the number of polls: expected 2, came 3".to_owned())
/// );
/// ```
pub fn same<T: PartialEq + Debug>(what: &str, expected: T, came: T) -> Verdict {
    if expected == came {
        return Ok(());
    }
    Err(format!("{what}: expected {expected:?}, came {came:?}"))
}

/// Whether that is so; if not, this is why.
///
/// # Errors
/// When it is not.
pub fn so(is_so: bool, why: impl Into<String>) -> Verdict {
    if is_so { Ok(()) } else { Err(why.into()) }
}

static PANIC: Mutex<Option<String>> = Mutex::new(None);

fn tell_good(should_be: &str) {
    let green: Style = AnsiColor::Green.on_default();
    println!("{}", output::hanging(should_be, &format!("  {green}[x]{green:#} "), "      "));
}

/// What is wrong, and the end of the story that led to it.
fn tell_bad(should_be: &str, why: &str) {
    let red: Style = AnsiColor::Red.on_default().bold();
    println!("{}", output::hanging(should_be, &format!("  {red}[ ]{red:#} "), "      "));
    for paragraph in why.lines() {
        println!("{}", output::wrapped(paragraph, "      "));
    }
    let lines = latest::lines();
    if !lines.is_empty() {
        println!("\nThe end of the story:");
        lines.iter().for_each(|line| println!("{line}"));
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
