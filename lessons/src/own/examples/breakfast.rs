//! Two things at once: `gather!`.

use std::time::Duration;

use executor::gather;
use timer::{now, sleep};

async fn brew_coffee() -> &'static str {
    println!("Starting coffee...");
    sleep(Duration::from_secs(2)).await;
    println!("Coffee is ready!");
    "Coffee"
}

async fn toast_bread() -> &'static str {
    println!("Starting toast...");
    sleep(Duration::from_secs(1)).await;
    println!("Toast is ready!");
    "Toast"
}

/// Both at the same time: about as long as the longer of the two, max(2, 1) seconds.
async fn breakfast() {
    let start = now();
    let (coffee, toast) = gather!(brew_coffee(), toast_bread()).await;
    println!("Finished in {:.2} seconds", (now() - start).as_secs_f64());
    println!("Result: {:?}", [coffee, toast]);
}

/// One after the other: the sum, 2 + 1 seconds. `async` alone makes nothing concurrent.
#[allow(dead_code)]
async fn one_by_one() {
    let start = now();
    let coffee = brew_coffee().await;
    let toast = toast_bread().await;
    println!("Finished in {:.2} seconds", (now() - start).as_secs_f64());
    println!("Result: {:?}", [coffee, toast]);
}

async fn main() {
    breakfast().await; // and now `one_by_one()`
}
