use std::future;
use std::io;
use std::net::SocketAddr;
use std::panic::Location;
use std::sync::Arc;

use super::address::{ToSocketAddrs, first_of};
use super::reactor::Reactor;
use super::socket::Socket;
use super::usage::{RECEIVE, WRITE};
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
        let bind = move |address| future::ready(Self::bind_to(&reactor, address));
        async move { first_of(target.addresses(site).await?, bind).await }
    }

    fn bind_to(reactor: &Arc<Reactor>, address: SocketAddr) -> io::Result<Self> {
        let socket = mio::net::UdpSocket::bind(address)?;
        let address = mio::net::UdpSocket::local_addr;
        Socket::new(reactor.clone(), socket, SocketKind::Datagram, address).map(Self)
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
    /// What the system reports.
    #[track_caller]
    pub fn recv_from(
        &self,
        buffer: &mut [u8],
    ) -> impl Future<Output = io::Result<(usize, SocketAddr)>> {
        self.0.perform(RECEIVE.here(), |socket| socket.recv_from(buffer))
    }

    /// The socket's address.
    ///
    /// # Errors
    /// What the system reports.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.0.source().local_addr()
    }
}
