//! Worker processes: this program once more, started with a job and asked for its answer.

use std::env;
use std::ffi::OsString;
use std::io;
use std::process::{Command, ExitCode};

use super::job::{Answer, Job};

/// Has a job done by a process of its own, and waits for its end.
pub(super) fn hand_over(job: &Job) -> Answer {
    let mut worker = Command::new(env::current_exe()?);
    let output = worker.arg("--worker").args(job.to_arguments()).output()?;
    if !output.status.success() {
        return Err(io::Error::other(String::from_utf8_lossy(&output.stderr).trim_end()));
    }
    // The answer of a process comes as text, or as bytes: it shares no memory with this one.
    String::from_utf8_lossy(&output.stdout).trim_end().parse().map_err(io::Error::other)
}

/// What the worker does: the job that its arguments name.
pub(crate) fn work(arguments: &[OsString]) -> ExitCode {
    let answer = match arguments {
        [kind, place] => Job::from_arguments(kind, place).and_then(|job| job.block()),
        _ => Err(io::Error::other("a job has a kind and a place")),
    };
    match answer {
        Ok(answer) => {
            println!("{answer}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
