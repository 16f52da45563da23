//! Starts gdb on a program. The debugger kit is in it, as in all that use `executor`.

use std::env;
use std::ffi::OsString;
use std::io::{self, ErrorKind};
use std::path::Path;
use std::process::{Command, Output, Stdio, exit};

use crate::{println, terminal};

/// What is said on Windows, where programs do not have the debugger kit in them.
const ON_WINDOWS: &str = "\
error: this is done by gdb and a script for it, which are not for Windows

Visual Studio, and VS Code with CodeLLDB, halt a lesson at any line and show its
variables, but not what each task waits for: no debugger there can. The lesson
itself tells that, with `--step` or `--trace`, and `cargo run -- tour | more`
shows what gdb would show.";

/// The same on macOS.
const ON_MACOS: &str = "\
error: this is done by gdb and a script for it, which are not for macOS

lldb halts a lesson at any line and shows its variables and, from version 19 on,
the tasks (executor/debugger/README.md says how), but not what each waits for.
The lesson itself tells that, with `--step` or `--trace`, and
`cargo run -- tour | less` shows what gdb would show.";

/// What is said on Linux, and on what is like it, where there is no gdb.
const MISSING: &str = "\
error: gdb is not installed, or not on the PATH

On Debian and Ubuntu `sudo apt install gdb` installs it, on Fedora `sudo dnf
install gdb`, on Arch `sudo pacman -S gdb`. It has to be version 12 or newer.
`cargo run -- tour | less` shows what gdb would show.";

/// Says `welcome`, and replaces this process by gdb on `program`, with these arguments. gdb
/// does `command` first. Where there is none, this says how to install it and ends the program.
pub fn start(welcome: &str, program: &Path, arguments: &[OsString], command: &str) -> ! {
    insist_on_gdb();
    println!("{welcome}");
    let mut error = become_gdb("rust-gdb", program, arguments, command);
    if error.kind() == ErrorKind::NotFound {
        // gdb alone will do: Rust's own types look worse in it.
        error = become_gdb("gdb", program, arguments, command);
    }
    anstream::eprintln!("error: gdb could not be started: {error}");
    exit(1);
}

/// Has gdb do `command` on `program`, and end; returns what came out. gdb asks nothing, and only its
/// complaints are heard, besides what the command writes by itself. Where there is no gdb, this says
/// how to install it and ends the program.
///
/// # Errors
///
/// gdb could not be started.
pub fn batch(program: &Path, command: &str) -> io::Result<Output> {
    insist_on_gdb();
    // Not rust-gdb, which takes longer to start, and shows nothing else here.
    let mut gdb = gdb("gdb", program);
    gdb.args(["-nx", "-batch-silent", "-ex", command]).arg(program).stdin(Stdio::null());
    gdb.output()
}

/// Ends the program, and says why, if there is no gdb that will do.
fn insist_on_gdb() {
    let is_there = || Command::new("gdb").arg("--version").stdout(Stdio::null()).status().is_ok();
    let why = match env::consts::OS {
        "windows" => ON_WINDOWS,
        "macos" => ON_MACOS,
        _ if is_there() => return,
        _ => MISSING,
    };
    anstream::eprintln!("{why}");
    exit(1);
}

fn become_gdb(name: &str, program: &Path, arguments: &[OsString], command: &str) -> io::Error {
    let mut gdb = gdb(name, program.parent().unwrap_or(program));
    gdb.args(["-ex", "set print thread-events off", "-ex", command]);
    gdb.arg("--args").arg(program).args(arguments);
    terminal::run_instead(&mut gdb)
}

/// gdb, which runs a script that is in a program only if the program lies where it may.
fn gdb(name: &str, trusted: &Path) -> Command {
    let mut safe_path = OsString::from("add-auto-load-safe-path ");
    safe_path.push(trusted);
    let mut gdb = Command::new(name);
    gdb.arg("-q").arg("-iex").arg(safe_path);
    for setting in ["debuginfod enabled off", "pagination off", "confirm off"] {
        gdb.args(["-iex", &format!("set {setting}")]);
    }
    gdb
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_there_is_no_debugger_it_is_said_what_there_is_in_a_terminals_width() {
        for why in [ON_WINDOWS, ON_MACOS, MISSING] {
            assert!(why.starts_with("error: ") && why.contains("tour |"), "{why}");
            assert!(why.lines().all(|line| line.len() <= crate::COLUMNS), "{why}");
        }
    }
}
