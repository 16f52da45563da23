//! A program of your own. Turn a dial, save, and look what becomes of the picture:
//!
//! cargo run -- try kitchen.rs
//! cargo run -- try kitchen.rs --watch               runs it again at each save
//! cargo run -- try kitchen.rs --trace               tells what happens, and why
//! cargo run -- try kitchen.rs --clock simulated     takes no time; --speed 10 takes a tenth
//!
//! The crates executor, timer, futures, async_channel and async_lock are there.

use std::time::Duration;

use executor::{gather_all, spawn_blocking};
use timer::sleep;

// The dials. The clock is one as well: see above.
const COOKS: u32 = 3;
const WATER_BOILS_IN: Duration = Duration::from_millis(500);
const CHOPPING_TAKES: Duration = Duration::from_millis(300);
const CHOP_ON_THE_POOL: bool = false;

/// The water needs nobody while it heats.
async fn cook(number: u32) {
    println!("Cook {number}: the water is on");
    sleep(WATER_BOILS_IN).await;
    if CHOP_ON_THE_POOL {
        spawn_blocking(chop).await.expect("chopping does not panic");
    } else {
        chop();
    }
    println!("Cook {number}: dinner is ready");
}

/// This blocks its thread, as `std::thread::sleep` does, but by the loop's clock.
fn chop() {
    stage::block(CHOPPING_TAKES);
}

async fn main() {
    gather_all((1..=COOKS).map(cook)).await;
}
