//! Sockets: TCP, UDP and, on Unix, whatever else has a descriptor; on the loop's own thread.
//!
//! They implement `futures_io`'s traits, so codecs, protocols and helpers that are written for
//! these work on them. A socket belongs to the loop in which it was made, wherever it goes.
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
//!
//! # Several tasks, one socket
//!
//! Any number of tasks may wait for a socket the same way: several that accept on one listener,
//! say. When it becomes ready, all of them are woken, the one that has waited longest first, and
//! each tries. A future of this module that finds nothing keeps its place in the line, so it does
//! not starve; a poll of a trait, such as `read_exact` does, goes to the end of it. (tokio and
//! async-io wake all of them, too. Where a thousand tasks wait for one socket it is better to let
//! one wait, and to hand out what comes through a channel.)
//!
//! # When a socket is ready
//!
//! When the system has said so to the loop, and until an operation has found nothing. So the first
//! operation on a new socket waits for the loop's next look at its sockets, even if it would not block;
//! tokio takes it that a new connection is ready. [`Async::readable`] and [`Async::writable`] ask the
//! system themselves, and only say what is so now.
//!
//! # Giving up
//!
//! The futures of this module leave the line when they are dropped, as by a
//! [`timeout`](timer::timeout), and leave no waker behind. The polls of `futures_io`'s traits cannot
//! do so: when `read_exact` is given up, nobody tells the socket. So the waker of such a poll stays
//! until the socket becomes ready that way, or is closed; what is left of it till then is one wake
//! for nothing, and a loop that waits for nothing else is not reported as [`Stuck`](crate::Stuck).
//! Of such polls the last 32, each of another task, wait at one socket; one more wakes the first
//! of them, which asks again if it is still there.
//!
//! # After a fork
//!
//! On Linux a process that was forked off shares the poller with its parent: `epoll` is a
//! descriptor, and inherited as all others are. A socket that is dropped in the child is taken out
//! of the poller for both of them, and whoever waits for it in the parent waits for ever; and what
//! a loop in the child is told, its parent is not. So call `exec` in the child, as
//! [`std::process::Command`] does: it closes the descriptors without a word to the poller. Or let
//! the child drop no socket and run no loop that it did not make, and leave it by
//! [`std::process::exit`], which drops nothing that lies on the stack.

mod address;
#[cfg(unix)]
mod any;
mod forward;
mod halves;
mod listener;
pub(crate) mod reactor;
mod slot;
pub(crate) mod socket;
mod systems;
mod tcp;
mod udp;
mod usage;
mod wait;
mod waiters;

use crate::panics::contain;

pub use address::ToSocketAddrs;
#[cfg(unix)]
pub use any::Async;
pub use halves::{OwnedReadHalf, OwnedWriteHalf};
pub use listener::{Incoming, TcpListener};
pub use tcp::TcpStream;
pub use udp::UdpSocket;
