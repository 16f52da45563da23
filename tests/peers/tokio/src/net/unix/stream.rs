//! `UnixStream`.

use std::io;
use std::os::unix::net;
use std::path::Path;

use executor::net::Async;
use socket2::{Domain, SockAddr, Socket, Type};

use super::{SocketAddr, UCred};
use crate::net::halves::halves;
use crate::net::names::{descriptor, readiness, reads, writes};

halves!(UnixStream, net::UnixStream);

#[derive(Debug)]
pub struct UnixStream(pub(crate) Watched<net::UnixStream>);

readiness!(UnixStream);
reads!(UnixStream);
writes!(UnixStream);
descriptor!(UnixStream);

impl UnixStream {
    pub async fn connect(path: impl AsRef<Path>) -> io::Result<Self> {
        let socket = Socket::new(Domain::UNIX, Type::STREAM, None)?;
        Self::connect_by(socket, &SockAddr::unix(path)?).await
    }

    pub async fn connect_addr(address: &SocketAddr) -> io::Result<Self> {
        Self::from_std(net::UnixStream::connect_addr(&address.clone().into())?)
    }

    pub(crate) async fn connect_by(socket: Socket, address: &SockAddr) -> io::Result<Self> {
        socket.set_nonblocking(true)?;
        let in_progress = rustix::io::Errno::INPROGRESS.raw_os_error();
        match socket.connect(address) {
            Err(error) if error.raw_os_error() == Some(in_progress) => {}
            done => done?,
        }
        let socket = Async::new(socket)?;
        socket.writable().await?;
        if let Some(error) = socket.get_ref().take_error()? {
            return Err(error);
        }
        Self::from_std(socket.into_inner().into())
    }

    pub fn pair() -> io::Result<(Self, Self)> {
        let (one, other) = net::UnixStream::pair()?;
        Ok((Self::from_std(one)?, Self::from_std(other)?))
    }

    #[track_caller]
    pub fn from_std(stream: net::UnixStream) -> io::Result<Self> {
        Watched::new(stream).map(Self)
    }

    pub fn into_std(self) -> io::Result<net::UnixStream> {
        Ok(self.0.0.into_inner())
    }

    pub(crate) fn io(&self) -> &Watched<net::UnixStream> {
        &self.0
    }

    pub(crate) fn shut_down(&self) -> io::Result<()> {
        self.0.get().shutdown(Shutdown::Write)
    }

    pub fn split(&mut self) -> (ReadHalf<'_>, WriteHalf<'_>) {
        (ReadHalf(self), WriteHalf(self))
    }

    pub fn into_split(self) -> (OwnedReadHalf, OwnedWriteHalf) {
        owned(self)
    }

    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.0.get().local_addr().map(SocketAddr::from)
    }

    pub fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.0.get().peer_addr().map(SocketAddr::from)
    }

    pub fn peer_cred(&self) -> io::Result<UCred> {
        UCred::of(self.0.get())
    }

    pub fn take_error(&self) -> io::Result<Option<io::Error>> {
        self.0.get().take_error()
    }
}

impl TryFrom<net::UnixStream> for UnixStream {
    type Error = io::Error;

    fn try_from(stream: net::UnixStream) -> io::Result<Self> {
        Self::from_std(stream)
    }
}
