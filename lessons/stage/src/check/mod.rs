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
mod recorded;
mod run;
mod shown;

use std::fmt::Debug;
use std::panic::{self, AssertUnwindSafe};
use std::process::ExitCode;
use std::sync::{Mutex, PoisonError};

use limit::Limit;
pub use recorded::{Call, atomic, calls_of, thread};
pub use run::{Run, run};

/// So many characters of a value are shown.
const LONGEST: usize = 160;

/// What a check finds; an error says what was expected, and what came.
pub type Verdict<T = ()> = Result<T, String>;

/// One thing that is checked: what should be so, and who finds out.
pub type Check = (&'static str, fn() -> Verdict);

/// Makes the checks one after the other, up to the first that fails, and shows what they find, and
/// which are not reached: what `fn main` of an exercise's check calls. Returns the program's exit
/// code.
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
            None if says.ends_with("resumed after completion") => {
                format!("a future that was Ready is polled again{at}: {says}")
            }
            None => format!("it panics{at}: {says}"),
        });
    }));
    for (at, (should_be, check)) in checks.iter().enumerate() {
        let not_reached = checks[at + 1..].iter().map(|(should_be, _)| *should_be).collect();
        let failure = shown::Failure { passed: at, should_be, not_reached };
        latest::clear();
        let limit = Limit::begin(failure.clone());
        let verdict = panic::catch_unwind(AssertUnwindSafe(check));
        drop(limit);
        let panicked = |_| Err(lock(&PANIC).take().unwrap_or_default());
        match verdict.unwrap_or_else(panicked) {
            Ok(()) => shown::tell_good(should_be),
            Err(why) => {
                failure.tell(&why);
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
    let [expected, came] = [expected, came].map(|it| shortened(format!("{it:?}")));
    Err(format!("{what}: expected {expected}, came {came}"))
}

/// A long text's beginning: the check's other lines have to fit the screen as well.
fn shortened(text: String) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{} ...", &text[..end]),
        None => text,
    }
}

/// Whether that is so; if not, this is why.
///
/// # Errors
/// When it is not.
pub fn so(is_so: bool, why: impl Into<String>) -> Verdict {
    if is_so { Ok(()) } else { Err(why.into()) }
}

/// From here on this check tells by itself what has happened: the end of the story is not shown.
pub fn tells_by_itself() {
    latest::clear();
}

static PANIC: Mutex<Option<String>> = Mutex::new(None);

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
