//! Two things at once: `gather!`.

use std::io;
use std::time::Duration;

use executor::gather;
use timer::{now, sleep};

use crate::lesson::{Clocks, Evening, Lesson, Stage, Twin, look, println};

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
async fn one_by_one() {
    let start = now();
    let coffee = brew_coffee().await;
    let toast = toast_bread().await;
    println!("Finished in {:.2} seconds", (now() - start).as_secs_f64());
    println!("Result: {:?}", [coffee, toast]);
}

fn play(stage: &mut Stage) -> io::Result<()> {
    stage.scene("gathered", |_| breakfast())?;
    stage.scene("one after the other", |_| one_by_one())
}

/// The lesson `breakfast`.
pub(crate) const LESSON: Lesson = Lesson {
    name: "breakfast",
    title: "two things at once, and one after the other",
    watch: "\
Coffee takes two seconds, toast one. Watch the order of the lines: gathered, the
toast is started before the coffee is ready, by the same one thread.",
    play,
    clocks: Clocks::All,
    rust: include_str!("breakfast.rs"),
    python: Twin::Program(include_str!("../python/breakfast.py")),
    evening: Evening::Begin,
    minutes: 10,
    look: &[
        look!("executor/src/gather.rs", "Gather::poll", "asks each of the tasks"),
        look!("timer/src/sleep.rs", "arm", "leaves a waker with the timer"),
    ],
    change: "\
let the toast take three seconds. Which line comes last, and what is the result?",
};
