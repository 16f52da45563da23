//! `UdpSocket`.

use std::io;
use std::net::SocketAddr;
use std::task::{Context, Poll, ready};

use executor::net::ToSocketAddrs;
use real_tokio::io::{Interest, ReadBuf};

use super::names::{descriptor, readiness};
use super::watched::Watched;
use crate::runtime::Handle;

#[derive(Debug)]
pub struct UdpSocket(Watched<std::net::UdpSocket>);

readiness!(UdpSocket);
descriptor!(UdpSocket);

impl UdpSocket {
    pub async fn bind<A: ToSocketAddrs>(address: A) -> io::Result<Self> {
        let made = Handle::current().enter_loop(|| executor::net::UdpSocket::bind(address));
        Self::from_std(made.await?.into_std()?)
    }

    #[track_caller]
    pub fn from_std(socket: std::net::UdpSocket) -> io::Result<Self> {
        Watched::new(socket).map(Self)
    }

    pub fn into_std(self) -> io::Result<std::net::UdpSocket> {
        Ok(self.0.0.into_inner())
    }

    pub(crate) fn io(&self) -> &Watched<std::net::UdpSocket> {
        &self.0
    }

    /// Our own `connect` does the looking up, on a socket of the same descriptor.
    pub async fn connect<A: ToSocketAddrs>(&self, address: A) -> io::Result<()> {
        let same = executor::net::UdpSocket::from_std(self.0.get().try_clone()?)?;
        same.connect(address).await
    }

    pub async fn send(&self, bytes: &[u8]) -> io::Result<usize> {
        self.0.0.write_with(|socket| socket.send(bytes)).await
    }

    pub fn poll_send(&self, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.0.0.poll_write_with(cx, |socket| socket.send(bytes))
    }

    pub fn try_send(&self, bytes: &[u8]) -> io::Result<usize> {
        self.0.get().send(bytes)
    }

    /// To one address: ours takes no name here, so it is looked up by a socket that is not used.
    pub async fn send_to<A: std::net::ToSocketAddrs>(
        &self,
        bytes: &[u8],
        to: A,
    ) -> io::Result<usize> {
        let Some(to) = to.to_socket_addrs()?.next() else {
            let text = "no addresses to send data to";
            return Err(io::Error::new(io::ErrorKind::InvalidInput, text));
        };
        self.0.0.write_with(|socket| socket.send_to(bytes, to)).await
    }

    pub fn poll_send_to(
        &self,
        cx: &mut Context<'_>,
        bytes: &[u8],
        to: SocketAddr,
    ) -> Poll<io::Result<usize>> {
        self.0.0.poll_write_with(cx, |socket| socket.send_to(bytes, to))
    }

    pub fn try_send_to(&self, bytes: &[u8], to: SocketAddr) -> io::Result<usize> {
        self.0.get().send_to(bytes, to)
    }

    pub async fn recv(&self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.0.read_with(|socket| socket.recv(buffer)).await
    }

    pub fn poll_recv(
        &self,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let room = buffer.initialize_unfilled();
        let bytes = ready!(self.0.0.poll_read_with(cx, |socket| socket.recv(room)))?;
        buffer.advance(bytes);
        Poll::Ready(Ok(()))
    }

    pub fn try_recv(&self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.get().recv(buffer)
    }

    pub async fn recv_from(&self, buffer: &mut [u8]) -> io::Result<(usize, SocketAddr)> {
        self.0.0.read_with(|socket| socket.recv_from(buffer)).await
    }

    pub fn poll_recv_from(
        &self,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<SocketAddr>> {
        let room = buffer.initialize_unfilled();
        let (bytes, from) = ready!(self.0.0.poll_read_with(cx, |socket| socket.recv_from(room)))?;
        buffer.advance(bytes);
        Poll::Ready(Ok(from))
    }

    pub fn try_recv_from(&self, buffer: &mut [u8]) -> io::Result<(usize, SocketAddr)> {
        self.0.get().recv_from(buffer)
    }

    pub async fn peek(&self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.0.read_with(|socket| socket.peek(buffer)).await
    }

    pub fn poll_peek(
        &self,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let room = buffer.initialize_unfilled();
        let bytes = ready!(self.0.0.poll_read_with(cx, |socket| socket.peek(room)))?;
        buffer.advance(bytes);
        Poll::Ready(Ok(()))
    }

    pub fn try_peek(&self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.get().peek(buffer)
    }

    pub async fn peek_from(&self, buffer: &mut [u8]) -> io::Result<(usize, SocketAddr)> {
        self.0.0.read_with(|socket| socket.peek_from(buffer)).await
    }

    pub fn poll_peek_from(
        &self,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<SocketAddr>> {
        let room = buffer.initialize_unfilled();
        let (bytes, from) = ready!(self.0.0.poll_read_with(cx, |socket| socket.peek_from(room)))?;
        buffer.advance(bytes);
        Poll::Ready(Ok(from))
    }

    pub fn try_peek_from(&self, buffer: &mut [u8]) -> io::Result<(usize, SocketAddr)> {
        self.0.get().peek_from(buffer)
    }

    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.0.get().local_addr()
    }

    pub fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.0.get().peer_addr()
    }

    pub fn take_error(&self) -> io::Result<Option<io::Error>> {
        self.0.get().take_error()
    }

    pub async fn peek_sender(&self) -> io::Result<SocketAddr> {
        self.peek_from(&mut []).await.map(|(_, from)| from)
    }

    pub fn poll_peek_sender(&self, cx: &mut Context<'_>) -> Poll<io::Result<SocketAddr>> {
        self.poll_peek_from(cx, &mut ReadBuf::new(&mut []))
    }

    pub fn try_peek_sender(&self) -> io::Result<SocketAddr> {
        self.io().try_io(Interest::READABLE, || self.try_peek_from(&mut []).map(|(_, from)| from))
    }
}

impl TryFrom<std::net::UdpSocket> for UdpSocket {
    type Error = io::Error;

    fn try_from(socket: std::net::UdpSocket) -> io::Result<Self> {
        Self::from_std(socket)
    }
}
