//! One of several fails: what becomes of the others, in three ways.

use std::time::Duration;

use executor::{JoinHandle, gather, spawn_named};
use futures::future::try_join_all;
use timer::sleep;

type Dish = Result<&'static str, &'static str>;

async fn soup() -> Dish {
    sleep(Duration::from_secs(2)).await;
    println!("The soup is ready");
    Ok("soup")
}

async fn fish() -> Dish {
    sleep(Duration::from_secs(1)).await;
    Err("burnt fish")
}

fn both() -> [JoinHandle<Dish>; 2] {
    [spawn_named("soup", soup()), spawn_named("fish", fish())]
}

async fn end_of(dish: &mut JoinHandle<Dish>) -> Dish {
    dish.await.unwrap_or(Err("a dish that nobody wants"))
}

/// Returns at the first error; the soup is cooked all the same, for nobody.
async fn first_error() {
    let mut dishes = both();
    if let Err(why) = try_join_all(dishes.iter_mut().map(end_of)).await {
        println!("Nothing is served: {why}");
    }
    sleep(Duration::from_secs(2)).await; // the kitchen is still open
}

/// Waits for all, and has all results, good or bad.
async fn all_results() {
    let results = gather!(soup(), fish()).await;
    println!("The results: {results:?}");
}

/// The first error cancels the others, and all have ended when this returns.
async fn group() {
    let mut dishes = both();
    if let Err(why) = try_join_all(dishes.iter_mut().map(end_of)).await {
        println!("Nothing is served, and nothing is cooked on: {why}");
    }
    for dish in dishes.into_iter().filter(|dish| !dish.is_finished()) {
        dish.abort();
        let _ = dish.await; // now its destructors have run
    }
    sleep(Duration::from_secs(2)).await;
}

async fn main() {
    first_error().await;
    all_results().await;
    group().await;
}
