use std::io;
use std::net::SocketAddr;
use std::panic::Location;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use futures_core::Stream;
use timer::Sleep;

use super::address::{ToSocketAddrs, first_of};
use super::socket::{Socket, Wait};
use super::tcp::TcpStream;
use super::usage::{ACCEPT, Connection};
use crate::context;
use crate::journal::SocketKind;

/// How long to wait with the next try to accept when there is no descriptor left for it.
const NO_DESCRIPTOR_LEFT: Duration = Duration::from_millis(50);

/// Waits for connections: asyncio's `start_server`, in its bare form.
#[derive(Debug)]
pub struct TcpListener(Socket<mio::net::TcpListener>);

impl TcpListener {
    /// Listens at `address`; with port 0 the system chooses a free one.
    ///
    /// # Errors
    /// When the name cannot be looked up or none of its addresses can be listened at.
    ///
    /// # Panics
    /// Outside an event loop.
    #[track_caller]
    pub fn bind<A: ToSocketAddrs>(address: A) -> impl Future<Output = io::Result<Self>> {
        context::expect("executor::net::TcpListener::bind");
        let (target, site) = (address.to_target(), Location::caller());
        async move { first_of(target.addresses(site).await?, Self::bind_to).await }
    }

    async fn bind_to(address: SocketAddr) -> io::Result<Self> {
        let listener = mio::net::TcpListener::bind(address)?;
        Socket::new(listener, SocketKind::Listener, mio::net::TcpListener::local_addr).map(Self)
    }

    /// Waits for the next connection.
    ///
    /// When the system has no descriptor left for it, the connection stays where it is, and is
    /// taken a little later. A connection that was given up meanwhile is passed over. To drop the
    /// future loses no connection.
    ///
    /// # Errors
    /// All others that the system reports.
    #[track_caller]
    pub fn accept(&self) -> impl Future<Output = io::Result<(TcpStream, SocketAddr)>> {
        let mut incoming = self.incoming();
        async move { std::future::poll_fn(|cx| incoming.poll_accept(cx)).await }
    }

    /// The connections as a stream, which never ends.
    #[track_caller]
    pub fn incoming(&self) -> Incoming<'_> {
        Incoming { wait: self.0.wait(ACCEPT.here()), pause: None }
    }

    /// Where it listens.
    ///
    /// # Errors
    /// What the system reports.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.0.source().local_addr()
    }
}

/// EMFILE (this process) and ENFILE (the system), which have no `ErrorKind`.
fn is_no_descriptor_left(error: &io::Error) -> bool {
    cfg!(unix) && matches!(error.raw_os_error(), Some(23 | 24))
}

/// The connections of a listener; see [`TcpListener::incoming`].
#[derive(Debug)]
pub struct Incoming<'a> {
    wait: Wait<'a, mio::net::TcpListener, Connection>,
    pause: Option<Sleep>,
}

impl Incoming<'_> {
    fn poll_accept(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<(TcpStream, SocketAddr)>> {
        loop {
            if let Some(sleep) = &mut self.pause {
                ready!(Pin::new(sleep).poll(cx));
                self.pause = None;
            }
            let accepted = self.wait.poll(cx, mio::net::TcpListener::accept);
            let registered =
                ready!(accepted).and_then(|(stream, peer)| Ok((TcpStream::new(stream)?, peer)));
            match registered {
                Ok(connection) => return Poll::Ready(Ok(connection)),
                Err(error) if error.kind() == io::ErrorKind::ConnectionAborted => {}
                // The listener stays readable and will not say so again: to wait for readiness
                // would be to wait for ever, and to try at once would be to spin.
                Err(error) if is_no_descriptor_left(&error) => {
                    self.pause = Some(timer::sleep(NO_DESCRIPTOR_LEFT));
                }
                Err(error) => return Poll::Ready(Err(error)),
            }
        }
    }
}

impl Stream for Incoming<'_> {
    type Item = io::Result<TcpStream>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.poll_accept(cx).map(|accepted| Some(accepted.map(|(stream, _)| stream)))
    }
}
