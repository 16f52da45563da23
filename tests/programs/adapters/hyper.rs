//! hyper 1 on Short Order: its I/O, its timer and its executor.
//!
//! ```
//! use executor::net::{TcpListener, TcpStream};
//! use http_body_util::{BodyExt, Empty, Full};
//! use hyper::body::Bytes;
//! use hyper::service::service_fn;
//! use hyper::{Request, Response};
//! use programs::hyper::Io;
//!
//! executor::run(async {
//!     let listener = TcpListener::bind("127.0.0.1:0").await?;
//!     let address = listener.local_addr()?;
//!     executor::spawn(async move {
//!         let (stream, _) = listener.accept().await?;
//!         let hello = service_fn(async |_| {
//!             Ok::<_, std::io::Error>(Response::new(Full::new(Bytes::from("hello"))))
//!         });
//!         let http = hyper::server::conn::http1::Builder::new();
//!         http.serve_connection(Io(stream), hello).await.map_err(std::io::Error::other)
//!     });
//!     let stream = Io(TcpStream::connect(address).await?);
//!     let (mut requests, connection) = hyper::client::conn::http1::handshake(stream).await?;
//!     executor::spawn(connection);
//!     let answer = requests.send_request(Request::new(Empty::<Bytes>::new())).await?;
//!     assert_eq!(answer.into_body().collect().await?.to_bytes(), "hello");
//!     Ok::<(), Box<dyn std::error::Error>>(())
//! })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::cell::Cell;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use futures_io::{AsyncRead, AsyncWrite};
use hyper::rt;

/// So much is read at once.
const READ: usize = 64 * 1024;

thread_local! {
    /// What is read goes through this; see [`Io`].
    static BUFFER: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
}

/// A stream of `futures_io`, a [`TcpStream`](executor::net::TcpStream) say, for hyper.
///
/// The buffer into which hyper wants to read is not initialised, and only unsafe code may say how
/// much of it has been filled. So what is read goes through another, one a thread: to copy it is
/// cheaper than to fill a buffer with zeros at each read, and connections that wait need none.
#[derive(Debug)]
pub struct Io<S>(
    /// The stream, which is wanted again after an upgrade.
    pub S,
);

impl<S: AsyncRead + Unpin> rt::Read for Io<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        mut buffer: rt::ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        // It is taken out meanwhile: the stream may have an `Io` inside, which finds an empty one.
        let mut bytes = BUFFER.take();
        bytes.resize(READ, 0);
        let room = buffer.remaining().min(READ);
        let read = Pin::new(&mut self.0).poll_read(cx, &mut bytes[..room]);
        if let Poll::Ready(Ok(n)) = read {
            buffer.put_slice(&bytes[..n]);
        }
        BUFFER.set(bytes);
        read.map_ok(|_| ())
    }
}

impl<S: AsyncWrite + Unpin> rt::Write for Io<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write_vectored(cx, bytes)
    }

    /// A stream that has no vectored writes writes the first slice, and is asked again.
    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_close(cx)
    }
}

/// Our timers for hyper, whose moments are those of `std`: so long after the start of our clock.
#[derive(Clone, Copy, Debug)]
pub struct Timer {
    start: Instant,
}

impl Timer {
    /// For [`timer`](hyper::server::conn::http1::Builder::timer) of hyper's builders.
    #[allow(clippy::new_without_default, reason = "no two of them are equal")]
    pub fn new() -> Self {
        Self { start: Instant::now() }
    }
}

impl rt::Timer for Timer {
    fn sleep(&self, duration: Duration) -> Pin<Box<dyn rt::Sleep>> {
        Box::pin(Sleep(timer::sleep(duration)))
    }

    fn sleep_until(&self, deadline: Instant) -> Pin<Box<dyn rt::Sleep>> {
        let since_start = deadline.saturating_duration_since(self.start);
        Box::pin(Sleep(timer::sleep_until(timer::Instant::START + since_start)))
    }

    fn now(&self) -> Instant {
        self.start + timer::now().since_start()
    }
}

struct Sleep(timer::Sleep);

impl Future for Sleep {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        Pin::new(&mut self.0).poll(cx)
    }
}

impl rt::Sleep for Sleep {}

/// Our tasks for hyper, which need not be `Send`.
#[derive(Clone, Copy, Debug)]
pub struct Executor;

impl<F: Future + 'static> rt::Executor<F> for Executor {
    fn execute(&self, future: F) {
        drop(executor::spawn(future));
    }
}
