//! `TcpListener`.

use std::io;
use std::net::SocketAddr;
use std::task::{Context, Poll, ready};

use executor::net::ToSocketAddrs;

use super::names::descriptor;
use super::tcp::TcpStream;
use super::watched::Watched;
use crate::runtime::Handle;

#[derive(Debug)]
pub struct TcpListener(Watched<std::net::TcpListener>);

descriptor!(TcpListener);

impl TcpListener {
    pub async fn bind<A: ToSocketAddrs>(address: A) -> io::Result<Self> {
        let made = Handle::current().enter_loop(|| executor::net::TcpListener::bind(address));
        Self::from_std(made.await?.into_std()?)
    }

    #[track_caller]
    pub fn from_std(listener: std::net::TcpListener) -> io::Result<Self> {
        Watched::new(listener).map(Self)
    }

    pub fn into_std(self) -> io::Result<std::net::TcpListener> {
        Ok(self.0.0.into_inner())
    }

    fn io(&self) -> &Watched<std::net::TcpListener> {
        &self.0
    }

    pub async fn accept(&self) -> io::Result<(TcpStream, SocketAddr)> {
        let (stream, peer) = self.0.0.read_with(|listener| listener.accept()).await?;
        Ok((TcpStream::from_std(stream)?, peer))
    }

    pub fn poll_accept(&self, cx: &mut Context<'_>) -> Poll<io::Result<(TcpStream, SocketAddr)>> {
        let (stream, peer) = ready!(self.0.0.poll_read_with(cx, |listener| listener.accept()))?;
        Poll::Ready(Ok((TcpStream::from_std(stream)?, peer)))
    }

    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.0.get().local_addr()
    }

    pub fn ttl(&self) -> io::Result<u32> {
        self.0.get().ttl()
    }

    pub fn set_ttl(&self, ttl: u32) -> io::Result<()> {
        self.0.get().set_ttl(ttl)
    }
}

impl TryFrom<std::net::TcpListener> for TcpListener {
    type Error = io::Error;

    fn try_from(listener: std::net::TcpListener) -> io::Result<Self> {
        Self::from_std(listener)
    }
}
