//! `File`.

use std::fs::{self, FileTimes, Metadata, Permissions};
use std::future::poll_fn;
use std::io::{self, IoSlice, Seek, SeekFrom};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, RawFd};
use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::SystemTime;

use real_tokio::io::{AsyncRead, AsyncSeek, AsyncWrite, ReadBuf};

use super::{Blocking, OpenOptions, job};

pub struct File(Blocking<fs::File>);

impl File {
    pub async fn open(path: impl AsRef<Path>) -> io::Result<Self> {
        Self::options().read(true).open(path).await
    }

    pub async fn create(path: impl AsRef<Path>) -> io::Result<Self> {
        Self::options().write(true).create(true).truncate(true).open(path).await
    }

    pub async fn create_new(path: impl AsRef<Path>) -> io::Result<Self> {
        Self::options().read(true).write(true).create_new(true).open(path).await
    }

    pub fn options() -> OpenOptions {
        OpenOptions::new()
    }

    pub fn from_std(file: fs::File) -> Self {
        Self(Blocking::new(file))
    }

    pub async fn into_std(mut self) -> fs::File {
        let _kept = poll_fn(|cx| self.0.poll_idle(cx)).await;
        Arc::try_unwrap(self.0.into_inner()).expect("no job has it")
    }

    pub fn try_into_std(self) -> Result<fs::File, Self> {
        if !self.0.is_idle() {
            return Err(self);
        }
        Ok(Arc::try_unwrap(self.0.into_inner()).expect("no job has it"))
    }

    /// Runs it on the pool, after what was begun.
    async fn do_it<T: Send + 'static>(
        &self,
        operation: impl FnOnce(&fs::File) -> io::Result<T> + Send + 'static,
    ) -> io::Result<T> {
        let file = self.0.inner().clone();
        job(move || operation(&file)).await
    }

    pub async fn sync_all(&self) -> io::Result<()> {
        self.do_it(fs::File::sync_all).await
    }

    pub async fn sync_data(&self) -> io::Result<()> {
        self.do_it(fs::File::sync_data).await
    }

    /// Counts from where the program has read to, not from where a job has read ahead to.
    pub async fn set_len(&mut self, size: u64) -> io::Result<()> {
        poll_fn(|cx| self.0.poll_idle(cx)).await?;
        let ahead = self.0.take_read();
        self.do_it(move |mut file| {
            if ahead > 0 {
                file.seek(SeekFrom::Current(-(ahead.cast_signed() as i64)))?;
            }
            file.set_len(size)
        })
        .await
    }

    pub async fn metadata(&self) -> io::Result<Metadata> {
        self.do_it(fs::File::metadata).await
    }

    pub async fn try_clone(&self) -> io::Result<Self> {
        let mut clone = self.do_it(fs::File::try_clone).await.map(Self::from_std)?;
        clone.0.most = self.0.most;
        Ok(clone)
    }

    pub async fn set_permissions(&self, permissions: Permissions) -> io::Result<()> {
        self.do_it(|file| file.set_permissions(permissions)).await
    }

    pub async fn set_times(&self, times: FileTimes) -> io::Result<()> {
        self.do_it(move |file| file.set_times(times)).await
    }

    pub async fn set_modified(&self, time: SystemTime) -> io::Result<()> {
        self.do_it(move |file| file.set_modified(time)).await
    }

    pub fn set_max_buf_size(&mut self, size: usize) {
        assert!(size > 0, "`max_buf_size` must be greater than 0");
        self.0.most = size;
    }

    pub fn max_buf_size(&self) -> usize {
        self.0.most
    }
}

impl AsyncRead for File {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_read(cx, buffer)
    }
}

impl AsyncWrite for File {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let bytes: Vec<u8> = slices.iter().flat_map(|slice| slice.iter().copied()).collect();
        Pin::new(&mut self.0).poll_write(cx, &bytes)
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.poll_flush(cx)
    }
}

impl AsyncSeek for File {
    fn start_seek(mut self: Pin<&mut Self>, to: SeekFrom) -> io::Result<()> {
        Pin::new(&mut self.0).start_seek(to)
    }

    fn poll_complete(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<u64>> {
        Pin::new(&mut self.0).poll_complete(cx)
    }
}

impl std::fmt::Debug for File {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("tokio::fs::File").field("std", self.0.inner()).finish()
    }
}

impl From<fs::File> for File {
    fn from(file: fs::File) -> Self {
        Self::from_std(file)
    }
}

impl AsFd for File {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.inner().as_fd()
    }
}

impl AsRawFd for File {
    fn as_raw_fd(&self) -> RawFd {
        self.0.inner().as_raw_fd()
    }
}
