//! `AsyncFd`: our `Async`, of a file that has the same descriptor twice, because ours asks for what
//! lends its descriptor (`AsFd`), and tokio's for what merely tells its number.

use std::fs::File;
use std::io;
use std::os::fd::AsRawFd;
use std::sync::{Mutex, MutexGuard};
use std::task::{Context, Poll, ready};

use filedescriptor::FileDescriptor;
use real_tokio::io::{Interest, Ready};

use super::async_fd_guard::{AsyncFdReadyGuard, AsyncFdReadyMutGuard, wanted};
use super::async_fd_traits::{AsyncFdRegisterError, Number};
use crate::net::watched::{Watched, ready_now};

pub struct AsyncFd<T: AsRawFd> {
    pub(super) inner: T,
    pub(super) watched: Watched<File>,
    known: Mutex<Known>,
}

/// tokio remembers what is ready until the program clears it; ours asks the system.
struct Known {
    ready: Ready,
    /// What was cleared: the next look says "would block", so that our loop waits for the system to
    /// tell of it anew.
    cleared: Ready,
}

impl<T: AsRawFd> AsyncFd<T> {
    #[track_caller]
    pub fn new(inner: T) -> io::Result<Self> {
        Self::with_interest(inner, Interest::READABLE | Interest::WRITABLE)
    }

    #[track_caller]
    pub fn with_interest(inner: T, interest: Interest) -> io::Result<Self> {
        Self::try_with_interest(inner, interest).map_err(io::Error::from)
    }

    #[track_caller]
    pub fn try_new(inner: T) -> Result<Self, AsyncFdRegisterError<T>> {
        Self::try_with_interest(inner, Interest::READABLE | Interest::WRITABLE)
    }

    #[track_caller]
    pub fn try_with_interest(
        inner: T,
        _interest: Interest,
    ) -> Result<Self, AsyncFdRegisterError<T>> {
        let _panics_without_one = crate::runtime::Handle::current();
        let twice = FileDescriptor::dup(&Number(inner.as_raw_fd()));
        let file = twice.and_then(|twice| twice.as_file()).map_err(io::Error::other);
        match file.and_then(Watched::new) {
            Ok(watched) => Ok(Self {
                inner,
                watched,
                known: Mutex::new(Known { ready: Ready::EMPTY, cleared: Ready::EMPTY }),
            }),
            Err(error) => Err(AsyncFdRegisterError(inner, error)),
        }
    }

    /// `unsafe` in tokio, which does not keep the descriptor from being closed: ours is its own.
    #[track_caller]
    pub fn register(inner: T) -> Result<Self, AsyncFdRegisterError<T>> {
        Self::try_new(inner)
    }

    #[track_caller]
    pub fn register_with_interest(
        inner: T,
        interest: Interest,
    ) -> Result<Self, AsyncFdRegisterError<T>> {
        Self::try_with_interest(inner, interest)
    }

    pub fn get_ref(&self) -> &T {
        &self.inner
    }

    pub fn get_mut(&mut self) -> &mut T {
        &mut self.inner
    }

    pub fn into_inner(self) -> T {
        self.inner
    }

    pub(super) fn clear(&self, ready: Ready) {
        let mut known = lock(&self.known);
        known.ready = known.ready - ready;
        known.cleared |= ready;
    }

    fn look(&self, interest: Interest) -> io::Result<Ready> {
        let mut known = lock(&self.known);
        let wanted = wanted(interest);
        if (known.ready & wanted).is_empty() {
            let is_cleared = !(known.cleared & wanted).is_empty();
            known.cleared = known.cleared - wanted;
            if is_cleared {
                return Err(io::ErrorKind::WouldBlock.into());
            }
            known.ready |= ready_now(self.watched.get(), interest);
        }
        let ready = known.ready & wanted;
        if ready.is_empty() { Err(io::ErrorKind::WouldBlock.into()) } else { Ok(ready) }
    }

    fn poll_ready(&self, interest: Interest, cx: &mut Context<'_>) -> Poll<io::Result<Ready>> {
        if interest.is_writable() && !interest.is_readable() {
            self.watched.0.poll_write_with(cx, |_| self.look(interest))
        } else {
            self.watched.0.poll_read_with(cx, |_| self.look(interest))
        }
    }

    async fn wait(&self, interest: Interest) -> io::Result<Ready> {
        let mut read = std::pin::pin!(self.watched.0.read_with(|_| self.look(interest)));
        let mut write = std::pin::pin!(self.watched.0.write_with(|_| self.look(interest)));
        std::future::poll_fn(|cx| {
            if (interest.is_readable() || !interest.is_writable())
                && let Poll::Ready(ready) = read.as_mut().poll(cx)
            {
                return Poll::Ready(ready);
            }
            if interest.is_writable() { write.as_mut().poll(cx) } else { Poll::Pending }
        })
        .await
    }

    pub async fn ready(&self, interest: Interest) -> io::Result<AsyncFdReadyGuard<'_, T>> {
        Ok(AsyncFdReadyGuard { fd: self, ready: self.wait(interest).await? })
    }

    pub async fn ready_mut(
        &mut self,
        interest: Interest,
    ) -> io::Result<AsyncFdReadyMutGuard<'_, T>> {
        let ready = self.wait(interest).await?;
        Ok(AsyncFdReadyMutGuard { fd: self, ready })
    }

    pub async fn readable(&self) -> io::Result<AsyncFdReadyGuard<'_, T>> {
        self.ready(Interest::READABLE).await
    }

    pub async fn readable_mut(&mut self) -> io::Result<AsyncFdReadyMutGuard<'_, T>> {
        self.ready_mut(Interest::READABLE).await
    }

    pub async fn writable(&self) -> io::Result<AsyncFdReadyGuard<'_, T>> {
        self.ready(Interest::WRITABLE).await
    }

    pub async fn writable_mut(&mut self) -> io::Result<AsyncFdReadyMutGuard<'_, T>> {
        self.ready_mut(Interest::WRITABLE).await
    }

    pub fn poll_read_ready<'a>(
        &'a self,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<AsyncFdReadyGuard<'a, T>>> {
        let ready = ready!(self.poll_ready(Interest::READABLE, cx))?;
        Poll::Ready(Ok(AsyncFdReadyGuard { fd: self, ready }))
    }

    pub fn poll_read_ready_mut<'a>(
        &'a mut self,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<AsyncFdReadyMutGuard<'a, T>>> {
        let ready = ready!(self.poll_ready(Interest::READABLE, cx))?;
        Poll::Ready(Ok(AsyncFdReadyMutGuard { fd: self, ready }))
    }

    pub fn poll_write_ready<'a>(
        &'a self,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<AsyncFdReadyGuard<'a, T>>> {
        let ready = ready!(self.poll_ready(Interest::WRITABLE, cx))?;
        Poll::Ready(Ok(AsyncFdReadyGuard { fd: self, ready }))
    }

    pub async fn async_io<R>(
        &self,
        interest: Interest,
        mut operation: impl FnMut(&T) -> io::Result<R>,
    ) -> io::Result<R> {
        self.watched.async_io(interest, || operation(&self.inner)).await
    }

    pub async fn async_io_mut<R>(
        &mut self,
        interest: Interest,
        mut operation: impl FnMut(&mut T) -> io::Result<R>,
    ) -> io::Result<R> {
        let inner = &mut self.inner;
        self.watched.async_io(interest, || operation(inner)).await
    }

    pub fn try_io<R>(
        &self,
        interest: Interest,
        operation: impl FnOnce(&T) -> io::Result<R>,
    ) -> io::Result<R> {
        let ready = self.look(interest)?;
        self.after(ready, operation(&self.inner))
    }

    pub fn try_io_mut<R>(
        &mut self,
        interest: Interest,
        operation: impl FnOnce(&mut T) -> io::Result<R>,
    ) -> io::Result<R> {
        let ready = self.look(interest)?;
        let result = operation(&mut self.inner);
        self.after(ready, result)
    }

    fn after<R>(&self, ready: Ready, result: io::Result<R>) -> io::Result<R> {
        if matches!(&result, Err(error) if error.kind() == io::ErrorKind::WouldBlock) {
            self.clear(ready);
        }
        result
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}
