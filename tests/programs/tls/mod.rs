//! futures-rustls, as server and as client, on a `TcpStream` as it is: there is no adapter.

mod client;
mod server;

use std::io;

use futures::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

const LONG: usize = 20_000_000;

/// How a connection ends whose other end is gone without a word: whether the system has still
/// something to tell it depends on what was on its way.
fn is_cut(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::UnexpectedEof | io::ErrorKind::ConnectionReset)
}

/// Sends so many bytes back, while they come.
async fn echo(stream: impl AsyncRead + AsyncWrite, count: usize) -> io::Result<()> {
    let (from, mut to) = stream.split();
    futures::io::copy(from.take(count as u64), &mut to).await?;
    to.close().await
}
