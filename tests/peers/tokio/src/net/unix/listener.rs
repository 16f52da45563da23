//! `UnixListener`.

use std::io;
use std::os::unix::net;
use std::path::Path;
use std::task::{Context, Poll, ready};

use super::{SocketAddr, UnixStream};
use crate::net::names::descriptor;
use crate::net::watched::Watched;

#[derive(Debug)]
pub struct UnixListener(Watched<net::UnixListener>);

descriptor!(UnixListener);

impl UnixListener {
    #[track_caller]
    pub fn bind(path: impl AsRef<Path>) -> io::Result<Self> {
        let _panics_without_one = crate::runtime::Handle::current();
        Self::from_std(net::UnixListener::bind_addr(&super::address_of(path.as_ref())?)?)
    }

    pub fn bind_addr(address: &SocketAddr) -> io::Result<Self> {
        Self::from_std(net::UnixListener::bind_addr(&address.clone().into())?)
    }

    #[track_caller]
    pub fn from_std(listener: net::UnixListener) -> io::Result<Self> {
        Watched::new(listener).map(Self)
    }

    pub fn into_std(self) -> io::Result<net::UnixListener> {
        Ok(self.0.0.into_inner())
    }

    fn io(&self) -> &Watched<net::UnixListener> {
        &self.0
    }

    pub async fn accept(&self) -> io::Result<(UnixStream, SocketAddr)> {
        let (stream, peer) = self.0.0.read_with(|listener| listener.accept()).await?;
        Ok((UnixStream::from_std(stream)?, peer.into()))
    }

    pub fn poll_accept(&self, cx: &mut Context<'_>) -> Poll<io::Result<(UnixStream, SocketAddr)>> {
        let (stream, peer) = ready!(self.0.0.poll_read_with(cx, |listener| listener.accept()))?;
        Poll::Ready(Ok((UnixStream::from_std(stream)?, peer.into())))
    }

    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.0.get().local_addr().map(SocketAddr::from)
    }

    pub fn take_error(&self) -> io::Result<Option<io::Error>> {
        self.0.get().take_error()
    }
}
