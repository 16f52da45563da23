//! `UnixSocket`: `socket2`'s, until it is something else.

use std::io;
use std::os::fd::OwnedFd;
use std::path::Path;

use socket2::{Domain, SockAddr, Socket, Type};

use super::{UnixDatagram, UnixListener, UnixStream};

#[derive(Debug)]
pub struct UnixSocket(Socket);

impl UnixSocket {
    pub fn new_stream() -> io::Result<Self> {
        Socket::new(Domain::UNIX, Type::STREAM, None).map(Self)
    }

    pub fn new_datagram() -> io::Result<Self> {
        Socket::new(Domain::UNIX, Type::DGRAM, None).map(Self)
    }

    pub fn bind(&self, path: impl AsRef<Path>) -> io::Result<()> {
        self.0.bind(&SockAddr::unix(path)?)
    }

    pub fn listen(self, backlog: u32) -> io::Result<UnixListener> {
        if self.0.r#type()? == Type::DGRAM {
            return Err(io::Error::other("listen cannot be called on a datagram socket"));
        }
        self.0.listen(i32::try_from(backlog).unwrap_or(i32::MAX))?;
        UnixListener::from_std(OwnedFd::from(self.0).into())
    }

    pub async fn connect(self, path: impl AsRef<Path>) -> io::Result<UnixStream> {
        if self.0.r#type()? == Type::DGRAM {
            return Err(io::Error::other("connect cannot be called on a datagram socket"));
        }
        UnixStream::connect_by(self.0, &SockAddr::unix(path)?).await
    }

    pub fn datagram(self) -> io::Result<UnixDatagram> {
        if self.0.r#type()? == Type::STREAM {
            return Err(io::Error::other("datagram cannot be called on a stream socket"));
        }
        UnixDatagram::from_std(OwnedFd::from(self.0).into())
    }
}
