//! A loop in a loop: why not, and how two loops in two threads talk.

use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::thread;
use std::time::Duration;

use async_channel::{Receiver, Sender, bounded};
use executor::{spawn, spawn_blocking};
use timer::sleep;

const SECOND: Duration = Duration::from_secs(1);

async fn bake() -> &'static str {
    sleep(SECOND).await;
    "baked"
}

/// Polls the future on this thread until it is ready, as `block_on` of any library does. But this
/// one gives up after three seconds.
fn block_on<T>(future: impl Future<Output = T>) -> Option<T> {
    let (mut future, mut context) = (pin!(future), Context::from_waker(Waker::noop()));
    for _ in 0..3 {
        if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
            return Some(output);
        }
        stage::block(SECOND);
    }
    None
}

/// The bakery: a loop of its own, on a thread of its own.
fn bakery(orders: Receiver<&str>, cakes: Sender<String>) {
    executor::run(async {
        while let Ok(order) = orders.recv().await {
            let cake = format!("the {order} is baked, on the other loop");
            cakes.send(cake).await.expect("the guest waits for it");
        }
    });
}

async fn main() {
    // A library that hides a `run` is called from a task: it panics.
    let library = spawn(async { executor::run(bake()) });
    println!("run in a task: {}", library.await.unwrap_or("refused"));

    // `block_on` keeps the thread: the loop cannot poll the task for which it waits.
    let cake = spawn(bake());
    println!("block_on in a task: {}", block_on(cake).map_or("I give up", |_| "baked"));

    // An await gives the thread to the loop, and so to that task.
    println!("await in a task: {}", spawn(bake()).await.expect("it does not panic"));

    // Two loops talk by channels: who sends calls the waker of a task of the other loop.
    let ((order, orders), (cakes, baked)) = (bounded(1), bounded(1));
    let bakery = thread::spawn(move || bakery(orders, cakes));
    order.send("tart").await.expect("the bakery is open");
    println!("two loops: {}", baked.recv().await.expect("the bakery answers"));
    drop(order); // with its last sender the bakery's loop ends
    let closed = spawn_blocking(|| bakery.join()).await;
    closed.expect("the job is not aborted").expect("the bakery does not panic");
}
