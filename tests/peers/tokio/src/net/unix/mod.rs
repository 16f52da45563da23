//! `tokio::net::unix`.

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
