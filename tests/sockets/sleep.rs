//! The loop's sleep among sockets: what ends it, and what does not.

use std::cell::Cell;
use std::future::poll_fn;
use std::rc::Rc;
use std::task::Poll;
use std::thread;

use executor::journal::{Event, Observer, Unparked};
use executor::net::UdpSocket;
use executor::{gather_all, spawn};
use futures::AsyncReadExt;
use futures::channel::oneshot;

use super::{ANY_PORT, Tell, pair, send, until_the_loop_has_looked};
use crate::checked::EventLoop;
use crate::support::{Record, ends};

/// A loop that from the moment on at which the cell is set keeps a record, and says when it parks.
fn watched() -> (EventLoop, Rc<Cell<bool>>, Record, crossbeam_channel::Receiver<()>) {
    let (watch, record) = (Rc::new(Cell::new(false)), Record::default());
    let (parked, is_parked) = crossbeam_channel::unbounded();
    let observer = {
        let (watch, mut record) = (watch.clone(), record.clone());
        Tell(move |event: &Event| {
            if watch.get() {
                record.on_event(std::time::Duration::ZERO, event);
                if let Event::Parked { .. } = event {
                    let _ = parked.send(());
                }
            }
        })
    };
    (EventLoop::builder().observer(observer).build().unwrap(), watch, record, is_parked)
}

fn sleeps_ended_by(record: &Record) -> Vec<Unparked> {
    record.pick(|_, event| match event {
        Event::Unparked { by } => Some(*by),
        _ => None,
    })
}

/// B10.8: the call has left nothing behind that would end the next sleep.
#[test]
fn a_call_from_another_thread_ends_one_sleep_and_io_ends_the_next() {
    let sleeps = ends(|| {
        let (mut event_loop, watch, record, is_parked) = watched();
        event_loop.run(async {
            let (mut stream, peer) = pair().await;
            let (call, is_called) = oneshot::channel::<()>();
            until_the_loop_has_looked().await;
            let other = thread::spawn(move || {
                is_parked.recv().unwrap();
                call.send(()).unwrap();
                is_parked.recv().unwrap();
                send(&peer, b"news");
                peer
            });
            let waits = spawn(async { is_called.await.unwrap() });
            watch.set(true);
            stream.read_exact(&mut [0; 4]).await.unwrap();
            watch.set(false);
            waits.await.unwrap();
            other.join().unwrap();
        });
        sleeps_ended_by(&record)
    });
    assert_eq!(sleeps, [Unparked::Thread, Unparked::Io]);
}

/// B10.8
#[test]
fn three_wakes_before_the_poll_are_one_poll_and_keep_the_loop_awake_once() {
    let (polls, sleeps) = ends(|| {
        let (mut event_loop, watch, record, is_parked) = watched();
        let polls = Rc::new(Cell::new(0));
        event_loop.run(async {
            let (mut stream, peer) = pair().await;
            let (give, take) = crossbeam_channel::bounded(1);
            let counted = polls.clone();
            drop(spawn(poll_fn(move |cx| {
                counted.set(counted.get() + 1);
                let _ = give.try_send(cx.waker().clone());
                Poll::<()>::Pending
            })));
            until_the_loop_has_looked().await;
            polls.set(0);
            // The loop is busy, with this very poll, while another thread calls three times.
            let waker = take.recv().unwrap();
            thread::spawn(move || (0..3).for_each(|_| waker.wake_by_ref())).join().unwrap();
            let other = thread::spawn(move || {
                // The first time it does not fall asleep, because of the calls.
                (0..2).for_each(|_| is_parked.recv().unwrap());
                send(&peer, b"news");
                peer
            });
            watch.set(true);
            stream.read_exact(&mut [0; 4]).await.unwrap();
            watch.set(false);
            other.join().unwrap();
        });
        (polls.get(), sleeps_ended_by(&record))
    });
    assert_eq!(polls, 1);
    assert_eq!(sleeps, [Unparked::Thread, Unparked::Io]);
}

/// B10.9: a stop and a continuation end `epoll_wait` with EINTR. A signal is for a whole process.
#[cfg(target_os = "linux")]
#[test]
fn a_signal_does_not_end_the_sleep() {
    crate::support::alone("sockets::sleep::a_signal_does_not_end_the_sleep", || {
        let sleeps = ends(|| {
            let (mut event_loop, watch, record, is_parked) = watched();
            event_loop.run(async {
                let (mut stream, peer) = pair().await;
                until_the_loop_has_looked().await;
                let this_thread = std::fs::read_link("/proc/thread-self").unwrap();
                let status = format!("/proc/{}/status", this_thread.display());
                let other = thread::spawn(move || {
                    is_parked.recv().unwrap();
                    let sleeps = |status: String| status.contains("State:\tS");
                    while !sleeps(std::fs::read_to_string(&status).unwrap()) {
                        thread::yield_now();
                    }
                    let stop = "kill -STOP $PPID; until grep -q 'State:.T' \"$0\"; do :; done; \
                                kill -CONT $PPID";
                    let stop =
                        std::process::Command::new("sh").args(["-c", stop, &status]).status();
                    assert!(stop.unwrap().success());
                    send(&peer, b"news");
                    peer
                });
                watch.set(true);
                stream.read_exact(&mut [0; 4]).await.unwrap();
                watch.set(false);
                other.join().unwrap();
            });
            sleeps_ended_by(&record)
        });
        assert_eq!(sleeps, [Unparked::Io]);
    });
}

/// B10.9: the driver takes 256 events home at once.
#[test]
fn more_events_than_one_look_takes_home_come_with_the_next() {
    const SOCKETS: usize = 300;
    let tokens = ends(|| {
        let (mut event_loop, watch, record, _is_parked) = watched();
        event_loop.run(async {
            let mut sockets = Vec::new();
            for _ in 0..SOCKETS {
                sockets.push(UdpSocket::bind(ANY_PORT).await.unwrap());
            }
            let addresses: Vec<_> =
                sockets.iter().map(|socket| socket.local_addr().unwrap()).collect();
            let receivers = sockets.into_iter().map(|socket| {
                spawn(async move {
                    let mut buffer = [0; 8];
                    let (n, _) = socket.recv_from(&mut buffer).await.unwrap();
                    usize::from_le_bytes(buffer[..n].try_into().unwrap())
                })
            });
            let receivers: Vec<_> = receivers.collect();
            until_the_loop_has_looked().await;
            watch.set(true);
            // All in one poll: none of them is looked at before all are there.
            let sender = std::net::UdpSocket::bind(ANY_PORT).unwrap();
            for (n, address) in addresses.iter().enumerate() {
                sender.send_to(&n.to_le_bytes(), address).unwrap();
            }
            for (n, received) in gather_all(receivers).await.into_iter().enumerate() {
                assert_eq!(received.unwrap(), n);
            }
        });
        record.pick(|_, event| match event {
            Event::IoReady(readiness) if readiness.readable => Some(readiness.token),
            _ => None,
        })
    });
    // Each was told once.
    assert_eq!(tokens.len(), SOCKETS);
    assert_eq!(std::collections::BTreeSet::from_iter(tokens).len(), SOCKETS);
}
