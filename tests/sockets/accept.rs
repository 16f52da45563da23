//! Accepting: all that have come, and none twice, also when there is no descriptor left.

use std::collections::BTreeSet;
use std::net::{SocketAddr, TcpStream as Peer};

use executor::net::TcpListener;
use futures::{AsyncReadExt, FutureExt, StreamExt};

use super::{ANY_PORT, reset, run, send, until_the_loop_has_looked};
use crate::checked::EventLoop;
use crate::support::{Record, ends};

pub(super) fn connect(listener: &TcpListener, count: usize) -> Vec<Peer> {
    let address = listener.local_addr().unwrap();
    (0..count).map(|_| Peer::connect(address).unwrap()).collect()
}

pub(super) fn addresses(peers: &[Peer]) -> BTreeSet<SocketAddr> {
    peers.iter().map(|peer| peer.local_addr().unwrap()).collect()
}

/// B10.7: one edge may stand for many.
#[test]
fn connections_that_came_together_are_all_accepted() {
    let accepted = ends(|| {
        let record = Record::default();
        let mut event_loop = EventLoop::builder().observer(record.clone()).build().unwrap();
        event_loop.run(async {
            let listener = TcpListener::bind(ANY_PORT).await.unwrap();
            let peers = connect(&listener, 100);
            let mut accepted = BTreeSet::new();
            for _ in 0..100 {
                accepted.insert(listener.accept().await.unwrap().1);
            }
            assert!(listener.accept().now_or_never().is_none());
            accepted == addresses(&peers)
        })
    });
    assert!(accepted);
}

/// B10.7
#[test]
fn connections_come_as_a_stream_too() {
    run(async || {
        let listener = TcpListener::bind(ANY_PORT).await.unwrap();
        let peers = connect(&listener, 20);
        let streams: Vec<_> = listener.incoming().take(20).collect().await;
        let accepted = streams.into_iter().map(|stream| stream.unwrap().peer_addr().unwrap());
        assert_eq!(accepted.collect::<BTreeSet<_>>(), addresses(&peers));
    });
}

/// B10.7: one after the other, each only when the one before was accepted.
#[test]
fn a_listener_that_was_drained_is_announced_again_every_time() {
    run(async || {
        let listener = TcpListener::bind(ANY_PORT).await.unwrap();
        let address = listener.local_addr().unwrap();
        let (order, orders) = crossbeam_channel::unbounded();
        let clients = std::thread::spawn(move || {
            Vec::from_iter(orders.iter().map(|()| Peer::connect(address).unwrap()))
        });
        for _ in 0..50 {
            assert!(listener.accept().now_or_never().is_none());
            order.send(()).unwrap();
            listener.accept().await.unwrap();
        }
        drop(order);
        assert_eq!(clients.join().unwrap().len(), 50);
    });
}

/// B10.7, the nearest to ECONNABORTED: Linux hands such a connection over, and lets it say so.
#[test]
fn a_connection_reset_before_it_was_accepted_does_not_end_the_accepting() {
    run(async || {
        let listener = TcpListener::bind(ANY_PORT).await.unwrap();
        connect(&listener, 3).into_iter().for_each(reset);
        let last = connect(&listener, 1).remove(0);
        let address = last.local_addr().unwrap();
        send(&last, b"still here");
        drop(last);
        loop {
            let (mut stream, peer) = listener.accept().await.unwrap();
            let mut read = String::new();
            match stream.read_to_string(&mut read).await {
                Ok(_) => break assert_eq!((peer, read.as_str()), (address, "still here")),
                Err(_) => assert_ne!(peer, address),
            }
        }
    });
}

/// B10.10
#[test]
fn an_accept_that_is_dropped_takes_no_connection_with_it() {
    run(async || {
        let listener = TcpListener::bind(ANY_PORT).await.unwrap();
        let waiting = listener.accept();
        assert!(waiting.now_or_never().is_none());
        let peers = connect(&listener, 1);
        until_the_loop_has_looked().await;
        let (_, peer) = listener.accept().await.unwrap();
        assert_eq!(peer, peers[0].local_addr().unwrap());
    });
}

/// B10.7: to have no descriptor is no end, but what else goes wrong with a listener is. (Other systems
/// let nobody shut a listener down.)
#[cfg(target_os = "linux")]
#[test]
fn a_listener_that_was_shut_down_says_so_and_does_not_pause() {
    run(async || {
        let listener = std::net::TcpListener::bind(ANY_PORT).unwrap();
        let other = socket2::SockRef::from(&listener).try_clone().unwrap();
        let listener = TcpListener::from_std(listener).unwrap();
        other.shutdown(std::net::Shutdown::Both).unwrap();
        let error = listener.accept().await.unwrap_err();
        assert_eq!(error.kind(), std::io::ErrorKind::InvalidInput);
    });
}
