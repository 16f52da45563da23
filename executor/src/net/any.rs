use std::future;
use std::io::{self, IoSlice, Read, Write};
use std::os::fd::{AsFd, AsRawFd, RawFd};
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_io::{AsyncRead, AsyncWrite};
use mio::unix::SourceFd;
use mio::{Interest, Registry, Token, event};
use rustix::event::{PollFd, PollFlags, Timespec};

use super::socket::Socket;
use super::usage::{READ, Usage, WRITE};
use crate::context;
use crate::journal::SocketKind;

/// Anything with a descriptor that the system's poller can watch: a Unix socket, a pipe, a terminal,
/// the socket of a C library. async-io has it by this name; tokio calls it `AsyncFd`, and asyncio has
/// `loop.add_reader` and `add_writer`.
///
/// What is in it is made non-blocking. Of what `std` reads and writes through a shared reference, as
/// it does a `UnixStream`, it is an `AsyncRead` and an `AsyncWrite`; of everything else it says when
/// an operation can be tried. A [`TcpStream`](super::TcpStream) is the same for one kind of socket,
/// with its functions by name. It is there on Unix alone.
///
/// ```
/// use std::os::unix::net::UnixStream;
///
/// use executor::net::Async;
/// use futures::{AsyncReadExt, AsyncWriteExt};
///
/// executor::run(async {
///     let (kitchen, table) = UnixStream::pair()?;
///     let (mut kitchen, mut table) = (Async::new(kitchen)?, Async::new(table)?);
///     let cook = executor::spawn(async move { kitchen.write_all(b"soup").await });
///     let mut order = String::new();
///     table.read_to_string(&mut order).await?; // up to the end: the kitchen's end is dropped
///     assert_eq!(order, "soup");
///     cook.await.unwrap()
/// })?;
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
pub struct Async<T: AsFd>(Socket<Source<T>>);

/// What the poller watches. Its descriptor is asked for once, by `new`: `as_fd` may be the user's code,
/// and the reactor's lock is held when it registers.
#[derive(Debug)]
struct Source<T>(T, RawFd);

impl<T: AsFd> Async<T> {
    /// Takes it into the loop on this thread, and makes it non-blocking.
    ///
    /// # Errors
    /// What the system reports: for a regular file that it cannot be watched.
    ///
    /// # Panics
    /// Outside an event loop.
    #[track_caller]
    pub fn new(io: T) -> io::Result<Self> {
        let reactor = context::expect("executor::net::Async::new").reactor.clone();
        rustix::io::ioctl_fionbio(io.as_fd(), true)?;
        let no_address = |_: &Source<T>| Err(io::ErrorKind::Unsupported.into());
        let fd = io.as_fd().as_raw_fd();
        Socket::new(reactor, Source(io, fd), SocketKind::Other, no_address).map(Self)
    }

    /// What is in it. To read from it or write to it, past the loop, may say "would block".
    pub fn get_ref(&self) -> &T {
        &self.0.source().0
    }

    /// Takes it out of its loop. It is still non-blocking.
    pub fn into_inner(self) -> T {
        self.0.into_source().0
    }

    /// Waits until it can be read. Somebody else may read before.
    ///
    /// # Errors
    /// What the system reports.
    #[track_caller]
    pub fn readable(&self) -> impl Future<Output = io::Result<()>> {
        self.read_with(|io| is_ready(io, PollFlags::IN))
    }

    /// Waits until it can be written to. Somebody else may write before.
    ///
    /// # Errors
    /// What the system reports.
    #[track_caller]
    pub fn writable(&self) -> impl Future<Output = io::Result<()>> {
        self.write_with(|io| is_ready(io, PollFlags::OUT))
    }

    /// Does `operation` as soon as it can be read. The operation has to say
    /// [`WouldBlock`](io::ErrorKind::WouldBlock) when there is nothing to read: only then it is called
    /// again, when there is.
    ///
    /// # Errors
    /// Those of the operation.
    ///
    /// ```
    /// use executor::net::Async;
    ///
    /// executor::run(async {
    ///     let (a, b) = std::os::unix::net::UnixDatagram::pair()?;
    ///     let (a, b) = (Async::new(a)?, Async::new(b)?);
    ///     a.write_with(|socket| socket.send(b"soup")).await?;
    ///     let mut buffer = [0; 16];
    ///     assert_eq!(b.read_with(|socket| socket.recv(&mut buffer)).await?, 4);
    ///     Ok::<(), std::io::Error>(())
    /// })?;
    /// # Ok::<(), std::io::Error>(())
    /// ```
    #[track_caller]
    pub fn read_with<R>(
        &self,
        mut operation: impl FnMut(&T) -> io::Result<R>,
    ) -> impl Future<Output = io::Result<R>> {
        let mut wait = self.0.wait(Usage::to_read().here());
        future::poll_fn(move |cx| wait.poll(cx, |source| operation(&source.0)))
    }

    /// Does `operation` as soon as it can be written to; see [`read_with`](Self::read_with).
    ///
    /// # Errors
    /// Those of the operation.
    #[track_caller]
    pub fn write_with<R>(
        &self,
        mut operation: impl FnMut(&T) -> io::Result<R>,
    ) -> impl Future<Output = io::Result<R>> {
        let mut wait = self.0.wait(Usage::to_write().here());
        future::poll_fn(move |cx| wait.poll(cx, |source| operation(&source.0)))
    }

    /// [`read_with`](Self::read_with) for those who write a future or a trait by hand. Its waker stays
    /// when it is given up; see [the module](super#giving-up).
    pub fn poll_read_with<R>(
        &self,
        cx: &mut Context<'_>,
        mut operation: impl FnMut(&T) -> io::Result<R>,
    ) -> Poll<io::Result<R>> {
        self.0.poll(&Usage::to_read(), cx, |source| operation(&source.0))
    }

    /// [`write_with`](Self::write_with), as [`poll_read_with`](Self::poll_read_with) is `read_with`.
    pub fn poll_write_with<R>(
        &self,
        cx: &mut Context<'_>,
        mut operation: impl FnMut(&T) -> io::Result<R>,
    ) -> Poll<io::Result<R>> {
        self.0.poll(&Usage::to_write(), cx, |source| operation(&source.0))
    }
}

/// Whether the system says that it is ready now; until then the operation "would block".
fn is_ready(io: &impl AsFd, flags: PollFlags) -> io::Result<()> {
    let (mut asked, at_once) = ([PollFd::new(io, flags)], Timespec::default());
    match rustix::event::poll(&mut asked, Some(&at_once))? {
        0 => Err(io::ErrorKind::WouldBlock.into()),
        _ => Ok(()),
    }
}

impl<T: AsFd> event::Source for Source<T> {
    fn register(
        &mut self,
        registry: &Registry,
        token: Token,
        interests: Interest,
    ) -> io::Result<()> {
        SourceFd(&self.1).register(registry, token, interests)
    }

    fn reregister(
        &mut self,
        registry: &Registry,
        token: Token,
        interests: Interest,
    ) -> io::Result<()> {
        SourceFd(&self.1).reregister(registry, token, interests)
    }

    fn deregister(&mut self, registry: &Registry) -> io::Result<()> {
        SourceFd(&self.1).deregister(registry)
    }
}

impl<T: AsFd> AsyncRead for &Async<T>
where
    for<'a> &'a T: Read,
{
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        self.0.poll(&READ, cx, |source| (&source.0).read(buffer))
    }
}

impl<T: AsFd> AsyncWrite for &Async<T>
where
    for<'a> &'a T: Write,
{
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.0.poll(&WRITE, cx, |source| (&source.0).write(bytes))
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.0.poll(&WRITE, cx, |source| (&source.0).write_vectored(bytes))
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.0.poll(&Usage::to_write(), cx, |source| (&source.0).flush())
    }

    /// What else "close" means for a kind of descriptor only its own functions know: so nothing but
    /// to write out what is kept back. To drop it closes it.
    fn poll_close(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.poll_flush(cx)
    }
}

impl<T: AsFd> AsyncRead for Async<T>
where
    for<'a> &'a T: Read,
{
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut &*self).poll_read(cx, buffer)
    }
}

impl<T: AsFd> AsyncWrite for Async<T>
where
    for<'a> &'a T: Write,
{
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut &*self).poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut &*self).poll_write_vectored(cx, bytes)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut &*self).poll_flush(cx)
    }

    fn poll_close(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut &*self).poll_close(cx)
    }
}
