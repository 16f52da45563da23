//! `debug LESSON` or `debug FILE.rs`: the program, in gdb.

use std::env;
use std::ffi::OsString;
use std::path::Path;

use crate::lesson::{Clocks, Lesson};

/// What is said before gdb starts.
const WELCOME: &str =
    "gdb is about to start. `async help` lists what it knows of tasks, `quit` ends.";

/// The first poll; not that of a server with a thread of its own.
const FIRST_POLL: &str = "async until polled thread 1";

/// Starts gdb on a lesson, up to the first poll.
pub(crate) fn debug(lesson: &Lesson, options: &[OsString]) -> ! {
    let mut arguments = vec![lesson.name.into()];
    arguments.extend(options.iter().cloned());
    if matches!(lesson.clocks, Clocks::All) {
        stand_still(&mut arguments);
    }
    stage::debugger::start(WELCOME, &this_program(), &arguments, FIRST_POLL)
}

/// Starts gdb on another program that takes the same options, up to the first poll.
pub(crate) fn debug_program(program: &Path, options: &[OsString]) -> ! {
    let mut arguments = options.to_vec();
    stand_still(&mut arguments);
    stage::debugger::start(WELCOME, program, &arguments, FIRST_POLL)
}

/// This very program.
pub(crate) fn this_program() -> std::path::PathBuf {
    env::current_exe().unwrap_or_else(|_| env::args_os().next().unwrap_or_default().into())
}

/// If no other clock is asked for it is a simulated one, for which no time passes while the program
/// stands still.
fn stand_still(arguments: &mut Vec<OsString>) {
    if !arguments.iter().any(|argument| argument == "--clock" || argument == "--speed") {
        arguments.extend(["--clock", "simulated"].map(OsString::from));
    }
}
