//! Sockets: TCP and UDP, on the loop's own thread.
//!
//! They implement `futures_io`'s traits, so codecs, protocols and helpers that are written for
//! these work on them. A socket belongs to the loop in which it was made, wherever it goes. One task
//! at a time may wait to read from it, and one to write: of two, the later one is woken.
//!
//! ```
//! use executor::net::{TcpListener, TcpStream};
//! use futures::{AsyncReadExt, AsyncWriteExt};
//!
//! executor::run(async {
//!     let listener = TcpListener::bind("127.0.0.1:0").await?;
//!     let address = listener.local_addr()?;
//!     let server = executor::spawn(async move {
//!         let (stream, _) = listener.accept().await?;
//!         futures::io::copy(&stream, &mut &stream).await
//!     });
//!     let mut client = TcpStream::connect(address).await?;
//!     client.write_all(b"hello").await?;
//!     client.close().await?; // half close: it can still read
//!     let mut echo = String::new();
//!     client.read_to_string(&mut echo).await?;
//!     assert_eq!(echo, "hello");
//!     assert_eq!(server.await.unwrap()?, 5);
//!     Ok::<(), std::io::Error>(())
//! })?;
//! # Ok::<(), std::io::Error>(())
//! ```

mod address;
pub(crate) mod reactor;
pub(crate) mod socket;
mod tcp;
mod udp;

pub use tcp::{Incoming, TcpListener, TcpStream};
pub use udp::UdpSocket;
