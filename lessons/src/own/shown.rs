//! A process of which the output is shown by us, as long as it is not too much.

use std::io::Read;
use std::process::{Command, ExitStatus};
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use stage::terminal;

use super::jobs::Jobs;
use super::watch::colours;
use super::{Failure, pipe};

/// A program that writes more than this is stopped.
const MOST: usize = 1 << 20;
/// So much is read at once, at the most.
const PIECE: usize = 1 << 14;

/// How it has ended.
pub(super) enum Ended {
    /// By itself.
    With(ExitStatus),
    /// It was stopped, for it wrote more than a megabyte.
    TooMuch,
}

/// Runs it; what it writes goes to `show`, piece by piece.
pub(super) fn run(
    jobs: &Jobs,
    mut command: Command,
    mut show: impl FnMut(&[u8]) + Send,
) -> Result<Ended, Failure> {
    let (mut output, to_us) = pipe()?;
    let again = to_us.try_clone().map_err(|error| Failure::Said(error.to_string()))?;
    command.stdout(to_us).stderr(again);
    command.env(terminal::COLUMNS_OF_READER, terminal::columns().to_string());
    if colours() {
        // It does not write to a terminal itself, but what it writes gets there.
        command.env("CLICOLOR_FORCE", "1");
    }
    let is_too_much = AtomicBool::new(false);
    let ended = jobs.run(command, || {
        let (mut written, mut piece) = (0, vec![0; PIECE]);
        while let Ok(length @ 1..) = output.read(&mut piece) {
            show(&piece[..length]);
            written += length;
            if written > MOST {
                is_too_much.store(true, Relaxed);
                jobs.stop();
                break;
            }
        }
    });
    if is_too_much.into_inner() { Ok(Ended::TooMuch) } else { ended.map(Ended::With) }
}
