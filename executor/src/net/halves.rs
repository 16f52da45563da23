use std::net::Shutdown;
use std::sync::Arc;

use futures_io::{AsyncRead, AsyncWrite};

use super::forward::{forward_read, forward_write};
use super::tcp::TcpStream;

/// The half of a [`TcpStream`] that reads; see [`into_split`](TcpStream::into_split).
#[derive(Debug)]
pub struct OwnedReadHalf(Arc<TcpStream>);

/// The half of a [`TcpStream`] that writes; see [`into_split`](TcpStream::into_split). Dropped it
/// says that no more will be written, as tokio's does.
#[derive(Debug)]
pub struct OwnedWriteHalf(Arc<TcpStream>);

pub(super) fn of(stream: TcpStream) -> (OwnedReadHalf, OwnedWriteHalf) {
    let stream = Arc::new(stream);
    (OwnedReadHalf(stream.clone()), OwnedWriteHalf(stream))
}

impl AsRef<TcpStream> for OwnedReadHalf {
    fn as_ref(&self) -> &TcpStream {
        &self.0
    }
}

impl AsRef<TcpStream> for OwnedWriteHalf {
    fn as_ref(&self) -> &TcpStream {
        &self.0
    }
}

impl Drop for OwnedWriteHalf {
    fn drop(&mut self) {
        // If the connection is gone already, there is nobody left to be told.
        let _ = self.0.shutdown(Shutdown::Write);
    }
}

forward_read!([AsyncRead for OwnedReadHalf] half => &*half.0);
forward_write!([AsyncWrite for OwnedWriteHalf] half => &*half.0);
