//! What is gone: the socket, the operation, or the loop.

use std::cell::{Cell, RefCell};
use std::net::SocketAddr;
use std::rc::Rc;
use std::task::Poll;

use executor::journal::{Event, Unparked};
use executor::net::{TcpListener, TcpStream, UdpSocket};
use executor::spawn;
use futures::channel::oneshot;
use futures::{AsyncReadExt, FutureExt};

#[cfg(unix)]
use super::descriptors::descriptors;
use super::{ANY_PORT, Tell, pair, run, send, until, until_the_loop_has_looked};
use crate::checked::{self, EventLoop};
use crate::support::{
    PanicsInDrop, PanicsInWake, Record, TellParked, Wakes, alone, ends, pending_with, poll,
};

fn datagram_to(address: SocketAddr) {
    let sender = std::net::UdpSocket::bind(ANY_PORT).unwrap();
    sender.send_to(b"news", address).unwrap();
}

/// B10.5
#[test]
fn no_event_comes_for_a_socket_that_is_gone() {
    ends(|| {
        let record = Record::default();
        let mut event_loop = EventLoop::builder().observer(record.clone()).build().unwrap();
        event_loop.run(async {
            let (mut stream, peer) = pair().await;
            let token = record.pick(|_, event| match event {
                Event::IoRegistered { token, .. } => Some(*token),
                _ => None,
            });
            let token = *token.last().unwrap();
            let events =
                || record.count(|event| matches!(event, Event::IoReady(io) if io.token == token));
            let (wakes, waker) = Wakes::new();
            // By the trait: such a poll leaves its waker with the socket.
            assert!(poll(&mut AsyncReadExt::read(&mut stream, &mut [0; 8]), &waker).is_pending());
            until(|| events() == 1).await; // it is writable
            // It may have come by now, but has not been looked at.
            send(&peer, b"too late");
            drop(stream);
            until_the_loop_has_looked().await;
            assert_eq!((events(), wakes.count()), (1, 0));
        });
    });
}

/// B10.5: between the system's report and its handling there is foreign code, the observer's.
#[test]
fn a_stale_event_wakes_nobody_though_place_and_number_were_given_to_another_socket() {
    const NAME: &str = "sockets::gone::\
         a_stale_event_wakes_nobody_though_place_and_number_were_given_to_another_socket";
    alone(NAME, || {
        let (old, new) = (Rc::new(RefCell::new(None)), Rc::new(RefCell::new(None)));
        let (wakes, waker) = Wakes::new();
        let (done, is_done) = oneshot::channel::<()>();
        let observer = {
            let (old, new, mut done) = (old.clone(), new.clone(), Some(done));
            Tell(move |event: &Event| {
                let Event::Unparked { by: Unparked::Io } = event else { return };
                let Some(stale) = old.take() else { return };
                #[cfg(unix)]
                let before = descriptors();
                drop(stale);
                let fresh = UdpSocket::bind(ANY_PORT).now_or_never().unwrap().unwrap();
                #[cfg(unix)]
                assert_eq!(descriptors(), before, "the number was not used again");
                let address = fresh.local_addr().unwrap();
                let mut receives = Box::pin(async move { fresh.recv_from(&mut [0; 8]).await });
                assert!(poll(&mut receives, &waker).is_pending());
                new.replace(Some((address, receives)));
                done.take().unwrap().send(()).unwrap();
            })
        };
        // What an observer does itself is not told: to a checker it would come from nowhere.
        let mut event_loop = executor::EventLoop::builder().observer(observer).build().unwrap();
        event_loop.run(async {
            let socket = UdpSocket::bind(ANY_PORT).await.unwrap();
            until_the_loop_has_looked().await;
            datagram_to(socket.local_addr().unwrap());
            old.replace(Some(socket));
            is_done.await.unwrap(); // parks, and is unparked by the datagram
            until_the_loop_has_looked().await;
            assert_eq!(wakes.count(), 0);
            // An event of its own does wake it.
            let (address, _receives) = new.take().unwrap();
            datagram_to(address);
            until(|| wakes.count() == 1).await;
        });
    });
}

fn assert_gone<T>(polled: Poll<std::io::Result<T>>) {
    let Poll::Ready(Err(error)) = polled else { panic!("no error") };
    assert_eq!(error.to_string(), "the event loop of this socket is gone");
}

/// B10.10
#[test]
fn whoever_waits_for_a_socket_whose_loop_ends_gets_an_error() {
    let mut event_loop = EventLoop::new().unwrap();
    let (stream, _peer, listener, socket) = event_loop.run(async {
        let (stream, peer) = pair().await;
        let listener = TcpListener::bind(ANY_PORT).await.unwrap();
        (stream, peer, listener, UdpSocket::bind(ANY_PORT).await.unwrap())
    });
    let (reader, mut bytes, mut datagram) = (&stream, [0; 8], [0; 8]);
    let mut read = reader.read(&mut bytes);
    let mut accept = Box::pin(listener.accept());
    let mut receive = Box::pin(socket.recv_from(&mut datagram));
    let [(reads, r), (accepts, a), (receives, u)] = [Wakes::new(), Wakes::new(), Wakes::new()];
    // Nothing of this needs a loop to be entered here.
    assert!(poll(&mut read, &r).is_pending());
    assert!(poll(&mut accept, &a).is_pending());
    assert!(poll(&mut receive, &u).is_pending());
    drop(event_loop);
    assert_eq!([reads.count(), accepts.count(), receives.count()], [1, 1, 1]);
    assert_gone(poll(&mut read, &r));
    assert_gone(poll(&mut accept, &a).map_ok(drop));
    assert_gone(poll(&mut receive, &u).map_ok(drop));
    // And who comes later does, too.
    assert_gone(poll(&mut stream.write(b"hello?"), &r));
}

/// B10.10, B6.4
#[test]
fn a_task_of_another_loop_gets_the_error_too() {
    ends(|| {
        let (give, take) = crossbeam_channel::bounded(1);
        let (parked, is_parked) = crossbeam_channel::unbounded();
        let owner = std::thread::spawn(move || {
            let mut event_loop = EventLoop::new().unwrap();
            let (stream, peer) = event_loop.run(pair());
            give.send(stream).unwrap();
            is_parked.recv().unwrap();
            drop(event_loop);
            peer
        });
        let stream: TcpStream = take.recv().unwrap();
        let mut elsewhere = EventLoop::builder().observer(TellParked(parked)).build().unwrap();
        let read = elsewhere.run(async { stream.read(&mut [0; 8]).await });
        assert_gone(Poll::Ready(read));
        drop(owner.join().unwrap());
    });
}

/// B6.4: a socket stays with its loop, but may be waited for in another one.
#[test]
fn a_task_of_another_loop_is_woken_by_the_loop_of_the_socket() {
    ends(|| {
        let (give, take) = crossbeam_channel::bounded(1);
        let (parked, is_parked) = crossbeam_channel::unbounded::<()>();
        let (end, is_end) = oneshot::channel::<()>();
        let owner = std::thread::spawn(move || {
            checked::run(async {
                let (stream, peer) = pair().await;
                give.send(stream).unwrap();
                std::thread::spawn(move || {
                    is_parked.recv().unwrap();
                    send(&peer, b"news");
                });
                is_end.await.unwrap();
            });
        });
        let stream: TcpStream = take.recv().unwrap();
        let mut elsewhere = EventLoop::builder().observer(TellParked(parked)).build().unwrap();
        let read = elsewhere.run(async {
            let mut buffer = [0; 8];
            stream.read(&mut buffer).await.map(|n| buffer[..n].to_vec())
        });
        assert_eq!(read.unwrap(), b"news");
        end.send(()).unwrap();
        owner.join().unwrap();
    });
}

/// B10.10 and B3.5
#[test]
fn a_foreign_waker_that_panics_at_the_end_of_the_loop_keeps_no_error_from_the_others() {
    let mut event_loop = EventLoop::new().unwrap();
    let (bad, good) = event_loop.run(async {
        (UdpSocket::bind(ANY_PORT).await.unwrap(), UdpSocket::bind(ANY_PORT).await.unwrap())
    });
    let (_panics, panicking) = PanicsInWake::new();
    let (wakes, waker) = Wakes::new();
    let [mut first, mut second] = [[0; 8]; 2];
    let (mut fails, mut receives) =
        (Box::pin(bad.recv_from(&mut first)), Box::pin(good.recv_from(&mut second)));
    assert!(poll(&mut fails, &panicking).is_pending());
    assert!(poll(&mut receives, &waker).is_pending());
    let dropped = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| drop(event_loop)));
    assert_eq!((dropped.is_ok(), wakes.count()), (true, 1));
}

/// B3.5: the same while the loop runs.
#[test]
fn a_foreign_waker_that_panics_keeps_no_other_socket_from_being_told() {
    run(async || {
        let (bad, good) = (UdpSocket::bind(ANY_PORT).await.unwrap(), pair().await);
        let (_panics, panicking) = PanicsInWake::new();
        let mut buffer = [0; 8];
        let mut receives = Box::pin(bad.recv_from(&mut buffer));
        assert!(poll(&mut receives, &panicking).is_pending());
        let task = spawn(async move { good.0.read(&mut [0; 8]).await });
        until_the_loop_has_looked().await;
        datagram_to(bad.local_addr().unwrap());
        send(&good.1, b"news");
        assert_eq!(task.await.unwrap().unwrap(), 4);
        assert_eq!(receives.await.unwrap().0, 4);
    });
}

/// B10.10 and B5.1: a loop that ends drops its tasks with their sockets, while it is entered.
#[test]
fn a_socket_may_be_dropped_after_its_loop_and_before() {
    let kept = Rc::new(Cell::new(None));
    let mut event_loop = EventLoop::new().unwrap();
    let peer = event_loop.run(async {
        let (stream, peer) = pair().await;
        kept.set(Some(UdpSocket::bind(ANY_PORT).await.unwrap()));
        drop(spawn(pending_with(stream)));
        peer
    });
    // The task's socket was closed at the end of `run`.
    assert_eq!(std::io::Read::read(&mut &peer, &mut [0; 8]).unwrap(), 0);
    drop(event_loop);
    drop(kept.take().unwrap());
}

/// B7.2: the design promises the caller's line. A panic hook is global, so it is alone.
#[test]
fn a_socket_made_outside_a_loop_panics_at_the_callers_line() {
    const NAME: &str = "sockets::gone::a_socket_made_outside_a_loop_panics_at_the_callers_line";
    alone(NAME, || {
        let place = std::sync::Arc::new(std::sync::Mutex::new(None));
        let told = place.clone();
        std::panic::set_hook(Box::new(move |panic| {
            let location = panic.location().unwrap();
            *told.lock().unwrap() = Some((location.file().to_owned(), location.line()));
        }));
        let line = line!() + 1;
        let text = crate::support::panic_of(|| UdpSocket::bind(ANY_PORT).now_or_never());
        drop(std::panic::take_hook());
        assert!(text.contains("outside an event loop"), "{text}");
        assert_eq!(*place.lock().unwrap(), Some((file!().to_owned(), line)));
    });
}

/// B3.5, B10.5: it is dropped with its socket, by whoever drops that.
#[test]
fn a_foreign_waker_whose_destructor_panics_keeps_no_socket_from_being_dropped() {
    struct Panics(PanicsInDrop);
    impl std::task::Wake for Panics {
        fn wake(self: std::sync::Arc<Self>) {
            let _ = self.0.0;
        }
    }
    run(async || {
        let socket = UdpSocket::bind(ANY_PORT).await.unwrap();
        let waker = std::sync::Arc::new(Panics(PanicsInDrop("a waker's destructor"))).into();
        let mut buffer = [0; 8];
        let polled =
            socket.poll_recv_from(&mut std::task::Context::from_waker(&waker), &mut buffer);
        assert!(polled.is_pending());
        drop(waker);
        let (wakes, waker) = Wakes::new();
        let polled =
            socket.poll_recv_from(&mut std::task::Context::from_waker(&waker), &mut buffer);
        assert!(polled.is_pending());
        drop(waker);
        drop(socket);
        assert_eq!(std::sync::Arc::strong_count(&wakes), 1);
    });
}
