//! `AsyncFd`: our `Async`, of a file that has the same descriptor twice, because ours asks for what
//! lends its descriptor (`AsFd`), and tokio's for what merely tells its number.

use std::fmt;
use std::fs::File;
use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, RawFd};
use std::sync::Mutex;
use std::task::{Context, Poll, ready};

use filedescriptor::FileDescriptor;
use real_tokio::io::{Interest, Ready};

use crate::net::watched::{Watched, ready_now};

pub struct AsyncFd<T: AsRawFd> {
    inner: T,
    watched: Watched<File>,
    /// What the program has found out to be not so: the next look says "would block" once, so that
    /// our loop waits for the system to tell of it anew.
    cleared: Mutex<Ready>,
}

pub struct AsyncFdReadyGuard<'a, T: AsRawFd> {
    fd: &'a AsyncFd<T>,
    ready: Ready,
}

pub struct AsyncFdReadyMutGuard<'a, T: AsRawFd> {
    fd: &'a mut AsyncFd<T>,
    ready: Ready,
}

#[derive(Debug)]
pub struct TryIoError(());

pub struct AsyncFdRegisterError<T>(T, io::Error);

impl<T> AsyncFdRegisterError<T> {
    pub fn into_parts(self) -> (T, io::Error) {
        (self.0, self.1)
    }
}

impl<T> fmt::Debug for AsyncFdRegisterError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.1.fmt(f)
    }
}

impl<T> fmt::Display for AsyncFdRegisterError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.1.fmt(f)
    }
}

impl<T> std::error::Error for AsyncFdRegisterError<T> {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.1)
    }
}

impl<T> From<AsyncFdRegisterError<T>> for io::Error {
    fn from(error: AsyncFdRegisterError<T>) -> Self {
        error.1
    }
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
    pub fn try_with_interest(inner: T, _interest: Interest) -> Result<Self, AsyncFdRegisterError<T>> {
        let _panics_without_one = crate::runtime::Handle::current();
        let twice = FileDescriptor::dup(&Number(inner.as_raw_fd()));
        let file = twice.and_then(|twice| twice.as_file()).map_err(io::Error::other);
        match file.and_then(Watched::new) {
            Ok(watched) => Ok(Self { inner, watched, cleared: Mutex::new(Ready::EMPTY) }),
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

    fn clear(&self, ready: Ready) {
        if let Ok(mut cleared) = self.cleared.lock() {
            *cleared |= ready;
        }
    }

    /// What is ready of this, and was not cleared since the system has told of it.
    fn look(&self, interest: Interest) -> io::Result<Ready> {
        let mut cleared = self.cleared.lock().map_err(|_| io::ErrorKind::Other)?;
        let ready = ready_now(self.watched.get(), interest);
        let left = ready - *cleared;
        *cleared = *cleared - ready;
        if left.is_empty() { Err(io::ErrorKind::WouldBlock.into()) } else { Ok(left) }
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
            if interest.is_readable() || interest.is_priority() {
                if let Poll::Ready(ready) = read.as_mut().poll(cx) {
                    return Poll::Ready(ready);
                }
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
        self.watched.try_io(interest, || operation(&self.inner))
    }
}

macro_rules! guard {
    ($guard:ident) => {
        impl<T: AsRawFd> $guard<'_, T> {
            pub fn clear_ready(&mut self) {
                self.fd.clear(self.ready);
                self.ready = Ready::EMPTY;
            }

            pub fn clear_ready_matching(&mut self, ready: Ready) {
                self.fd.clear(ready);
                self.ready = self.ready - ready;
            }

            pub fn retain_ready(&mut self) {}

            pub fn ready(&self) -> Ready {
                self.ready
            }

            pub fn get_inner(&self) -> &T {
                &self.fd.inner
            }

            fn after<R>(&mut self, result: io::Result<R>) -> Result<io::Result<R>, TryIoError> {
                match result {
                    Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                        self.clear_ready();
                        Err(TryIoError(()))
                    }
                    result => Ok(result),
                }
            }
        }
    };
}

guard!(AsyncFdReadyGuard);
guard!(AsyncFdReadyMutGuard);

impl<'a, T: AsRawFd> AsyncFdReadyGuard<'a, T> {
    pub fn get_ref(&self) -> &'a AsyncFd<T> {
        self.fd
    }

    pub fn try_io<R>(
        &mut self,
        operation: impl FnOnce(&'a AsyncFd<T>) -> io::Result<R>,
    ) -> Result<io::Result<R>, TryIoError> {
        let result = operation(self.fd);
        self.after(result)
    }
}

impl<T: AsRawFd> AsyncFdReadyMutGuard<'_, T> {
    pub fn try_io<R>(
        &mut self,
        operation: impl FnOnce(&mut AsyncFd<T>) -> io::Result<R>,
    ) -> Result<io::Result<R>, TryIoError> {
        let result = operation(self.fd);
        self.after(result)
    }

    pub fn get_inner_mut(&mut self) -> &mut T {
        &mut self.fd.inner
    }
}

/// A descriptor's number, for who asks for something that tells one.
struct Number(RawFd);

impl AsRawFd for Number {
    fn as_raw_fd(&self) -> RawFd {
        self.0
    }
}

impl<T: AsRawFd> AsRawFd for AsyncFd<T> {
    fn as_raw_fd(&self) -> RawFd {
        self.inner.as_raw_fd()
    }
}

impl<T: AsRawFd> AsFd for AsyncFd<T> {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.watched.get().as_fd()
    }
}

impl<T: fmt::Debug + AsRawFd> fmt::Debug for AsyncFd<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AsyncFd").field("inner", &self.inner).finish()
    }
}

impl<T: AsRawFd> fmt::Debug for AsyncFdReadyGuard<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReadyGuard").field("ready", &self.ready).finish_non_exhaustive()
    }
}
