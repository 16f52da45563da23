//! A process between us and a program, which leaves nothing of the program behind.
//!
//! It leads a session of its own, limits what the program may have, and starts it. Processes that
//! lose their parent become its children (it is a *subreaper*), so that it finds all that descend
//! from the program, whatever group or session they have gone to. It ends them when the program has
//! ended, and when its own standard input is at the end: that is a pipe from us, which the system
//! closes if we are killed. runc and Docker's `tini` keep order so as well.

use std::ffi::OsString;
use std::process::{Command, ExitCode};

/// What calls it: this program, with the first argument [`ARGUMENT`].
pub(super) fn command(memory: Option<u64>) -> Option<Command> {
    if !cfg!(unix) {
        return None;
    }
    let mut command = Command::new(std::env::current_exe().ok()?);
    command.arg(ARGUMENT).arg(memory.unwrap_or(0).to_string());
    Some(command)
}

/// By this argument this program knows that it is to supervise another one.
pub(crate) const ARGUMENT: &str = "--supervise";

/// A program that writes a larger file is ended.
#[cfg(unix)]
const LARGEST_FILE: u64 = 1 << 30;

/// Starts the program that the arguments name, behind the number of bytes it may have in memory (0
/// for as many as it likes), and waits for its end. Returns its exit code, or 128 and the number of
/// the signal that has ended it, as shells do.
#[cfg(unix)]
pub(crate) fn supervise(arguments: &[OsString]) -> ExitCode {
    use std::io::{self, Read};
    use std::os::unix::process::ExitStatusExt;
    use std::process::Stdio;

    let [memory, program, arguments @ ..] = arguments else { return ExitCode::FAILURE };
    // A leader of a group cannot: then it has what it needs already.
    let _ = rustix::process::setsid();
    become_the_reaper();
    limit(memory.to_str().and_then(|bytes| bytes.parse().ok()).unwrap_or(0));
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
        end_all();
        std::process::exit(stage::terminal::code_of_signal(9));
    });
    let status = child.wait();
    end_all();
    let code = status.map(|status| {
        let signal = || status.signal().map(stage::terminal::code_of_signal);
        status.code().or_else(signal).unwrap_or(1)
    });
    ExitCode::from(code.ok().and_then(|code| u8::try_from(code).ok()).unwrap_or(1))
}

#[cfg(not(unix))]
pub(crate) fn supervise(_: &[OsString]) -> ExitCode {
    ExitCode::FAILURE
}

/// Limits that the program inherits.
#[cfg(unix)]
fn limit(memory: u64) {
    use rustix::process::{Resource, Rlimit, setrlimit};
    // Where the system counts what is written to, that is better than what is only set aside.
    let resource = if cfg!(target_os = "linux") { Resource::Data } else { Resource::As };
    let most = |most| Rlimit { current: Some(most), maximum: Some(most) };
    // A limit that cannot be set is one that is lower already.
    if memory > 0 {
        let _ = setrlimit(resource, most(memory));
        let _ = setrlimit(Resource::Fsize, most(LARGEST_FILE));
    }
    let _ = setrlimit(Resource::Core, most(0));
}

#[cfg(target_os = "linux")]
fn become_the_reaper() {
    use rustix::process::{getpid, set_child_subreaper};
    // Should it fail, what a program has hidden may stay; its group is ended all the same.
    let _ = set_child_subreaper(Some(getpid()));
}

#[cfg(all(unix, not(target_os = "linux")))]
fn become_the_reaper() {}

/// Ends all that descend from this process, again and again, until there is none: those that were
/// started meanwhile as well.
#[cfg(target_os = "linux")]
fn end_all() {
    use rustix::process::{Signal, WaitOptions, kill_process, wait};
    for _ in 0..1000 {
        // Those that have ended are to be taken off the list.
        while let Ok(Some(_)) = wait(WaitOptions::NOHANG) {}
        let descendants = descendants();
        if descendants.is_empty() {
            return;
        }
        for process in descendants {
            // It may have ended by itself.
            let _ = kill_process(process, Signal::KILL);
        }
        std::thread::sleep(std::time::Duration::from_millis(2));
    }
}

/// The others of the group: those that have left it are not found here.
#[cfg(all(unix, not(target_os = "linux")))]
fn end_all() {}

/// The processes below this one, of those that the system lists.
#[cfg(target_os = "linux")]
fn descendants() -> Vec<rustix::process::Pid> {
    use rustix::process::Pid;
    let mut parents = Vec::new();
    for entry in std::fs::read_dir("/proc").into_iter().flatten().flatten() {
        let number = entry.file_name().to_str().and_then(|name| name.parse::<i32>().ok());
        let Some(number) = number else { continue };
        let Ok(stat) = std::fs::read_to_string(entry.path().join("stat")) else { continue };
        // Behind the name, which may have anything in it: the state, and the parent.
        let fields = stat.rsplit_once(") ").map(|(_, fields)| fields).unwrap_or_default();
        let parent = fields.split(' ').nth(1).and_then(|parent| parent.parse::<i32>().ok());
        if let (Some(parent), false) = (parent, fields.starts_with('Z')) {
            parents.push((number, parent));
        }
    }
    let mut found = vec![rustix::process::getpid().as_raw_nonzero().get()];
    let mut next = 0;
    while let Some(&above) = found.get(next) {
        found.extend(parents.iter().filter(|(_, parent)| *parent == above).map(|(it, _)| *it));
        next += 1;
    }
    found.into_iter().skip(1).filter_map(Pid::from_raw).collect()
}
