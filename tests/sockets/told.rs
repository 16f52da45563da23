//! What the journal tells of sockets: who made them, waits at them and closes them.

use executor::EventLoop;
use executor::journal::{Event, Way};
use executor::net::UdpSocket;
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
            Event::IoRegistered { token, by } => (by, format!("registers {}", number(token))),
            Event::IoWaits { token, by, way: Way::Read, would_block } => {
                let tried = if *would_block { "tried" } else { "untried" };
                (by, format!("waits to read {}, {tried}", number(token)))
            }
            Event::IoWaits { token, by, way: Way::Write, would_block } => {
                let tried = if *would_block { "tried" } else { "untried" };
                (by, format!("waits to write {}, {tried}", number(token)))
            }
            Event::IoClosed { token, by } => (by, format!("closes {}", number(token))),
            _ => return None,
        };
        assert_eq!(*by, Some(main), "{event:?}");
        Some(text)
    })
}

fn recorded(program: impl AsyncFnOnce(&Record) + Send + 'static) -> Vec<String> {
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
    assert!(told.contains(&"waits to write 2, tried".to_owned()), "{told:?}");
}

#[test]
fn a_socket_that_is_ready_is_used_without_a_word() {
    let told = recorded(async |record| {
        let socket = UdpSocket::bind(ANY_PORT).await.unwrap();
        let is_ready = |event: &Event| matches!(event, Event::IoReady(io) if io.writable);
        until(|| record.count(is_ready) == 1).await;
        socket.send_to(b"news", socket.local_addr().unwrap()).await.unwrap();
    });
    assert_eq!(told, ["registers 1", "closes 1"]);
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
