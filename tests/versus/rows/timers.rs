//! Rows of timers, in processor time: what they wait for is not the point.

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::task::Poll;
use std::time::Duration;

use super::{detach, run, sleep, spawn, yield_now};
use crate::process::{processor_time, resident_bytes};
use crate::rows::{Measured, per};

pub const ROWS: &[Measured] = &[
    Measured { row: "arm and cancel", measure: arm_and_cancel },
    Measured { row: "arm and fire 1,000,000", measure: arm_and_fire },
    Measured { row: "100,000 sleeping tasks", measure: |n| sleepers(n).0 },
    Measured { row: "bytes of each", measure: |n| sleepers(n).1 },
];

fn arm_and_cancel(n: u64) -> f64 {
    run(async move {
        let mut start = processor_time();
        for i in 0..n + n / 10 {
            if i == n / 10 {
                start = processor_time();
            }
            arm(pin!(sleep(Duration::from_secs(60)))).await;
        }
        per(processor_time() - start, n)
    })
}

fn arm_and_fire(n: u64) -> f64 {
    run(async move {
        let before = processor_time();
        // In the order in which they will fire.
        let mut timers: Vec<_> = (0..n).map(|i| Box::pin(sleep(moment(i, n)))).collect();
        for i in 0..n {
            arm(timers[shuffled(i, n) as usize].as_mut()).await;
        }
        for timer in timers {
            timer.await;
        }
        per(processor_time() - before, n)
    })
}

/// Processor time and memory for each of `n` tasks.
fn sleepers(n: u64) -> (f64, f64) {
    static ENDED: AtomicU64 = AtomicU64::new(0);
    run(async move {
        let (time, memory) = (processor_time(), resident_bytes());
        for i in 0..n {
            let moment = moment(shuffled(i, n), n);
            detach(spawn(async move {
                sleep(moment).await;
                ENDED.fetch_add(1, Relaxed);
            }));
        }
        // When it comes back all of them sleep.
        yield_now().await;
        sleep(Duration::from_millis(1)).await;
        assert_eq!(ENDED.load(Relaxed), 0, "all have to sleep at the same time");
        let memory = resident_bytes() - memory;
        while ENDED.load(Relaxed) < n {
            sleep(Duration::from_millis(10)).await;
        }
        (per(processor_time() - time, n), memory as f64 / n as f64)
    })
}

/// Polls a timer once, which arms it.
async fn arm<F: Future>(mut timer: Pin<&mut F>) {
    let armed = poll_fn(|cx| Poll::Ready(timer.as_mut().poll(cx))).await;
    assert!(armed.is_pending(), "it is not due yet");
}

/// When the `i`th timer fires: late enough for all to be armed by then, a thousand in each
/// millisecond.
fn moment(i: u64, n: u64) -> Duration {
    Duration::from_millis(200) + Duration::from_micros(3 * n + i)
}

/// Each number below `n` once, in no good order: `n` has no factor but 2 and 5.
fn shuffled(i: u64, n: u64) -> u64 {
    i * 7_368_787 % n
}
