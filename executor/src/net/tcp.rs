use std::io::{self, IoSlice, Read, Write};
use std::net::{Shutdown, SocketAddr};
use std::panic::Location;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use futures_io::{AsyncRead, AsyncWrite};

use super::address::{ToSocketAddrs, first_of};
use super::forward::{forward_read, forward_write};
use super::halves::{self, OwnedReadHalf, OwnedWriteHalf};
use super::reactor::Reactor;
use super::socket::Socket;
use super::systems::{MOST_SLICES, broken_if_shut_down, end_if_shut_down};
use super::usage::{CONNECT, PEEK, READ, WRITE};
use crate::context;
use crate::journal::SocketKind;

/// A connection: asyncio's pair of `StreamReader` and `StreamWriter`.
///
/// It reads and writes through a shared reference, too: so one task may read while another
/// writes, and nothing needs to be split.
///
/// [`read`](Self::read) and [`write`](Self::write) are its own: they are called even where
/// `AsyncReadExt` and `AsyncWriteExt` are in scope, unless they are called on a `&mut TcpStream`.
/// They differ from those in what is left when they are given up; see the [module](super).
#[derive(Debug)]
pub struct TcpStream(Socket<mio::net::TcpStream>);

impl TcpStream {
    /// Connects to `address`; a name is looked up on the blocking pool. To drop the future gives
    /// both up.
    ///
    /// # Errors
    /// When the name cannot be looked up, or none of its addresses can be connected to.
    ///
    /// # Panics
    /// Outside an event loop.
    #[track_caller]
    pub fn connect<A: ToSocketAddrs>(address: A) -> impl Future<Output = io::Result<Self>> {
        let reactor = context::expect("executor::net::TcpStream::connect").reactor.clone();
        let (target, site) = (address.to_target(), Location::caller());
        let connect = move |address| Self::connect_to(reactor.clone(), address, site);
        async move { first_of(target.addresses(site).await?, connect).await }
    }

    pub(super) fn new(reactor: Arc<Reactor>, stream: mio::net::TcpStream) -> io::Result<Self> {
        Socket::new(reactor, stream, SocketKind::Stream, mio::net::TcpStream::local_addr).map(Self)
    }

    async fn connect_to(
        reactor: Arc<Reactor>,
        address: SocketAddr,
        site: &'static Location<'static>,
    ) -> io::Result<Self> {
        let stream = Self::new(reactor, mio::net::TcpStream::connect(address)?)?;
        // A socket is writable when its connection stands, or cannot be made.
        let connected = |stream: &mio::net::TcpStream| match stream.take_error()? {
            Some(error) => Err(error),
            None => match stream.peer_addr() {
                Err(error) if error.kind() == io::ErrorKind::NotConnected => {
                    Err(io::ErrorKind::WouldBlock.into())
                }
                peer => peer,
            },
        };
        stream.0.perform(CONNECT.at(site), connected).await?;
        Ok(stream)
    }

    /// Takes a socket of `std`'s into the loop on this thread; it is made non-blocking.
    ///
    /// # Errors
    /// What the system reports.
    ///
    /// # Panics
    /// Outside an event loop.
    #[track_caller]
    pub fn from_std(stream: std::net::TcpStream) -> io::Result<Self> {
        let reactor = context::expect("executor::net::TcpStream::from_std").reactor.clone();
        stream.set_nonblocking(true)?;
        Self::new(reactor, mio::net::TcpStream::from_std(stream))
    }

    /// Takes it out of its loop, as a socket of `std`'s, which blocks.
    ///
    /// # Errors
    /// What the system reports.
    pub fn into_std(self) -> io::Result<std::net::TcpStream> {
        let stream = std::net::TcpStream::from(self.0.into_source());
        stream.set_nonblocking(false)?;
        Ok(stream)
    }

    /// Reads what has come, as much of it as `buffer` has room for, and returns how many bytes
    /// these are; 0 is the end. It waits until there is something. To drop the future loses
    /// nothing that has come.
    ///
    /// # Errors
    /// What the system reports.
    ///
    /// ```
    /// # use std::time::Duration;
    /// use executor::net::{TcpListener, TcpStream};
    ///
    /// executor::run(async {
    ///     let listener = TcpListener::bind("127.0.0.1:0").await?;
    ///     let client = TcpStream::connect(listener.local_addr()?).await?;
    ///     let (server, _) = listener.accept().await?;
    ///     let mut buffer = [0; 64];
    ///     let nothing = timer::timeout(Duration::from_millis(1), server.read(&mut buffer)).await;
    ///     assert!(nothing.is_err());
    ///     client.write(b"toast").await?;
    ///     assert_eq!(server.read(&mut buffer).await?, 5);
    ///     Ok::<(), std::io::Error>(())
    /// })?;
    /// # Ok::<(), std::io::Error>(())
    /// ```
    #[track_caller]
    pub fn read<'a>(
        &'a self,
        buffer: &'a mut [u8],
    ) -> impl Future<Output = io::Result<usize>> + Unpin {
        let mut wait = self.0.wait(READ.here());
        std::future::poll_fn(move |cx| {
            wait.poll_bytes(cx, buffer.len(), |mut stream| end_if_shut_down(stream.read(buffer)))
        })
    }

    /// Writes as much of `bytes` as there is room for, and returns how many these are. It waits
    /// until there is room. If the future is dropped before its end, nothing was written.
    ///
    /// # Errors
    /// What the system reports.
    #[track_caller]
    pub fn write<'a>(&'a self, bytes: &'a [u8]) -> impl Future<Output = io::Result<usize>> + Unpin {
        let mut wait = self.0.wait(WRITE.here());
        std::future::poll_fn(move |cx| {
            wait.poll_bytes(cx, bytes.len(), |mut stream| broken_if_shut_down(stream.write(bytes)))
        })
    }

    /// Reads without taking what it reads.
    ///
    /// # Errors
    /// What the system reports.
    #[track_caller]
    pub fn peek(&self, buffer: &mut [u8]) -> impl Future<Output = io::Result<usize>> {
        self.0.perform(PEEK.here(), |stream| end_if_shut_down(stream.peek(buffer)))
    }

    /// Ends one way of the connection, or both. Whoever waits to read is told of the end, and who
    /// waits to write of a [`BrokenPipe`](io::ErrorKind::BrokenPipe).
    ///
    /// # Errors
    /// What the system reports.
    pub fn shutdown(&self, how: Shutdown) -> io::Result<()> {
        self.0.source().shutdown(how)?;
        self.0.end(how);
        Ok(())
    }

    /// Parts it into two, for a task that reads and one that writes. (For two tasks that may borrow,
    /// `&TcpStream` is enough.)
    pub fn into_split(self) -> (OwnedReadHalf, OwnedWriteHalf) {
        halves::of(self)
    }

    /// Sends small pieces at once instead of waiting for more to send with them.
    ///
    /// # Errors
    /// What the system reports.
    pub fn set_nodelay(&self, nodelay: bool) -> io::Result<()> {
        self.0.source().set_nodelay(nodelay)
    }

    /// The address of this end.
    ///
    /// # Errors
    /// What the system reports.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.0.source().local_addr()
    }

    /// The address of the other end.
    ///
    /// # Errors
    /// What the system reports.
    pub fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.0.source().peer_addr()
    }
}

impl AsyncRead for &TcpStream {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        self.0
            .poll_bytes(&READ, cx, buffer.len(), |mut stream| end_if_shut_down(stream.read(buffer)))
    }
}

impl AsyncWrite for &TcpStream {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.0.poll_bytes(&WRITE, cx, bytes.len(), |mut stream| {
            broken_if_shut_down(stream.write(bytes))
        })
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        // The system takes so many slices and no more: to have written a part says nothing.
        let bytes = &bytes[..bytes.len().min(MOST_SLICES)];
        self.0.poll(&WRITE, cx, |mut stream| broken_if_shut_down(stream.write_vectored(bytes)))
    }

    /// A socket keeps nothing back.
    fn poll_flush(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    /// Says that no more will be written; the other way stays open. Where the connection is no
    /// more, by a reset or because both ways had ended, there is nothing left to say.
    fn poll_close(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(match self.shutdown(Shutdown::Write) {
            Err(error) if error.kind() == io::ErrorKind::NotConnected => Ok(()),
            closed => closed,
        })
    }
}

forward_read!([AsyncRead for TcpStream] stream => &*stream);
forward_write!([AsyncWrite for TcpStream] stream => &*stream);
