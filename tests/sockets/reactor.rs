//! The reactor by itself, with a `mio::Poll` in the test's hands: what a whole loop does in one
//! breath (look, wake, poll) can here be stopped half-way.

use std::io::ErrorKind::WouldBlock;
use std::task::{Context, Poll, Waker};

use executor::journal::Way;
use mio::net::UdpSocket;
use mio::{Events, Token};

use crate::support::Wakes;

mod line;
#[allow(dead_code, reason = "the loop uses more of it")]
#[path = "../../executor/src/net/slot.rs"]
mod slot;
#[allow(dead_code, reason = "the loop uses more of it")]
#[path = "../../executor/src/net/reactor.rs"]
mod source;
#[allow(dead_code, reason = "the loop uses more of it")]
#[path = "../../executor/src/net/waiters.rs"]
mod waiters;

use slot::Slot;
use source::Reactor;
use waiters::Place;

/// The executor's own writes a line.
fn contain(_what: impl std::fmt::Display, foreign: impl FnOnce()) {
    foreign();
}

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
        &mut Place::Poll,
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
            &mut Place::Poll,
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

/// Waits for datagrams as a future does.
fn receive(
    reactor: &Reactor,
    (socket, slot): (&UdpSocket, &Slot),
    place: &mut Place,
    waker: &Waker,
) -> Poll<usize> {
    let mut cx = Context::from_waker(waker);
    let receive = || socket.recv(&mut [0; 8]);
    reactor.poll_io(slot, Way::Read, place, &mut cx, |_| false, receive).map(Result::unwrap)
}

/// B10.6, B3.5: a foreign waker may poll at once, in the middle of all the others.
#[test]
fn who_is_polled_by_its_own_waker_and_finds_nothing_is_not_woken_again() {
    let (mut poll, reactor) = poller();
    let mut socket = socket();
    let slot = reactor.register(&mut socket).unwrap();
    let [(first, first_waker), (second, second_waker)] = [Wakes::new(), Wakes::new()];
    let [mut first_place, mut second_place] = [Place::Future(None), Place::Future(None)];
    assert!(receive(&reactor, (&socket, &slot), &mut first_place, &first_waker).is_pending());
    assert!(receive(&reactor, (&socket, &slot), &mut second_place, &second_waker).is_pending());
    send(&socket);
    let events = events_of(&mut poll, slot.token);
    socket.recv(&mut [0; 8]).unwrap(); // so that those who are woken find nothing
    for event in &events {
        let Some((_, waking)) = reactor.ready(event) else { continue };
        for waker in waking {
            waker.wake();
            if first.count() == 1 && second.count() == 0 {
                assert!(
                    receive(&reactor, (&socket, &slot), &mut first_place, &first_waker)
                        .is_pending()
                );
            }
        }
    }
    assert_eq!([first.count(), second.count()], [1, 1]);
    // It is back in its place: its turn comes with the next event, and before the other's.
    assert!(receive(&reactor, (&socket, &slot), &mut second_place, &second_waker).is_pending());
    send(&socket);
    let events = events_of(&mut poll, slot.token);
    let woken = events.iter().filter_map(|event| reactor.ready(event)).flat_map(|(_, it)| it);
    let woken = Vec::from_iter(woken);
    assert!(woken[0].will_wake(&first_waker) && woken[1].will_wake(&second_waker));
}

/// The memory that this process has taken from the system for itself, in KiB.
#[cfg(target_os = "linux")]
fn memory() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("RssAnon:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}

/// B10.10: however they leave, and however many they were.
#[cfg(target_os = "linux")]
#[test]
fn a_long_line_leaves_no_memory_behind() {
    const NAME: &str = "sockets::reactor::a_long_line_leaves_no_memory_behind";
    const WAITING: usize = 200_000;
    crate::support::alone(NAME, || {
        let (mut poll, reactor) = poller();
        let mut socket = socket();
        let slot = reactor.register(&mut socket).unwrap();
        let (_, waker) = Wakes::new();
        let mut places = Vec::from_iter((0..WAITING).map(|_| Place::Future(None)));
        for lap in 0..3 {
            let before = memory();
            for place in &mut places {
                assert!(receive(&reactor, (&socket, &slot), place, &waker).is_pending());
            }
            let peak = memory() - before;
            assert!(peak > WAITING * 32 / 1024 / 2, "{peak} KiB are too little to tell");
            match lap {
                0 => places.iter().for_each(|place| slot.leave(Way::Read, place)),
                1 => places.iter().rev().for_each(|place| slot.leave(Way::Read, place)),
                _ => {
                    send(&socket);
                    let events = events_of(&mut poll, slot.token);
                    let woken = events.iter().filter_map(|event| reactor.ready(event));
                    assert_eq!(woken.flat_map(|(_, waking)| waking).count(), WAITING);
                }
            }
            let left = memory().saturating_sub(before);
            assert!(left < peak / 10, "of {peak} KiB {left} are left");
        }
    });
}
