//! Who waits for a socket, when several do, and who does so no longer.

use std::cell::RefCell;
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake};

use executor::journal::Event;
use executor::net::{TcpListener, TcpStream, UdpSocket};
use executor::{Clock, Stuck, gather, gather_all, spawn};
use futures::{AsyncRead, AsyncReadExt, StreamExt};
use timer::timeout;

use super::{ANY_PORT, connect, pair, readiness, run, send, until, until_the_loop_has_looked};
use crate::checked::EventLoop;
use crate::support::{Record, Wakes, ends, ms, pending_with, poll};

/// Polls an operation, which has to wait, and gives it up: then nobody has its waker any more.
fn assert_gives_its_place_back(what: &str, operation: impl Future) {
    let (wakes, waker) = Wakes::new();
    {
        let mut operation = pin!(operation);
        let polled = operation.as_mut().poll(&mut Context::from_waker(&waker));
        assert!(polled.is_pending(), "{what} does not wait");
        assert!(Arc::strong_count(&wakes) > 2, "{what} keeps no waker");
    }
    assert_eq!(Arc::strong_count(&wakes), 2, "{what} leaves its waker behind");
    assert_eq!(wakes.count(), 0);
}

/// B10.10
#[test]
fn an_operation_that_is_given_up_leaves_no_waker_with_its_socket() {
    run(async || {
        let (stream, _peer) = pair().await;
        readiness::fill(&stream).await;
        assert_gives_its_place_back("read", stream.read(&mut [0; 8]));
        assert_gives_its_place_back("write", stream.write(&[7]));
        assert_gives_its_place_back("peek", stream.peek(&mut [0; 8]));
        let listener = TcpListener::bind(ANY_PORT).await.unwrap();
        assert_gives_its_place_back("accept", listener.accept());
        let next = async { listener.incoming().next().await.map(drop) };
        assert_gives_its_place_back("incoming", next);
        let (_listener, _clients, nobody_accepts) = connect::nobody_accepts();
        assert_gives_its_place_back("connect", TcpStream::connect(nobody_accepts));
        let socket = UdpSocket::bind(ANY_PORT).await.unwrap();
        let to = socket.local_addr().unwrap();
        assert_gives_its_place_back("send_to", socket.send_to(b"news", to));
        assert_gives_its_place_back("recv_from", socket.recv_from(&mut [0; 8]));
    });
}

/// B10.10
#[test]
fn a_task_whose_read_was_given_up_is_not_polled_for_what_comes_later() {
    let polls = ends(|| {
        let record = Record::default();
        let mut event_loop = EventLoop::builder().observer(record.clone()).build().unwrap();
        event_loop.run(async {
            let (stream, peer) = pair().await;
            let task = spawn(async move {
                assert!(timeout(ms(1), stream.read(&mut [0; 8])).await.is_err());
                pending_with(stream).await;
            });
            let polls = || record.count(|it| matches!(it, Event::PollStarted { task: polled, .. } if *polled == task.id()));
            until(|| polls() == 2).await;
            send(&peer, b"too late");
            until_the_loop_has_looked().await;
            polls()
        })
    });
    assert_eq!(polls, 2);
}

/// What a program says in the end that can only be stuck.
fn stuck(program: impl AsyncFnOnce() + Send + 'static) -> Stuck {
    ends(|| {
        let event_loop = EventLoop::builder().clock(Clock::simulated()).build();
        event_loop.unwrap().try_run(program()).expect_err("it is stuck")
    })
}

/// B10.10
#[test]
fn a_loop_whose_last_wait_for_a_socket_was_given_up_is_stuck() {
    let stuck = stuck(async || {
        let (stream, _peer) = pair().await;
        let socket = UdpSocket::bind(ANY_PORT).await.unwrap();
        assert!(timeout(ms(1), stream.read(&mut [0; 8])).await.is_err());
        assert!(timeout(ms(1), socket.recv_from(&mut [0; 8])).await.is_err());
        std::future::pending::<()>().await;
    });
    assert_eq!(stuck.tasks.len(), 1);
}

/// B10.6
#[test]
fn of_two_that_accept_the_earlier_is_woken_though_the_later_gives_up() {
    run(async || {
        let listener = Rc::new(TcpListener::bind(ANY_PORT).await.unwrap());
        let address = listener.local_addr().unwrap();
        let accepting = listener.clone();
        let earlier = spawn(async move { accepting.accept().await.unwrap().1 });
        until_the_loop_has_looked().await; // it waits
        assert!(timeout(ms(1), listener.accept()).await.is_err());
        let peer = std::net::TcpStream::connect(address).unwrap();
        assert_eq!(earlier.await.unwrap(), peer.local_addr().unwrap());
    });
}

/// B10.6
#[test]
fn two_that_send_at_once_by_a_new_socket_both_do() {
    let sent = ends(|| {
        let mut event_loop = EventLoop::builder().clock(Clock::simulated()).build().unwrap();
        event_loop.run(async {
            let socket = Rc::new(UdpSocket::bind(ANY_PORT).await.unwrap());
            let to = socket.local_addr().unwrap();
            let again = socket.clone();
            let first = async move { socket.send_to(b"one", to).await.unwrap() };
            let second = async move { again.send_to(b"two and", to).await.unwrap() };
            gather!(first, second).await
        })
    });
    assert_eq!(sent, (3, 7));
}

/// Tasks that do an operation on one and the same thing, over and over: which of them has done it,
/// one time after the other, when `next` has been called before each.
async fn turns_of_three<T: 'static>(
    shared: T,
    operation: impl AsyncFn(&T) + Copy + 'static,
    mut next: impl FnMut(),
) -> Vec<usize> {
    let (shared, turns) = (Rc::new(shared), Rc::new(RefCell::new(Vec::new())));
    for n in 0..3 {
        let (shared, turns) = (shared.clone(), turns.clone());
        drop(spawn(async move {
            loop {
                operation(&shared).await;
                turns.borrow_mut().push(n);
            }
        }));
    }
    until_the_loop_has_looked().await; // all of them wait
    for done in 1..=9 {
        next();
        until(|| turns.borrow().len() >= done).await;
        until_the_loop_has_looked().await;
    }
    turns.take()
}

/// B10.6: first in, first woken; and who finds nothing keeps its place.
#[test]
fn tasks_that_wait_for_one_socket_take_turns() {
    run(async || {
        let in_turn = [0, 1, 2, 0, 1, 2, 0, 1, 2];

        let listener = TcpListener::bind(ANY_PORT).await.unwrap();
        let address = listener.local_addr().unwrap();
        let mut peers = Vec::new();
        let accept = async |listener: &TcpListener| drop(listener.accept().await.unwrap());
        let connect = || peers.push(std::net::TcpStream::connect(address).unwrap());
        assert_eq!(turns_of_three(listener, accept, connect).await, in_turn);

        let socket = UdpSocket::bind(ANY_PORT).await.unwrap();
        let (address, sender) =
            (socket.local_addr().unwrap(), std::net::UdpSocket::bind(ANY_PORT).unwrap());
        let receive = async |socket: &UdpSocket| {
            assert_eq!(socket.recv_from(&mut [0; 8]).await.unwrap().0, 4);
        };
        let send_one = || assert_eq!(sender.send_to(b"news", address).unwrap(), 4);
        assert_eq!(turns_of_three(socket, receive, send_one).await, in_turn);

        let (stream, peer) = pair().await;
        let read = async |stream: &TcpStream| {
            assert_eq!(stream.read(&mut [0; 8]).await.unwrap(), 1);
        };
        assert_eq!(turns_of_three(stream, read, || send(&peer, b"a")).await, in_turn);
    });
}

/// B10.6: a stream of connections has one place at a time, too.
#[test]
fn streams_of_connections_of_one_listener_take_turns() {
    run(async || {
        let listener = Rc::new(TcpListener::bind(ANY_PORT).await.unwrap());
        let address = listener.local_addr().unwrap();
        let turns = Rc::new(RefCell::new(Vec::new()));
        for n in 0..2 {
            let (listener, turns) = (listener.clone(), turns.clone());
            drop(spawn(async move {
                let mut incoming = listener.incoming();
                while let Some(connection) = incoming.next().await {
                    drop(connection.unwrap());
                    turns.borrow_mut().push(n);
                }
            }));
        }
        until_the_loop_has_looked().await; // both wait
        for done in 1..=4 {
            drop(std::net::TcpStream::connect(address).unwrap());
            until(|| turns.borrow().len() >= done).await;
            until_the_loop_has_looked().await;
        }
        assert_eq!(turns.take(), [0, 1, 0, 1]);
    });
}

/// B10.6
#[test]
fn a_hundred_tasks_that_wait_for_one_socket_all_get_something() {
    run(async || {
        let socket = Rc::new(UdpSocket::bind(ANY_PORT).await.unwrap());
        let to = socket.local_addr().unwrap();
        let receivers = Vec::from_iter((0..100).map(|_| {
            let socket = socket.clone();
            spawn(async move {
                let mut buffer = [0];
                socket.recv_from(&mut buffer).await.unwrap();
                buffer[0]
            })
        }));
        until_the_loop_has_looked().await; // all of them wait
        for n in 0..100 {
            socket.send_to(&[n], to).await.unwrap();
        }
        let received = gather_all(receivers).await.into_iter().map(|byte| byte.unwrap());
        assert_eq!(received.collect::<Vec<_>>(), Vec::from_iter(0..100));
    });
}

/// Reads a byte by the poll of the trait, as what is written for any `AsyncRead` does.
async fn read_by_the_trait(mut stream: &TcpStream) -> u8 {
    let mut byte = [0];
    AsyncReadExt::read_exact(&mut stream, &mut byte).await.unwrap();
    byte[0]
}

/// B10.6
#[test]
fn two_tasks_that_read_by_the_trait_both_get_their_turn() {
    run(async || {
        let (stream, peer) = pair().await;
        let stream = Rc::new(stream);
        let readers = [stream.clone(), stream]
            .map(|stream| spawn(async move { read_by_the_trait(&stream).await }));
        until_the_loop_has_looked().await; // both wait
        send(&peer, b"a");
        until(|| readers.iter().any(|reader| reader.is_finished())).await;
        send(&peer, b"b");
        let mut read = gather_all(readers).await.into_iter().map(Result::unwrap);
        assert_eq!([read.next(), read.next()], [Some(b'a'), Some(b'b')]);
    });
}

/// B10.6: one waker has one place, however often it is left by polls of the trait.
#[test]
fn a_waker_left_twice_by_the_trait_is_called_once() {
    run(async || {
        let (mut stream, peer) = pair().await;
        let (wakes, waker) = Wakes::new();
        for _ in 0..3 {
            assert!(poll(&mut AsyncReadExt::read(&mut stream, &mut [0; 8]), &waker).is_pending());
        }
        send(&peer, b"news");
        until(|| wakes.count() > 0).await;
        until_the_loop_has_looked().await;
        assert_eq!(wakes.count(), 1);
    });
}

/// B10.10: what nobody takes back does not pile up; and who is crowded out is told to ask again.
#[test]
fn polls_of_the_trait_that_are_given_up_do_not_pile_up() {
    const KEPT: usize = 32;
    run(async || {
        let (mut stream, peer) = pair().await;
        let wakers: Vec<_> = (0..1000).map(|_| Wakes::new()).collect();
        for (_, waker) in &wakers {
            assert!(poll(&mut AsyncReadExt::read(&mut stream, &mut [0; 8]), waker).is_pending());
        }
        let (woken, kept) = wakers.split_at(1000 - KEPT);
        let holders = |wakers: &[(Arc<Wakes>, _)]| {
            Vec::from_iter(
                wakers.iter().map(|(wakes, _)| (Arc::strong_count(wakes), wakes.count())),
            )
        };
        assert_eq!(holders(woken), vec![(2, 1); 1000 - KEPT]);
        assert_eq!(holders(kept), vec![(3, 0); KEPT]);
        send(&peer, b"news");
        until(|| kept.iter().all(|(wakes, _)| wakes.count() == 1)).await;
        assert_eq!(holders(woken), vec![(2, 1); 1000 - KEPT]);
    });
}

/// B10.6: more tasks than that lose nothing, either.
#[test]
fn fifty_tasks_that_read_by_the_trait_all_get_their_turn() {
    run(async || {
        let (stream, peer) = pair().await;
        let stream = Rc::new(stream);
        let readers = Vec::from_iter((0..50).map(|_| {
            let stream = stream.clone();
            spawn(async move { read_by_the_trait(&stream).await })
        }));
        executor::yield_now().await;
        let bytes = Vec::from_iter(0..50);
        send(&peer, &bytes);
        let read = gather_all(readers).await.into_iter().map(Result::unwrap);
        let mut read = Vec::from_iter(read);
        read.sort();
        assert_eq!(read, bytes);
    });
}

/// A foreign waker that does something, once.
struct OnWake(Mutex<Option<Box<dyn FnOnce() + Send>>>);

impl Wake for OnWake {
    fn wake(self: Arc<Self>) {
        let act = self.0.lock().unwrap().take();
        act.into_iter().for_each(|act| act());
    }
}

/// B10.10: also if that is done by the waker of the one before it in the line.
#[test]
fn who_is_given_up_while_others_are_woken_is_not_woken_any_more() {
    run(async || {
        let socket = Arc::new(UdpSocket::bind(ANY_PORT).await.unwrap());
        let to = socket.local_addr().unwrap();
        let receive = |socket: Arc<UdpSocket>| {
            Box::pin(async move { socket.recv_from(&mut [0; 8]).await.map(|(n, _)| n) })
        };
        let [mut first, mut second, mut third] = [(); 3].map(|()| receive(socket.clone()));
        let given_up = Arc::new(Mutex::new(None));
        let give_up = given_up.clone();
        let act = Box::new(move || drop(give_up.lock().unwrap().take()));
        let waker = Arc::new(OnWake(Mutex::new(Some(act)))).into();
        let [(seconds, second_waker), (thirds, third_waker)] = [Wakes::new(), Wakes::new()];
        assert!(poll(&mut first, &waker).is_pending());
        assert!(poll(&mut second, &second_waker).is_pending());
        assert!(poll(&mut third, &third_waker).is_pending());
        *given_up.lock().unwrap() = Some(second);
        socket.send_to(b"news", to).await.unwrap();
        until(|| thirds.count() == 1).await;
        assert_eq!(seconds.count(), 0);
        assert_eq!(first.await.unwrap(), 4);
    });
}

/// A reader that is polled by hand, by the trait.
struct ByHand<'a>(&'a TcpStream, [u8; 8]);

impl Future for ByHand<'_> {
    type Output = usize;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<usize> {
        let Self(stream, buffer) = &mut *self;
        Pin::new(stream).poll_read(cx, buffer).map(Result::unwrap)
    }
}

/// B10.6: those who wait by futures and those who wait by the trait are in one line.
#[test]
fn futures_and_polls_of_the_trait_wait_in_one_line() {
    run(async || {
        let (stream, peer) = pair().await;
        let order = Arc::new(Mutex::new(Vec::new()));
        let waker = |name: &'static str| {
            let order = order.clone();
            let act: Box<dyn FnOnce() + Send> = Box::new(move || order.lock().unwrap().push(name));
            Arc::new(OnWake(Mutex::new(Some(act)))).into()
        };
        let (mut buffer, mut more) = ([0; 8], [0; 8]);
        let (mut first, mut third) = (stream.read(&mut buffer), stream.read(&mut more));
        let mut second = ByHand(&stream, [0; 8]);
        assert!(poll(&mut first, &waker("future")).is_pending());
        assert!(poll(&mut second, &waker("poll")).is_pending());
        assert!(poll(&mut third, &waker("another future")).is_pending());
        send(&peer, b"news");
        until(|| order.lock().unwrap().len() == 3).await;
        assert_eq!(*order.lock().unwrap(), ["future", "poll", "another future"]);
    });
}

/// B10.10: futures leave the line themselves, so they crowd nobody out, however many they are.
#[test]
fn futures_that_wait_crowd_out_no_poll_of_the_trait() {
    run(async || {
        let socket = UdpSocket::bind(ANY_PORT).await.unwrap();
        let mut buffers = [[0; 8]; 100];
        let (futures_wakes, waker) = Wakes::new();
        let mut futures: Vec<_> =
            buffers.iter_mut().map(|buffer| Box::pin(socket.recv_from(buffer))).collect();
        for future in &mut futures {
            assert!(poll(future, &waker).is_pending());
        }
        let polls = [Wakes::new(), Wakes::new()];
        for (_, waker) in &polls {
            let cx = &mut Context::from_waker(waker);
            assert!(socket.poll_recv_from(cx, &mut [0; 8]).is_pending());
        }
        assert_eq!(futures_wakes.count(), 0);
        assert_eq!(polls.map(|(wakes, _)| wakes.count()), [0, 0]);
    });
}
