//! Many futures: a list of them stands still, and moves only while somebody polls it.

use std::io;
use std::pin::pin;
use std::time::Duration;

use executor::{JoinHandle, spawn_named};
use futures_util::StreamExt;
use futures_util::stream::{self, FuturesUnordered, Stream};
use timer::{Instant, now, sleep};

use crate::lesson::{Clocks, Evening, Lesson, Stage, Twin, look, println};

const SECOND: Duration = Duration::from_secs(1);
/// Dishes, and how many milliseconds each is to be in the pan.
const DISHES: [(&str, u64); 2] = [("soup", 1000), ("fish", 2500)];

/// Two steps: between them it has to be polled, or the dish stays in the pan.
async fn cook((name, in_the_pan): (&'static str, u64)) -> String {
    let start = now();
    sleep(Duration::from_millis(in_the_pan)).await;
    let fried = seconds(start);
    sleep(SECOND).await; // on the plate
    format!("{name}, {fried:.1} s in the pan")
}

fn seconds(start: Instant) -> f64 {
    (now() - start).as_secs_f64()
}

/// Serves what comes. A guest takes two seconds: meanwhile nobody polls the dishes.
async fn serve(dishes: impl Stream<Item = String>) {
    let (start, mut dishes) = (now(), pin!(dishes));
    while let Some(dish) = dishes.next().await {
        println!("After {:.1} s: {dish}", seconds(start));
        sleep(2 * SECOND).await;
    }
}

/// A list of futures that are awaited in turn.
async fn one_after_the_other() {
    let dishes = DISHES.map(cook);
    serve(stream::iter(dishes).then(|dish| dish)).await;
}

/// All of them are polled, and the first that is ready comes first.
async fn unordered() {
    serve(DISHES.map(cook).into_iter().collect::<FuturesUnordered<_>>()).await;
}

/// Two at a time are polled, and come in their order.
async fn buffered() {
    serve(stream::iter(DISHES).map(cook).buffered(2)).await;
}

/// A task is polled by the loop, whatever its handle's owner does.
async fn tasks() {
    let dishes = DISHES.map(|dish| spawn_named(dish.0, cook(dish)));
    serve(stream::iter(dishes).then(end_of)).await;
}

async fn end_of(dish: JoinHandle<String>) -> String {
    dish.await.expect("a dish neither panics nor is aborted")
}

fn play(stage: &mut Stage) -> io::Result<()> {
    stage.scene("one by one", |_| one_after_the_other())?;
    stage.scene("FuturesUnordered", |_| unordered())?;
    stage.scene("buffered(2)", |_| buffered())?;
    stage.scene("tasks", |_| tasks())
}

/// The lesson `collect`.
pub(crate) const LESSON: Lesson = Lesson {
    name: "collect",
    title: "futures in a list do not run by themselves",
    watch: "\
The fish is to be fried for 2.5 seconds. Each guest takes two to be served: then
nobody polls a list. Watch how long the fish is in the pan.",
    play,
    clocks: Clocks::All,
    rust: include_str!("collect.rs"),
    python: Twin::None("It makes a task of each, so that no list stands still."),
    evening: Evening::Understand,
    minutes: 15,
    look: &[look!("executor/src/gather.rs", "gather_all", "makes a task of each")],
    change: "\
let serve spawn the sleep, and drop its handle. How long is the fish in the pan then,
and when is it served?",
};
