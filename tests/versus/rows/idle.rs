//! Very many that wait: tasks, timers and connections.

use std::future::{pending, poll_fn};
use std::pin::Pin;
use std::task::Poll;
use std::time::Duration;

use futures::channel::oneshot::{self, Sender};

use super::{
    TcpStream, accept, connect, detach, echo, join, listen, sleep, spawn, timeout, yield_now,
};
use crate::idle::Idle;

/// Spawns `n` tasks that wait for what never comes, or the two of each of `n` connections. Those
/// that wait for a message do so until what it returns is dropped.
pub async fn spawn_idle(idle: Idle, n: u64) -> Vec<Sender<()>> {
    let mut senders = Vec::new();
    match idle {
        Idle::Tasks => {
            for _ in 0..n {
                let (sender, receiver) = oneshot::channel();
                senders.push(sender);
                detach(spawn(receiver));
            }
        }
        Idle::Forgotten => (0..n).for_each(|_| detach(spawn(pending::<()>()))),
        Idle::Endless => (0..n).for_each(|_| detach(spawn(endless()))),
        Idle::Far => (0..n).for_each(|i| detach(spawn(far(i)))),
        Idle::Connections => {
            connections(n).await.into_iter().for_each(|end| detach(spawn(echo(end))));
        }
    }
    all_had_a_turn().await;
    senders
}

/// The ready queue is first in, first out.
pub async fn all_had_a_turn() {
    join(spawn(async {})).await;
}

/// Polls each once, so that it waits; its owner need not be a task.
pub async fn keep<F: Future<Output = ()> + 'static>(
    futures: impl Iterator<Item = F>,
) -> Vec<Pin<Box<dyn Future<Output = ()>>>> {
    // What a task may do with sockets in one poll is limited.
    yield_now().await;
    let mut kept = Vec::new();
    for future in futures {
        let mut future: Pin<Box<dyn Future<Output = ()>>> = Box::pin(future);
        let polled = poll_fn(|cx| Poll::Ready(future.as_mut().poll(cx))).await;
        assert!(polled.is_pending(), "it waits for what never comes");
        kept.push(future);
    }
    kept
}

pub async fn endless() {
    let _ = timeout(Duration::MAX, pending::<()>()).await;
}

/// A year, and not all at once.
pub async fn far(i: u64) {
    sleep(Duration::from_secs(365 * 24 * 60 * 60) + Duration::from_micros(i)).await;
}

/// Both ends of `n` connections.
pub async fn connections(n: u64) -> Vec<TcpStream> {
    /// For each address there are only so many ports to connect from.
    const EACH: u64 = 10_000;
    let mut ends = Vec::new();
    for begun in (0..n).step_by(EACH as usize) {
        let (listener, address) = listen().await;
        for _ in begun..n.min(begun + EACH) {
            ends.push(connect(address).await);
            ends.push(accept(&listener).await);
        }
    }
    ends
}
