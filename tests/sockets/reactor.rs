//! The reactor by itself, with a `mio::Poll` in the test's hands: what a whole loop does in one
//! breath (look, wake, poll) can here be stopped half-way.

use std::io::ErrorKind::WouldBlock;
use std::task::{Context, Poll};

use executor::journal::Way;
use mio::net::UdpSocket;
use mio::{Events, Token};

use crate::support::Wakes;

#[allow(dead_code, reason = "the loop uses more of it")]
#[path = "../../executor/src/net/reactor.rs"]
mod source;

use source::Reactor;

fn poller() -> (mio::Poll, Reactor) {
    let poll = mio::Poll::new().unwrap();
    let reactor = Reactor::new(poll.registry().try_clone().unwrap());
    (poll, reactor)
}

fn socket() -> UdpSocket {
    UdpSocket::bind("127.0.0.1:0".parse().unwrap()).unwrap()
}

/// A datagram from the socket to itself.
fn send(socket: &UdpSocket) {
    assert_eq!(socket.send_to(b"news", socket.local_addr().unwrap()).unwrap(), 4);
}

/// Waits for the socket to become readable.
fn events_of(poll: &mut mio::Poll, token: Token) -> Events {
    let mut events = Events::with_capacity(8);
    while !events.iter().any(|event| event.token() == token && event.is_readable()) {
        poll.poll(&mut events, None).unwrap();
    }
    events
}

/// B10.1: an operation takes back the readiness that it had seen, and no other.
#[test]
fn an_older_clear_does_not_wipe_a_newer_readiness() {
    let (mut poll, reactor) = poller();
    let mut socket = socket();
    let slot = reactor.register(&mut socket).unwrap();
    let mut look = |socket: &UdpSocket| {
        send(socket);
        events_of(&mut poll, slot.token).iter().for_each(|event| drop(reactor.ready(event)));
    };
    look(&socket);
    socket.recv(&mut [0; 8]).unwrap();

    let (wakes, waker) = Wakes::new();
    let mut tries = 0;
    let polled = reactor.poll_io(
        &slot,
        Way::Read,
        &mut Context::from_waker(&waker),
        |_| false,
        || {
            tries += 1;
            let received = socket.recv(&mut [0; 8]);
            if tries == 1 {
                // It has found nothing; before this is written down there is news, as it may be when
                // the socket is read on a thread other than the loop's.
                assert_eq!(received.as_ref().unwrap_err().kind(), WouldBlock);
                look(&socket);
            }
            received
        },
    );
    assert!(matches!(polled, Poll::Ready(Ok(4))), "the news was forgotten: {polled:?}");
    assert_eq!((tries, wakes.count()), (2, 0));
}

/// B10.5: the socket's place was given to another one before its event was handled.
#[test]
fn an_event_that_comes_late_finds_nobody() {
    let (mut poll, reactor) = poller();
    let mut old = socket();
    let old_slot = reactor.register(&mut old).unwrap();
    send(&old);
    let events = events_of(&mut poll, old_slot.token);

    reactor.deregister(&mut old, &old_slot);
    drop(old);
    let mut new = socket();
    let new_slot = reactor.register(&mut new).unwrap();
    let (wakes, waker) = Wakes::new();
    let mut tries = 0;
    let mut receive = || {
        reactor.poll_io(
            &new_slot,
            Way::Read,
            &mut Context::from_waker(&waker),
            |_| false,
            || {
                tries += 1;
                new.recv(&mut [0; 8])
            },
        )
    };
    assert!(receive().is_pending());
    for event in &events {
        assert!(reactor.ready(event).is_none());
    }
    assert!(receive().is_pending());
    assert_eq!((tries, wakes.count()), (0, 0));
}

/// B10.6: `mio`'s rule, which nothing of ours may hide.
#[test]
fn to_register_a_socket_twice_is_an_error() {
    let (_poll, reactor) = poller();
    let mut socket = socket();
    let slot = reactor.register(&mut socket).unwrap();
    assert!(reactor.register(&mut socket).is_err());
    // The try that failed has left nothing behind.
    reactor.deregister(&mut socket, &slot);
    assert!(reactor.is_empty());
}
