//! Checks `waker`, by the counts of the bell's `Arc`.

use std::process::ExitCode;
use std::sync::Arc;

use exercise::{Bell, waker};
use stage::check::{self, Verdict, same};

/// A bell with counts to spare, which are never given back: so it stays alive, however wrong the
/// account is.
fn bell() -> (Arc<Bell>, usize) {
    let bell = Arc::new(Bell::default());
    (0..8).for_each(|_| std::mem::forget(bell.clone()));
    let counts = Arc::strong_count(&bell);
    (bell, counts)
}

fn by_ref() -> Verdict {
    let (bell, counts) = bell();
    let waker = waker(&bell);
    waker.wake_by_ref();
    waker.wake_by_ref();
    same("rings after two wakes", 2, bell.rings())?;
    same("counts while there is one waker", counts + 1, Arc::strong_count(&bell))
}

fn dropped() -> Verdict {
    let (bell, counts) = bell();
    drop(waker(&bell));
    same("counts when the waker is dropped", counts, Arc::strong_count(&bell))?;
    same("rings", 0, bell.rings())
}

fn woken() -> Verdict {
    let (bell, counts) = bell();
    waker(&bell).wake();
    same("rings after a wake that uses its waker up", 1, bell.rings())?;
    same("counts after it", counts, Arc::strong_count(&bell))
}

fn cloned() -> Verdict {
    let (bell, counts) = bell();
    let one = waker(&bell);
    let other = one.clone();
    same("counts with a waker and its clone", counts + 2, Arc::strong_count(&bell))?;
    drop(one);
    other.wake();
    same("rings when the clone was woken", 1, bell.rings())?;
    same("counts when both are gone", counts, Arc::strong_count(&bell))
}

fn main() -> ExitCode {
    check::main(&[
        ("a wake by reference rings, and leaves the waker as it is", by_ref),
        ("a waker that is dropped gives its count back", dropped),
        ("a wake that uses its waker up rings, and gives the count back", woken),
        ("a clone has a count of its own", cloned),
    ])
}
