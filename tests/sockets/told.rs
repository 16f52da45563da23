//! What the journal tells of sockets: who made them, waits at them and closes them.

use std::net::Shutdown;

use executor::EventLoop;
use executor::journal::{Event, Operation, SocketKind, Way};
use executor::net::{TcpListener, TcpStream, UdpSocket};
use futures::{AsyncReadExt, AsyncWriteExt};

use super::{ANY_PORT, pair, send, until};
use crate::support::{Record, Wakes, ends, poll};

/// What was told of the sockets, but for their readiness: by whom it was done is the main future.
fn told(record: &Record) -> Vec<String> {
    let main = record.pick(|_, event| match event {
        Event::Spawned { task, .. } => Some(*task),
        _ => None,
    })[0];
    let mut tokens = record.pick(|_, event| match event {
        Event::IoRegistered { token, .. } => Some(*token),
        _ => None,
    });
    tokens.dedup();
    let number = |token: &usize| tokens.iter().position(|other| other == token).unwrap() + 1;
    record.pick(|_, event| {
        let (by, text) = match event {
            Event::IoRegistered { token, by, .. } => (by, format!("registers {}", number(token))),
            Event::IoWaits { token, by, way: Way::Read, would_block, .. } => {
                let tried = if *would_block { "tried" } else { "untried" };
                (by, format!("waits to read {}, {tried}", number(token)))
            }
            Event::IoWaits { token, by, way: Way::Write, would_block, .. } => {
                let tried = if *would_block { "tried" } else { "untried" };
                (by, format!("waits to write {}, {tried}", number(token)))
            }
            Event::IoDone { token, by, did, still_ready, .. } => {
                let more = if *still_ready { "" } else { ", all" };
                (by, format!("{} {}{more}", done(*did), number(token)))
            }
            Event::IoClosed { token, by } => (by, format!("closes {}", number(token))),
            _ => return None,
        };
        assert_eq!(*by, Some(main), "{event:?}");
        Some(text)
    })
}

fn done(did: Operation) -> String {
    match did {
        Operation::Connected { .. } => "connects".to_owned(),
        Operation::Accepted { .. } => "accepts at".to_owned(),
        Operation::Read { bytes } => format!("reads {bytes} from"),
        Operation::Peeked { bytes } => format!("peeks at {bytes} of"),
        Operation::Wrote { bytes } => format!("writes {bytes} to"),
        Operation::Other(way) => format!("uses, to {way:?},").to_lowercase(),
    }
}

pub(super) fn recorded(program: impl AsyncFnOnce(&Record) + Send + 'static) -> Vec<String> {
    ends(|| {
        let record = Record::default();
        let mut event_loop = EventLoop::builder().observer(record.clone()).build().unwrap();
        event_loop.run(program(&record));
        told(&record)
    })
}

#[test]
fn a_read_waits_untried_at_first_and_after_would_block_later_on() {
    let told = recorded(async |record| {
        let (mut stream, peer) = pair().await;
        let waits = record.count(|event| matches!(event, Event::IoWaits { .. }));
        assert!(poll(&mut stream.read(&mut [0; 8]), &Wakes::new().1).is_pending());
        send(&peer, b"news");
        let mut news = [0; 4];
        stream.read_exact(&mut news).await.unwrap();
        assert!(poll(&mut stream.read(&mut [0; 8]), &Wakes::new().1).is_pending());
        let all = record.count(|event| matches!(event, Event::IoWaits { .. }));
        assert!(all > waits + 1);
    });
    let of_the_stream: Vec<_> = told.iter().filter(|line| line.contains(" 2")).collect();
    assert_eq!(of_the_stream.first().unwrap(), &"registers 2");
    assert_eq!(of_the_stream[1], "waits to read 2, untried");
    assert_eq!(of_the_stream[of_the_stream.len() - 2], "waits to read 2, tried");
    assert_eq!(of_the_stream.last().unwrap(), &"closes 2");
}

#[test]
fn a_write_that_finds_no_room_is_told() {
    let told = recorded(async |_| {
        let (mut stream, _peer) = pair().await;
        stream.write_all(&[0]).await.unwrap();
        let (_, waker) = Wakes::new();
        while poll(&mut stream.write(&[0; 65536]), &waker).is_ready() {
            executor::yield_now().await; // what a poll may do is limited
        }
    });
    // The last write took all the room that there was, or the system has refused one: that is its own
    // choice. Only after a refusal is the wait one that was tried.
    let wait = told.iter().rposition(|line| line.starts_with("waits to write 2")).unwrap();
    let was_short = told[wait - 1].ends_with(", all");
    assert_eq!(told[wait].ends_with(", untried"), was_short, "{told:?}");
}

#[test]
fn a_socket_that_is_ready_is_used_without_a_wait() {
    let told = recorded(async |record| {
        let socket = UdpSocket::bind(ANY_PORT).await.unwrap();
        let is_ready = |event: &Event| matches!(event, Event::IoReady(io) if io.writable);
        until(|| record.count(is_ready) == 1).await;
        socket.send_to(b"news", socket.local_addr().unwrap()).await.unwrap();
    });
    assert_eq!(told, ["registers 1", "writes 4 to 1", "closes 1"]);
}

/// With epoll, less than was asked for means that this was all: other pollers say so only when asked
/// again.
const TELLS_ALL: bool = cfg!(any(target_os = "linux", target_os = "android"));

#[test]
fn what_was_done_is_told_with_how_much_and_whether_that_was_all() {
    let told = recorded(async |_| {
        let listener = TcpListener::bind(ANY_PORT).await.unwrap();
        let client = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let (server, _) = listener.accept().await.unwrap();
        assert_eq!(client.write(b"soup").await.unwrap(), 4);
        let mut order = [0; 8];
        assert_eq!(server.peek(&mut order[..2]).await.unwrap(), 2);
        assert_eq!(server.read(&mut order[..2]).await.unwrap(), 2);
        assert_eq!(server.read(&mut order).await.unwrap(), 2);
        drop(client);
        assert_eq!(server.read(&mut order).await.unwrap(), 0);
    });
    let done: Vec<_> = told.iter().filter(|line| !line.contains("waits")).collect();
    let expected = [
        "registers 1",
        "registers 2",
        "connects 2",
        "accepts at 1",
        "registers 3",
        "writes 4 to 2",
        "peeks at 2 of 3",
        "reads 2 from 3",
        if TELLS_ALL { "reads 2 from 3, all" } else { "reads 2 from 3" },
        "closes 2",
        "reads 0 from 3",
        "closes 3",
        "closes 1",
    ];
    assert_eq!(done, expected, "{told:#?}");
}

#[test]
fn a_datagram_that_comes_and_one_that_goes_are_told() {
    let told = recorded(async |_| {
        let socket = UdpSocket::bind(ANY_PORT).await.unwrap();
        socket.send_to(b"news", socket.local_addr().unwrap()).await.unwrap();
        socket.recv_from(&mut [0; 8]).await.unwrap();
    });
    let done: Vec<_> = told.iter().filter(|line| !line.contains("waits")).collect();
    assert_eq!(done, ["registers 1", "writes 4 to 1", "reads 4 from 1", "closes 1"]);
}

#[test]
fn an_operation_that_fails_was_not_done() {
    let told = recorded(async |_| {
        let listener = TcpListener::bind(ANY_PORT).await.unwrap();
        let address = listener.local_addr().unwrap();
        drop(listener);
        TcpStream::connect(address).await.unwrap_err();
    });
    let done: Vec<_> = told.iter().filter(|line| !line.contains("waits")).collect();
    assert_eq!(done, ["registers 1", "closes 1", "registers 2", "closes 2"]);
}

/// Neither way is ready before; a second end of the same way changes nothing.
#[test]
fn the_end_of_a_way_is_told_once_and_of_that_way_alone() {
    ends(|| {
        let record = Record::default();
        let mut event_loop = EventLoop::builder().observer(record.clone()).build().unwrap();
        let told = || {
            record.pick(|_, event| match event {
                Event::IoReady(io) => Some((io.readable, io.writable)),
                _ => None,
            })
        };
        event_loop.run(async {
            let (stream, _peer) = pair().await;
            let (_, waker) = Wakes::new();
            while poll(&mut stream.write(&[0; 65536]), &waker).is_ready() {
                executor::yield_now().await; // what a poll may do is limited
            }
            assert!(poll(&mut stream.read(&mut [0; 8]), &waker).is_pending());
            let before = told().len();
            stream.shutdown(Shutdown::Read).unwrap();
            assert_eq!(told()[before..], [(true, false)]);
            stream.shutdown(Shutdown::Both).unwrap();
            assert_eq!(told()[before..], [(true, false), (false, true)]);
        });
    });
}

#[test]
fn a_socket_is_told_with_its_kind_and_its_own_address() {
    ends(|| {
        let record = Record::default();
        let mut event_loop = EventLoop::builder().observer(record.clone()).build().unwrap();
        let addresses = event_loop.run(async {
            let listener = TcpListener::bind(ANY_PORT).await.unwrap();
            let client = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
            let (server, _) = listener.accept().await.unwrap();
            let datagrams = UdpSocket::bind(ANY_PORT).await.unwrap();
            let streams = [client.local_addr().unwrap(), server.local_addr().unwrap()];
            [
                (SocketKind::Listener, listener.local_addr().unwrap()),
                (SocketKind::Stream, streams[0]),
                (SocketKind::Stream, streams[1]),
                (SocketKind::Datagram, datagrams.local_addr().unwrap()),
            ]
        });
        let told = record.pick(|_, event| match event {
            Event::IoRegistered { kind, address, .. } => Some((*kind, address.unwrap())),
            _ => None,
        });
        assert_eq!(told, addresses);
    });
}

/// The lines of this file at which sockets were used or waited for; `None` where none is known.
fn sites(record: &Record, is_asked_of: impl Fn(&Event) -> bool) -> Vec<Option<u32>> {
    record.pick(|_, event| match event {
        Event::IoWaits { site, .. } | Event::IoDone { site, .. } if is_asked_of(event) => {
            assert!(site.is_none_or(|site| site.file() == file!()), "{event:?}");
            Some(site.map(|site| site.line()))
        }
        _ => None,
    })
}

#[test]
fn a_future_of_a_socket_knows_the_line_that_made_it_and_a_poll_of_a_trait_knows_none() {
    ends(|| {
        let record = Record::default();
        let mut event_loop = EventLoop::builder().observer(record.clone()).build().unwrap();
        let lines = event_loop.run(async {
            let listener = TcpListener::bind(ANY_PORT).await.unwrap();
            let address = listener.local_addr().unwrap();
            let (mut client, connect) = (TcpStream::connect(address).await.unwrap(), line!());
            let ((server, _), accept) = (listener.accept().await.unwrap(), line!());
            let (_, write) = (client.write(b"soup").await.unwrap(), line!());
            let (_, peek) = (server.peek(&mut [0; 4]).await.unwrap(), line!());
            let (_, read) = (server.read(&mut [0; 4]).await.unwrap(), line!());
            client.write_all(b"cake").await.unwrap();
            [Some(connect), Some(accept), Some(write), Some(peek), Some(read), None]
        });
        assert_eq!(sites(&record, |event| matches!(event, Event::IoDone { .. })), lines);
        let waits = sites(&record, |event| matches!(event, Event::IoWaits { .. }));
        assert!(waits.iter().all(|line| lines.contains(line)) && waits.contains(&lines[0]));
    });
}

#[test]
fn a_loop_is_told_nothing_of_another_loops_socket() {
    ends(|| {
        let mut another = EventLoop::new().unwrap();
        let socket = another.run(async { UdpSocket::bind(ANY_PORT).await.unwrap() });
        let record = Record::default();
        let mut event_loop = EventLoop::builder().observer(record.clone()).build().unwrap();
        event_loop.run(async move {
            let (_, waker) = Wakes::new();
            let _ = poll(&mut std::pin::pin!(socket.recv_from(&mut [0; 8])), &waker);
        });
        let is_of_a_socket =
            |event: &Event| matches!(event, Event::IoWaits { .. } | Event::IoClosed { .. });
        assert_eq!(record.count(is_of_a_socket), 0);
    });
}
