//! One of several fails: what becomes of the others, in three ways.

use std::io;
use std::time::Duration;

use executor::{JoinHandle, gather, spawn_named};
use futures_util::future::try_join_all;
use timer::{now, sleep};

use crate::lesson::{Clocks, Evening, Lesson, Stage, Twin, look, println};

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

async fn cake() -> Dish {
    sleep(Duration::from_secs(3)).await;
    println!("The cake is ready");
    Ok("cake")
}

fn all_three() -> [JoinHandle<Dish>; 3] {
    [spawn_named("soup", soup()), spawn_named("fish", fish()), spawn_named("cake", cake())]
}

async fn end_of(dish: &mut JoinHandle<Dish>) -> Dish {
    dish.await.unwrap_or(Err("a dish that nobody wants"))
}

/// Returns at the first error, and leaves the others to themselves: asyncio's gather.
async fn first_error() {
    let start = now();
    let mut dishes = all_three();
    match try_join_all(dishes.iter_mut().map(end_of)).await {
        Ok(menu) => println!("Served: {}", menu.join(", ")),
        Err(why) => println!("Nothing is served: {why}, after {:.0} s", seconds(start)),
    }
    sleep(Duration::from_millis(2500)).await; // the kitchen is open
}

/// Waits for all of them, whatever comes: ours, and asyncio's with `return_exceptions`.
async fn all_results() {
    let start = now();
    let (soup, fish, cake) = gather!(soup(), fish(), cake()).await;
    let menu: Vec<_> = [soup, fish, cake].map(|dish| dish.unwrap_or_else(|why| why)).into();
    println!("Served: {}, after {:.0} s", menu.join(", "), seconds(start));
}

/// The first error cancels the others, and all are over when it returns: asyncio's TaskGroup.
async fn group(mut dishes: [JoinHandle<Dish>; 3]) -> Result<Vec<&'static str>, &'static str> {
    let menu = try_join_all(dishes.iter_mut().map(end_of)).await;
    for dish in dishes.into_iter().filter(|dish| !dish.is_finished()) {
        dish.abort();
        let _ = dish.await; // its destructors have run
    }
    menu
}

async fn cancel_the_others() {
    let start = now();
    match group(all_three()).await {
        Ok(menu) => println!("Served: {}", menu.join(", ")),
        Err(why) => println!("Nothing is served: {why}, after {:.0} s", seconds(start)),
    }
    sleep(Duration::from_millis(2500)).await;
}

fn seconds(start: timer::Instant) -> f64 {
    (now() - start).as_secs_f64()
}

fn play(stage: &mut Stage) -> io::Result<()> {
    stage.scene("the first error", |_| first_error())?;
    stage.scene("all results", |_| all_results())?;
    stage.scene("a group", |_| cancel_the_others())
}

/// The lesson `errors`.
pub(crate) const LESSON: Lesson = Lesson {
    name: "errors",
    title: "one of several fails: what becomes of the others",
    watch: "\
The fish burns after a second. Watch what is cooked for nobody, who waits for all,
and what it takes to cancel the others.",
    play,
    clocks: Clocks::All,
    rust: include_str!("errors.rs"),
    python: Twin::Program(include_str!("../python/errors.py")),
    evening: Evening::Understand,
    minutes: 10,
    look: &[look!("executor/src/join_handle.rs", "JoinHandle::abort", "asks for the cancel")],
    change: "\
let group end with the first error: `.await?`, and `Ok(menu)` at its end. What is
cooked for nobody then?",
};
