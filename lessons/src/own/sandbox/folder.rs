//! Where the programs of a sandbox lie while they are built and run; nothing stays there.
//!
//! Each sandbox has a folder, and keeps a file in it locked. The system lets go of the lock when the
//! process is gone, however it went: so a folder whose lock is free is one that was left behind.

use std::fs::{self, DirBuilder, File};
use std::io;
use std::path::{Path, PathBuf};

/// The folder of one sandbox; it goes when this is dropped.
pub(super) struct Folder {
    path: PathBuf,
    _lock: File,
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
        Ok(Self { path, _lock: lock })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What cannot be removed now is for the next sandbox.
        let _ = fs::remove_dir_all(&self.path);
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

#[cfg(not(unix))]
fn builder() -> DirBuilder {
    DirBuilder::new()
}
