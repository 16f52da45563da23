//! How a program ends that is told to: by Ctrl+C, by `kill`, or because the terminal is gone.

use std::io;
use std::process::{self, Command};
use std::sync::Mutex;

use super::give_back;

/// Calls `end` with the number of the signal, in place of what it would do by itself, when one asks
/// the program to end: by Ctrl+C, by `kill`, or because the terminal is gone.
///
/// # Errors
/// When the system refuses.
#[cfg(unix)]
pub fn when_told_to_end(end: impl Fn(i32) + Send + 'static) -> io::Result<()> {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM};
    let mut signals = signal_hook::iterator::Signals::new([SIGHUP, SIGINT, SIGQUIT, SIGTERM])?;
    std::thread::spawn(move || signals.forever().for_each(end));
    Ok(())
}

/// Calls `end` with the number that C gives to Ctrl+C, in place of what the system would do by
/// itself, when the console asks the program to end: by Ctrl+C or Ctrl+Break, or because it is
/// closed.
///
/// # Errors
/// When the system refuses, and when this was called before.
#[cfg(windows)]
pub fn when_told_to_end(end: impl Fn(i32) + Send + 'static) -> io::Result<()> {
    ctrlc::set_handler(move || end(CTRL_C)).map_err(io::Error::other)
}

/// The number of the signal of Ctrl+C.
#[cfg(unix)]
const CTRL_C: i32 = signal_hook::consts::SIGINT;

/// As in C.
#[cfg(windows)]
const CTRL_C: i32 = 2;

/// Whether it is the signal of Ctrl+C.
pub(crate) fn is_ctrl_c(signal: i32) -> bool {
    signal == CTRL_C
}

/// Ends the program as that signal would have ended it.
pub(crate) fn die_of(signal: i32) -> ! {
    #[cfg(unix)]
    let _ = signal_hook::low_level::emulate_default_handler(signal);
    process::exit(code_of_signal(signal));
}

/// The exit code that says that a signal has ended the program.
///
/// Of Ctrl+C Windows has one of its own, `STATUS_CONTROL_C_EXIT`: a program ends with it that does
/// nothing about Ctrl+C, and batch files halt at it.
pub fn code_of_signal(signal: i32) -> i32 {
    if cfg!(windows) && is_ctrl_c(signal) {
        return 0xC000_013A_u32.cast_signed();
    }
    128 + signal
}

/// Held by who takes the keyboard, meanwhile, and by who ends the program, to the end: it could be
/// taken once more by one thread when another has given it back.
pub(super) static TAKING: Mutex<()> = Mutex::new(());

/// Ends the program, with the terminal given back.
pub fn exit(code: i32) -> ! {
    let _to_the_end = TAKING.lock();
    give_back();
    process::exit(code);
}

/// Runs another program in place of this one, which ends with it: what is written and read, and what
/// Ctrl+C does, is the other one's. Returns only if that cannot be started.
#[cfg(unix)]
pub fn run_instead(program: &mut Command) -> io::Error {
    std::os::unix::process::CommandExt::exec(program)
}

/// Runs another program in place of this one, which ends with it: what is written and read, and what
/// Ctrl+C does, is the other one's. Returns only if that cannot be started.
#[cfg(windows)]
pub fn run_instead(program: &mut Command) -> io::Error {
    // Ctrl+C comes to both: this one is to wait for what the other makes of it.
    let _ = when_told_to_end(|_| {});
    match program.status() {
        Ok(status) => process::exit(status.code().unwrap_or(1)),
        Err(error) => error,
    }
}
