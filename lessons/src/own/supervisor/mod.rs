//! A process between us and a program, which leaves nothing of the program behind.
//!
//! It limits what the program may have, and starts it. It ends all that descends from the program
//! when the program has ended, and when its own standard input is at the end: that is a pipe from us,
//! which the system closes if we are killed. How it holds them together is the system's: `unix.rs`
//! and `windows.rs`. runc and Docker's `tini` keep order so as well.

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

use std::ffi::OsString;
use std::io::{self, Read};
use std::process::{Command, ExitCode, Stdio};

#[cfg(unix)]
use unix as system;
#[cfg(windows)]
use windows as system;
#[cfg(windows)]
pub(super) use windows::{Job, alone};

/// What calls it: this program, with the first argument [`ARGUMENT`].
pub(super) fn command(memory: Option<u64>) -> Option<Command> {
    let mut command = Command::new(std::env::current_exe().ok()?);
    command.arg(ARGUMENT).arg(memory.unwrap_or(0).to_string());
    Some(command)
}

/// By this argument this program knows that it is to supervise another one.
pub(crate) const ARGUMENT: &str = "--supervise";

/// Starts the program that the arguments name, behind the number of bytes it may have in memory (0
/// for as many as it likes), and waits for its end. Returns its exit code; if a signal has ended it,
/// 128 and the number of that, as shells do.
pub(crate) fn supervise(arguments: &[OsString]) -> ExitCode {
    let [memory, program, arguments @ ..] = arguments else { return ExitCode::FAILURE };
    let memory = memory.to_str().and_then(|bytes| bytes.parse().ok()).unwrap_or(0);
    if let Err(error) = system::hold_together(memory) {
        eprintln!("{} was not started, for it could not be ended: {error}", program.display());
        return ExitCode::from(126);
    }
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::null());
    let mut child = match command.spawn() {
        Ok(child) => child,
        Err(error) => {
            eprintln!("{} could not be started: {error}", program.display());
            return ExitCode::from(127);
        }
    };
    std::thread::spawn(|| {
        // Nobody writes to it: so this is its end, or it is broken.
        let _ = io::stdin().read(&mut [0]);
        system::end_all();
        std::process::exit(stage::terminal::code_of_signal(9));
    });
    let status = child.wait();
    system::end_all();
    std::process::exit(status.map_or(1, system::code))
}
