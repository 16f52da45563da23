//! Where the programs of a sandbox lie while they are built and run; nothing stays there.
//!
//! Each sandbox has a folder, and keeps a file in it locked. The system lets go of the lock when the
//! process is gone, however it went: so a folder whose lock is free is one that was left behind.

use std::fs::{self, DirBuilder, File};
use std::io;
use std::path::{Path, PathBuf};

use super::super::rustc::remove;

/// The folder of one sandbox; it goes when this is dropped.
pub(super) struct Folder {
    path: PathBuf,
    secrets: PathBuf,
    lock: Option<File>,
}

/// The file that is locked, in each of the folders and in that of all of them.
const LOCK: &str = "lock";

impl Folder {
    /// Makes one among `all`, and removes those that were left behind.
    pub(super) fn make(all: &Path, name: &str) -> io::Result<Self> {
        fs::create_dir_all(all)?;
        // Otherwise another sandbox could find the folder before it is locked.
        let guard = File::create(all.join(LOCK))?;
        guard.lock()?;
        clear(all);
        let path = all.join(name);
        builder().create(&path)?;
        let lock = File::create(path.join(LOCK))?;
        lock.lock()?;
        let secrets = secrets(&path, name)?;
        Ok(Self { path, secrets, lock: Some(lock) })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// A folder into which nobody else can look.
    pub(super) fn secrets(&self) -> &Path {
        &self.secrets
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // Windows removes no folder with a file that is open.
        drop(self.lock.take());
        // What cannot be removed now is for the next sandbox.
        let _ = remove(&self.path);
        let _ = remove(&self.secrets);
    }
}

fn clear(all: &Path) {
    for folder in fs::read_dir(all).into_iter().flatten().flatten().map(|entry| entry.path()) {
        if !folder.is_dir() {
            continue;
        }
        // One without a lock was left before it had one.
        let is_in_use = File::open(folder.join(LOCK)).is_ok_and(|lock| lock.try_lock().is_err());
        if !is_in_use {
            let _ = fs::remove_dir_all(folder);
        }
    }
}

/// Nobody else is to look into it.
#[cfg(unix)]
fn builder() -> DirBuilder {
    use std::os::unix::fs::DirBuilderExt;
    let mut builder = DirBuilder::new();
    builder.mode(0o700);
    builder
}

#[cfg(unix)]
fn secrets(folder: &Path, _name: &str) -> io::Result<PathBuf> {
    Ok(folder.to_owned())
}

/// A folder is open to whom the folder above it is open to.
#[cfg(windows)]
fn builder() -> DirBuilder {
    DirBuilder::new()
}

/// The system keeps temporary files in the user's own folder, which is open to that user alone. The
/// programs lie elsewhere, as many a machine runs none from there.
#[cfg(windows)]
fn secrets(_folder: &Path, name: &str) -> io::Result<PathBuf> {
    let path = std::env::temp_dir().join(format!("short-order-{name}"));
    fs::create_dir_all(&path)?;
    Ok(path)
}
