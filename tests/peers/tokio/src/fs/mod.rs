//! `tokio::fs`: `std`'s functions as jobs of the pool. (Without tokio's names a user takes `async-fs`.)

mod blocking;
mod dir;
mod file;
mod open_options;

pub use std::fs::{FileTimes, FileType, Metadata, Permissions};
use std::io;
use std::path::{Path, PathBuf};

pub(crate) use blocking::Blocking;
pub use dir::{DirBuilder, DirEntry, ReadDir, read_dir};
pub use file::File;
pub use open_options::OpenOptions;

/// Runs it on the pool.
#[track_caller]
pub(crate) fn job<T: Send + 'static>(
    job: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> impl Future<Output = io::Result<T>> {
    let job = crate::task::spawn_blocking(job);
    async move { job.await.map_err(|_| io::Error::other("background task failed"))? }
}

macro_rules! functions {
    ($($name:ident($($argument:ident),*) -> $output:ty;)*) => {
        $(pub async fn $name($($argument: impl AsRef<Path>),*) -> io::Result<$output> {
            $(let $argument = $argument.as_ref().to_owned();)*
            job(move || std::fs::$name($($argument),*)).await
        })*
    };
}

functions! {
    canonicalize(path) -> PathBuf;
    copy(from, to) -> u64;
    create_dir(path) -> ();
    create_dir_all(path) -> ();
    hard_link(from, to) -> ();
    metadata(path) -> Metadata;
    read(path) -> Vec<u8>;
    read_link(path) -> PathBuf;
    read_to_string(path) -> String;
    remove_dir(path) -> ();
    remove_dir_all(path) -> ();
    remove_file(path) -> ();
    rename(from, to) -> ();
    symlink_metadata(path) -> Metadata;
}

pub async fn try_exists(path: impl AsRef<Path>) -> io::Result<bool> {
    let path = path.as_ref().to_owned();
    job(move || path.try_exists()).await
}

pub async fn symlink(from: impl AsRef<Path>, to: impl AsRef<Path>) -> io::Result<()> {
    let (from, to) = (from.as_ref().to_owned(), to.as_ref().to_owned());
    job(move || std::os::unix::fs::symlink(from, to)).await
}

pub async fn set_permissions(path: impl AsRef<Path>, permissions: Permissions) -> io::Result<()> {
    let path = path.as_ref().to_owned();
    job(move || std::fs::set_permissions(path, permissions)).await
}

pub async fn write(path: impl AsRef<Path>, contents: impl AsRef<[u8]>) -> io::Result<()> {
    let (path, contents) = (path.as_ref().to_owned(), contents.as_ref().to_owned());
    job(move || std::fs::write(path, contents)).await
}
