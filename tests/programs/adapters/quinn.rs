//! quinn's `Runtime`: its sockets, timers and tasks on our loop.
//!
//! What travels goes through `quinn_udp`, as with tokio: many datagrams in one system call, where the
//! system can do so. Of ours it needs to be told when the socket is ready, and when it is time.
//!
//! ```
//! use std::sync::Arc;
//!
//! use programs::quinn::OurLoop;
//! use quinn::rustls::RootCertStore;
//! use quinn::rustls::pki_types::PrivateKeyDer;
//! use quinn::{ClientConfig, Endpoint, EndpointConfig, ServerConfig};
//!
//! executor::run(async {
//!     let identity = rcgen::generate_simple_self_signed(["localhost".to_owned()])?;
//!     let certificate = identity.cert.der().clone();
//!     let key = PrivateKeyDer::Pkcs8(identity.signing_key.serialize_der().into());
//!     let runtime = Arc::new(OurLoop::new());
//!     let endpoint = |config| {
//!         let socket = std::net::UdpSocket::bind("127.0.0.1:0")?;
//!         Endpoint::new(EndpointConfig::default(), config, socket, runtime.clone())
//!     };
//!     let config = ServerConfig::with_single_cert(vec![certificate.clone()], key)?;
//!     let server = endpoint(Some(config))?;
//!     let address = server.local_addr()?;
//!     executor::spawn(async move {
//!         let connection = server.accept().await.expect("it is open").await?;
//!         let mut stream = connection.open_uni().await?;
//!         stream.write_all(b"soup").await?;
//!         stream.finish()?;
//!         connection.closed().await;
//!         Ok::<(), Box<dyn std::error::Error>>(())
//!     });
//!     let mut roots = RootCertStore::empty();
//!     roots.add(certificate)?;
//!     let config = ClientConfig::with_root_certificates(Arc::new(roots))?;
//!     let connection = endpoint(None)?.connect_with(config, address, "localhost")?.await?;
//!     let dish = connection.accept_uni().await?.read_to_end(64).await?;
//!     assert_eq!(dish, b"soup");
//!     Ok::<(), Box<dyn std::error::Error>>(())
//! })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::io::{self, IoSliceMut};
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::task::{Context, Poll, ready};
use std::time::Instant;

use executor::Spawner;
use executor::net::Async;
use quinn::udp::{RecvMeta, Transmit, UdpSocketState};
use quinn::{AsyncTimer, AsyncUdpSocket, Runtime, UdpPoller};
use timer::{Clock, Sleep};

/// Our loop for quinn. What quinn hands out (endpoints, connections, streams) may be used on other
/// threads, too.
#[derive(Debug)]
pub struct OurLoop {
    spawner: Spawner,
    clock: Clock,
    /// quinn counts in moments of `std`'s: so many after our clock's start.
    start: Instant,
}

impl OurLoop {
    /// The loop on this thread. quinn's time is that of its clock, also of a simulated one.
    ///
    /// # Panics
    /// Outside an event loop.
    #[expect(clippy::new_without_default, reason = "it panics outside a loop")]
    #[track_caller]
    pub fn new() -> Self {
        Self { spawner: executor::spawner(), clock: Clock::current(), start: Instant::now() }
    }
}

impl Runtime for OurLoop {
    fn new_timer(&self, at: Instant) -> Pin<Box<dyn AsyncTimer>> {
        let start = self.start;
        Box::pin(Timer { start, sleep: timer::sleep_until(moment(start, at)) })
    }

    fn spawn(&self, future: Pin<Box<dyn Future<Output = ()> + Send>>) {
        drop(self.spawner.spawn(future));
    }

    fn wrap_udp_socket(&self, socket: std::net::UdpSocket) -> io::Result<Arc<dyn AsyncUdpSocket>> {
        let state = UdpSocketState::new((&socket).into())?;
        Ok(Arc::new(Socket { socket: Async::new(socket)?, state, is_full: false.into() }))
    }

    fn now(&self) -> Instant {
        self.start + self.clock.now().since_start()
    }
}

/// What our clock shows at one of quinn's moments.
fn moment(start: Instant, at: Instant) -> timer::Instant {
    timer::Instant::START + at.saturating_duration_since(start)
}

#[derive(Debug)]
struct Timer {
    start: Instant,
    sleep: Sleep,
}

impl AsyncTimer for Timer {
    fn reset(mut self: Pin<&mut Self>, at: Instant) {
        let moment = moment(self.start, at);
        self.sleep.reset(moment);
    }

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        Pin::new(&mut self.sleep).poll(cx)
    }
}

#[derive(Debug)]
struct Socket {
    socket: Async<std::net::UdpSocket>,
    state: UdpSocketState,
    /// Nothing more could be sent. quinn asks before each sending whether it can send: a question to
    /// the system costs nearly what the sending costs, and the answer is nearly always yes.
    is_full: AtomicBool,
}

impl AsyncUdpSocket for Socket {
    fn create_io_poller(self: Arc<Self>) -> Pin<Box<dyn UdpPoller>> {
        Box::pin(Poller { socket: self, writable: None })
    }

    fn try_send(&self, transmit: &Transmit<'_>) -> io::Result<()> {
        let sent = self.state.send(self.socket.get_ref().into(), transmit);
        if sent.as_ref().is_err_and(|error| error.kind() == io::ErrorKind::WouldBlock) {
            self.is_full.store(true, Relaxed);
        }
        sent
    }

    fn poll_recv(
        &self,
        cx: &mut Context<'_>,
        buffers: &mut [IoSliceMut<'_>],
        meta: &mut [RecvMeta],
    ) -> Poll<io::Result<usize>> {
        self.socket.poll_read_with(cx, |socket| self.state.recv(socket.into(), buffers, meta))
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.socket.get_ref().local_addr()
    }

    fn max_transmit_segments(&self) -> usize {
        self.state.max_gso_segments()
    }

    fn max_receive_segments(&self) -> usize {
        self.state.gro_segments()
    }

    fn may_fragment(&self) -> bool {
        self.state.may_fragment()
    }
}

/// Waits for a socket to be writable again, for one of its tasks.
struct Poller {
    socket: Arc<Socket>,
    /// The wait for it, which outlives a poll.
    writable: Option<Pin<Box<dyn Future<Output = io::Result<()>> + Send + Sync>>>,
}

impl UdpPoller for Poller {
    fn poll_writable(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if !self.socket.is_full.load(Relaxed) {
            return Poll::Ready(Ok(()));
        }
        let socket = self.socket.clone();
        let wait = || Box::pin(async move { socket.socket.writable().await }) as _;
        let is_writable = ready!(self.writable.get_or_insert_with(wait).as_mut().poll(cx));
        self.writable = None;
        self.socket.is_full.store(false, Relaxed);
        Poll::Ready(is_writable)
    }
}

impl std::fmt::Debug for Poller {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Poller").field("socket", &self.socket).finish_non_exhaustive()
    }
}
