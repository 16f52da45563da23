//! Sockets: who is told what, faults injected for real, and what is left when they are gone (B10,
//! B8.2, B8.6).
//!
//! The peers are plain blocking sockets, on the same thread where that cannot block: the kernel
//! ends a handshake, and takes a few bytes, with nobody there yet to accept or to read.

mod accept;
#[cfg(target_os = "linux")]
mod accept_failing;
#[cfg(unix)]
mod any;
mod connect;
#[cfg(unix)]
pub mod descriptors;
mod elsewhere;
mod ends;
mod gone;
mod reactor;
mod readiness;
mod sleep;
mod std_sockets;
mod systems;
mod told;
mod turns;
mod udp;
mod waiters;
mod write;

use std::io::Write;
use std::net::TcpStream as Peer;
use std::time::Duration;

use executor::journal::{Event, Observer};
use executor::net::{TcpListener, TcpStream, UdpSocket};
use executor::yield_now;
use socket2::SockRef;

use crate::checked;
use crate::support::ends;

pub const ANY_PORT: &str = "127.0.0.1:0";

/// Runs a test on a new loop with the real clock, and says so if it hangs.
fn run<T: Send + 'static>(test: impl AsyncFnOnce() -> T + Send + 'static) -> T {
    ends(|| checked::run(test()))
}

/// A connection: our end of it and the other.
async fn pair() -> (TcpStream, Peer) {
    let listener = TcpListener::bind(ANY_PORT).await.unwrap();
    let peer = Peer::connect(listener.local_addr().unwrap()).unwrap();
    let (stream, address) = listener.accept().await.unwrap();
    assert_eq!(address, peer.local_addr().unwrap());
    (stream, peer)
}

/// Goes on for as long as it takes, while the loop does its turns.
async fn until(mut has_happened: impl FnMut() -> bool) {
    while !has_happened() {
        yield_now().await;
    }
}

/// Until the loop has looked at all that the sockets have had to say by now: something comes
/// behind it, and arrives.
async fn until_the_loop_has_looked() {
    let socket = UdpSocket::bind(ANY_PORT).await.unwrap();
    for _ in 0..2 {
        socket.send_to(b"behind", socket.local_addr().unwrap()).await.unwrap();
        socket.recv_from(&mut [0; 8]).await.unwrap();
    }
}

/// Ends a connection as a crash does: by RST, and not by FIN.
fn reset(peer: Peer) {
    SockRef::from(&peer).set_linger(Some(Duration::ZERO)).unwrap();
    drop(peer);
}

fn send(mut peer: &Peer, bytes: &[u8]) {
    peer.write_all(bytes).unwrap();
}

/// An observer that is a function.
struct Tell<F>(F);

impl<F: FnMut(&Event)> Observer for Tell<F> {
    fn on_event(&mut self, _at: Duration, event: &Event) {
        self.0(event);
    }
}
