//! The ways to use a socket, each with what the journal calls it.

use std::net::SocketAddr;
use std::panic::Location;

use crate::journal::{Operation, Way};

/// A way to use a socket, by an operation that returns a `T`.
#[derive(Debug)]
pub(super) struct Usage<T> {
    pub(super) way: Way,
    /// What has been done, for the journal.
    pub(super) did: fn(&T) -> Operation,
    /// The line of the program, if it is known.
    pub(super) site: Option<&'static Location<'static>>,
}

/// What a listener accepts.
pub(super) type Connection = (mio::net::TcpStream, SocketAddr);

pub(super) const ACCEPT: Usage<Connection> =
    Usage::new(Way::Read, |(_, peer)| Operation::Accepted { peer: *peer });
pub(super) const CONNECT: Usage<SocketAddr> =
    Usage::new(Way::Write, |peer| Operation::Connected { peer: *peer });
pub(super) const READ: Usage<usize> =
    Usage::new(Way::Read, |bytes| Operation::Read { bytes: *bytes });
pub(super) const PEEK: Usage<usize> =
    Usage::new(Way::Read, |bytes| Operation::Peeked { bytes: *bytes });
pub(super) const WRITE: Usage<usize> =
    Usage::new(Way::Write, |bytes| Operation::Wrote { bytes: *bytes });
/// A datagram, and from whom it is.
pub(super) const RECEIVE: Usage<(usize, SocketAddr)> =
    Usage::new(Way::Read, |(bytes, _)| Operation::Read { bytes: *bytes });

pub(super) const PEEK_FROM: Usage<(usize, SocketAddr)> =
    Usage::new(Way::Read, |(bytes, _)| Operation::Peeked { bytes: *bytes });

/// By an operation of the program's own.
#[cfg(unix)]
impl<T> Usage<T> {
    pub(super) fn to_read() -> Self {
        Self::new(Way::Read, |_| Operation::Other(Way::Read))
    }

    pub(super) fn to_write() -> Self {
        Self::new(Way::Write, |_| Operation::Other(Way::Write))
    }
}

impl<T> Usage<T> {
    const fn new(way: Way, did: fn(&T) -> Operation) -> Self {
        Self { way, did, site: None }
    }

    /// By the caller of the function that calls this.
    #[track_caller]
    pub(super) fn here(self) -> Self {
        self.at(Location::caller())
    }

    /// By that line.
    pub(super) fn at(self, site: &'static Location<'static>) -> Self {
        Self { site: Some(site), ..self }
    }
}
