//! Rows in which other threads wake tasks.

use std::sync::mpsc;
use std::thread;
use std::time::Instant;

use futures::StreamExt;
use futures::channel::mpsc::unbounded;

use super::{join, run, spawn, yield_now};
use crate::rows::{Measured, per};

pub const ROWS: &[Measured] = &[
    Measured { row: "wake from a thread", measure: round_trips },
    Measured { row: "wakes from 4 threads", measure: flood },
];

fn round_trips(n: u64) -> f64 {
    run(async move {
        let (ask, questions) = mpsc::channel();
        let (answer, mut answers) = unbounded();
        let thread = thread::spawn(move || {
            questions.into_iter().for_each(|i| answer.unbounded_send(i).expect("it is awaited"));
        });
        let start = Instant::now();
        for i in 0..n {
            ask.send(i).expect("the thread is there until we are");
            assert_eq!(answers.next().await, Some(i));
        }
        let time = start.elapsed();
        drop(ask);
        thread.join().expect("the thread only passes on");
        per(time, n)
    })
}

fn flood(n: u64) -> f64 {
    const THREADS: u64 = 4;
    const TASKS: u64 = 250;
    let each = n / THREADS / TASKS;
    run(async move {
        let (mut tasks, mut floods) = (Vec::new(), Vec::new());
        for _ in 0..THREADS {
            let mut senders = Vec::new();
            for _ in 0..TASKS {
                let (sender, receiver) = unbounded::<u64>();
                senders.push(sender);
                tasks.push(spawn(receiver.fold(0, |sum, i| async move { sum + i })));
            }
            floods.push(senders);
        }
        yield_now().await;
        let start = Instant::now();
        for senders in floods {
            thread::spawn(move || {
                for _ in 0..each {
                    for sender in &senders {
                        sender.unbounded_send(1).expect("it is awaited");
                    }
                }
            });
        }
        for task in tasks {
            assert_eq!(join(task).await, each);
        }
        per(start.elapsed(), THREADS * TASKS * each)
    })
}
