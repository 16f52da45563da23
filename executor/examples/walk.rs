//! Awaits of every kind, one after the other, for a debugger to step over.
//!
//! ```console
//! $ cargo build -p executor --example walk
//! $ rust-gdb -iex "add-auto-load-safe-path $PWD/target" target/debug/examples/walk
//! (gdb) async break walking
//! (gdb) run
//! (gdb) async next
//! ```

use std::collections::VecDeque;
use std::future::Future;
use std::hint::black_box;
use std::pin::Pin;
use std::time::Duration;

use executor::{Clock, EventLoop, spawn_named, yield_now};
use futures::future::join;
use timer::{sleep, timeout};

const SECOND: Duration = Duration::from_secs(1);

/// What a task carries across its awaits.
struct Order {
    guest: String,
    dishes: Vec<&'static str>,
    table: Option<Box<Table>>,
}

struct Table {
    number: u32,
}

async fn count(to: u32) -> u32 {
    let mut counted = 0;
    while counted < to {
        sleep(SECOND).await;
        counted += 1;
    }
    counted
}

async fn ratio() -> f64 {
    sleep(SECOND).await;
    0.5
}

async fn word() -> String {
    sleep(SECOND).await;
    "word".to_owned()
}

async fn choice(yes: bool) -> Result<u8, u8> {
    sleep(SECOND).await;
    if yes { Ok(1) } else { Err(2) }
}

fn boxed(depth: u32) -> Pin<Box<dyn Future<Output = u64>>> {
    Box::pin(deep(depth))
}

async fn deep(depth: u32) -> u64 {
    if depth == 0 {
        sleep(SECOND).await;
        return 7;
    }
    boxed(depth - 1).await + 1
}

async fn generic<T: Clone>(value: T) -> T {
    yield_now().await;
    value.clone()
}

async fn too_late() {
    sleep(99 * SECOND).await;
}

async fn bursting() -> u32 {
    sleep(SECOND).await;
    panic!("burst")
}

async fn serving(order: Order) -> usize {
    let Order { guest, dishes, table } = order;
    let mut queue: VecDeque<_> = dishes.iter().copied().collect();
    let first = queue.pop_front();
    let shadow = Box::new(black_box(1));
    let shadow = Box::new(*shadow + 1);
    let left = &queue;
    count(1).await;
    let number = table.map_or(0, |table| table.number);
    guest.len() + left.len() + first.map_or(0, str::len) + *shadow + number as usize
}

async fn walking() {
    let counted = count(2).await;
    let half = ratio().await;
    let word = word().await;
    let chosen = (choice(true).await, choice(false).await);
    let deepest = deep(2).await;
    let pair = join(count(1), count(3)).await;
    let both = (generic('c').await, generic("text").await);
    let late = timeout(SECOND, too_late()).await;
    let _ = black_box((counted, half, word, chosen, deepest, pair, both, late));
}

async fn all() {
    let table = Some(Box::new(Table { number: 3 }));
    let order = Order { guest: "Ada".to_owned(), dishes: vec!["soup", "pie"], table };
    let serving = spawn_named("serving", serving(order));
    let bursting = spawn_named("bursting", bursting());
    let cancelled = spawn_named("cancelled", too_late());
    walking().await;
    cancelled.abort();
    let _ = (serving.await, bursting.await.is_err(), cancelled.await.is_err());
}

/// With the argument `forever`: counts seconds by the real clock, until it is ended.
async fn counting() {
    println!("counting");
    loop {
        let counted = count(1).await;
        black_box(counted);
    }
}

fn main() -> std::io::Result<()> {
    if std::env::args().nth(1).as_deref() == Some("forever") {
        executor::run(counting());
    }
    // The panic is a part of it.
    std::panic::set_hook(Box::new(|_| println!("a task has panicked")));
    EventLoop::builder().clock(Clock::simulated()).build()?.run(all());
    Ok(())
}
