//! Futures in a list do not run by themselves: they move only while somebody polls them.

use std::pin::pin;
use std::time::Duration;

use executor::{JoinHandle, spawn_named};
use futures::StreamExt;
use futures::stream::{self, FuturesUnordered, Stream};
use timer::{now, sleep};

/// Dishes, and how many milliseconds each is to be in the pan.
const DISHES: [(&str, u64); 2] = [("soup", 1000), ("fish", 2500)];

/// When its time in the pan is over it has to be polled, or the dish stays in the pan.
async fn cook((name, in_the_pan): (&'static str, u64)) -> String {
    let start = now();
    sleep(Duration::from_millis(in_the_pan)).await;
    let fried = (now() - start).as_secs_f64();
    sleep(Duration::from_secs(1)).await; // on the plate
    format!("{name}, {fried:.1} s in the pan")
}

/// Serves what comes. A guest takes two seconds: meanwhile nobody polls the dishes.
async fn serve(way: &str, dishes: impl Stream<Item = String>) {
    let (start, mut dishes) = (now(), pin!(dishes));
    while let Some(dish) = dishes.next().await {
        println!("{way}, after {:.1} s: {dish}", (now() - start).as_secs_f64());
        sleep(Duration::from_secs(2)).await;
    }
}

async fn end_of(dish: JoinHandle<String>) -> String {
    dish.await.expect("a dish neither panics nor is aborted")
}

async fn main() {
    // One is polled, and then the other: the fish is put in the pan when the soup is served.
    let dishes = DISHES.map(cook);
    serve("One by one", stream::iter(dishes).then(|dish| dish)).await;

    // All are polled, but only while `serve` asks for the next: the fish is fried too long.
    let dishes: FuturesUnordered<_> = DISHES.into_iter().map(cook).collect();
    serve("Unordered", dishes).await;
    serve("Buffered", stream::iter(DISHES).map(cook).buffered(2)).await;

    // The loop polls a task, whatever `serve` does meanwhile.
    let dishes = DISHES.map(|dish| spawn_named(dish.0, cook(dish)));
    serve("Tasks", stream::iter(dishes).then(end_of)).await;
}
