//! Programs to which something happens from outside: sockets, other threads, a panic.

use std::io::{ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::panic::resume_unwind;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::*};
use std::thread;
use std::time::{Duration, Instant};

use futures_channel::oneshot;
use futures_lite::future;
use mio::Token;

use super::{Rung, counted, wait_until};
use crate::ladder::poller;

/// A task reads from a socket, into which another thread writes when `gate` lets it. With a poller
/// the task waits for that. Without one it asks again and again. Returns how often it is polled.
pub(in crate::ladder) fn read(
    rung: Rung,
    has_poller: bool,
    gate: impl FnOnce(&AtomicUsize) + Send + 'static,
) -> std::io::Result<usize> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let ours = TcpStream::connect(listener.local_addr()?)?;
    let (mut theirs, _) = listener.accept()?;
    ours.set_nonblocking(true)?;
    let polls = Arc::<AtomicUsize>::default();
    let seen = Arc::clone(&polls);
    let writer = thread::spawn(move || {
        gate(&seen);
        theirs.write_all(b"soup")
    });
    let mut ours = mio::net::TcpStream::from_std(ours);
    let (send, outcome) = oneshot::channel();
    let reader = async move {
        let registered = if has_poller { poller::register(&mut ours, Token(1)) } else { Ok(()) };
        let read = loop {
            match ours.read(&mut [0; 4]) {
                Err(error) if error.kind() == ErrorKind::WouldBlock && has_poller => {
                    poller::readable(Token(1)).await;
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => future::yield_now().await,
                read => break read,
            }
        };
        let _ = send.send(registered.and(read));
    };
    (rung.block_on)(counted(&polls, Box::pin(reader)));
    writer.join().expect("the writer does not panic")?;
    let outcome = future::block_on(outcome).expect("the reader has ended");
    outcome.map(|_| polls.load(SeqCst))
}

/// Another thread wakes a task of a loop that sleeps until a deadline so far away. Returns whether
/// the task was polled only after that.
pub(in crate::ladder) fn woken_too_late(
    rung: Rung,
    sleeps: &'static AtomicUsize,
    until: Duration,
) -> (bool, Duration) {
    let (send, outcome) = oneshot::channel();
    (rung.block_on)(Box::pin(async move {
        let (begin, before) = (Instant::now(), sleeps.load(SeqCst));
        (rung.spawn)((rung.sleep)(until));
        let (wake, woken) = oneshot::channel();
        thread::spawn(move || {
            wait_until(|| sleeps.load(SeqCst) > before);
            let _ = wake.send(());
        });
        let _ = woken.await;
        let _ = send.send((begin.elapsed() >= until, begin.elapsed()));
    }));
    future::block_on(outcome).expect("the task has ended")
}

/// One task panics, and two others are still to be polled. Returns how many of these come to their
/// end.
pub(in crate::ladder) fn beside_a_panic(rung: Rung) -> usize {
    let ended = Arc::<AtomicUsize>::default();
    let counter = Arc::clone(&ended);
    let run = move || {
        (rung.block_on)(Box::pin(async move {
            // As `panic!` does, without the line on stderr.
            (rung.spawn)(Box::pin(async { resume_unwind(Box::new("the toast is burnt")) }));
            for _ in 0..2 {
                let ended = Arc::<AtomicUsize>::clone(&counter);
                (rung.spawn)(Box::pin(async move {
                    ended.fetch_add(1, SeqCst);
                }));
            }
            (rung.sleep)(Duration::from_millis(1)).await;
        }));
    };
    // The panic ends this thread, if nobody has caught it before.
    let _ = thread::spawn(run).join();
    ended.load(SeqCst)
}
