//! Files: written, waited for until they are on the disk, and read again.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;

const SIZE: usize = 4 << 20;

/// Writes a file and reads it; says how many bytes there were.
///
/// There is no coroutine of this kind. A socket says `WouldBlock` when it has nothing yet, and
/// epoll tells when to try again. A regular file never says so: it counts as always ready, and a
/// call returns when the disk has done its part. (epoll does not even take such files, and says
/// EPERM.) So somebody's thread has to wait.
///
/// # Errors
/// What the system reports.
pub(super) fn write_and_read(path: &Path) -> io::Result<u64> {
    let written = vec![b'.'; SIZE];
    let mut file = File::create(path)?;
    file.write_all(&written)?;
    file.sync_all()?;
    let read = fs::read(path)?;
    fs::remove_file(path)?;
    if read != written {
        return Err(io::Error::other("what was read is not what was written"));
    }
    Ok(read.len() as u64)
}
