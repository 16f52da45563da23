//! The cook: what can go on while one waits.

use std::time::Duration;

use executor::{gather, yield_now};
use stage::block;
use timer::{now, sleep};

/// A minute in this kitchen.
const MINUTE: Duration = Duration::from_millis(100);
const VEGETABLES: &[&str] = &["onions", "carrots", "celery"];

/// Chopping is work: it takes the cook's own hands, and so the thread.
fn chop(vegetable: &str) {
    block(2 * MINUTE);
    println!("Chopped the {vegetable}");
}

/// Stares at the pot until the water boils, then chops: 10 + 6 minutes.
#[allow(dead_code)]
async fn stare_then_chop() {
    let start = now();
    println!("The water is on");
    block(10 * MINUTE);
    println!("The water boils: in goes the pasta");
    for vegetable in VEGETABLES {
        chop(vegetable);
    }
    println!("Dinner took {:.0} minutes", minutes(now() - start));
}

/// The pot needs nobody while it heats.
async fn heat_water() {
    println!("The water is on");
    sleep(10 * MINUTE).await;
    println!("The water boils: in goes the pasta");
}

async fn chop_vegetables() {
    for vegetable in VEGETABLES {
        chop(vegetable);
        yield_now().await; // a look at the pot
    }
}

/// Chops while the water heats, and switches back when it boils: max(10, 6) minutes.
async fn chop_meanwhile() {
    let start = now();
    gather!(heat_water(), chop_vegetables()).await;
    println!("Dinner took {:.0} minutes", minutes(now() - start));
}

fn minutes(duration: Duration) -> f64 {
    duration.as_secs_f64() / MINUTE.as_secs_f64()
}

async fn main() {
    chop_meanwhile().await; // and now `stare_then_chop()`
}
