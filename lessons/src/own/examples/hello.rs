//! A future is a value, and does nothing until it is polled.

use std::pin::pin;
use std::task::{Context, Waker};
use std::time::Duration;

use timer::sleep;

async fn say_hello() {
    println!("Hello...");
    sleep(Duration::from_secs(1)).await;
    println!("...World!");
}

/// What the loop does with a future: asks it to go on. Only that nobody asks again.
async fn poll_by_hand() {
    let mut hello = pin!(say_hello());
    let mut context = Context::from_waker(Waker::noop());
    let polled = hello.as_mut().poll(&mut context);
    println!("{polled:?}");
}

async fn main() {
    drop(say_hello()); // called: it prints nothing, as it has never run
    poll_by_hand().await;
    say_hello().await;
}
