//! The common mistake: a call that blocks inside a coroutine stops everything.

use std::time::Duration;

use executor::{gather, spawn_blocking};
use stage::block;
use timer::{now, sleep, sleep_until};

const BEATS: u32 = 9;
const HALF_A_SECOND: Duration = Duration::from_millis(500);

async fn bad_coroutine() {
    // This blocks everything! It is `std::thread::sleep`, by the clock of the loop.
    block(Duration::from_secs(5));
    println!("Done sleeping");
}

#[allow(dead_code)]
async fn good_coroutine() {
    // This gives control back to the loop.
    sleep(Duration::from_secs(5)).await;
    println!("Done sleeping");
}

#[allow(dead_code)]
async fn pooled_coroutine() {
    // The same blocking call as the bad one's, but a thread of the pool is blocked by it.
    let job = spawn_blocking(move || block(Duration::from_secs(5)));
    job.await.expect("the job neither panics nor is aborted");
    println!("Done sleeping");
}

/// Beats every half second, as long as it gets its turn.
async fn heartbeat() {
    let start = now();
    let mut worst = Duration::ZERO;
    for beat in 1..=BEATS {
        let due = start + beat * HALF_A_SECOND;
        sleep_until(due).await;
        worst = worst.max(now() - due);
        print!("beat ");
    }
    println!("{:.1} seconds late at worst", worst.as_secs_f64());
}

async fn next_to_a_heart(coroutine: impl Future<Output = ()> + 'static) {
    gather!(heartbeat(), coroutine).await;
}

async fn main() {
    next_to_a_heart(bad_coroutine()).await; // and now `good_coroutine()`, `pooled_coroutine()`
}
