use std::future;
use std::io;
use std::net::SocketAddr;
use std::panic::Location;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use futures_core::Stream;
use timer::Sleep;

use super::address::{ToSocketAddrs, first_of};
use super::reactor::Reactor;
use super::socket::Socket;
use super::systems::{MOST_FAILURES, is_no_room, is_of_one_connection};
use super::tcp::TcpStream;
use super::usage::{ACCEPT, Connection};
use super::wait::Wait;
use crate::context;
use crate::journal::SocketKind;

/// How long to wait with the next try to accept when there is no room for one more connection.
const NO_ROOM: Duration = Duration::from_millis(50);

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
        let reactor = context::expect("executor::net::TcpListener::bind").reactor.clone();
        let (target, site) = (address.to_target(), Location::caller());
        let bind = move |address| {
            let listener = mio::net::TcpListener::bind(address);
            future::ready(listener.and_then(|listener| Self::new(reactor.clone(), listener)))
        };
        async move { first_of(target.addresses(site).await?, bind).await }
    }

    fn new(reactor: Arc<Reactor>, listener: mio::net::TcpListener) -> io::Result<Self> {
        let address = mio::net::TcpListener::local_addr;
        Socket::new(reactor, listener, SocketKind::Listener, address).map(Self)
    }

    /// Takes a socket of `std`'s into the loop on this thread; it is made non-blocking.
    ///
    /// # Errors
    /// What the system reports.
    ///
    /// # Panics
    /// Outside an event loop.
    #[track_caller]
    pub fn from_std(listener: std::net::TcpListener) -> io::Result<Self> {
        let reactor = context::expect("executor::net::TcpListener::from_std").reactor.clone();
        listener.set_nonblocking(true)?;
        Self::new(reactor, mio::net::TcpListener::from_std(listener))
    }

    /// Takes it out of its loop, as a socket of `std`'s, which blocks.
    ///
    /// # Errors
    /// What the system reports.
    pub fn into_std(self) -> io::Result<std::net::TcpListener> {
        let listener = std::net::TcpListener::from(self.0.into_source());
        listener.set_nonblocking(false)?;
        Ok(listener)
    }

    /// Waits for the next connection.
    ///
    /// When the system has no descriptor or no memory left for it, the connection stays where it is,
    /// and is taken a little later. A connection that has failed meanwhile is passed over, if the
    /// system says so here; Linux hands most of them over, and their first use says it. To drop the
    /// future loses no connection.
    ///
    /// The connection is of the listener's loop, also where another loop is entered, or none.
    ///
    /// # Errors
    /// All others that the system reports: those of the listener.
    #[track_caller]
    pub fn accept(&self) -> impl Future<Output = io::Result<(TcpStream, SocketAddr)>> {
        let mut incoming = self.incoming();
        async move { future::poll_fn(|cx| incoming.poll_accept(cx)).await }
    }

    /// The connections as a stream, which never ends.
    #[track_caller]
    pub fn incoming(&self) -> Incoming<'_> {
        let reactor = self.0.reactor().clone();
        Incoming { wait: self.0.wait(ACCEPT.here()), reactor, pause: None, failures: 0 }
    }

    /// Where it listens.
    ///
    /// # Errors
    /// What the system reports.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.0.source().local_addr()
    }
}

/// The connections of a listener; see [`TcpListener::incoming`].
#[derive(Debug)]
pub struct Incoming<'a> {
    wait: Wait<'a, mio::net::TcpListener, Connection>,
    /// The listener's: what is accepted is of the same loop.
    reactor: Arc<Reactor>,
    pause: Option<Sleep>,
    /// So many connections were passed over since the last that was accepted.
    failures: u32,
}

impl Incoming<'_> {
    fn poll_accept(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<(TcpStream, SocketAddr)>> {
        loop {
            let has_loop = context::look_at_current(|_| ()).is_some();
            if let Some(sleep) = self.pause.as_mut().filter(|_| has_loop) {
                ready!(Pin::new(sleep).poll(cx));
            }
            self.pause = None;
            let accepted = ready!(self.wait.poll(cx, mio::net::TcpListener::accept));
            let error = match accepted {
                Ok((stream, peer)) => match TcpStream::new(self.reactor.clone(), stream) {
                    Ok(stream) => {
                        self.failures = 0;
                        return Poll::Ready(Ok((stream, peer)));
                    }
                    Err(error) => error,
                },
                // The listener stays readable and will not say so again: to wait for readiness
                // would be to wait for ever, and to try at once would be to spin. Without a loop
                // there is nobody to sleep by: then it is the caller's to wait.
                Err(error) if has_loop && is_no_room(&error) => {
                    self.pause = Some(timer::sleep(NO_ROOM));
                    continue;
                }
                Err(error) => error,
            };
            // The next connection may be better.
            if self.failures == MOST_FAILURES || !is_of_one_connection(&error) {
                return Poll::Ready(Err(error));
            }
            self.failures += 1;
        }
    }
}

impl Stream for Incoming<'_> {
    type Item = io::Result<TcpStream>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.poll_accept(cx).map(|accepted| Some(accepted.map(|(stream, _)| stream)))
    }
}
