//! hickory's `RuntimeProvider`: its sockets, timers and tasks on our loop.
//!
//! ```no_run
//! use executor::run;
//! use hickory_resolver::Resolver;
//! use programs::hickory::OurLoop;
//!
//! run(async {
//!     let resolver = Resolver::builder(OurLoop::new())?.build()?; // of the system's servers
//!     let addresses = resolver.lookup_ip("crates.io").await?;
//!     for address in addresses.iter() {
//!         println!("{address}");
//!     }
//!     Ok::<(), hickory_resolver::net::NetError>(())
//! })?;
//! # Ok::<(), hickory_resolver::net::NetError>(())
//! ```

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use async_trait::async_trait;
use executor::Spawner;
use executor::net::{TcpStream, UdpSocket};
use futures_io::{AsyncRead, AsyncWrite};
use hickory_resolver::net::runtime::{DnsTcpStream, DnsUdpSocket, RuntimeProvider, Spawn, Time};

/// So long a connection may take to be made, where hickory does not say.
const PATIENCE: Duration = Duration::from_secs(5);

/// Our loop for hickory.
#[derive(Clone, Debug)]
pub struct OurLoop(Spawner);

impl OurLoop {
    /// The loop on this thread.
    ///
    /// # Panics
    /// Outside an event loop.
    #[expect(clippy::new_without_default, reason = "it panics outside a loop")]
    #[track_caller]
    pub fn new() -> Self {
        Self(executor::spawner())
    }
}

impl Spawn for OurLoop {
    fn spawn_bg(&mut self, future: impl Future<Output = ()> + Send + 'static) {
        drop(self.0.spawn(future));
    }
}

type Made<T> = Pin<Box<dyn Future<Output = io::Result<T>> + Send>>;

impl RuntimeProvider for OurLoop {
    type Handle = Self;
    type Timer = Timer;
    type Udp = Datagrams;
    type Tcp = Stream;

    fn create_handle(&self) -> Self {
        self.clone()
    }

    fn connect_tcp(
        &self,
        server: SocketAddr,
        from: Option<SocketAddr>,
        patience: Option<Duration>,
    ) -> Made<Stream> {
        Box::pin(async move {
            if from.is_some() {
                return Err(io::Error::other("our streams do not choose where they come from"));
            }
            let connect = timer::timeout(patience.unwrap_or(PATIENCE), TcpStream::connect(server));
            let stream = connect.await.map_err(|_| io::Error::from(io::ErrorKind::TimedOut))??;
            stream.set_nodelay(true)?;
            Ok(Stream(stream))
        })
    }

    fn bind_udp(&self, at: SocketAddr, _server: SocketAddr) -> Made<Datagrams> {
        Box::pin(async move { UdpSocket::bind(at).await.map(Datagrams) })
    }
}

/// Our timers for hickory.
#[derive(Clone, Copy, Debug)]
pub struct Timer;

#[async_trait]
impl Time for Timer {
    async fn delay_for(duration: Duration) {
        timer::sleep(duration).await;
    }

    async fn timeout<F: Future + Send + 'static>(
        duration: Duration,
        future: F,
    ) -> io::Result<F::Output> {
        let ended = timer::timeout(duration, future).await;
        ended.map_err(|_| io::ErrorKind::TimedOut.into())
    }
}

/// Our datagrams for hickory.
#[derive(Debug)]
pub struct Datagrams(UdpSocket);

impl DnsUdpSocket for Datagrams {
    type Time = Timer;

    fn poll_recv_from(
        &self,
        cx: &mut Context<'_>,
        buffer: &mut [u8],
    ) -> Poll<io::Result<(usize, SocketAddr)>> {
        self.0.poll_recv_from(cx, buffer)
    }

    fn poll_send_to(
        &self,
        cx: &mut Context<'_>,
        bytes: &[u8],
        to: SocketAddr,
    ) -> Poll<io::Result<usize>> {
        self.0.poll_send_to(cx, bytes, to)
    }
}

/// Our connections for hickory.
#[derive(Debug)]
pub struct Stream(TcpStream);

impl DnsTcpStream for Stream {
    type Time = Timer;
}

impl AsyncRead for Stream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_read(cx, buffer)
    }
}

impl AsyncWrite for Stream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(cx)
    }

    fn poll_close(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_close(cx)
    }
}
