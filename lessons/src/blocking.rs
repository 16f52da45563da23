//! The common mistake: a call that blocks inside a coroutine stops everything.

use std::io;
use std::time::Duration;

use executor::{Clock, gather, spawn_blocking};
use timer::{now, sleep, sleep_until};

use crate::lesson::{Clocks, Evening, Lesson, Stage, Twin, look, print, println, sleep_the_thread};

const BEATS: u32 = 9;
const HALF_A_SECOND: Duration = Duration::from_millis(500);

async fn bad_coroutine(clock: Clock) {
    // This blocks everything! It is `std::thread::sleep`.
    sleep_the_thread(&clock, Duration::from_secs(5));
    println!("Done sleeping");
}

async fn good_coroutine() {
    // This gives control back to the loop.
    sleep(Duration::from_secs(5)).await;
    println!("Done sleeping");
}

async fn pooled_coroutine(clock: Clock) {
    // The same blocking call as the bad one's, but a thread of the pool is blocked by it.
    let job = spawn_blocking(move || sleep_the_thread(&clock, Duration::from_secs(5)));
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

fn play(stage: &mut Stage) -> io::Result<()> {
    stage.scene("the thread sleeps", |clock| next_to_a_heart(bad_coroutine(clock)))?;
    stage.scene("the loop's sleep", |_| next_to_a_heart(good_coroutine()))?;
    stage.scene("a pool thread sleeps", |clock| next_to_a_heart(pooled_coroutine(clock)))
}

/// The lesson `blocking`.
pub(crate) const LESSON: Lesson = Lesson {
    name: "blocking",
    title: "how one coroutine stops all others, and two ways out",
    watch: "\
A heart beats every half second: watch whether before or after `Done sleeping`.",
    play,
    clocks: Clocks::All,
    rust: include_str!("blocking.rs"),
    python: Twin::Program(include_str!("../python/blocking.py")),
    evening: Evening::Begin,
    minutes: 10,
    look: &[look!("executor/src/threads/pool.rs", "work", "the life of a pool's thread")],
    change: "\
let bad_coroutine sleep in ten parts, with
executor::yield_now().await in between. How late is the heart? (asyncio's is a part
later: its timers wake a future, and that the task.)",
};
