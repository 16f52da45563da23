//! Checks `waker`, by the counts of the bell's `Arc`.

use std::process::ExitCode;
use std::sync::Arc;

use exercise::{Bell, waker};
use stage::check::{self, Verdict, same};

/// Counts to spare, which are never given back: so the bell stays alive, however wrong the account is.
const SPARE: usize = 8;

fn bell() -> Arc<Bell> {
    let bell = Arc::new(Bell::default());
    (0..SPARE).for_each(|_| std::mem::forget(bell.clone()));
    bell
}

/// What the account should be: one count is the check's own, and one is each waker's.
fn counts(when: &str, expected: isize, bell: &Arc<Bell>) -> Verdict {
    let what = format!("counts {when}, with the check's own");
    same(&what, expected, Arc::strong_count(bell) as isize - SPARE as isize)
}

fn by_ref() -> Verdict {
    let bell = bell();
    let waker = waker(&bell);
    waker.wake_by_ref();
    waker.wake_by_ref();
    same("rings after two wakes", 2, bell.rings())?;
    counts("while there is one waker", 2, &bell)
}

fn dropped() -> Verdict {
    let bell = bell();
    drop(waker(&bell));
    counts("when the waker is dropped", 1, &bell)?;
    same("rings", 0, bell.rings())
}

fn woken() -> Verdict {
    let bell = bell();
    waker(&bell).wake();
    same("rings after a wake that uses its waker up", 1, bell.rings())?;
    counts("after it", 1, &bell)
}

fn cloned() -> Verdict {
    let bell = bell();
    let one = waker(&bell);
    let other = one.clone();
    counts("while there are a waker and its clone", 3, &bell)?;
    drop(one);
    other.wake();
    same("rings when the clone was woken", 1, bell.rings())?;
    counts("when both are gone", 1, &bell)
}

fn main() -> ExitCode {
    check::main(&[
        ("a wake by reference rings, and leaves the waker as it is", by_ref),
        ("a waker that is dropped gives its count back", dropped),
        ("a wake that uses its waker up rings, and gives the count back", woken),
        ("a clone has a count of its own", cloned),
    ])
}
