//! What a run does: the program is compiled, played and shown.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::Stdio;
use std::sync::{Mutex, PoisonError};

use super::super::compile::compile;
use super::super::crates::Crates;
use super::super::jobs::Jobs;
use super::super::shown::{self, Ended};
use super::super::source::Source;
use super::super::{Failure, unreadable};
use super::run::Reading;
use super::screen::Screen;

/// Of what the program has written the end is kept, a few screens of it.
const KEPT: usize = 1 << 14;

/// What the last program wrote that could be compiled: it is kept on the screen when the next one
/// cannot.
static LAST: Mutex<Vec<u8>> = Mutex::new(Vec::new());

/// A program in a file, and how it is to be played.
#[derive(Clone)]
pub(super) struct Play {
    pub(super) path: PathBuf,
    pub(super) options: Vec<OsString>,
    pub(super) screen: Screen,
}

impl Play {
    /// Plays it to its end.
    pub(super) fn go(&self, jobs: &Jobs, reading: &Reading) {
        match self.play(jobs, reading) {
            Ok(()) => {}
            Err(Failure::Stopped) => return,
            Err(failure) => {
                // The last picture stays, and below it stands why there is no new one.
                self.screen.clear();
                self.screen.show(&LAST.lock().unwrap_or_else(PoisonError::into_inner));
                self.screen.tell(&failure);
            }
        }
        self.screen.show_keys();
    }

    fn play(&self, jobs: &Jobs, reading: &Reading) -> Result<(), Failure> {
        self.screen.say(&format!("{}: compiling ...", self.path.display()));
        let crates = Crates::build(jobs)?;
        reading.begins();
        let source = Source::read(&self.path).map_err(|error| unreadable(&self.path, &error))?;
        let program = compile(&source, &crates, jobs)?;
        self.screen.clear();
        self.screen.show(program.warnings.as_bytes());
        if source.text.contains("stdin") {
            self.screen.say(
                "--watch has the keyboard: what the program reads from standard input is at its \
                 end. Without --watch the input is the program's.",
            );
        }
        let mut command = jobs.command(&program.path, None);
        command.args(&self.options).stdin(Stdio::null());
        let mut kept = Vec::new();
        self.screen.plays(true);
        let ended = shown::run(jobs, command, |piece| {
            self.screen.show(piece);
            kept.extend_from_slice(piece);
            if kept.len() > 2 * KEPT {
                kept.drain(..kept.len() - KEPT);
            }
        });
        self.screen.plays(false);
        *LAST.lock().unwrap_or_else(PoisonError::into_inner) = kept;
        match ended? {
            Ended::With(status) if status.success() => {}
            Ended::With(status) => {
                self.screen.say(&format!("The program has ended with {status}."));
            }
            Ended::TooMuch => {
                self.screen.show(b"\n");
                self.screen.say(
                    "The program has written more than a megabyte, so it was stopped. Without \
                     --watch it may go on.",
                );
            }
        }
        Ok(())
    }
}
