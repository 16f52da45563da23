//! `ps PID`: who waits for whom in a running program, as asyncio's `python -m asyncio ps` and `pstree`
//! tell it from Python 3.14 on.
//!
//! gdb attaches to the process for a moment. The debugger kit, which is in that process's program,
//! reads its tasks (`executor/debugger/9h_ps.py`); here gdb is started, and what it told is passed on.

use std::ffi::OsString;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{fs, io};

use stage::{debugger, println};

/// The kit ends gdb with 0 if it has told all, with this if it has told what is wrong.
const REFUSED: i32 = 1;
/// gdb is ended with this if there is no kit in the program.
const NO_KIT: i32 = 3;

/// The process that is named on the command line, behind `ps`.
pub(crate) fn process(named: Option<&PathBuf>, options: &[OsString]) -> Result<u32, String> {
    if let [option, ..] = options {
        return Err(format!("ps plays nothing: leave out {}", option.display()));
    }
    let Some(named) = named else {
        return Err("ps looks at a running program: say which, `ps 1234`; `pgrep -a lessons` has \
                    the ids of the lessons that run"
            .to_owned());
    };
    let id = named.to_str().and_then(|id| id.parse().ok()).filter(|&id| id > 0);
    id.ok_or_else(|| format!("ps takes the id of a process, and {} is none", named.display()))
}

/// Prints who waits for whom in the process, and how long it was stopped for that.
pub(crate) fn look_at(process: u32) -> ExitCode {
    let told = program_of(process).and_then(|program| told_by_gdb(process, &program));
    match told {
        Ok(told) => {
            println!("{}", told.trim_end());
            ExitCode::SUCCESS
        }
        Err(problem) => {
            anstream::eprintln!("error: {}", problem.trim_end());
            ExitCode::FAILURE
        }
    }
}

/// The file of the program that the process runs.
fn program_of(process: u32) -> Result<PathBuf, String> {
    // Wine shows Windows' programs the files of the system below, where their processes are none.
    if cfg!(windows) || !Path::new("/proc/self/exe").exists() {
        return Err("ps finds a program in /proc, as Linux has it; here there is none".to_owned());
    }
    let program = fs::read_link(format!("/proc/{process}/exe")).map_err(|error| {
        let is_there = Path::new(&format!("/proc/{process}")).exists();
        match error.kind() {
            ErrorKind::NotFound if is_there => {
                format!("process {process} has no program: it has ended, or is the system's own")
            }
            ErrorKind::NotFound => {
                format!("there is no process {process}: `pgrep -a lessons` has those that run")
            }
            ErrorKind::PermissionDenied => format!(
                "process {process} is another user's, or keeps others out\n\n\
                 `sudo target/debug/lessons ps {process}` may look at it."
            ),
            _ => format!("the program of process {process} cannot be found: {error}"),
        }
    })?;
    match fs::File::open(&program) {
        Ok(_) => Ok(program),
        Err(_) if program.to_string_lossy().ends_with(" (deleted)") => Err(format!(
            "the program of process {process} was built anew, or deleted, since it started\n\n\
             Its debug information went with the old file: start the new one, and look at that."
        )),
        Err(error) => Err(format!("{} cannot be read: {error}", program.display())),
    }
}

/// What the kit told; or what is wrong.
fn told_by_gdb(process: u32, program: &Path) -> Result<String, String> {
    let command =
        format!("python ps({process}) if 'ps' in globals() else gdb.execute('quit {NO_KIT}')");
    let not_started = |error: io::Error| format!("gdb could not be started: {error}");
    let output = debugger::batch(program, &command).map_err(not_started)?;
    let [told, complaints] =
        [output.stdout, output.stderr].map(|text| String::from_utf8_lossy(&text).into_owned());
    match output.status.code() {
        Some(0) if !told.is_empty() => Ok(told),
        Some(REFUSED) => Err(told),
        Some(NO_KIT) => Err(format!(
            "there is no debugger kit in process {process}, so nothing can be told of it\n\n\
             It runs {}.\n\
             The kit is in each program that uses this runtime and has debug information:\n\
             `cargo build` adds it, `CARGO_PROFILE_RELEASE_DEBUG=2 cargo build --release`\n\
             as well. What `strip` was run on has it no more.",
            program.display()
        )),
        _ => Err(format!("gdb ended early ({}), and said:\n\n{complaints}", output.status)),
    }
}
