//! What a turn costs while very many others wait: tasks, timers or connections.

use std::future::{pending, poll_fn};
use std::hint;
use std::pin::{Pin, pin};
use std::sync::mpsc;
use std::task::Poll;
use std::thread;
use std::time::{Duration, Instant};

use futures::StreamExt;
use futures::channel::mpsc::unbounded;
use futures::channel::oneshot::{self, Sender};

use super::{
    TcpStream, UdpSocket, accept, connect, detach, echo, event_loop, join, listen, run, run_on,
    sleep, spawn, spawn_blocking, talk, timeout, yield_now,
};
use crate::idle::Idle;
use crate::rows::{Beside, MESSAGE, Meter, WORKS};

pub const ROWS: &[Beside] = &[
    Beside { row: "wake from a thread", measure: wakes },
    Beside { row: "UDP round trip", measure: datagrams },
    Beside { row: "TCP round trip", measure: echoes },
    Beside { row: "blocking job", measure: jobs },
    Beside { row: "timer", measure: timers },
    Beside { row: "empty run", measure: empty_runs },
];

fn wakes(idle: Idle, n: u64) -> f64 {
    run(async move {
        let _senders = spawn_idle(idle, n).await;
        let (ask, questions) = mpsc::channel::<()>();
        let (answer, mut answers) = unbounded();
        let thread = thread::spawn(move || {
            for () in questions {
                // On the only core the loop goes to sleep now.
                thread::yield_now();
                answer.unbounded_send(()).expect("it is awaited");
            }
        });
        let mut meter = Meter::new();
        for () in meter.by_ref() {
            ask.send(()).expect("the thread is there until we are");
            answers.next().await.expect("the thread is there until we are");
        }
        let figure = meter.per_operation();
        drop(ask);
        thread.join().expect("the thread only passes on");
        figure
    })
}

fn datagrams(idle: Idle, n: u64) -> f64 {
    run(async move {
        let _senders = spawn_idle(idle, n).await;
        let server = UdpSocket::bind("127.0.0.1:0").await.expect(WORKS);
        let address = server.local_addr().expect(WORKS);
        detach(spawn(async move {
            let mut buffer = [0; MESSAGE];
            loop {
                let (length, from) = server.recv_from(&mut buffer).await.expect(WORKS);
                server.send_to(&buffer[..length], from).await.expect(WORKS);
            }
        }));
        let client = UdpSocket::bind("127.0.0.1:0").await.expect(WORKS);
        let mut back = [0; MESSAGE];
        let mut meter = Meter::new();
        for () in meter.by_ref() {
            client.send_to(&[7; MESSAGE], address).await.expect(WORKS);
            let (length, _) = client.recv_from(&mut back).await.expect(WORKS);
            assert_eq!(back[..length], [7; MESSAGE]);
        }
        meter.per_operation()
    })
}

fn echoes(idle: Idle, n: u64) -> f64 {
    run(async move {
        let _senders = spawn_idle(idle, n).await;
        let (listener, address) = listen().await;
        let mut client = connect(address).await;
        detach(spawn(echo(accept(&listener).await)));
        let mut meter = Meter::new();
        for () in meter.by_ref() {
            talk(&mut client, [7; MESSAGE], 1).await;
        }
        meter.per_operation()
    })
}

fn jobs(idle: Idle, n: u64) -> f64 {
    run(async move {
        let _senders = spawn_idle(idle, n).await;
        let mut meter = Meter::new();
        for () in meter.by_ref() {
            // On the only core the loop goes to sleep now.
            spawn_blocking(thread::yield_now).await;
        }
        meter.per_operation()
    })
}

fn timers(idle: Idle, n: u64) -> f64 {
    /// Whatever the runtime rounds the deadline up to: with ticks of 1 ms it is past then.
    const PAST: Duration = Duration::from_micros(1_100);
    run(async move {
        let _senders = spawn_idle(idle, n).await;
        let mut meter = Meter::new();
        while meter.next().is_some() {
            let mut timer = pin!(sleep(Duration::from_micros(10)));
            let armed = poll_fn(|cx| Poll::Ready(timer.as_mut().poll(cx))).await;
            assert!(armed.is_pending(), "it is not due yet");
            meter.leave_out(|| spin(PAST));
            timer.await;
        }
        meter.per_operation()
    })
}

/// Keeps the processor at work: one that has been at rest is slower for a while.
fn spin(duration: Duration) {
    let start = Instant::now();
    while start.elapsed() < duration {
        hint::spin_loop();
    }
}

fn empty_runs(idle: Idle, n: u64) -> f64 {
    let mut event_loop = event_loop();
    let _kept = run_on(&mut event_loop, async move {
        match idle {
            Idle::Tasks | Idle::Forgotten => {
                // Without its sender a task comes to its end, and this run to its own after that.
                drop(spawn_idle(idle, n).await);
                all_had_a_turn().await;
                Vec::new()
            }
            Idle::Endless => keep((0..n).map(|_| endless())).await,
            Idle::Far => keep((0..n).map(far)).await,
            Idle::Connections => keep(connections(n).await.into_iter().map(echo)).await,
        }
    });
    let mut meter = Meter::new();
    for () in meter.by_ref() {
        run_on(&mut event_loop, async {});
    }
    meter.per_operation()
}

/// Spawns `n` tasks that wait for what never comes, or the two of each of `n` connections. Those
/// that wait for a message do so until what it returns is dropped.
async fn spawn_idle(idle: Idle, n: u64) -> Vec<Sender<()>> {
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
async fn all_had_a_turn() {
    join(spawn(async {})).await;
}

/// Polls each once, so that it waits; its owner need not be a task.
async fn keep<F: Future<Output = ()> + 'static>(
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

async fn endless() {
    let _ = timeout(Duration::MAX, pending::<()>()).await;
}

/// A year, and not all at once.
async fn far(i: u64) {
    sleep(Duration::from_secs(365 * 24 * 60 * 60) + Duration::from_micros(i)).await;
}

/// Both ends of `n` connections.
async fn connections(n: u64) -> Vec<TcpStream> {
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
