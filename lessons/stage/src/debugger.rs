//! Starts gdb on a program. The debugger kit is in it, as in all that use `executor`.

use std::ffi::OsString;
use std::io::{self, ErrorKind};
use std::path::Path;
use std::process::{Command, Output, Stdio, exit};

use crate::println;

/// What is said where there is no gdb.
const MISSING: &str = "\
error: gdb is not installed, or not on the PATH

On Debian and Ubuntu `sudo apt install gdb` installs it, on Fedora `sudo dnf
install gdb`, on Arch `sudo pacman -S gdb`. It has to be version 12 or newer.
On macOS and Windows there is none that will do; README.md (\"With a debugger\")
says what there is instead. `cargo run -- tour | less` shows what gdb would show.";

/// Says `welcome`, and replaces this process by gdb on `program`, with these arguments. gdb
/// does `command` first. Where there is none, this says how to install it and ends the program.
pub fn start(welcome: &str, program: &Path, arguments: &[OsString], command: &str) -> ! {
    if !gdb_is_there() {
        anstream::eprintln!("{MISSING}");
        exit(1);
    }
    println!("{welcome}");
    let error = match become_gdb("rust-gdb", program, arguments, command) {
        // gdb alone will do: Rust's own types look worse in it.
        Err(error) if error.kind() == ErrorKind::NotFound => {
            become_gdb("gdb", program, arguments, command).err().unwrap_or(error)
        }
        Err(error) => error,
        Ok(()) => exit(0),
    };
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
    if !gdb_is_there() {
        anstream::eprintln!("{MISSING}");
        exit(1);
    }
    // Not rust-gdb, which takes longer to start, and shows nothing else here.
    let mut gdb = gdb("gdb", program);
    gdb.args(["-nx", "-batch-silent", "-ex", command]).arg(program).stdin(Stdio::null());
    gdb.output()
}

fn gdb_is_there() -> bool {
    Command::new("gdb").arg("--version").stdout(Stdio::null()).status().is_ok()
}

fn become_gdb(name: &str, program: &Path, arguments: &[OsString], command: &str) -> io::Result<()> {
    let mut gdb = gdb(name, program.parent().unwrap_or(program));
    gdb.args(["-ex", "set print thread-events off", "-ex", command]);
    gdb.arg("--args").arg(program).args(arguments);
    replace(&mut gdb)
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

/// Ctrl-C must reach gdb and the program in it, and not end this process under them.
#[cfg(unix)]
fn replace(gdb: &mut Command) -> io::Result<()> {
    Err(std::os::unix::process::CommandExt::exec(gdb))
}

#[cfg(not(unix))]
fn replace(gdb: &mut Command) -> io::Result<()> {
    gdb.status().map(|status| exit(status.code().unwrap_or(1)))
}
