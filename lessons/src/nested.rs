//! A loop in a loop: why not, what a nested `block_on` eats, and how two loops talk.

use std::future::poll_fn;
use std::io;
use std::panic;
use std::task::Poll;
use std::thread;
use std::time::Duration;

use async_channel::{Receiver, Sender, bounded};
use executor::{Clock, EventLoop, JoinError, gather, spawn, spawn_blocking};
use futures_lite::future::{block_on, or};
use timer::{now, sleep};

use crate::lesson::{Clocks, Evening, Lesson, Stage, Twin, look, println, sleep_the_thread};

const SECOND: Duration = Duration::from_secs(1);

async fn bake() -> &'static str {
    sleep(SECOND).await;
    "baked"
}

/// A library that hides a `run` is called from a task.
async fn run_in_run() {
    let library = spawn(async { executor::run(bake()) });
    // Rust's own line about the panic would stand between ours.
    let hook = panic::take_hook();
    panic::set_hook(Box::new(|_| {}));
    let cake = library.await;
    panic::set_hook(hook);
    match cake {
        Err(JoinError::Panicked(_)) => println!("Refused: this thread has a loop already"),
        other => println!("The cake is {other:?}"),
    }
}

/// Gives up after three seconds, which `block_on` itself does not.
async fn patience(clock: Clock) -> &'static str {
    let mut left = 3;
    poll_fn(|cx| {
        if left == 0 {
            return Poll::Ready("not baked: I give up");
        }
        left -= 1;
        sleep_the_thread(&clock, SECOND);
        cx.waker().wake_by_ref();
        Poll::Pending
    })
    .await
}

/// `block_on` keeps this thread: the loop cannot poll the task that it waits for.
async fn block_on_in_a_task(clock: Clock) {
    let cake = spawn(bake());
    let cake = async { cake.await.expect("the cake neither panics nor is aborted") };
    println!("The cake is {}", block_on(or(cake, patience(clock))));
}

async fn await_in_a_task() {
    let cake = spawn(bake());
    println!("The cake is {}", cake.await.expect("the cake neither panics nor is aborted"));
}

/// A heart that should beat after a second.
async fn heart() {
    let due = now() + SECOND;
    timer::sleep_until(due).await;
    println!("The heart beats {:.0} s late", (now() - due).as_secs_f64());
}

async fn blocked_heart(clock: Clock) {
    gather!(heart(), block_on_in_a_task(clock)).await;
}

async fn quiet_heart() {
    gather!(heart(), await_in_a_task()).await;
}

/// The bakery: a loop of its own, on a thread of its own.
fn bakery(orders: &Receiver<&'static str>, cakes: &Sender<String>) {
    executor::run(async {
        while let Ok(order) = orders.recv().await {
            cakes.send(format!("The {order} is baked, on the other loop")).await.unwrap_or(());
        }
    });
}

/// Two loops talk by channels: who sends calls the waker of a task of the other loop.
async fn two_loops() {
    let ((order, orders), (cakes, baked)) = (bounded(1), bounded(1));
    let bakery = thread::spawn(move || bakery(&orders, &cakes));
    for cake in ["tart", "pie"] {
        order.send(cake).await.expect("the bakery is open");
        println!("{}", baked.recv().await.expect("the bakery answers"));
    }
    drop(order); // with its last sender the bakery's loop ends
    let closed = spawn_blocking(|| bakery.join()).await.expect("the job is not aborted");
    closed.expect("the bakery does not panic");
}

fn play(stage: &mut Stage) -> io::Result<()> {
    stage.scene("run in run", |_| run_in_run())?;
    stage.scene("block_on in a task", blocked_heart)?;
    stage.scene("await in a task", |_| quiet_heart())?;
    stage.note("And two loops, in two threads:");
    // Which of the two threads is first is up to the system: no story is told of it.
    EventLoop::builder().clock(stage.another_clock()).build()?.run(two_loops());
    Ok(())
}

/// The lesson `nested`.
pub(crate) const LESSON: Lesson = Lesson {
    name: "nested",
    title: "a loop in a loop, and two loops in two threads",
    watch: "\
A cake bakes for a second, in a task of its own. Watch what becomes of it, and of a
heart, when somebody waits for it by block_on, on the loop's thread.",
    play,
    clocks: Clocks::All,
    rust: include_str!("nested.rs"),
    python: Twin::Program(include_str!("../python/nested.py")),
    evening: Evening::Understand,
    minutes: 10,
    look: &[look!("executor/src/context.rs", "enter", "one loop a thread")],
    change: "\
let bake return at once, without its sleep. Does block_on get the cake now?",
};
