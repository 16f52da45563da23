//! `UnixDatagram`.

use std::io;
use std::net::Shutdown;
use std::os::unix::net;
use std::path::Path;
use std::task::{Context, Poll, ready};

use bytes::BufMut;
use real_tokio::io::ReadBuf;

use super::SocketAddr;
use crate::net::names::{descriptor, readiness};
use crate::net::watched::{Watched, into_buf};

#[derive(Debug)]
pub struct UnixDatagram(Watched<net::UnixDatagram>);

readiness!(UnixDatagram);
descriptor!(UnixDatagram);

impl UnixDatagram {
    pub fn bind(path: impl AsRef<Path>) -> io::Result<Self> {
        Self::from_std(net::UnixDatagram::bind(path)?)
    }

    pub fn unbound() -> io::Result<Self> {
        Self::from_std(net::UnixDatagram::unbound()?)
    }

    pub fn pair() -> io::Result<(Self, Self)> {
        let (one, other) = net::UnixDatagram::pair()?;
        Ok((Self::from_std(one)?, Self::from_std(other)?))
    }

    #[track_caller]
    pub fn from_std(socket: net::UnixDatagram) -> io::Result<Self> {
        Watched::new(socket).map(Self)
    }

    pub fn into_std(self) -> io::Result<net::UnixDatagram> {
        Ok(self.0.0.into_inner())
    }

    fn io(&self) -> &Watched<net::UnixDatagram> {
        &self.0
    }

    pub fn connect(&self, path: impl AsRef<Path>) -> io::Result<()> {
        self.0.get().connect(path)
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

    pub async fn send_to(&self, bytes: &[u8], path: impl AsRef<Path>) -> io::Result<usize> {
        self.0.0.write_with(|socket| socket.send_to(bytes, path.as_ref())).await
    }

    pub fn poll_send_to(
        &self,
        cx: &mut Context<'_>,
        bytes: &[u8],
        path: impl AsRef<Path>,
    ) -> Poll<io::Result<usize>> {
        self.0.0.poll_write_with(cx, |socket| socket.send_to(bytes, path.as_ref()))
    }

    pub fn try_send_to(&self, bytes: &[u8], path: impl AsRef<Path>) -> io::Result<usize> {
        self.0.get().send_to(bytes, path)
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
        let (bytes, from) = self.0.0.read_with(|socket| socket.recv_from(buffer)).await?;
        Ok((bytes, from.into()))
    }

    pub fn poll_recv_from(
        &self,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<SocketAddr>> {
        let room = buffer.initialize_unfilled();
        let (bytes, from) = ready!(self.0.0.poll_read_with(cx, |socket| socket.recv_from(room)))?;
        buffer.advance(bytes);
        Poll::Ready(Ok(from.into()))
    }

    pub fn try_recv_from(&self, buffer: &mut [u8]) -> io::Result<(usize, SocketAddr)> {
        self.0.get().recv_from(buffer).map(|(bytes, from)| (bytes, from.into()))
    }

    pub async fn recv_buf<B: BufMut>(&self, buffer: &mut B) -> io::Result<usize> {
        self.0.0.read_with(|socket| into_buf(buffer, |bytes| socket.recv(bytes))).await
    }

    pub fn try_recv_buf<B: BufMut>(&self, buffer: &mut B) -> io::Result<usize> {
        into_buf(buffer, |bytes| self.try_recv(bytes))
    }

    pub async fn recv_buf_from<B: BufMut>(
        &self,
        buffer: &mut B,
    ) -> io::Result<(usize, SocketAddr)> {
        let receive = |socket: &net::UnixDatagram, buffer: &mut B| {
            into_buf(buffer, |bytes| socket.recv_from(bytes))
        };
        let (bytes, from) = self.0.0.read_with(|socket| receive(socket, buffer)).await?;
        Ok((bytes, from.into()))
    }

    pub fn try_recv_buf_from<B: BufMut>(&self, buffer: &mut B) -> io::Result<(usize, SocketAddr)> {
        into_buf(buffer, |bytes| self.try_recv_from(bytes))
    }

    pub fn shutdown(&self, how: Shutdown) -> io::Result<()> {
        self.0.get().shutdown(how)
    }

    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.0.get().local_addr().map(SocketAddr::from)
    }

    pub fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.0.get().peer_addr().map(SocketAddr::from)
    }

    pub fn take_error(&self) -> io::Result<Option<io::Error>> {
        self.0.get().take_error()
    }
}
