//! Files for other programs, written line by line while a program is played.

pub(crate) mod chrome;
pub(crate) mod journal;
pub(crate) mod page;

use std::fs;
use std::io::{ErrorKind, LineWriter, Write};
use std::process;

use crate::output;

/// The file behind `--chrome`, `--journal` or `--page`: one of that name, or stdout, if the name is `-`.
pub(crate) struct File {
    name: String,
    to: Box<dyn Write>,
}

impl File {
    /// Makes the file anew. If that cannot be done, this says so and ends the program.
    pub(crate) fn create(name: &str) -> Self {
        let to: Box<dyn Write> = if name == "-" {
            Box::new(output::take_stdout())
        } else {
            match fs::File::create(name) {
                Ok(file) => Box::new(LineWriter::new(file)),
                Err(error) => refuse(name, &error),
            }
        };
        Self { name: name.to_owned(), to }
    }

    /// What it is called; stdout has no name.
    pub(crate) fn name(&self) -> Option<String> {
        (self.name != "-").then(|| self.name.clone())
    }

    /// Writes a line: at once, so that it is there even if the program hangs later on.
    pub(crate) fn line(&mut self, line: &str) {
        if let Err(error) = writeln!(self.to, "{line}").and_then(|()| self.to.flush()) {
            refuse(&self.name, &error);
        }
    }
}

fn refuse(name: &str, error: &std::io::Error) -> ! {
    // A reader such as `head` has seen enough.
    if name == "-" && error.kind() == ErrorKind::BrokenPipe {
        process::exit(0);
    }
    let name = if name == "-" { "stdout" } else { name };
    anstream::eprintln!(
        "error: {name} could not be written ({error}): name a file in a directory that is there \
         and may be written to, or `-` for stdout"
    );
    process::exit(1);
}
