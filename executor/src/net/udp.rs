use std::io;
use std::net::SocketAddr;
use std::panic::Location;

use super::address::{ToSocketAddrs, first_of};
use super::socket::Socket;
use crate::context;
use crate::journal::Way;

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
        context::expect("executor::net::UdpSocket::bind");
        let (target, site) = (address.to_target(), Location::caller());
        let bind = async |address| Socket::new(mio::net::UdpSocket::bind(address)?);
        async move { first_of(target.addresses(site).await?, bind).await.map(Self) }
    }

    /// Sends a datagram to `to` and returns the bytes sent. If the future is dropped before its
    /// end, nothing was sent.
    ///
    /// # Errors
    /// What the system reports.
    pub async fn send_to(&self, bytes: &[u8], to: SocketAddr) -> io::Result<usize> {
        self.0.perform(Way::Write, |socket| socket.send_to(bytes, to)).await
    }

    /// Receives a datagram, cut to the length of `buffer`, and says from whom. To drop the future
    /// loses none.
    ///
    /// # Errors
    /// What the system reports.
    pub async fn recv_from(&self, buffer: &mut [u8]) -> io::Result<(usize, SocketAddr)> {
        self.0.perform(Way::Read, |socket| socket.recv_from(buffer)).await
    }

    /// The socket's address.
    ///
    /// # Errors
    /// What the system reports.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.0.source().local_addr()
    }
}
