//! Programs of one's own: `try FILE.rs` plays one as a lesson is played, `sandbox` has an editor for
//! them, `exercise` has some with a hole to fill.

mod compile;
mod crates;
mod ended;
pub(crate) mod exercises;
mod imports;
mod jobs;
mod neighbours;
mod rustc;
pub(crate) mod sandbox;
mod shown;
mod source;
pub(crate) mod supervisor;
mod watch;

use std::env;
use std::ffi::OsString;
use std::fs::OpenOptions;
use std::io::{self, ErrorKind, IsTerminal, PipeReader, PipeWriter, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use compile::compile;
use crates::Crates;
use jobs::Jobs;
use source::Source;

/// What is written if no file is named, and where.
const FIRST: &str = include_str!("kitchen.rs");
const FIRST_NAME: &str = "kitchen.rs";

/// Why there is no program.
enum Failure {
    /// This has to be said.
    Said(String),
    /// The compiler says why.
    Compiler(String),
    /// It is not wanted any more.
    Stopped,
}

/// Plays the program in the file, or in the first one, with these options.
pub(crate) fn play(file: Option<&Path>, options: &[OsString]) -> ExitCode {
    match source(file).and_then(|source| build(&source)) {
        Ok(program) => become_program(Command::new(&program).args(options)),
        Err(failure) => failure.tell(),
    }
}

/// [`play`], again each time the file is saved, until the end is asked for.
pub(crate) fn watch(file: Option<&Path>, options: &[OsString]) -> ExitCode {
    match source(file) {
        Ok(source) => watch::watch(&source.path, options),
        Err(failure) => failure.tell(),
    }
}

/// Starts gdb on the program in the file, up to its first poll.
pub(crate) fn debug(file: &Path, options: &[OsString]) -> ExitCode {
    match Source::read(file).map_err(|error| unreadable(file, &error)).and_then(|it| build(&it)) {
        Ok(program) => crate::debug::debug_program(&program, options),
        Err(failure) => failure.tell(),
    }
}

fn build(source: &Source) -> Result<PathBuf, Failure> {
    let jobs = Jobs::new();
    let program = compile(source, &Crates::build(&jobs)?, &jobs)?;
    say(program.warnings.trim_end());
    Ok(program.path)
}

/// The text of the file. If none is named it is that of the first program, which is written if it
/// is not there yet.
fn source(file: Option<&Path>) -> Result<Source, Failure> {
    let path = file.unwrap_or(Path::new(FIRST_NAME));
    if file.is_none() {
        write_first(path)?;
    }
    Source::read(path).map_err(|error| unreadable(path, &error))
}

fn write_first(path: &Path) -> Result<(), Failure> {
    let made = OpenOptions::new().write(true).create_new(true).open(path);
    match made.and_then(|mut file| file.write_all(FIRST.as_bytes())) {
        Ok(()) => {
            let path = path.display();
            say(&format!("{path} is written for you to change; `try {path}` plays it again."));
            Ok(())
        }
        // It is somebody's work by now.
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(Failure::Said(format!(
            "{} could not be written: {error}. Call this in a folder of yours, or name a file",
            path.display()
        ))),
    }
}

fn unreadable(path: &Path, error: &io::Error) -> Failure {
    let path = path.display();
    Failure::Said(match error.kind() {
        ErrorKind::NotFound => format!(
            "there is no file {path}: name one that is there, or none, and {FIRST_NAME} is written \
             for you"
        ),
        ErrorKind::InvalidData => format!("{path} is no text, so it is no program"),
        _ => format!("{path} could not be read: {error}"),
    })
}

impl Failure {
    /// Says it, for a process that ends with it.
    fn tell(self) -> ExitCode {
        match self {
            Self::Said(text) => {
                let text = stage::output::hanging(&text, "error: ", "  ");
                anstream::eprintln!("{text}");
            }
            Self::Compiler(errors) => say(errors.trim_end()),
            Self::Stopped => {}
        }
        ExitCode::FAILURE
    }
}

/// What is said about a program, but not by it.
fn say(text: &str) {
    if !text.is_empty() {
        anstream::eprintln!("{text}");
    }
}

/// What to tell cargo and rustc of colours.
fn color() -> &'static str {
    let wanted =
        io::stderr().is_terminal() && env::var_os("NO_COLOR").is_none_or(|it| it.is_empty());
    if wanted { "always" } else { "never" }
}

fn pipe() -> Result<(PipeReader, PipeWriter), Failure> {
    io::pipe().map_err(|error| Failure::Said(format!("no pipe could be made: {error}")))
}

/// What the program reads, writes and returns is its own: it takes the place of this process.
#[cfg(unix)]
fn become_program(program: &mut Command) -> ExitCode {
    let error = std::os::unix::process::CommandExt::exec(program);
    jobs::not_started(program.get_program(), &error).tell()
}

/// No program takes another one's place here: this one waits for it. Ctrl+C is for it alone; and if
/// this one is ended, so is that.
#[cfg(windows)]
fn become_program(program: &mut Command) -> ExitCode {
    // Without it Ctrl+C ends both.
    let _ = stage::terminal::when_told_to_end(|_| {});
    // Without it that one goes on.
    let job = supervisor::Job::enter(0);
    let status = program.status();
    // What it has started may stay, as it may elsewhere.
    let _ = job.as_ref().map(supervisor::Job::let_go);
    match status {
        Ok(status) => std::process::exit(status.code().unwrap_or(1)),
        Err(error) => jobs::not_started(program.get_program(), &error).tell(),
    }
}
