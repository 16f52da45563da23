//! Panics of foreign code that nobody is there to take.

use std::any::Any;
use std::fmt::Display;
use std::io::{self, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::label::Printable;

/// Runs foreign code (a destructor, a waker that is not ours) in a place where a panic has nobody
/// to go to: it ends here, with a line on stderr.
pub(crate) fn contain(what: impl Display, foreign: impl FnOnce()) {
    if let Err(payload) = catch_unwind(AssertUnwindSafe(foreign)) {
        report(format_args!("{what} panicked: {}", Printable(message(&*payload))));
        dispose(payload);
    }
}

/// One line on stderr, if there still is one.
pub(crate) fn report(line: impl Display) {
    let _ = writeln!(io::stderr(), "executor: {line}");
}

/// Drops a panic's payload, which is foreign too and may panic in turn. A second panic's payload
/// is left alone: there has to be an end.
pub(crate) fn dispose(payload: Box<dyn Any + Send>) {
    if let Err(second) = catch_unwind(AssertUnwindSafe(|| drop(payload))) {
        std::mem::forget(second);
    }
}

/// The text of a panic, as `panic!` made it.
pub(crate) fn message(payload: &(dyn Any + Send)) -> &str {
    let text = payload.downcast_ref::<&str>().copied();
    text.or_else(|| payload.downcast_ref::<String>().map(String::as_str)).unwrap_or("(no message)")
}
