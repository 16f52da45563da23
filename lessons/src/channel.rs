//! Channels: without a bound the fast side fills memory, with one it waits; and how they end.

use std::io;
use std::time::Duration;

use async_channel::{Receiver, Sender, bounded, unbounded};
use executor::spawn;
use timer::{now, sleep, timeout};

use crate::lesson::{Clocks, Evening, Lesson, Stage, Twin, look, println};

const DISHES: u32 = 5;
const TO_COOK: Duration = Duration::from_millis(100);
const TO_SERVE: Duration = Duration::from_secs(1);

/// Cooks faster than anybody serves. When it ends its sender is dropped.
async fn cook(dishes: Sender<u32>) {
    let (start, mut most) = (now(), 0);
    for dish in 1..=DISHES {
        sleep(TO_COOK).await;
        dishes.send(dish).await.expect("the waiter stays to the end");
        most = most.max(dishes.len());
    }
    let took = (now() - start).as_secs_f64();
    println!("Cook: {DISHES} dishes in {took:.1} s, up to {most} of them wait");
}

/// Serves until the last sender is gone, and nothing is left.
async fn serve(dishes: Receiver<u32>) {
    let mut served = 0;
    while dishes.recv().await.is_ok() {
        sleep(TO_SERVE).await;
        served += 1;
    }
    println!("Waiter: {served} served, and no cook is left");
}

async fn without_a_bound() {
    let (to_waiter, dishes) = unbounded();
    drop(spawn(cook(to_waiter)));
    serve(dishes).await;
}

/// Where two wait already, the cook waits as well: that is back-pressure.
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

fn play(stage: &mut Stage) -> io::Result<()> {
    stage.scene("unbounded", |_| without_a_bound())?;
    stage.note("A cook who never ends would fill the memory. Nothing told him to wait.");
    stage.scene("bounded(2)", |_| with_a_bound())?;
    stage.scene("a spare sender", |_| a_sender_is_kept())
}

/// The lesson `channel`.
pub(crate) const LESSON: Lesson = Lesson {
    name: "channel",
    title: "a fast sender, a slow receiver: back-pressure, and the end",
    watch: "\
A dish takes 0.1 seconds to cook, and a second to serve. Watch how many wait, how long the
cook takes, and what tells the waiter that it is over.",
    play,
    clocks: Clocks::All,
    rust: include_str!("channel.rs"),
    python: Twin::Program(include_str!("../python/channel.py")),
    evening: Evening::Understand,
    minutes: 10,
    look: &[look!("executor/src/waker.rs", "wake", "what the channel calls")],
    change: "\
let the bound be 1. How long does the cook take, how long the whole scene?",
};
