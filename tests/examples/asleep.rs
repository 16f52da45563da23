//! What a sleeping task costs: bytes and time. `cargo run --release -p tests --example asleep`
//!
//! The bytes are those that Linux has given to the process, before and after a million tasks are
//! asleep, so they include what the allocator keeps for itself.

use std::fs;
use std::time::{Duration, Instant};

use executor::{Clock, EventLoop, spawn};
use timer::sleep;

const TASKS: u64 = 1_000_000;
const PAGE: u64 = 4096;

fn main() {
    let mut event_loop = EventLoop::builder().clock(Clock::simulated()).build().unwrap();
    event_loop.run(async {
        let (started, before) = (Instant::now(), resident());
        for n in 0..TASKS {
            drop(spawn(sleep(Duration::from_millis(1 + n * 7919 % 3_600_000))));
        }
        // A zero sleep ends after every other ready task has run once.
        sleep(Duration::ZERO).await;
        let (asleep, after) = (started.elapsed(), resident());
        if let (Some(before), Some(after)) = (before, after) {
            println!("{} bytes a task", (after - before) / TASKS);
        }
        println!("{:?} until all are asleep", asleep);
        sleep(Duration::from_secs(3601)).await;
        println!("{:?} until all have been woken", started.elapsed() - asleep);
    });
}

/// The process's resident memory, in bytes, where there is a `/proc`.
fn resident() -> Option<u64> {
    let statm = fs::read_to_string("/proc/self/statm").ok()?;
    let pages: u64 = statm.split(' ').nth(1)?.parse().ok()?;
    Some(pages * PAGE)
}
