//! Directories.

use std::collections::VecDeque;
use std::ffi::OsString;
use std::fs::{self, FileType, Metadata};
use std::io;
use std::os::unix::fs::{DirBuilderExt, DirEntryExt};
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use super::job;

#[derive(Debug, Default)]
pub struct DirBuilder {
    recursive: bool,
    mode: Option<u32>,
}

impl DirBuilder {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn recursive(&mut self, recursive: bool) -> &mut Self {
        self.recursive = recursive;
        self
    }

    pub fn mode(&mut self, mode: u32) -> &mut Self {
        self.mode = Some(mode);
        self
    }

    pub async fn create(&self, path: impl AsRef<Path>) -> io::Result<()> {
        let path = path.as_ref().to_owned();
        let mut builder = fs::DirBuilder::new();
        builder.recursive(self.recursive);
        if let Some(mode) = self.mode {
            builder.mode(mode);
        }
        job(move || builder.create(path)).await
    }
}

type Chunk = (VecDeque<io::Result<fs::DirEntry>>, Option<fs::ReadDir>);
type Job = Pin<Box<dyn Future<Output = io::Result<Chunk>> + Send>>;

/// How many entries a job reads: tokio's figure.
const CHUNK: usize = 32;

pub struct ReadDir {
    entries: VecDeque<io::Result<fs::DirEntry>>,
    rest: Option<fs::ReadDir>,
    job: Option<Job>,
}

pub async fn read_dir(path: impl AsRef<Path>) -> io::Result<ReadDir> {
    let path = path.as_ref().to_owned();
    let (entries, rest) = job(move || fs::read_dir(path).map(chunk)).await?;
    Ok(ReadDir { entries, rest, job: None })
}

fn chunk(mut directory: fs::ReadDir) -> Chunk {
    let entries: VecDeque<_> = directory.by_ref().take(CHUNK).collect();
    let is_all = entries.len() < CHUNK;
    (entries, (!is_all).then_some(directory))
}

impl ReadDir {
    pub async fn next_entry(&mut self) -> io::Result<Option<DirEntry>> {
        std::future::poll_fn(|cx| self.poll_next_entry(cx)).await
    }

    pub fn poll_next_entry(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<Option<DirEntry>>> {
        loop {
            if let Some(entry) = self.entries.pop_front() {
                return Poll::Ready(entry.map(|entry| Some(DirEntry(Arc::new(entry)))));
            }
            if let Some(job) = &mut self.job {
                let done = ready!(job.as_mut().poll(cx));
                self.job = None;
                (self.entries, self.rest) = done?;
                continue;
            }
            let Some(rest) = self.rest.take() else { return Poll::Ready(Ok(None)) };
            self.job = Some(Box::pin(job(move || Ok(chunk(rest)))));
        }
    }
}

#[derive(Debug)]
pub struct DirEntry(Arc<fs::DirEntry>);

impl DirEntry {
    pub fn path(&self) -> PathBuf {
        self.0.path()
    }

    pub fn file_name(&self) -> OsString {
        self.0.file_name()
    }

    pub fn ino(&self) -> u64 {
        self.0.ino()
    }

    pub async fn metadata(&self) -> io::Result<Metadata> {
        let entry = self.0.clone();
        job(move || entry.metadata()).await
    }

    pub async fn file_type(&self) -> io::Result<FileType> {
        let entry = self.0.clone();
        job(move || entry.file_type()).await
    }
}
