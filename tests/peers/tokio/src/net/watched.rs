//! What all sockets have in common: our `Async`, and tokio's names for readiness.

use std::io;
use std::os::fd::AsFd;
use std::task::{Context, Poll};

use executor::net::Async;
use real_tokio::io::{Interest, Ready};
use rustix::event::{PollFd, PollFlags, Timespec};

use crate::runtime::Handle;

#[derive(Debug)]
pub(crate) struct Watched<T: AsFd>(pub(crate) Async<T>);

impl<T: AsFd> Watched<T> {
    #[track_caller]
    pub(crate) fn new(io: T) -> io::Result<Self> {
        Handle::current().enter_loop(|| Async::new(io)).map(Self)
    }

    pub(crate) fn get(&self) -> &T {
        self.0.get_ref()
    }

    pub(crate) async fn ready(&self, interest: Interest) -> io::Result<Ready> {
        let mut readable = std::pin::pin!(self.0.readable());
        let mut writable = std::pin::pin!(self.0.writable());
        std::future::poll_fn(|cx| {
            let reads = interest.is_readable() && readable.as_mut().poll(cx)?.is_ready();
            let writes = !reads && interest.is_writable() && writable.as_mut().poll(cx)?.is_ready();
            if reads || writes { Poll::Ready(io::Result::Ok(())) } else { Poll::Pending }
        })
        .await?;
        Ok(ready_now(self.get(), interest))
    }

    pub(crate) fn poll_read_ready(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.0.poll_read_with(cx, |io| if_any(io, PollFlags::IN))
    }

    pub(crate) fn poll_write_ready(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.0.poll_write_with(cx, |io| if_any(io, PollFlags::OUT))
    }

    pub(crate) fn try_io<R>(
        &self,
        interest: Interest,
        operation: impl FnOnce() -> io::Result<R>,
    ) -> io::Result<R> {
        if ready_now(self.get(), interest).is_empty() {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        operation()
    }

    pub(crate) async fn async_io<R>(
        &self,
        interest: Interest,
        mut operation: impl FnMut() -> io::Result<R>,
    ) -> io::Result<R> {
        if interest.is_readable() {
            self.0.read_with(|_| operation()).await
        } else {
            self.0.write_with(|_| operation()).await
        }
    }
}

/// "Would block", unless the system says that it is ready.
pub(crate) fn if_any(io: &impl AsFd, flags: PollFlags) -> io::Result<()> {
    if asked(io, flags).is_empty() { Err(io::ErrorKind::WouldBlock.into()) } else { Ok(()) }
}

fn asked(io: &impl AsFd, flags: PollFlags) -> PollFlags {
    let mut asked = [PollFd::new(io, flags)];
    match rustix::event::poll(&mut asked, Some(&Timespec::default())) {
        Ok(_) => asked[0].revents(),
        Err(_) => PollFlags::empty(),
    }
}

/// What the system says of it now.
pub(crate) fn ready_now(io: &impl AsFd, interest: Interest) -> Ready {
    let (mut flags, mut ready) = (PollFlags::RDHUP, Ready::EMPTY);
    flags.set(PollFlags::IN, interest.is_readable());
    flags.set(PollFlags::OUT, interest.is_writable());
    flags.set(PollFlags::PRI, interest.is_priority());
    let is = asked(io, flags);
    let ended = is.contains(PollFlags::HUP);
    if interest.is_readable() {
        if is.intersects(PollFlags::IN) {
            ready |= Ready::READABLE;
        }
        if ended || is.contains(PollFlags::IN | PollFlags::RDHUP) {
            ready |= Ready::READ_CLOSED;
        }
    }
    if interest.is_writable() {
        if is.intersects(PollFlags::OUT) {
            ready |= Ready::WRITABLE;
        }
        if ended || is.contains(PollFlags::ERR) {
            ready |= Ready::WRITE_CLOSED;
        }
    }
    if interest.is_priority() && is.contains(PollFlags::PRI) {
        ready |= Ready::PRIORITY;
    }
    if is.contains(PollFlags::ERR) {
        ready |= Ready::ERROR;
    }
    ready
}

/// The names that all have.
macro_rules! readiness {
    ($type:ty) => {
        $crate::net::watched::readiness!(both $type);

        impl $type {
            pub async fn async_io<R>(
                &self,
                interest: real_tokio::io::Interest,
                operation: impl FnMut() -> std::io::Result<R>,
            ) -> std::io::Result<R> {
                self.io().async_io(interest, operation).await
            }
        }

        $crate::net::watched::readiness!(read $type);
        $crate::net::watched::readiness!(write $type);
    };
    (both $type:ty) => {
        impl $type {
            pub async fn ready(
                &self,
                interest: real_tokio::io::Interest,
            ) -> std::io::Result<real_tokio::io::Ready> {
                self.io().ready(interest).await
            }

            pub fn try_io<R>(
                &self,
                interest: real_tokio::io::Interest,
                operation: impl FnOnce() -> std::io::Result<R>,
            ) -> std::io::Result<R> {
                self.io().try_io(interest, operation)
            }
        }
    };
    (read $type:ty) => {
        impl $type {
            pub async fn readable(&self) -> std::io::Result<()> {
                self.io().0.readable().await
            }

            pub fn poll_read_ready(
                &self,
                cx: &mut std::task::Context<'_>,
            ) -> std::task::Poll<std::io::Result<()>> {
                self.io().poll_read_ready(cx)
            }

            pub fn poll_recv_ready(
                &self,
                cx: &mut std::task::Context<'_>,
            ) -> std::task::Poll<std::io::Result<()>> {
                self.io().poll_read_ready(cx)
            }
        }
    };
    (write $type:ty) => {
        impl $type {
            pub async fn writable(&self) -> std::io::Result<()> {
                self.io().0.writable().await
            }

            pub fn poll_write_ready(
                &self,
                cx: &mut std::task::Context<'_>,
            ) -> std::task::Poll<std::io::Result<()>> {
                self.io().poll_write_ready(cx)
            }

            pub fn poll_send_ready(
                &self,
                cx: &mut std::task::Context<'_>,
            ) -> std::task::Poll<std::io::Result<()>> {
                self.io().poll_write_ready(cx)
            }
        }
    };
}
pub(crate) use readiness;

/// Reading, and what is tried at once, for what `std` reads through a shared reference.
macro_rules! reads {
    ($type:ty) => {
        impl $type {
            pub fn try_read(&self, buffer: &mut [u8]) -> std::io::Result<usize> {
                std::io::Read::read(&mut self.io().get(), buffer)
            }

            pub fn try_read_vectored(
                &self,
                buffers: &mut [std::io::IoSliceMut<'_>],
            ) -> std::io::Result<usize> {
                std::io::Read::read_vectored(&mut self.io().get(), buffers)
            }

            pub fn try_read_buf<B: bytes::BufMut>(&self, buffer: &mut B) -> std::io::Result<usize> {
                $crate::net::watched::into_buf(buffer, |bytes| self.try_read(bytes))
            }
        }

        impl real_tokio::io::AsyncRead for $type {
            fn poll_read(
                self: std::pin::Pin<&mut Self>,
                cx: &mut std::task::Context<'_>,
                buffer: &mut real_tokio::io::ReadBuf<'_>,
            ) -> std::task::Poll<std::io::Result<()>> {
                let room = buffer.initialize_unfilled();
                let polled = futures_io::AsyncRead::poll_read(
                    std::pin::Pin::new(&mut &self.io().0),
                    cx,
                    room,
                );
                polled.map_ok(|bytes| buffer.advance(bytes))
            }
        }
    };
}
pub(crate) use reads;

/// Writing, for what `std` writes through a shared reference.
macro_rules! writes {
    ($type:ty) => {
        impl $type {
            pub fn try_write(&self, bytes: &[u8]) -> std::io::Result<usize> {
                std::io::Write::write(&mut self.io().get(), bytes)
            }

            pub fn try_write_vectored(
                &self,
                bytes: &[std::io::IoSlice<'_>],
            ) -> std::io::Result<usize> {
                std::io::Write::write_vectored(&mut self.io().get(), bytes)
            }
        }

        impl real_tokio::io::AsyncWrite for $type {
            fn poll_write(
                self: std::pin::Pin<&mut Self>,
                cx: &mut std::task::Context<'_>,
                bytes: &[u8],
            ) -> std::task::Poll<std::io::Result<usize>> {
                futures_io::AsyncWrite::poll_write(std::pin::Pin::new(&mut &self.io().0), cx, bytes)
            }

            fn poll_write_vectored(
                self: std::pin::Pin<&mut Self>,
                cx: &mut std::task::Context<'_>,
                bytes: &[std::io::IoSlice<'_>],
            ) -> std::task::Poll<std::io::Result<usize>> {
                let mut io = &self.io().0;
                let io = std::pin::Pin::new(&mut io);
                futures_io::AsyncWrite::poll_write_vectored(io, cx, bytes)
            }

            fn is_write_vectored(&self) -> bool {
                true
            }

            fn poll_flush(
                self: std::pin::Pin<&mut Self>,
                _cx: &mut std::task::Context<'_>,
            ) -> std::task::Poll<std::io::Result<()>> {
                std::task::Poll::Ready(Ok(()))
            }

            fn poll_shutdown(
                self: std::pin::Pin<&mut Self>,
                _cx: &mut std::task::Context<'_>,
            ) -> std::task::Poll<std::io::Result<()>> {
                std::task::Poll::Ready(self.get_mut().shut_down())
            }
        }
    };
}
pub(crate) use writes;

/// Descriptors, as the runtime's own types lend them.
macro_rules! descriptor {
    ($type:ty) => {
        impl std::os::fd::AsFd for $type {
            fn as_fd(&self) -> std::os::fd::BorrowedFd<'_> {
                std::os::fd::AsFd::as_fd(self.io().get())
            }
        }

        impl std::os::fd::AsRawFd for $type {
            fn as_raw_fd(&self) -> std::os::fd::RawFd {
                std::os::fd::AsRawFd::as_raw_fd(self.io().get())
            }
        }
    };
}
pub(crate) use descriptor;

/// Reads into a buffer of the crate `bytes`, by way of one of ours.
pub(crate) fn into_buf<B: bytes::BufMut, R: Bytes>(
    buffer: &mut B,
    read: impl FnOnce(&mut [u8]) -> io::Result<R>,
) -> io::Result<R> {
    let mut bytes = vec![0; buffer.remaining_mut().min(64 * 1024)];
    let done = read(&mut bytes)?;
    buffer.put_slice(&bytes[..done.count()]);
    Ok(done)
}

/// How much was read.
pub(crate) trait Bytes {
    fn count(&self) -> usize;
}

impl Bytes for usize {
    fn count(&self) -> usize {
        *self
    }
}

impl<A> Bytes for (usize, A) {
    fn count(&self) -> usize {
        self.0
    }
}
