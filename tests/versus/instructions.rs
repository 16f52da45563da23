//! How many instructions one operation takes, as valgrind's callgrind counts them: the same each
//! time, and so something that can be compared with what it was before.

use std::env;
use std::io;
use std::process::Command;

use crate::runtimes;

/// A row, and the instructions of each runtime that has it.
#[derive(Debug)]
pub struct Counts {
    pub row: &'static str,
    pub of: Vec<(&'static str, f64)>,
}

const ROWS: &[&str] = &["yield", "spawn and join", "arm and cancel"];
const SIZE: u64 = 20_000;
/// These rows do a tenth more than is asked for, to warm up.
const WARM: f64 = 1.1;

/// Counts for all runtimes, but for io_uring, which valgrind does not know.
///
/// # Errors
/// When there is no valgrind.
pub fn count() -> io::Result<Vec<Counts>> {
    let mut all = Vec::new();
    for &row in ROWS {
        let mut of = Vec::new();
        for runtime in runtimes::ALL.iter().filter(|runtime| runtime.name != "monoio uring") {
            if !runtime.has(row) {
                continue;
            }
            // The difference leaves out the start and the end of the process.
            let short = instructions(runtime.name, row, SIZE)?;
            let long = instructions(runtime.name, row, 3 * SIZE)?;
            of.push((runtime.name, (long - short) / (2 * SIZE) as f64 / WARM));
        }
        all.push(Counts { row, of });
    }
    Ok(all)
}

fn instructions(runtime: &str, row: &str, size: u64) -> io::Result<f64> {
    let mut valgrind = Command::new("valgrind");
    valgrind.args(["--tool=callgrind", "--callgrind-out-file=/dev/null"]).arg(env::current_exe()?);
    let output = valgrind.args(["measure", runtime, row, &size.to_string()]).output();
    let output = output.map_err(|error| {
        io::Error::new(error.kind(), format!("valgrind cannot be run, install it: {error}"))
    })?;
    let said = String::from_utf8_lossy(&output.stderr);
    let count = said.lines().find_map(|line| line.split_once("Collected : "));
    count.and_then(|(_, count)| count.trim().parse().ok()).ok_or_else(|| {
        io::Error::other(format!("valgrind has counted nothing for {runtime} in {row:?}: {said}"))
    })
}
