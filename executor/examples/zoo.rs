//! Futures of every kind, each waiting in a task of its own, for a debugger to look at.
//!
//! ```console
//! $ cargo build -p executor --example zoo
//! $ rust-gdb -iex "add-auto-load-safe-path $PWD/target" target/debug/examples/zoo
//! (gdb) break zoo::look
//! (gdb) run
//! (gdb) async bt
//! ```
//!
//! With the argument `hang` it waits for ever, for wakers that are in the hands of channels; with
//! `two` it has two loops, on two threads.

use std::future::{self, Future, poll_fn};
use std::hint::black_box;
use std::pin::{Pin, pin};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use executor::{Clock, EventLoop, JoinHandle, gather, spawn_named, yield_now};
use futures::channel::oneshot;
use futures::future::select;
use futures::stream::{FuturesUnordered, StreamExt};
use timer::{sleep, timeout};

const HOUR: Duration = Duration::from_secs(3600);

async fn leaf(hours: u32) -> u32 {
    sleep(hours * HOUR).await;
    hours
}

async fn nested() -> u32 {
    let before = black_box(20);
    let hours = middle("by hand").await;
    before + hours
}

async fn middle(note: &str) -> u32 {
    let hours = leaf(1).await;
    hours + note.len() as u32
}

async fn gathering() -> u32 {
    let (one, other) = gather!(leaf(2), middle("gathered")).await;
    one + other
}

async fn joining(handle: JoinHandle<u32>) -> u32 {
    handle
        .await // the line that is shown
        .unwrap()
}

async fn hurried() -> u32 {
    match timeout(HOUR, sleep(2 * HOUR)).await {
        Ok(()) => 0,
        Err(_) => timeout(HOUR, leaf(3)).await.unwrap_or_default(),
    }
}

fn down(floors: u32) -> Pin<Box<dyn Future<Output = u32>>> {
    Box::pin(async move {
        match floors {
            0 => leaf(4).await,
            _ => down(floors - 1).await + 1,
        }
    })
}

async fn recursing() -> u32 {
    down(2).await
}

async fn borrowing() -> u32 {
    let mut boxed = Box::pin(leaf(5));
    (&mut boxed).await
}

async fn pinning() -> u32 {
    let pinned = pin!(leaf(6));
    pinned.await
}

async fn polling_by_hand() -> u32 {
    let mut by_hand = pin!(leaf(7));
    poll_fn(|cx| by_hand.as_mut().poll(cx)).await
}

async fn closing_over() -> u32 {
    let hours = 8;
    let closure = async |more: u32| leaf(hours).await + more;
    closure(1).await
}

trait Animal {
    async fn feed(&self) -> u32;
}

struct Otter;

impl Animal for Otter {
    async fn feed(&self) -> u32 {
        leaf(9).await
    }
}

async fn herding() -> u32 {
    let mut herd: FuturesUnordered<_> = (10..13).map(leaf).collect();
    let mut hours = 0;
    while let Some(came) = herd.next().await {
        hours += came;
    }
    hours
}

async fn racing() -> u32 {
    select(Box::pin(leaf(13)), pin!(middle("racing"))).await.factor_first().0
}

async fn listening(news: oneshot::Receiver<u32>) -> u32 {
    news.await.unwrap_or_default()
}

async fn hibernating() {
    let _ = timeout(Duration::MAX, sleep(Duration::MAX)).await;
}

async fn feeding() -> u32 {
    Otter.feed().await
}

async fn never_polled() {
    sleep(HOUR).await;
}

/// Where a debugger stops: all others wait, and the future given to `run` is running.
#[inline(never)]
fn look(round: u32) {
    black_box(round);
}

async fn inspecting() {
    let round = black_box(1);
    look(round);
}

async fn visiting() {
    let finished = spawn_named("finished", async {});
    let lion = spawn_named("nested", nested());
    let (post, news) = oneshot::channel();
    let tasks = [
        spawn_named("joining", joining(lion)),
        spawn_named("gathering", gathering()),
        spawn_named("hurried", hurried()),
        spawn_named("recursing", recursing()),
        spawn_named("borrowing", borrowing()),
        spawn_named("pinning", pinning()),
        spawn_named("polling by hand", polling_by_hand()),
        spawn_named("closing over", closing_over()),
        spawn_named("feeding", feeding()),
        spawn_named("herding", herding()),
        spawn_named("racing", racing()),
        spawn_named("listening", listening(news)),
    ];
    let hibernating = spawn_named("hibernating", hibernating());
    // The second round is the first of those that are gathered.
    yield_now().await;
    yield_now().await;
    let never = spawn_named("never polled", never_polled());
    inspecting().await;
    drop((finished, tasks, hibernating, never, post));
}

/// A receiver, and a task that waits for its task; the sender is kept, and silent.
async fn hanging() {
    let (post, news) = oneshot::channel();
    let listener = spawn_named("listener", listening(news));
    let waiting = spawn_named("reader", joining(listener));
    println!("waiting");
    let _ = waiting.await;
    drop(post);
    future::pending().await
}

/// Blocks its loop, from when it is there until the other end is gone.
async fn blocking(here: mpsc::Sender<()>, gone: mpsc::Receiver<()>) {
    let _ = (here.send(()), gone.recv());
}

fn two_loops() {
    let ((here, is_here), (goes, gone)) = (mpsc::channel(), mpsc::channel());
    let other = thread::spawn(|| executor::run(blocking(here, gone)));
    is_here.recv().unwrap();
    executor::run(async {
        let one_more = spawn_named("never polled", never_polled());
        inspecting().await;
        one_more.abort();
    });
    drop(goes);
    other.join().unwrap();
}

fn main() -> std::io::Result<()> {
    match std::env::args().nth(1).as_deref() {
        Some("hang") => executor::run(hanging()),
        Some("two") => two_loops(),
        _ => EventLoop::builder().clock(Clock::simulated()).build()?.run(visiting()),
    }
    Ok(())
}
