//! Reads and writes of what blocks, as jobs of the pool: one at a time.

use std::fmt;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use real_tokio::io::{AsyncRead, AsyncSeek, AsyncWrite, ReadBuf};

use crate::task::{JoinHandle, spawn_blocking};

/// How much a job reads or writes at most, unless told otherwise: tokio's figure.
const MOST: usize = 2 * 1024 * 1024;

/// What a job brings back.
enum Done {
    Read(io::Result<Vec<u8>>),
    Wrote(io::Result<()>),
    Sought(io::Result<u64>),
}

/// Something that blocks, read and written through a shared reference.
pub(crate) struct Blocking<T> {
    inner: Arc<T>,
    job: Option<JoinHandle<Done>>,
    /// What was read, and is not taken yet.
    read: Vec<u8>,
    /// What the last write has come to, if that was an error.
    failed: Option<io::Error>,
    sought: Option<io::Result<u64>>,
    pub(crate) most: usize,
}

impl<T> Blocking<T> {
    pub(crate) fn new(inner: T) -> Self {
        Self {
            inner: Arc::new(inner),
            job: None,
            read: Vec::new(),
            failed: None,
            sought: None,
            most: MOST,
        }
    }

    pub(crate) fn inner(&self) -> &Arc<T> {
        &self.inner
    }

    pub(crate) fn into_inner(self) -> Arc<T> {
        self.inner
    }

    pub(crate) fn is_idle(&self) -> bool {
        self.job.is_none() && Arc::strong_count(&self.inner) == 1
    }

    /// What was read ahead, and is not wanted any more.
    pub(crate) fn take_read(&mut self) -> usize {
        std::mem::take(&mut self.read).len()
    }

    /// Waits for the job that runs, and keeps what it brings.
    pub(crate) fn poll_idle(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let Some(job) = &mut self.job else { return Poll::Ready(Ok(())) };
        let done = ready!(Pin::new(job).poll(cx));
        self.job = None;
        match done.map_err(|_| io::Error::other("background task failed"))? {
            Done::Read(read) => self.read = read?,
            Done::Wrote(wrote) => self.failed = wrote.err(),
            Done::Sought(sought) => self.sought = Some(sought),
        }
        Poll::Ready(Ok(()))
    }
}

impl<T: Send + Sync + 'static> AsyncRead for Blocking<T>
where
    for<'a> &'a T: Read,
{
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let mut asked = false;
        loop {
            ready!(self.poll_idle(cx))?;
            if !self.read.is_empty() || asked || buffer.remaining() == 0 {
                let length = self.read.len().min(buffer.remaining());
                buffer.put_slice(&self.read[..length]);
                self.read.drain(..length);
                return Poll::Ready(Ok(()));
            }
            asked = true;
            let (inner, length) = (self.inner.clone(), buffer.remaining().min(self.most));
            self.job = Some(spawn_blocking(move || {
                let mut bytes = vec![0; length];
                Done::Read((&*inner).read(&mut bytes).map(|length| {
                    bytes.truncate(length);
                    bytes
                }))
            }));
        }
    }
}

impl<T: Send + Sync + 'static> AsyncWrite for Blocking<T>
where
    for<'a> &'a T: Write,
{
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        ready!(self.poll_idle(cx))?;
        if let Some(error) = self.failed.take() {
            return Poll::Ready(Err(error));
        }
        let (inner, length) = (self.inner.clone(), bytes.len().min(self.most));
        let bytes = bytes[..length].to_owned();
        self.job = Some(spawn_blocking(move || Done::Wrote((&*inner).write_all(&bytes))));
        Poll::Ready(Ok(length))
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_idle(cx))?;
        match self.failed.take() {
            Some(error) => Poll::Ready(Err(error)),
            None => Poll::Ready((&*self.inner).flush()),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.poll_flush(cx)
    }
}

impl<T: Send + Sync + 'static> AsyncSeek for Blocking<T>
where
    for<'a> &'a T: Seek,
{
    fn start_seek(mut self: Pin<&mut Self>, to: SeekFrom) -> io::Result<()> {
        if self.job.is_some() {
            let text = "other file operation is pending, call poll_complete before start_seek";
            return Err(io::Error::other(text));
        }
        let to = match to {
            SeekFrom::Current(by) => SeekFrom::Current(by - self.read.len().cast_signed() as i64),
            to => to,
        };
        self.read.clear();
        let inner = self.inner.clone();
        self.job = Some(spawn_blocking(move || Done::Sought((&*inner).seek(to))));
        Ok(())
    }

    fn poll_complete(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<u64>> {
        ready!(self.poll_idle(cx))?;
        Poll::Ready(self.sought.take().unwrap_or(Ok(0)))
    }
}

impl<T: fmt::Debug> fmt::Debug for Blocking<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(f)
    }
}
