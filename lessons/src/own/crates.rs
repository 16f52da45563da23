//! What a program of one's own is compiled against: the crates that cargo has built for it.

use std::env;
use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

use super::jobs::{Jobs, not_started};
use super::{Failure, pipe};

/// The crates that the program may name. Cargo knows them as the dependencies of `lessons/try`.
const NAMES: [&str; 6] = ["executor", "timer", "stage", "futures", "async_channel", "async_lock"];

/// The crates, and the compiler that has compiled them: no other can read them.
pub(super) struct Crates {
    pub(super) rustc: PathBuf,
    /// Where they lie, and what they need themselves.
    pub(super) folder: PathBuf,
    /// The file of each, by its name.
    pub(super) files: Vec<(&'static str, PathBuf)>,
    /// Where libraries of the system lie that they need, as the compiler wants it.
    pub(super) libraries: Vec<String>,
    pub(super) is_optimised: bool,
    /// Where the programs go.
    pub(super) programs: PathBuf,
}

impl Crates {
    /// Has cargo build what is not built yet, or has changed.
    pub(super) fn build(jobs: &Jobs) -> Result<Self, Failure> {
        let workspace = workspace()?;
        let (target, profile) = target(&workspace);
        let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut build = jobs.command(cargo, None);
        build.args(["build", "--package", "try-crates", "--message-format"]);
        build.arg("json-render-diagnostics").arg("--color").arg(super::color());
        build.arg("--profile").arg(if profile == "debug" { "dev" } else { &profile });
        build.arg("--target-dir").arg(&target).current_dir(&workspace);
        // The programs run here, whatever else is built for another machine.
        build.env_remove("CARGO_BUILD_TARGET").stdin(Stdio::null());
        let (messages, to_us) = pipe()?;
        let (progress, progress_to_us) = pipe()?;
        build.stdout(to_us).stderr(progress_to_us);
        let (mut files, mut libraries) = (Vec::new(), Vec::new());
        let status = jobs.run(build, || {
            std::thread::scope(|scope| {
                scope.spawn(|| relay_progress(progress, jobs));
                for line in BufReader::new(messages).lines().map_while(Result::ok) {
                    let message = serde_json::from_str(&line).unwrap_or_default();
                    files.extend(artifact(&message));
                    libraries.extend(linked_paths(&message));
                }
            });
        })?;
        if !status.success() {
            return Err(Failure::Said(
                "the crates that programs may use could not be built: see above. If they are to be \
                 downloaded first, `cargo fetch` does so"
                    .to_owned(),
            ));
        }
        if let Some(missing) = NAMES.iter().find(|name| files.iter().all(|(it, _)| it != *name)) {
            return Err(Failure::Said(format!("cargo has built no crate {missing}")));
        }
        Ok(Self {
            rustc: rustc(&workspace)?,
            folder: target.join(&profile).join("deps"),
            files,
            libraries,
            is_optimised: profile != "debug",
            programs: target.join("try"),
        })
    }
}

/// Where the programs go.
pub(super) fn programs() -> Result<PathBuf, Failure> {
    Ok(target(&workspace()?).0.join("try"))
}

/// The name and the file of a crate that the message of cargo tells of, if it is one of ours.
fn artifact(message: &Value) -> Option<(&'static str, PathBuf)> {
    if message["reason"] != "compiler-artifact" {
        return None;
    }
    let name = NAMES.into_iter().find(|name| message["target"]["name"] == *name)?;
    let files = message["filenames"].as_array()?.iter().filter_map(Value::as_str);
    let mut files = files.map(PathBuf::from);
    files.find(|file| file.extension() == Some(OsStr::new("rlib"))).map(|file| (name, file))
}

/// Where a crate has the linker look for libraries, according to that message of cargo.
fn linked_paths(message: &Value) -> Vec<String> {
    let paths = message["linked_paths"].as_array().into_iter().flatten();
    paths.filter_map(Value::as_str).map(str::to_owned).collect()
}

/// What cargo tells while it works, but for the word that it has finished: that is to be seen.
fn relay_progress(stderr: impl Read, jobs: &Jobs) {
    for line in BufReader::new(stderr).lines().map_while(Result::ok) {
        if !anstream::adapter::strip_str(&line).to_string().trim_start().starts_with("Finished") {
            jobs.tell(&line);
        }
    }
}

/// The folder of Short Order's sources.
pub(super) fn workspace() -> Result<PathBuf, Failure> {
    let lessons = Path::new(env!("CARGO_MANIFEST_DIR"));
    match lessons.parent() {
        Some(workspace) if lessons.join("try/Cargo.toml").exists() => Ok(workspace.to_owned()),
        _ => Err(Failure::Said(format!(
            "Short Order's sources are no longer in {}, where this program was built: call \
             `cargo run -- try` where they are now",
            lessons.display()
        ))),
    }
}

/// Cargo's target folder and the profile in it: this program lies there, unless it was copied.
fn target(workspace: &Path) -> (PathBuf, String) {
    let program = env::current_exe().unwrap_or_default();
    let folder = program.parent().filter(|folder| folder.join("deps").is_dir());
    let names = folder.and_then(|folder| Some((folder.parent()?, folder.file_name()?.to_str()?)));
    match names {
        Some((target, profile)) => (target.to_owned(), profile.to_owned()),
        None => (workspace.join("target"), "debug".to_owned()),
    }
}

/// The compiler that cargo calls in the workspace. Called by its path: in another folder the name
/// may stand for another version.
fn rustc(workspace: &Path) -> Result<PathBuf, Failure> {
    if let Some(rustc) = env::var_os("RUSTC") {
        return Ok(rustc.into());
    }
    let mut ask = Command::new("rustc");
    ask.args(["--print", "sysroot"]).current_dir(workspace).stderr(Stdio::inherit());
    let answer = ask.output().map_err(|error| not_started("rustc".as_ref(), &error))?;
    let sysroot = String::from_utf8_lossy(&answer.stdout).trim().to_owned();
    let rustc = Path::new(&sysroot).join("bin/rustc").with_extension(env::consts::EXE_EXTENSION);
    Ok(if rustc.is_file() { rustc } else { "rustc".into() })
}
