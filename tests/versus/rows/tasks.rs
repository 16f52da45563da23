//! Rows of tasks alone, in processor time: they leave the processor no moment of rest, and so it
//! does not matter who else is on the machine.

use std::hint::black_box;

use futures::channel::mpsc::channel;
use futures::{SinkExt, StreamExt};

use super::{gather, join, run, spawn, yield_now};
use crate::process::processor_time;
use crate::rows::{Measured, per};

pub const ROWS: &[Measured] = &[
    Measured { row: "yield", measure: yields },
    Measured { row: "yield among 10,000", measure: yields_among },
    Measured { row: "spawn and join", measure: spawn_and_join },
    Measured { row: "spawn and join 1,000,000", measure: spawn_and_join_many },
    Measured { row: "ping-pong", measure: ping_pong },
    Measured { row: "gather 1,000", measure: gathers },
];

fn yields(n: u64) -> f64 {
    run(async move {
        let mut start = processor_time();
        for i in 0..n + n / 10 {
            if i == n / 10 {
                start = processor_time();
            }
            yield_now().await;
        }
        per(processor_time() - start, n)
    })
}

fn yields_among(n: u64) -> f64 {
    const TASKS: u64 = 10_000;
    run(async move {
        let task = |_| {
            spawn(async move {
                for _ in 0..=n / TASKS {
                    yield_now().await;
                }
            })
        };
        let tasks: Vec<_> = (0..TASKS).map(task).collect();
        // When it comes back each of them has had its first turn.
        yield_now().await;
        let start = processor_time();
        for task in tasks {
            join(task).await;
        }
        per(processor_time() - start, n)
    })
}

fn spawn_and_join(n: u64) -> f64 {
    run(async move {
        let mut start = processor_time();
        for i in 0..n + n / 10 {
            if i == n / 10 {
                start = processor_time();
            }
            let output = join(spawn(async move { black_box(i) })).await;
            assert_eq!(output, i);
        }
        per(processor_time() - start, n)
    })
}

fn spawn_and_join_many(n: u64) -> f64 {
    run(async move {
        let start = processor_time();
        let tasks: Vec<_> = (0..n).map(|i| spawn(async move { black_box(i) })).collect();
        let mut sum = 0;
        for task in tasks {
            sum += join(task).await;
        }
        assert_eq!(sum, n * (n - 1) / 2);
        per(processor_time() - start, n)
    })
}

fn ping_pong(n: u64) -> f64 {
    run(async move {
        let (mut there, mut from_here) = channel(1);
        let (mut back, mut from_there) = channel(1);
        let other = spawn(async move {
            while let Some(message) = from_here.next().await {
                back.send(message).await.expect("the first task takes what it gets");
            }
        });
        let start = processor_time();
        for i in 0..n / 2 {
            there.send(i).await.expect("the other task takes what it gets");
            assert_eq!(from_there.next().await, Some(i));
        }
        let time = processor_time() - start;
        drop(there);
        join(other).await;
        per(time, n)
    })
}

fn gathers(n: u64) -> f64 {
    const MEMBERS: u64 = 1_000;
    run(async move {
        let start = processor_time();
        for _ in 0..n / MEMBERS {
            let members = (0..MEMBERS).map(|i| async move {
                yield_now().await;
                black_box(i)
            });
            let outputs = gather(members).await;
            assert!(outputs.into_iter().eq(0..MEMBERS));
        }
        per(processor_time() - start, n)
    })
}
