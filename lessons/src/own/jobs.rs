//! The processes that are started for a program of one's own: one at a time, and none is left.

use std::ffi::OsStr;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use super::Failure;

/// Starts processes. Clones are one: what one of them has started, another can end.
#[derive(Clone)]
pub(super) struct Jobs {
    state: Arc<Mutex<State>>,
    place: Place,
    tell: Tell,
}

/// Where a process stands among others.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// In our group, for Ctrl+C to reach it.
    OurGroup,
    /// It leads a group of its own, so that it can be ended with its children.
    #[cfg(unix)]
    OwnGroup,
    /// In a session of its own, below a [supervisor](super::supervisor) that ends it and all that
    /// it has started, also when we are gone.
    Supervised,
}

/// A supervisor that has not ended so long after it was told to is ended itself.
const GRACE: Duration = Duration::from_secs(2);

/// What is done with a line about a program that is not its own.
pub(super) type Tell = Arc<dyn Fn(&str) + Send + Sync>;

#[derive(Default)]
struct State {
    running: Option<Child>,
    /// No more processes since then: those that were asked for are not wanted any longer.
    stopped: Option<Instant>,
}

impl Jobs {
    /// Jobs that end when Ctrl+C ends this process.
    pub(super) fn new() -> Self {
        let tell = Arc::new(|line: &str| anstream::eprintln!("{line}"));
        Self { state: Arc::default(), place: Place::OurGroup, tell }
    }

    /// Jobs that can be [stopped](Self::stop), with their children.
    pub(super) fn in_groups(tell: Tell) -> Self {
        #[cfg(unix)]
        let place = Place::OwnGroup;
        // There is no group that could be ended.
        #[cfg(windows)]
        let place = Place::Supervised;
        Self { state: Arc::default(), place, tell }
    }

    /// The same, each with a supervisor: the children are ended wherever they have gone.
    pub(super) fn supervised(tell: Tell) -> Self {
        Self { state: Arc::default(), place: Place::Supervised, tell }
    }

    /// A call of a program that these jobs can run. A supervised one is to have no more memory than
    /// this many bytes, if a number is given.
    pub(super) fn command(&self, program: impl AsRef<OsStr>, memory: Option<u64>) -> Command {
        if self.place == Place::Supervised
            && let Some(supervisor) = super::supervisor::command(memory)
        {
            let mut command = supervisor;
            command.arg(program);
            return command;
        }
        Command::new(program)
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
        match self.place {
            Place::OurGroup => {}
            #[cfg(unix)]
            Place::OwnGroup => {
                std::os::unix::process::CommandExt::process_group(&mut command, 0);
            }
            // When our end of the pipe is closed, by us or by our end, it ends all.
            Place::Supervised => {
                #[cfg(windows)]
                super::supervisor::alone(&mut command);
                command.stdin(Stdio::piped());
            }
        }
        {
            let mut state = self.lock();
            if state.stopped.is_some() {
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
        state.stopped.get_or_insert_with(Instant::now);
        if let Some(child) = &mut state.running {
            match child.stdin.take() {
                Some(supervised) => drop(supervised),
                None => self.end(child),
            }
        }
    }

    fn wait(&self) -> Result<ExitStatus, Failure> {
        let mut pause = Duration::from_millis(1);
        loop {
            // Not a `wait`, which would keep the lock from whoever wants to end it.
            let mut state = self.lock();
            let stopped = state.stopped;
            let child = state.running.as_mut().expect("it is put there when it is started");
            if stopped.is_some_and(|at| at.elapsed() > GRACE) {
                self.end(child);
            }
            let ended = child.try_wait();
            if !matches!(ended, Ok(None)) {
                // Its children would keep the pipes open.
                self.end_children(child);
                state.running = None;
                let status = ended.map_err(|error| Failure::Said(error.to_string()))?;
                return match status {
                    Some(status) if state.stopped.is_none() => Ok(status),
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
    #[cfg(unix)]
    fn end_children(&self, leader: &Child) {
        if self.place != Place::OurGroup {
            end_group(leader.id());
        }
    }

    /// A supervisor's end is that of its children.
    #[cfg(windows)]
    fn end_children(&self, _supervisor: &Child) {}

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
fn end_group(leader: u32) {
    use rustix::process::{Pid, Signal, kill_process_group};
    let leader = i32::try_from(leader).ok().and_then(Pid::from_raw);
    if let Some(leader) = leader {
        // That it has no members any more is what is wanted.
        let _ = kill_process_group(leader, Signal::KILL);
    }
}
