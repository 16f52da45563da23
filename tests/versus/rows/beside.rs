//! What a turn costs while very many others wait: tasks, timers or connections.

use std::future::poll_fn;
use std::hint;
use std::pin::pin;
use std::sync::mpsc;
use std::task::Poll;
use std::thread;
use std::time::{Duration, Instant};

use futures::StreamExt;
use futures::channel::mpsc::unbounded;

use super::idle::{all_had_a_turn, connections, endless, far, keep, spawn_idle};
use super::{
    UdpSocket, accept, connect, detach, echo, event_loop, listen, run, run_on, sleep, spawn,
    spawn_blocking, talk,
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
