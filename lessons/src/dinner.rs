//! The cook: what can go on while one waits.

use std::io;
use std::time::Duration;

use executor::{Clock, gather, yield_now};
use timer::{now, sleep};

use crate::lesson::{Clocks, Evening, Lesson, Stage, Twin, look, println, sleep_the_thread};

/// A minute in this kitchen.
const MINUTE: Duration = Duration::from_millis(100);
const VEGETABLES: &[&str] = &["onions", "carrots", "celery"];

/// Chopping is work: it takes the cook's own hands, and so the thread.
fn chop(vegetable: &str, clock: &Clock) {
    sleep_the_thread(clock, 2 * MINUTE);
    println!("Chopped the {vegetable}");
}

/// Stares at the pot until the water boils, then chops: 10 + 6 minutes.
async fn stare_then_chop(clock: Clock) {
    let start = now();
    println!("The water is on");
    sleep_the_thread(&clock, 10 * MINUTE);
    println!("The water boils: in goes the pasta");
    for vegetable in VEGETABLES {
        chop(vegetable, &clock);
    }
    println!("Dinner took {:.0} minutes", minutes(now() - start));
}

/// The pot needs nobody while it heats.
async fn heat_water() {
    println!("The water is on");
    sleep(10 * MINUTE).await;
    println!("The water boils: in goes the pasta");
}

async fn chop_vegetables(clock: Clock) {
    for vegetable in VEGETABLES {
        chop(vegetable, &clock);
        yield_now().await; // a look at the pot
    }
}

/// Chops while the water heats, and switches back when it boils: max(10, 6) minutes.
async fn chop_meanwhile(clock: Clock) {
    let start = now();
    gather!(heat_water(), chop_vegetables(clock)).await;
    println!("Dinner took {:.0} minutes", minutes(now() - start));
}

fn minutes(duration: Duration) -> f64 {
    duration.as_secs_f64() / MINUTE.as_secs_f64()
}

fn play(stage: &mut Stage) -> io::Result<()> {
    stage.scene("first stare, then chop", stare_then_chop)?;
    stage.scene("chop meanwhile", chop_meanwhile)
}

/// The lesson `dinner`.
pub(crate) const LESSON: Lesson = Lesson {
    name: "dinner",
    title: "waiting is not work",
    watch: "\
Water takes ten minutes to boil (a minute is a tenth of a second), vegetables six
to chop. There is one cook: watch what waits for what.",
    play,
    clocks: Clocks::All,
    rust: include_str!("dinner.rs"),
    python: Twin::Program(include_str!("../python/dinner.py")),
    evening: Evening::Begin,
    minutes: 5,
    look: &[
        look!("executor/src/event_loop.rs", "Core::run", "the cook, turn by turn"),
        look!("executor/src/yield_now.rs", "yield_now", "the look at the pot"),
    ],
    change: "\
give the cook eight sorts of vegetables. When does the pasta go in then, and why?
(asyncio's goes in a vegetable later: its timers wake a future, and that the task.)",
};
