//! `tokio::net::unix`.

use std::io;
use std::os::linux::net::SocketAddrExt;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::net;
use std::path::Path;

mod cred;
mod datagram;
mod listener;
pub mod pipe;
mod socket;
mod stream;

pub use cred::UCred;
pub use datagram::UnixDatagram;
pub use listener::UnixListener;
pub use real_tokio::net::unix::SocketAddr;
pub use socket::UnixSocket;
pub use stream::{OwnedReadHalf, OwnedWriteHalf, ReadHalf, ReuniteError, UnixStream, WriteHalf};

/// A path, or a name in the abstract namespace, which begins with a zero.
fn address_of(path: &Path) -> io::Result<net::SocketAddr> {
    match path.as_os_str().as_bytes() {
        [0, name @ ..] => net::SocketAddr::from_abstract_name(name),
        _ => net::SocketAddr::from_pathname(path),
    }
}
