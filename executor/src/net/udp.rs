use std::future;
use std::io;
use std::net::SocketAddr;
use std::panic::Location;
use std::sync::Arc;
use std::task::{Context, Poll};

use super::address::{ToSocketAddrs, first_of};
use super::reactor::Reactor;
use super::socket::Socket;
use super::systems::{cut, cut_from};
use super::usage::{PEEK, PEEK_FROM, READ, RECEIVE, WRITE};
use crate::context;
use crate::journal::SocketKind;

/// Sends and receives datagrams: asyncio's `create_datagram_endpoint`.
#[derive(Debug)]
pub struct UdpSocket(Socket<mio::net::UdpSocket>);

impl UdpSocket {
    /// A socket at `address`; with port 0 the system chooses a free one.
    ///
    /// # Errors
    /// When the name cannot be looked up or none of its addresses can be had.
    ///
    /// # Panics
    /// Outside an event loop.
    #[track_caller]
    pub fn bind<A: ToSocketAddrs>(address: A) -> impl Future<Output = io::Result<Self>> {
        let reactor = context::expect("executor::net::UdpSocket::bind").reactor.clone();
        let (target, site) = (address.to_target(), Location::caller());
        let bind = move |address| {
            let socket = mio::net::UdpSocket::bind(address);
            future::ready(socket.and_then(|socket| Self::new(reactor.clone(), socket)))
        };
        async move { first_of(target.addresses(site).await?, bind).await }
    }

    fn new(reactor: Arc<Reactor>, socket: mio::net::UdpSocket) -> io::Result<Self> {
        let address = mio::net::UdpSocket::local_addr;
        Socket::new(reactor, socket, SocketKind::Datagram, address).map(Self)
    }

    /// Takes a socket of `std`'s into the loop on this thread; it is made non-blocking.
    ///
    /// # Errors
    /// What the system reports.
    ///
    /// # Panics
    /// Outside an event loop.
    #[track_caller]
    pub fn from_std(socket: std::net::UdpSocket) -> io::Result<Self> {
        let reactor = context::expect("executor::net::UdpSocket::from_std").reactor.clone();
        socket.set_nonblocking(true)?;
        Self::new(reactor, mio::net::UdpSocket::from_std(socket))
    }

    /// Takes it out of its loop, as a socket of `std`'s, which blocks.
    ///
    /// # Errors
    /// What the system reports.
    pub fn into_std(self) -> io::Result<std::net::UdpSocket> {
        let socket = std::net::UdpSocket::from(self.0.into_source());
        socket.set_nonblocking(false)?;
        Ok(socket)
    }

    /// Sends a datagram to `to` and returns the bytes sent. If the future is dropped before its
    /// end, nothing was sent.
    ///
    /// # Errors
    /// What the system reports.
    #[track_caller]
    pub fn send_to(&self, bytes: &[u8], to: SocketAddr) -> impl Future<Output = io::Result<usize>> {
        self.0.perform(WRITE.here(), move |socket| socket.send_to(bytes, to))
    }

    /// Receives a datagram, cut to the length of `buffer`, and says from whom. To drop the future
    /// loses none.
    ///
    /// # Errors
    /// What the system reports: on Windows also of a datagram sent before, that nobody listens there
    /// ([`ConnectionReset`](io::ErrorKind::ConnectionReset)).
    #[track_caller]
    pub fn recv_from(
        &self,
        buffer: &mut [u8],
    ) -> impl Future<Output = io::Result<(usize, SocketAddr)>> {
        self.0.perform(RECEIVE.here(), |socket| cut_from(buffer, |room| socket.recv_from(room)))
    }

    /// Receives as [`recv_from`](Self::recv_from) does, but the datagram stays: the next call has it
    /// again.
    ///
    /// # Errors
    /// What the system reports.
    #[track_caller]
    pub fn peek_from(
        &self,
        buffer: &mut [u8],
    ) -> impl Future<Output = io::Result<(usize, SocketAddr)>> {
        self.0.perform(PEEK_FROM.here(), |socket| cut_from(buffer, |room| socket.peek_from(room)))
    }

    /// Names the peer: from now on [`send`](Self::send) sends there, and only what comes from there
    /// is received. A name is looked up on the blocking pool.
    ///
    /// # Errors
    /// When the name cannot be looked up, or none of its addresses can be sent to.
    ///
    /// ```
    /// use executor::net::UdpSocket;
    ///
    /// executor::run(async {
    ///     let (a, b) = (UdpSocket::bind("127.0.0.1:0").await?, UdpSocket::bind("127.0.0.1:0").await?);
    ///     a.connect(b.local_addr()?).await?;
    ///     a.send(b"soup").await?;
    ///     let mut buffer = [0; 16];
    ///     assert_eq!(b.recv_from(&mut buffer).await?, (4, a.local_addr()?));
    ///     Ok::<(), std::io::Error>(())
    /// })?;
    /// # Ok::<(), std::io::Error>(())
    /// ```
    #[track_caller]
    pub fn connect<A: ToSocketAddrs>(&self, address: A) -> impl Future<Output = io::Result<()>> {
        let (target, site) = (address.to_target(), Location::caller());
        let connect = |address| future::ready(self.0.source().connect(address));
        async move { first_of(target.addresses(site).await?, connect).await }
    }

    /// Sends a datagram to the peer that [`connect`](Self::connect) has named.
    ///
    /// # Errors
    /// What the system reports, also of a datagram sent before: that nobody listens there.
    #[track_caller]
    pub fn send(&self, bytes: &[u8]) -> impl Future<Output = io::Result<usize>> {
        self.0.perform(WRITE.here(), move |socket| socket.send(bytes))
    }

    /// Receives a datagram from the peer that [`connect`](Self::connect) has named, cut to the length
    /// of `buffer`.
    ///
    /// # Errors
    /// As of [`send`](Self::send).
    #[track_caller]
    pub fn recv(&self, buffer: &mut [u8]) -> impl Future<Output = io::Result<usize>> {
        self.0.perform(READ.here(), |socket| cut(buffer, |room| socket.recv(room)))
    }

    /// Receives as [`recv`](Self::recv) does, but the datagram stays.
    ///
    /// # Errors
    /// As of [`send`](Self::send).
    #[track_caller]
    pub fn peek(&self, buffer: &mut [u8]) -> impl Future<Output = io::Result<usize>> {
        self.0.perform(PEEK.here(), |socket| cut(buffer, |room| socket.peek(room)))
    }

    /// [`send_to`](Self::send_to), for a poll of a trait, as protocols such as QUIC have them. Who
    /// gives it up leaves a waker behind; see the [module](super).
    ///
    /// # Errors
    /// What the system reports.
    pub fn poll_send_to(
        &self,
        cx: &mut Context<'_>,
        bytes: &[u8],
        to: SocketAddr,
    ) -> Poll<io::Result<usize>> {
        self.0.poll(&WRITE, cx, |socket| socket.send_to(bytes, to))
    }

    /// [`recv_from`](Self::recv_from), for a poll of a trait.
    ///
    /// # Errors
    /// What the system reports.
    pub fn poll_recv_from(
        &self,
        cx: &mut Context<'_>,
        buffer: &mut [u8],
    ) -> Poll<io::Result<(usize, SocketAddr)>> {
        self.0.poll(&RECEIVE, cx, |socket| cut_from(buffer, |room| socket.recv_from(room)))
    }

    /// The address that [`connect`](Self::connect) has named.
    ///
    /// # Errors
    /// What the system reports: that there is none.
    pub fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.0.source().peer_addr()
    }

    /// The socket's address.
    ///
    /// # Errors
    /// What the system reports.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.0.source().local_addr()
    }
}
