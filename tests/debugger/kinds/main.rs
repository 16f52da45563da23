//! Kinds of futures, each waiting in a task of its own, with the truth of what it waits for above it:
//! the test of the debugger kit compares what is shown with that. `@1` stands for the place that is
//! marked so below, `@leaf` for the one of that name.
//!
//! With the argument `crowd` it has a thousand tasks.

mod combined;
mod foreign;
mod in_macros;
mod plain;
mod streams;
mod variables;

use std::hint::black_box;
use std::rc::Rc;
use std::time::Duration;

use async_lock::Semaphore;
use executor::{Clock, EventLoop, JoinHandle, spawn_named, yield_now};
use timer::sleep;

const HOUR: Duration = Duration::from_secs(3600);

#[rustfmt::skip] // which would put the mark into another line
async fn leaf(hours: u32) -> u32 { // @leaf_begins
    sleep(hours * HOUR).await; // @leaf
    hours
}

/// Makes each a task that has its name.
macro_rules! tasks_of {
    ($($kind:ident),* $(,)?) => {
        vec![$(executor::spawn_named(stringify!($kind), $kind())),*]
    };
}

use tasks_of;

/// Where a debugger stops: all others wait.
#[inline(never)]
fn look(round: u32) {
    black_box(round);
}

async fn visiting() {
    let tasks: Vec<Vec<JoinHandle<u32>>> = vec![
        plain::tasks(),
        combined::tasks(),
        streams::tasks(),
        in_macros::tasks(),
        foreign::tasks(),
        variables::tasks(),
    ];
    // The later rounds are for those that are spawned, and woken, by these.
    for _ in 0..8 {
        yield_now().await;
    }
    look(black_box(1));
    drop(tasks);
}

async fn worker(hours: u32) -> u32 {
    leaf(hours).await
}

async fn idle(gate: Rc<Semaphore>) -> u32 {
    let _permit = gate.acquire().await;
    0
}

/// A thousand tasks, most of which do the same, and one that does something else.
async fn crowding() {
    let gate = Rc::new(Semaphore::new(0));
    let workers = (1..=600).map(|n| spawn_named(format!("worker {n}"), worker(n)));
    let mut tasks: Vec<_> = workers.collect();
    tasks.push(spawn_named("the odd one", leaf(1_000)));
    tasks.extend((0..398).map(|_| spawn_named("idle", idle(gate.clone()))));
    // A round has 61 of them.
    for _ in 0..20 {
        yield_now().await;
    }
    look(black_box(1));
}

fn main() -> std::io::Result<()> {
    let mut event_loop = EventLoop::builder().clock(Clock::simulated()).build()?;
    match std::env::args().nth(1).as_deref() {
        Some("crowd") => event_loop.run(crowding()),
        _ => event_loop.run(visiting()),
    }
    Ok(())
}
