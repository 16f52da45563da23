//! Runs each case of a program in a process of its own, with a limit.

use std::io::{self, Read};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process_group};

use crate::compile::Program;

/// How long a case may take. Those that take longest, on an idle machine, take five seconds.
const LIMIT: Duration = Duration::from_secs(12);

/// How long one may take that is expected to pass, the second time: the machine may be busy.
const PATIENCE: Duration = Duration::from_secs(60);

/// What a case's process writes when it needs a clock that can be paused: see the shim's `time`.
const PAUSE: &str = "peers: this case pauses the clock";

/// What is said of a case that has not ended.
const NO_END: &str = "no end within the limit";

/// How many cases run at a time.
const AT_A_TIME: usize = 4;

/// How a case ended.
#[derive(Clone, PartialEq)]
pub enum Outcome {
    Passed,
    /// It is not for this system.
    Ignored,
    /// With the end of what it has written.
    Failed(String),
}

/// Runs all cases whose name starts with `filter`, and returns `file::name` with the outcome.
/// `passes` says which of them are expected to pass.
pub fn run(
    programs: &[Program],
    folder: &Path,
    filter: &str,
    passes: &(dyn Fn(&str) -> bool + Sync),
) -> io::Result<Vec<(String, Outcome)>> {
    let mut cases = Vec::new();
    for program in programs {
        let listed = Command::new(&program.path).args(["--list", "--format=terse"]).output()?;
        for line in String::from_utf8_lossy(&listed.stdout).lines() {
            let Some(name) = line.strip_suffix(": test") else { continue };
            let full = format!("{}::{name}", program.name);
            if full.starts_with(filter) {
                cases.push((&program.path, name.to_owned(), full));
            }
        }
    }
    let (todo, done) = (Mutex::new(cases.into_iter()), Mutex::new(Vec::new()));
    thread::scope(|scope| {
        for _ in 0..AT_A_TIME {
            scope.spawn(|| {
                loop {
                    let next = todo.lock().ok().and_then(|mut todo| todo.next());
                    let Some((path, name, full)) = next else { return };
                    let outcome = outcome_of(path, &name, folder, passes(&full));
                    let outcome =
                        outcome.unwrap_or_else(|error| Outcome::Failed(error.to_string()));
                    if let Ok(mut done) = done.lock() {
                        done.push((full, outcome));
                    }
                }
            });
        }
    });
    let mut done = done.into_inner().unwrap_or_default();
    done.sort_by(|(one, _), (other, _)| one.cmp(other));
    Ok(done)
}

/// A case that fails is given a second chance: many of these tests measure time.
fn outcome_of(path: &Path, name: &str, folder: &Path, passes: bool) -> io::Result<Outcome> {
    let (mut clock, mut limit) = ("real", LIMIT);
    let mut outcome = run_once(path, name, folder, clock, limit)?;
    if let Outcome::Failed(text) = &outcome
        && (passes || text != NO_END)
    {
        if text.contains(PAUSE) {
            clock = "simulated";
        }
        if passes {
            limit = PATIENCE;
        }
        outcome = run_once(path, name, folder, clock, limit)?;
    }
    Ok(outcome)
}

fn run_once(
    path: &Path,
    name: &str,
    folder: &Path,
    clock: &str,
    limit: Duration,
) -> io::Result<Outcome> {
    let mut child = Command::new(path)
        .args(["--exact", name, "--test-threads=1"])
        .current_dir(folder)
        .env("PEERS_CLOCK", clock)
        .env("RUST_BACKTRACE", "0")
        .stdin(Stdio::null())
        .process_group(0)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let (out, err) = (drain(child.stdout.take()), drain(child.stderr.take()));
    let started = Instant::now();
    let status = loop {
        match child.try_wait()? {
            Some(status) => break Some(status),
            None if started.elapsed() > limit => {
                break None;
            }
            None => thread::sleep(Duration::from_millis(3)),
        }
    };
    // What a case has started goes with it: it would keep the pipes open.
    if let Some(group) = Pid::from_raw(child.id().cast_signed()) {
        let _is_there_one = kill_process_group(group, Signal::KILL);
    }
    child.wait()?;
    let Some(status) = status else { return Ok(Outcome::Failed(NO_END.into())) };
    let text = [out.join(), err.join()].map(Result::unwrap_or_default).concat();
    Ok(match status.success() {
        true if text.contains("1 ignored") => Outcome::Ignored,
        true => Outcome::Passed,
        false => Outcome::Failed(text),
    })
}

fn drain(pipe: Option<impl Read + Send + 'static>) -> thread::JoinHandle<String> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(mut pipe) = pipe {
            let _what_came = pipe.read_to_end(&mut bytes);
        }
        String::from_utf8_lossy(&bytes).into_owned()
    })
}
