//! Whose turn it is, when some are always ready.

use std::cell::Cell;
use std::future::poll_fn;
use std::pin::pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use executor::net::{TcpListener, UdpSocket};
use executor::{spawn, yield_now};
use futures::{AsyncReadExt, AsyncWriteExt, StreamExt};

use super::{ANY_PORT, pair, run, send};

/// How many operations a task may do in one poll.
const BUDGET: u32 = 128;

/// B8.2, and B10.9: a look without a sleep sees what there is, too.
#[test]
fn a_hundred_tasks_that_wake_themselves_do_not_stop_io() {
    run(async || {
        for _ in 0..100 {
            drop(spawn(poll_fn(|cx| {
                cx.waker().wake_by_ref();
                Poll::<()>::Pending
            })));
        }
        let (mut stream, peer) = pair().await;
        let echo = std::thread::spawn(move || std::io::copy(&mut &peer, &mut &peer).unwrap());
        for n in 0..100u8 {
            stream.write_all(&[n]).await.unwrap();
            let mut back = [0];
            stream.read_exact(&mut back).await.unwrap();
            assert_eq!(back, [n]);
        }
        drop(stream);
        assert_eq!(echo.join().unwrap(), 100);
    });
}

/// B8.3
#[test]
fn a_task_that_yields_in_a_loop_does_not_stop_io() {
    run(async || {
        let (stream, peer) = pair().await;
        send(&peer, b"news");
        let read = spawn(async move { stream.read(&mut [0; 8]).await.unwrap() });
        while !read.is_finished() {
            yield_now().await;
        }
        assert_eq!(read.await.unwrap(), 4);
    });
}

/// Spawns a task that does `operation` so many times, and says after how many of them each time
/// another task was polled.
async fn interruptions(times: u32, mut operation: impl AsyncFnMut() + 'static) -> Vec<u32> {
    let done = Rc::new(Cell::new(0));
    let counted = done.clone();
    let busy = spawn(async move {
        for _ in 0..times {
            operation().await;
            counted.set(counted.get() + 1);
        }
    });
    let mut interruptions = Vec::new();
    while !busy.is_finished() {
        yield_now().await;
        interruptions.push(done.get());
    }
    interruptions
}

/// After each budget, and not before.
fn assert_in_turns(interruptions: &[u32]) {
    let turns = interruptions.len() as u32;
    let expected: Vec<u32> = (1..turns).map(|turn| turn * BUDGET).collect();
    assert_eq!(interruptions[..turns as usize - 1], expected);
    assert!(turns > 3, "{interruptions:?}");
}

/// B8.6
#[test]
fn a_socket_that_is_always_readable_yields_after_its_budget() {
    run(async || {
        let (stream, peer) = pair().await;
        send(&peer, &[7; 1000]);
        // What is peeked at has come: the reads have nothing to wait for.
        let mut all = [0; 1000];
        while stream.peek(&mut all).await.unwrap() < 1000 {}
        yield_now().await;
        let turns = interruptions(1000, async move || {
            assert_eq!(stream.read(&mut [0; 1]).await.unwrap(), 1);
        });
        assert_in_turns(&turns.await);
    });
}

/// B8.6
#[test]
fn a_socket_that_is_always_writable_yields_after_its_budget() {
    run(async || {
        let socket = UdpSocket::bind(ANY_PORT).await.unwrap();
        // The kernel drops what nobody takes: there is always room.
        let nobody = std::net::UdpSocket::bind(ANY_PORT).unwrap();
        let to = nobody.local_addr().unwrap();
        socket.send_to(b"first", to).await.unwrap();
        let turns = interruptions(1000, async move || {
            assert_eq!(socket.send_to(b"more", to).await.unwrap(), 4);
        });
        assert_in_turns(&turns.await);
    });
}

/// B8.6: nor does it help to have many sockets.
#[test]
fn many_sockets_of_one_task_share_its_budget() {
    run(async || {
        let nobody = std::net::UdpSocket::bind(ANY_PORT).unwrap();
        let to = nobody.local_addr().unwrap();
        let mut sockets = Vec::new();
        for _ in 0..10 {
            let socket = UdpSocket::bind(ANY_PORT).await.unwrap();
            socket.send_to(b"first", to).await.unwrap();
            sockets.push(socket);
        }
        let mut next = (0..10).cycle();
        let turns = interruptions(1000, async move || {
            let socket = &sockets[next.next().unwrap()];
            assert_eq!(socket.send_to(b"more", to).await.unwrap(), 4);
        });
        assert_in_turns(&turns.await);
    });
}

/// The simplest of executors.
fn block_on(future: impl Future) {
    let mut future = pin!(future);
    while future.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending() {}
}

/// B8.6, B7.1: it polls again and again within one poll of the loop, which is the only one that there is.
#[test]
fn another_executor_inside_a_task_gets_a_new_budget_too() {
    run(async || {
        let nobody = std::net::UdpSocket::bind(ANY_PORT).unwrap();
        let to = nobody.local_addr().unwrap();
        let socket = UdpSocket::bind(ANY_PORT).await.unwrap();
        socket.send_to(b"first", to).await.unwrap();
        block_on(async {
            for _ in 0..3 * BUDGET {
                assert_eq!(socket.send_to(b"more", to).await.unwrap(), 4);
            }
        });
        // And so does, in its next poll, a task that is polled as it should be.
        let turns = interruptions(1000, async move || {
            assert_eq!(socket.send_to(b"more", to).await.unwrap(), 4);
        });
        assert_in_turns(&turns.await);
    });
}

/// B8.6
#[test]
fn listeners_with_long_queues_yield_after_their_budget() {
    run(async || {
        let (mut listeners, mut peers) = (Vec::new(), Vec::new());
        for _ in 0..6 {
            let listener = TcpListener::bind(ANY_PORT).await.unwrap();
            let address = listener.local_addr().unwrap();
            peers.extend((0..101).map(|_| std::net::TcpStream::connect(address).unwrap()));
            listener.accept().await.unwrap();
            listeners.push(listener);
        }
        let mut next = (0..6).cycle();
        let turns = interruptions(600, async move || {
            let listener = &listeners[next.next().unwrap()];
            listener.incoming().next().await.unwrap().unwrap();
        });
        assert_in_turns(&turns.await);
    });
}

/// B8.6: it is refused as often as it was served, so that the others get their turn if there are any.
#[test]
fn who_polls_on_in_one_poll_is_refused_as_often_as_it_was_served() {
    run(async || {
        let socket = UdpSocket::bind(ANY_PORT).await.unwrap();
        let to = socket.local_addr().unwrap();
        socket.send_to(b"first", to).await.unwrap();
        yield_now().await; // the next poll begins with a new budget
        let polls = (0..4 * BUDGET).map(|_| {
            let polled = socket.poll_send_to(&mut Context::from_waker(Waker::noop()), b"more", to);
            polled.is_ready()
        });
        let polls = polls.collect::<Vec<_>>();
        let in_a_row = polls.chunk_by(|a, b| a == b).map(|row| (row[0], row.len() as u32));
        let turns = [true, false, true, false].map(|is_served| (is_served, BUDGET));
        assert_eq!(in_a_row.collect::<Vec<_>>(), turns);
    });
}
