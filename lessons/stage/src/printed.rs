//! What the program prints while a run is stepped through: kept, to be part of the screen.

use std::fmt::Arguments;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// `None` while nothing is kept. It is for all threads: jobs print, too.
static PRINTED: Mutex<Option<String>> = Mutex::new(None);

/// From now on all is kept, and what was is forgotten.
pub(crate) fn keep() {
    *lock() = Some(String::new());
}

/// Nothing is kept any more; returns what was.
pub(crate) fn stop() -> String {
    lock().take().unwrap_or_default()
}

/// Keeps a text, if texts are kept now; says whether.
pub(crate) fn take(text: &Arguments<'_>) -> bool {
    let mut printed = lock();
    printed.as_mut().map(|printed| *printed += &text.to_string()).is_some()
}

/// All that was kept.
pub(crate) fn all() -> String {
    lock().clone().unwrap_or_default()
}

/// The last lines of what was kept, without colours.
pub(crate) fn last_lines(count: usize) -> Vec<String> {
    let text = anstream::adapter::strip_str(&all()).to_string();
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(count)..].iter().map(ToString::to_string).collect()
}

/// A thread that panicked while it printed has spoiled nothing.
fn lock() -> MutexGuard<'static, Option<String>> {
    PRINTED.lock().unwrap_or_else(PoisonError::into_inner)
}
