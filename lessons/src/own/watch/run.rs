//! One run: the program is compiled, played and shown, on a thread of its own.

use std::ffi::OsString;
use std::io::{PipeReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::atomic::{
    AtomicBool,
    Ordering::{Acquire, Relaxed, Release},
};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use stage::terminal;

use super::super::compile::compile;
use super::super::crates::Crates;
use super::super::jobs::Jobs;
use super::super::source::Source;
use super::super::{Failure, pipe, unreadable};
use super::screen::{Screen, colours};

/// A program that writes more than this is stopped.
const MOST: usize = 1 << 20;
/// Of what it has written the end is kept, a few screens of it.
const KEPT: usize = 1 << 14;

/// A run that goes on, or has ended by itself.
pub(super) struct Run {
    jobs: Jobs,
    has_read_it: Arc<AtomicBool>,
    thread: JoinHandle<()>,
}

/// What the last program wrote that could be compiled: it is kept on the screen when the next one
/// cannot.
static LAST: Mutex<Vec<u8>> = Mutex::new(Vec::new());

impl Run {
    pub(super) fn start(path: &Path, options: &[OsString], screen: &Screen) -> Self {
        let of_screen = screen.clone();
        let jobs =
            Jobs::in_groups(Arc::new(move |line| of_screen.show(format!("{line}\n").as_bytes())));
        let run = Running {
            path: path.to_owned(),
            options: options.to_vec(),
            screen: screen.clone(),
            jobs: jobs.clone(),
            has_read_it: Arc::default(),
        };
        let has_read_it = run.has_read_it.clone();
        let thread = thread::spawn(move || run.go());
        Self { jobs, has_read_it, thread }
    }

    /// Whether the file is yet to be read: first come the crates, which do not depend on it.
    pub(super) fn is_yet_to_read_it(&self) -> bool {
        !self.has_read_it.load(Acquire)
    }

    /// Ends it, if it has not ended yet; returns when nothing of it is left.
    pub(super) fn end(self) {
        self.jobs.stop();
        // Had it panicked, that was told by then.
        let _ = self.thread.join();
    }

    /// Ends it, for a program that is about to end itself. Should the terminal take nothing any
    /// more, the thread that waits for it is waited for no longer than that.
    pub(super) fn abandon(self) {
        self.jobs.stop();
        let began = Instant::now();
        while !self.thread.is_finished() && began.elapsed() < Duration::from_secs(1) {
            thread::sleep(Duration::from_millis(5));
        }
    }
}

struct Running {
    path: PathBuf,
    options: Vec<OsString>,
    screen: Screen,
    jobs: Jobs,
    has_read_it: Arc<AtomicBool>,
}

impl Running {
    fn go(&self) {
        match self.play() {
            Ok(status) => self.tell_end(status),
            Err(Failure::Stopped) => return,
            Err(failure) => self.tell_failure(&failure),
        }
        self.screen.show_keys();
    }

    fn play(&self) -> Result<ExitStatus, Failure> {
        self.screen.say(&format!("{}: compiling ...", self.path.display()));
        let crates = Crates::build(&self.jobs)?;
        // From here on a save needs another run.
        self.has_read_it.store(true, Release);
        let source = Source::read(&self.path).map_err(|error| unreadable(&self.path, &error))?;
        let program = compile(&source, &crates, &self.jobs)?;
        self.screen.clear();
        self.screen.show(program.warnings.as_bytes());
        if source.text.contains("stdin") {
            self.screen.say(
                "--watch has the keyboard: what the program reads from standard input is at its \
                 end. Without --watch the input is the program's.",
            );
        }
        let (output, to_us) = pipe()?;
        let mut command = Command::new(&program.path);
        command.args(&self.options).stdin(Stdio::null());
        let again = to_us.try_clone().map_err(|error| Failure::Said(error.to_string()))?;
        command.stdout(to_us).stderr(again);
        command.env(terminal::COLUMNS_OF_READER, terminal::columns().to_string());
        if colours() {
            // It does not write to a terminal itself, but what it writes gets there.
            command.env("CLICOLOR_FORCE", "1");
        }
        let is_too_much = AtomicBool::new(false);
        let ended = self.jobs.run(command, || {
            if self.show(output) > MOST {
                is_too_much.store(true, Relaxed);
                self.jobs.stop();
            }
        });
        if is_too_much.into_inner() {
            self.screen.show(b"\n");
            self.screen.say(
                "The program has written more than a megabyte, so it was stopped. Without --watch \
                 it may go on.",
            );
            self.screen.show_keys();
        }
        ended
    }

    /// Shows what comes, until the end or until it is too much; returns how much it was.
    fn show(&self, mut output: PipeReader) -> usize {
        let (mut kept, mut written) = (Vec::new(), 0);
        let mut piece = [0; KEPT];
        while written <= MOST {
            let Ok(length @ 1..) = output.read(&mut piece) else { break };
            self.screen.show(&piece[..length]);
            written += length;
            kept.extend_from_slice(&piece[..length]);
            if kept.len() > 2 * KEPT {
                kept.drain(..kept.len() - KEPT);
            }
        }
        *LAST.lock().unwrap_or_else(PoisonError::into_inner) = kept;
        written
    }

    fn tell_end(&self, status: ExitStatus) {
        if !status.success() {
            self.screen.say(&format!("The program has ended with {status}."));
        }
    }

    /// The last picture stays, and below it stands why there is no new one.
    fn tell_failure(&self, failure: &Failure) {
        self.screen.clear();
        self.screen.show(&LAST.lock().unwrap_or_else(PoisonError::into_inner));
        match failure {
            Failure::Said(text) => {
                let text = stage::output::hanging(text, "error: ", "  ");
                self.screen.show(format!("{text}\n").as_bytes());
            }
            Failure::Compiler(errors) => self.screen.show(errors.as_bytes()),
            Failure::Stopped => {}
        }
    }
}
