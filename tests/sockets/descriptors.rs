//! Descriptors: what happens when there are none left, and that none stays open. Of a limit for them,
//! and of those that are open, only Unix tells.

use std::collections::BTreeSet;
use std::fs::File;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::Command;
use std::task::Poll;

use executor::journal::Event;
use executor::net::{TcpListener, TcpStream, UdpSocket};
use executor::spawn;
use futures::{FutureExt, StreamExt};
use timer::{now, sleep, timeout};

use super::accept::{addresses, connect};
use super::connect::nobody_accepts;
use super::{ANY_PORT, pair, reset, run, until_the_loop_has_looked};
use crate::checked;
use crate::support::{alone, alone_with, ends, ms, pending_with, simulate_and_record, with_limit};

/// The descriptors that this process has open. It must be [`alone`](crate::support::alone).
pub fn descriptors() -> BTreeSet<PathBuf> {
    // The directory that is read is one of them, as it is each time.
    std::fs::read_dir("/dev/fd").unwrap().map(|entry| entry.unwrap().path()).collect()
}

/// For a process that can open only so many descriptors.
pub fn with_descriptors(limit: u32) -> impl FnOnce(Command) -> Command {
    with_limit(format!("-n {limit}"))
}

/// Opens files until there is no descriptor left.
fn use_up_descriptors() -> Vec<File> {
    (0..).map_while(|_| File::open("/dev/null").ok()).collect()
}

/// Accepts four connections; before the second there is no descriptor left, until `a while` later.
fn accepts_when_there_are_descriptors_again(
    mut accept: impl AsyncFnMut(&TcpListener) -> SocketAddr,
) {
    let ((), record) = simulate_and_record(async {
        let listener = TcpListener::bind(ANY_PORT).await.unwrap();
        let peers = connect(&listener, 4);
        let mut accepted = BTreeSet::from([accept(&listener).await]);
        let files = use_up_descriptors();
        assert!(!files.is_empty());
        let beginning = now();
        // All others go on meanwhile.
        let release = spawn(async move {
            sleep(ms(220)).await;
            drop(files);
        });
        for _ in 1..4 {
            accepted.insert(accept(&listener).await);
        }
        // Soon after, and not before.
        assert!(release.is_finished());
        assert!((ms(220)..ms(500)).contains(&(now() - beginning)));
        assert_eq!(accepted, addresses(&peers));
    });
    // It does not spin, either.
    let polls = record.count(|event| matches!(event, Event::PollStarted { .. }));
    assert!(polls < 50, "{polls} polls");
}

/// B10.7
#[test]
fn without_a_descriptor_accepting_pauses_and_nothing_is_lost() {
    const NAME: &str =
        "sockets::descriptors::without_a_descriptor_accepting_pauses_and_nothing_is_lost";
    alone_with(NAME, with_descriptors(32), || {
        ends(|| {
            accepts_when_there_are_descriptors_again(async |listener| {
                listener.accept().await.unwrap().1
            });
        });
    });
}

/// B10.7
#[test]
fn without_a_descriptor_the_stream_of_connections_pauses_and_nothing_is_lost() {
    const NAME: &str = "sockets::descriptors::without_a_descriptor_the_stream_of_connections_pauses_and_nothing_is_lost";
    alone_with(NAME, with_descriptors(32), || {
        ends(|| {
            let mut held = Vec::new();
            accepts_when_there_are_descriptors_again(async |listener| {
                let stream = listener.incoming().next().await.unwrap().unwrap();
                let peer = stream.peer_addr().unwrap();
                held.push(stream);
                peer
            });
        });
    });
}

/// B10.7: a server that accepts with a timeout drops its pause again and again.
#[test]
fn an_accept_given_up_in_its_pause_loses_nothing() {
    const NAME: &str = "sockets::descriptors::an_accept_given_up_in_its_pause_loses_nothing";
    alone_with(NAME, with_descriptors(32), || {
        ends(|| {
            accepts_when_there_are_descriptors_again(async |listener| {
                loop {
                    if let Ok(accepted) = timeout(ms(30), listener.accept()).await {
                        return accepted.unwrap().1;
                    }
                }
            });
        });
    });
}

/// B10.10: each operation begun and dropped, each way to fail.
#[test]
fn no_operation_leaves_a_descriptor_open() {
    async fn everything() {
        let (stream, peer) = pair().await;
        assert!(stream.read(&mut [0; 8]).now_or_never().is_none());
        assert!(stream.peek(&mut [0; 8]).now_or_never().is_none());
        assert!(timeout(ms(1), stream.read(&mut [0; 8])).await.is_err());
        reset(peer);
        assert!(stream.read(&mut [0; 8]).await.is_err());

        let listener = TcpListener::bind(ANY_PORT).await.unwrap();
        let address = listener.local_addr().unwrap();
        assert!(listener.accept().now_or_never().is_none());
        assert!(TcpListener::bind(address).await.is_err());
        assert!(TcpStream::connect(address).now_or_never().is_none());
        drop(listener);
        assert!(TcpStream::connect(address).await.is_err());
        let (_listener, _clients, nobody_accepts) = nobody_accepts();
        assert!(timeout(ms(1), TcpStream::connect(nobody_accepts)).await.is_err());

        let (stream, _peer) = pair().await;
        let aborted = spawn(async move { stream.read(&mut [0; 8]).await });
        until_the_loop_has_looked().await;
        aborted.abort();
        assert!(aborted.await.is_err());
        let (stream, _peer) = pair().await;
        let panics = spawn(async move {
            let _stream = stream;
            panic!("a panic that is meant");
        });
        assert!(panics.await.is_err());
        // Left to the end of the loop:
        drop(spawn(pending_with((pair().await, UdpSocket::bind(ANY_PORT).await))));
    }
    alone("sockets::descriptors::no_operation_leaves_a_descriptor_open", || {
        let before = descriptors();
        for _ in 0..3 {
            run(async || everything().await);
            assert_eq!(descriptors(), before);
        }
    });
}

/// B10.10: also where it is the last descriptor that fails.
#[test]
fn a_socket_that_could_not_be_made_leaves_no_descriptor_open() {
    const NAME: &str =
        "sockets::descriptors::a_socket_that_could_not_be_made_leaves_no_descriptor_open";
    alone_with(NAME, with_descriptors(32), || {
        run(async || {
            let address = TcpListener::bind(ANY_PORT).await.unwrap().local_addr().unwrap();
            let open = || std::fs::File::open("/dev/null");
            let files: Vec<_> = (0..).map_while(|_| open().ok()).collect();
            for _ in 0..100 {
                assert!(TcpListener::bind(ANY_PORT).await.is_err());
                assert!(UdpSocket::bind(ANY_PORT).await.is_err());
                assert!(TcpStream::connect(address).await.is_err());
            }
            assert!(open().is_err());
            drop(files);
            UdpSocket::bind(ANY_PORT).await.unwrap();
        });
    });
}

/// B4.5. A few bytes are all that a waker keeps of a loop that is gone.
#[test]
fn a_waker_that_outlives_its_loop_keeps_no_descriptor_open() {
    const NAME: &str =
        "sockets::descriptors::a_waker_that_outlives_its_loop_keeps_no_descriptor_open";
    alone(NAME, || {
        let before = descriptors();
        let mut wakers = Vec::new();
        for _ in 0..10 {
            let waker = std::future::poll_fn(|cx| Poll::Ready(cx.waker().clone()));
            wakers.push(checked::run(waker));
        }
        assert_eq!(descriptors(), before);
        wakers.into_iter().for_each(std::task::Waker::wake);
    });
}
