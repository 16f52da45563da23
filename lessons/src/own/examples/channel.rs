//! A fast sender and a slow receiver: back-pressure, and how a channel ends.

use std::time::Duration;

use async_channel::{Receiver, Sender, bounded, unbounded};
use executor::spawn;
use timer::{now, sleep, timeout};

/// Cooks faster than anybody serves. When it ends, its sender is dropped.
async fn cook(dishes: Sender<u32>) {
    let (start, mut most) = (now(), 0);
    for dish in 1..=5 {
        sleep(Duration::from_millis(100)).await;
        dishes.send(dish).await.expect("the waiter stays to the end");
        most = most.max(dishes.len());
    }
    let took = (now() - start).as_secs_f64();
    println!("Cook: 5 dishes in {took:.1} s, up to {most} of them wait");
}

/// Serves until the last sender is gone, and no dish is left.
async fn serve(dishes: Receiver<u32>) {
    while dishes.recv().await.is_ok() {
        sleep(Duration::from_secs(1)).await;
    }
    println!("Waiter: all is served, and no cook is left");
}

/// Nothing tells the cook to wait: one who never ends would fill the memory.
async fn without_a_bound() {
    let (to_waiter, dishes) = unbounded();
    drop(spawn(cook(to_waiter)));
    serve(dishes).await;
}

/// Where two dishes wait already, the cook waits as well: that is back-pressure.
async fn with_a_bound() {
    let (to_waiter, dishes) = bounded(2);
    drop(spawn(cook(to_waiter)));
    serve(dishes).await;
}

/// The waiter's end never comes: somebody has a sender, and sends nothing.
async fn a_sender_is_kept() {
    let (to_waiter, dishes) = bounded(2);
    let _spare = to_waiter.clone();
    drop(spawn(cook(to_waiter)));
    if timeout(Duration::from_secs(6), serve(dishes)).await.is_err() {
        println!("Six seconds have passed: the waiter still waits");
    }
}

async fn main() {
    without_a_bound().await;
    with_a_bound().await;
    a_sender_is_kept().await;
}
