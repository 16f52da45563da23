//! How a task of a program waits, and gives up.

use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::net::{Ipv4Addr, SocketAddr};
use std::pin::pin;
use std::rc::Rc;
use std::time::Duration;

use executor::net::UdpSocket;
use executor::{Clock, spawn};
use futures::future::{Either, select};
use timer::{Hold, sleep, timeout};

use super::numbers::{BEAT, HALF};

pub fn beats(beats: u64) -> Duration {
    Duration::from_millis(beats * BEAT)
}

fn limit(limit: u64) -> Duration {
    beats(limit) + Duration::from_millis(HALF)
}

/// Watches how often a task is polled.
pub struct Polls {
    pub task: String,
    /// So many threads may still call the task, for nothing.
    pub late_calls: Cell<usize>,
    /// The polls for which there was no reason, of all tasks.
    pub idle: Rc<RefCell<Vec<String>>>,
}

impl Polls {
    /// Awaits something: there is a reason to poll the task when this begins, and when it is over.
    pub async fn of<F: Future>(&self, future: F) -> F::Output {
        let (mut future, mut polls) = (pin!(future), 0);
        poll_fn(|cx| {
            polls += 1;
            let polled = future.as_mut().poll(cx);
            if polls > 1 && polled.is_pending() {
                self.note_idle(std::any::type_name::<F>());
            }
            polled
        })
        .await
    }

    fn note_idle(&self, awaits: &str) {
        match self.late_calls.get() {
            0 => self.idle.borrow_mut().push(format!("{} while it awaits {awaits}", self.task)),
            calls => self.late_calls.set(calls - 1),
        }
    }
}

/// Awaits a future, with a limit.
pub async fn at_most<F: Future>(beats: u64, future: F) -> Option<F::Output> {
    timeout(limit(beats), future).await.ok()
}

/// The same by hand.
pub async fn whichever_is_first<F: Future + Unpin>(beats: u64, future: F) -> Option<F::Output> {
    match select(future, pin!(sleep(limit(beats)))).await {
        Either::Left((output, _)) => Some(output),
        Either::Right(_) => None,
    }
}

/// A datagram that is to come.
#[derive(Default)]
struct Flight {
    is_awaited: Cell<bool>,
    /// The system may take its time to deliver it, but on the simulated clock none passes.
    hold: Cell<Option<Hold>>,
}

/// Reads what is sent after so many beats, if ever. The socket is to be kept: the datagram may come
/// when nobody waits for it any more.
pub async fn read(
    clock: &Clock,
    polls: &Polls,
    sent: Option<u64>,
    limit: u64,
) -> (UdpSocket, Option<u64>) {
    let any_port = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let socket = UdpSocket::bind(any_port).await.unwrap();
    let (to, flight) = (socket.local_addr().unwrap(), Rc::<Flight>::default());
    if let Some(after) = sent {
        let (clock, flight) = (clock.clone(), flight.clone());
        drop(spawn(async move {
            sleep(beats(after)).await;
            if flight.is_awaited.get() {
                flight.hold.set(Some(clock.hold()));
            }
            let sender = std::net::UdpSocket::bind(any_port).unwrap();
            sender.send_to(&[6], to).unwrap();
        }));
    }
    let mut buffer = [0; 8];
    flight.is_awaited.set(true);
    let received = polls.of(at_most(limit, socket.recv_from(&mut buffer))).await;
    flight.is_awaited.set(false);
    drop(flight.hold.take());
    (socket, received.map(|received| u64::from(buffer[received.unwrap().0 - 1])))
}
