//! The processes that are started for a program of one's own: one at a time, and none is left.

use std::ffi::OsStr;
use std::process::{Child, Command, ExitStatus};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use super::Failure;

/// Starts processes. Clones are one: what one of them has started, another can end.
#[derive(Clone)]
pub(super) struct Jobs {
    state: Arc<Mutex<State>>,
    /// Each process leads a group of its own, so that it can be ended with its children. Otherwise
    /// they are in ours, for Ctrl+C to reach them all.
    in_groups: bool,
    tell: Tell,
}

/// What is done with a line about a program that is not its own.
pub(super) type Tell = Arc<dyn Fn(&str) + Send + Sync>;

#[derive(Default)]
struct State {
    running: Option<Child>,
    /// No more processes: those that were asked for are not wanted any longer.
    is_stopped: bool,
}

impl Jobs {
    /// Jobs that end when Ctrl+C ends this process.
    pub(super) fn new() -> Self {
        let tell = Arc::new(|line: &str| anstream::eprintln!("{line}"));
        Self { state: Arc::default(), in_groups: false, tell }
    }

    /// Jobs that can be [stopped](Self::stop), with their children.
    pub(super) fn in_groups(tell: Tell) -> Self {
        Self { state: Arc::default(), in_groups: true, tell }
    }

    /// Says something about a program.
    pub(super) fn tell(&self, line: &str) {
        (self.tell)(line);
    }

    /// Runs a process to its end. Meanwhile `read` reads what it writes, to the end of that.
    pub(super) fn run(
        &self,
        mut command: Command,
        read: impl FnOnce() + Send,
    ) -> Result<ExitStatus, Failure> {
        if self.in_groups {
            lead_a_group(&mut command);
        }
        {
            let mut state = self.lock();
            if state.is_stopped {
                return Err(Failure::Stopped);
            }
            let name = command.get_program().to_owned();
            let started = command.spawn().map_err(|error| not_started(&name, &error))?;
            state.running = Some(started);
        }
        // With it go our ends of the pipes to which the process writes.
        drop(command);
        thread::scope(|scope| {
            scope.spawn(read);
            self.wait()
        })
    }

    /// Ends what runs, and refuses whatever comes.
    pub(super) fn stop(&self) {
        let mut state = self.lock();
        state.is_stopped = true;
        if let Some(child) = &mut state.running {
            self.end(child);
        }
    }

    fn wait(&self) -> Result<ExitStatus, Failure> {
        let mut pause = Duration::from_millis(1);
        loop {
            // Not a `wait`, which would keep the lock from whoever wants to end it.
            let mut state = self.lock();
            let child = state.running.as_mut().expect("it is put there when it is started");
            let ended = child.try_wait();
            if !matches!(ended, Ok(None)) {
                // Its children would keep the pipes open.
                self.end_children(child);
                state.running = None;
                let status = ended.map_err(|error| Failure::Said(error.to_string()))?;
                return match status {
                    Some(status) if !state.is_stopped => Ok(status),
                    _ => Err(Failure::Stopped),
                };
            }
            drop(state);
            thread::sleep(pause);
            pause = (pause * 2).min(Duration::from_millis(20));
        }
    }

    fn end(&self, child: &mut Child) {
        self.end_children(child);
        // It may have ended by itself.
        let _ = child.kill();
    }

    /// Ends the group that a process leads, or has led.
    fn end_children(&self, leader: &Child) {
        if self.in_groups {
            end_group(leader.id());
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Why a process could not be started.
pub(super) fn not_started(name: &OsStr, error: &std::io::Error) -> Failure {
    Failure::Said(format!(
        "{} could not be started: {error}. It comes with Rust, see https://rustup.rs",
        name.display()
    ))
}

#[cfg(unix)]
fn lead_a_group(command: &mut Command) {
    std::os::unix::process::CommandExt::process_group(command, 0);
}

#[cfg(unix)]
fn end_group(leader: u32) {
    use rustix::process::{Pid, Signal, kill_process_group};
    let leader = i32::try_from(leader).ok().and_then(Pid::from_raw);
    if let Some(leader) = leader {
        // That it has no members any more is what is wanted.
        let _ = kill_process_group(leader, Signal::KILL);
    }
}

#[cfg(not(unix))]
fn lead_a_group(_: &mut Command) {}

#[cfg(not(unix))]
fn end_group(_: u32) {}
