//! `TcpStream`.

use std::io;
use std::net::SocketAddr;
use std::task::{Context, Poll};
use std::time::Duration;

use executor::net::ToSocketAddrs;
use real_tokio::io::ReadBuf;
use socket2::SockRef;

use super::halves::halves;
use super::names::{descriptor, readiness, reads, writes};
use crate::runtime::Handle;

halves!(TcpStream, std::net::TcpStream);

#[derive(Debug)]
pub struct TcpStream(pub(crate) Watched<std::net::TcpStream>);

readiness!(TcpStream);
reads!(TcpStream);
writes!(TcpStream);
descriptor!(TcpStream);

impl TcpStream {
    pub async fn connect<A: ToSocketAddrs>(address: A) -> io::Result<Self> {
        let made = Handle::current().enter_loop(|| executor::net::TcpStream::connect(address));
        Self::from_std(made.await?.into_std()?)
    }

    #[track_caller]
    pub fn from_std(stream: std::net::TcpStream) -> io::Result<Self> {
        Watched::new(stream).map(Self)
    }

    pub fn into_std(self) -> io::Result<std::net::TcpStream> {
        Ok(self.0.0.into_inner())
    }

    pub(crate) fn io(&self) -> &Watched<std::net::TcpStream> {
        &self.0
    }

    pub(crate) fn shut_down(&self) -> io::Result<()> {
        match self.0.get().shutdown(Shutdown::Write) {
            Err(error) if error.kind() == io::ErrorKind::NotConnected => Ok(()),
            done => done,
        }
    }

    pub fn split(&mut self) -> (ReadHalf<'_>, WriteHalf<'_>) {
        (ReadHalf(self), WriteHalf(self))
    }

    pub fn into_split(self) -> (OwnedReadHalf, OwnedWriteHalf) {
        owned(self)
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

    pub async fn peek(&self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.0.read_with(|stream| stream.peek(buffer)).await
    }

    pub fn poll_peek(
        &self,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<usize>> {
        let room = buffer.initialize_unfilled();
        let polled = self.0.0.poll_read_with(cx, |stream| stream.peek(room));
        polled.map_ok(|bytes| {
            buffer.advance(bytes);
            bytes
        })
    }

    pub fn nodelay(&self) -> io::Result<bool> {
        self.0.get().nodelay()
    }

    pub fn set_nodelay(&self, nodelay: bool) -> io::Result<()> {
        self.0.get().set_nodelay(nodelay)
    }

    pub fn ttl(&self) -> io::Result<u32> {
        self.0.get().ttl()
    }

    pub fn set_ttl(&self, ttl: u32) -> io::Result<()> {
        self.0.get().set_ttl(ttl)
    }

    pub fn quickack(&self) -> io::Result<bool> {
        SockRef::from(self.0.get()).tcp_quickack()
    }

    pub fn set_quickack(&self, quickack: bool) -> io::Result<()> {
        SockRef::from(self.0.get()).set_tcp_quickack(quickack)
    }

    pub fn linger(&self) -> io::Result<Option<Duration>> {
        SockRef::from(self.0.get()).linger()
    }

    pub fn set_linger(&self, linger: Option<Duration>) -> io::Result<()> {
        SockRef::from(self.0.get()).set_linger(linger)
    }

    pub fn set_zero_linger(&self) -> io::Result<()> {
        self.set_linger(Some(Duration::ZERO))
    }
}

impl TryFrom<std::net::TcpStream> for TcpStream {
    type Error = io::Error;

    fn try_from(stream: std::net::TcpStream) -> io::Result<Self> {
        Self::from_std(stream)
    }
}

macro_rules! addresses {
    ($($half:ty),*) => {
        $(impl $half {
            pub fn local_addr(&self) -> io::Result<SocketAddr> {
                self.stream().local_addr()
            }

            pub fn peer_addr(&self) -> io::Result<SocketAddr> {
                self.stream().peer_addr()
            }
        })*
    };
}

addresses!(ReadHalf<'_>, WriteHalf<'_>, OwnedReadHalf, OwnedWriteHalf);

macro_rules! peeks {
    ($($half:ty),*) => {
        $(impl $half {
            pub async fn peek(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
                self.stream().peek(buffer).await
            }

            pub fn poll_peek(
                &mut self,
                cx: &mut Context<'_>,
                buffer: &mut ReadBuf<'_>,
            ) -> Poll<io::Result<usize>> {
                self.stream().poll_peek(cx, buffer)
            }
        })*
    };
}

peeks!(ReadHalf<'_>, OwnedReadHalf);
