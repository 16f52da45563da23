//! What the jobs need: a server, a database, and a directory for their files.

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::{env, io, process};

use super::database::Orders;
use super::job::{Job, Kind};
use super::network::Server;

/// How many jobs there are of a kind.
const JOBS: usize = 10;

pub(super) struct Setup {
    server: Server,
    // The database is closed before its directory is removed.
    orders: Arc<Orders>,
    directory: Directory,
}

impl Setup {
    /// Makes it all. When that cannot be done, this says so and ends the program.
    pub(super) fn new() -> Self {
        Self::try_new().unwrap_or_else(|error| {
            anstream::eprintln!(
                "error: there is nothing to measure with: {error}\n\n\
                 The lesson needs a port on this machine, and room for 50 MB next to the\n\
                 program. `CARGO_TARGET_DIR` says where Cargo puts the program."
            );
            process::exit(1);
        })
    }

    fn try_new() -> io::Result<Self> {
        let server = Server::start()?;
        let directory = Directory::new()?;
        let orders = Arc::new(Orders::open(&directory.path.join("orders.redb"))?);
        Ok(Self { server, orders, directory })
    }

    /// Ten jobs of this kind.
    pub(super) fn jobs(&self, kind: Kind) -> Vec<Job> {
        let job = |number| match kind {
            Kind::Network => Job::Network(self.server.address),
            Kind::Database => Job::Database(self.orders.clone()),
            Kind::Files => Job::Files(self.directory.path.join(format!("file-{number}"))),
            Kind::HeavyWork => Job::HeavyWork,
        };
        (0..JOBS).map(job).collect()
    }
}

/// A directory that is removed in the end, or by the next run if this one is killed.
///
/// It lies next to the program, since that is on a disk: `/tmp` often is not, and then nobody
/// would have to wait.
struct Directory {
    path: PathBuf,
    /// One run at a time has it. Two would measure each other.
    _lock: File,
}

impl Directory {
    fn new() -> io::Result<Self> {
        let path = env::current_exe()?.with_file_name("io-or-cpu");
        let lock = lock(&path.with_extension("lock")).map_err(|error| at(&path, &error))?;
        match fs::remove_dir_all(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(at(&path, &error)),
            _ => Ok(()),
        }?;
        fs::create_dir(&path).map_err(|error| at(&path, &error))?;
        Ok(Self { path, _lock: lock })
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_dir_all(&self.path) {
            anstream::eprintln!("error: {} could not be removed: {error}", self.path.display());
        }
    }
}

fn lock(path: &Path) -> io::Result<File> {
    let file = File::create(path)?;
    match file.try_lock() {
        Err(TryLockError::WouldBlock) => {
            anstream::eprintln!("Another run of this lesson is not over yet: waiting for its end");
            file.lock()?;
        }
        Err(TryLockError::Error(error)) => return Err(error),
        Ok(()) => {}
    }
    Ok(file)
}

fn at(path: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{}: {error}", path.display()))
}
