//! `debug LESSON`: the lesson, in gdb.

use std::env;
use std::ffi::OsString;

use crate::lesson::{Clocks, Lesson};

/// What is said before gdb starts on a lesson.
const WELCOME: &str =
    "gdb is about to start. `async help` lists what it knows of tasks, `quit` ends.";

/// Starts gdb on a lesson, up to the first poll; not that of a server with a thread of its own.
pub(crate) fn debug(lesson: &Lesson) -> ! {
    stage::debugger::start(WELCOME, &arguments_for(lesson), "async until polled thread 1")
}

/// What stands behind `debug`. If no other is asked for the clock is simulated, for which no time
/// passes while the program stands still.
fn arguments_for(lesson: &Lesson) -> Vec<OsString> {
    let mut arguments: Vec<_> = env::args_os().skip(1).collect();
    if let Some(debug) = arguments.iter().position(|argument| argument == "debug") {
        arguments.remove(debug);
    }
    let names_a_clock = |argument: &OsString| {
        let argument = argument.to_string_lossy();
        argument.starts_with("--clock") || argument.starts_with("--speed")
    };
    if matches!(lesson.clocks, Clocks::All) && !arguments.iter().any(names_a_clock) {
        arguments.extend(["--clock", "simulated"].map(OsString::from));
    }
    arguments
}
