//! Calls of the compiler for programs of one's own.

use std::ffi::OsString;
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::process::{self, Command, Stdio};
use std::thread;
use std::time::Duration;

use super::crates::Crates;
use super::jobs::Jobs;
use super::{Failure, pipe};

/// So many bytes the compiler may have where it is supervised.
const MEMORY: u64 = 4 << 30;

/// The compiler, with the crates that programs may use.
pub(super) struct Rustc<'a> {
    pub(super) crates: &'a Crates,
    pub(super) jobs: &'a Jobs,
}

impl Rustc<'_> {
    /// A call of the compiler for a file in `folder`, which is shown as if it were in `shown`.
    pub(super) fn command(&self, name: &str, folder: &Path, shown: &Path) -> Command {
        let mut rustc = self.jobs.command(&self.crates.rustc, Some(MEMORY));
        rustc.args(["--edition", "2024", "--crate-name", name, "--color", super::color()]);
        rustc.args(["-C", "debuginfo=2", "-C", "split-debuginfo=off"]);
        if self.crates.is_optimised {
            rustc.args(["-C", "opt-level=3"]);
        }
        let mut depends = OsString::from("dependency=");
        depends.push(&self.crates.folder);
        rustc.arg("-L").arg(depends);
        for folder in &self.crates.libraries {
            rustc.arg("-L").arg(folder);
        }
        for (name, file) in &self.crates.files {
            rustc.arg("--extern").arg(assign(name, file));
        }
        let mut remap = folder.as_os_str().to_owned();
        remap.push("=");
        remap.push(shown);
        rustc.arg("--remap-path-prefix").arg(remap);
        rustc.args(std::env::var("RUSTFLAGS").unwrap_or_default().split_whitespace());
        rustc
    }

    /// Whether the compiler has done it, and what it says.
    pub(super) fn run(&self, mut rustc: Command) -> Result<(bool, String), Failure> {
        let (mut from_it, to_us) = pipe()?;
        rustc.stdin(Stdio::null()).stdout(Stdio::null()).stderr(to_us);
        let mut said = Vec::new();
        let status = self.jobs.run(rustc, || {
            // What has been read so far is there if it fails.
            let _ = from_it.read_to_end(&mut said);
        })?;
        Ok((status.success(), String::from_utf8_lossy(&said).into_owned()))
    }
}

/// Where the compiler works for this process; it goes when this is dropped.
pub(super) struct Workplace(PathBuf);

impl Workplace {
    /// A folder in `home`, from which those are cleared that were left behind.
    pub(super) fn make(home: &Path) -> Result<Self, Failure> {
        clear_leftovers(home);
        let folder = home.join(format!("build-{}", process::id()));
        fs::create_dir_all(&folder).map_err(|error| unwritable(&folder, &error))?;
        Ok(Self(folder))
    }

    pub(super) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Workplace {
    fn drop(&mut self) {
        // What is left is of no use to anybody, and in nobody's way.
        let _ = remove(&self.0);
    }
}

/// Removes a folder. Windows refuses to while a file in it is open, or a program of it runs: those
/// that are about to end, and virus scanners, are waited for.
pub(super) fn remove(folder: &Path) -> io::Result<()> {
    let mut left = if cfg!(windows) { 100 } else { 0 };
    loop {
        match fs::remove_dir_all(folder) {
            Err(error) if left > 0 && error.kind() != io::ErrorKind::NotFound => left -= 1,
            removed => return removed,
        }
        thread::sleep(Duration::from_millis(20));
    }
}

/// Of a compilation that was killed its folder is left.
fn clear_leftovers(home: &Path) {
    let is_old = |folder: &Path| {
        let modified = fs::metadata(folder).and_then(|folder| folder.modified());
        modified.is_ok_and(|at| at.elapsed().is_ok_and(|age| age > Duration::from_secs(3600)))
    };
    for folder in fs::read_dir(home).into_iter().flatten().flatten().map(|entry| entry.path()) {
        if folder.is_dir() && is_old(&folder) {
            let _ = fs::remove_dir_all(folder);
        }
    }
}

/// `name=file`, as the compiler wants it.
pub(super) fn assign(name: &str, file: &Path) -> OsString {
    let mut assigned = OsString::from(name);
    assigned.push("=");
    assigned.push(file);
    assigned
}

pub(super) fn write(path: &Path, text: &str) -> Result<(), Failure> {
    fs::write(path, text).map_err(|error| unwritable(path, &error))
}

pub(super) fn unwritable(path: &Path, error: &io::Error) -> Failure {
    Failure::Said(format!("{} could not be written: {error}", path.display()))
}
