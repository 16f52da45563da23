//! The supervisor leads a session of its own. Processes that lose their parent become its children
//! (it is a *subreaper*), so that it finds all that descend from the program, whatever group or
//! session they have gone to.

use std::io;
use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;

/// A program that writes a larger file is ended.
const LARGEST_FILE: u64 = 1 << 30;

/// From now on what this process starts can be found, and may have no more memory than this.
pub(super) fn hold_together(memory: u64) -> io::Result<()> {
    // A leader of a group cannot: then it has what it needs already.
    let _ = rustix::process::setsid();
    become_the_reaper();
    limit(memory);
    Ok(())
}

/// What to end with if the program has ended so.
pub(super) fn code(status: ExitStatus) -> i32 {
    let signal = || status.signal().map(stage::terminal::code_of_signal);
    status.code().or_else(signal).unwrap_or(1)
}

/// Limits that the program inherits.
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

#[cfg(not(target_os = "linux"))]
fn become_the_reaper() {}

/// Ends all that descend from this process, again and again, until there is none: those that were
/// started meanwhile as well.
#[cfg(target_os = "linux")]
pub(super) fn end_all() {
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
#[cfg(not(target_os = "linux"))]
pub(super) fn end_all() {}

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
