//! Spawning: when a task starts, where it runs, and what becomes of it without its handle.

use std::io;
use std::panic::resume_unwind;
use std::thread::{self, ThreadId};
use std::time::Duration;

use executor::{Clock, JoinError, spawn, yield_now};
use timer::{now, sleep};

use crate::lesson::{Clocks, Evening, Lesson, Stage, Twin, look, println, sleep_the_thread};

const SECOND: Duration = Duration::from_secs(1);

/// Bakes for a second; returns the thread that did it.
async fn bake(cake: &'static str) -> ThreadId {
    println!("{cake}: into the oven");
    sleep(SECOND).await;
    println!("{cake}: baked");
    thread::current().id()
}

/// Spawns, and works on for two seconds: to spawn is only to queue.
async fn keep_busy(clock: Clock) {
    let start = now();
    let cake = spawn(bake("Cake"));
    println!("Spawned");
    sleep_the_thread(&clock, 2 * SECOND);
    println!("Two seconds later it is baked: {}", cake.is_finished());
    let baker = cake.await.expect("the cake neither panics nor is aborted");
    println!("Awaited: it took {:.0} seconds", (now() - start).as_secs_f64());
    println!("On a thread of its own: {}", baker != thread::current().id());
}

/// Without its handle a task runs on, but only until the run ends.
async fn drop_the_handle() {
    drop(spawn(bake("Tart")));
    sleep(2 * SECOND).await;
    drop(spawn(bake("Bread")));
    sleep(SECOND / 2).await;
    println!("The cook goes home");
}

/// As by `panic!`, but without the line that Rust prints: it would stand between ours.
async fn burn() {
    resume_unwind(Box::new("it is burnt"));
}

/// A task that panics tells it to whoever awaits its handle.
async fn ask_the_handle() {
    let roast = spawn(burn());
    yield_now().await;
    println!("The roast is done, and nobody has asked: {}", roast.is_finished());
    match roast.await {
        Err(JoinError::Panicked(why)) => println!("Asked: {}", text(&*why)),
        other => println!("Asked: {other:?}"),
    }
}

/// What a panic said.
fn text(why: &dyn std::any::Any) -> &str {
    why.downcast_ref::<&str>().copied().unwrap_or("no text")
}

fn play(stage: &mut Stage) -> io::Result<()> {
    stage.scene("spawned", keep_busy)?;
    stage.scene("the handle dropped", |_| drop_the_handle())?;
    stage.note("Without it ours and tokio's run on, smol's is cancelled, asyncio's may vanish.");
    stage.scene("a panic", |_| ask_the_handle())
}

/// The lesson `spawn`.
pub(crate) const LESSON: Lesson = Lesson {
    name: "spawn",
    title: "a task does not start at spawn, nor on another thread",
    watch: "\
A cake bakes for a second in a task of its own. Watch when it starts,
and what happens to a task whose handle is dropped.",
    play,
    clocks: Clocks::All,
    rust: include_str!("spawn.rs"),
    python: Twin::Program(include_str!("../python/spawn.py")),
    evening: Evening::Begin,
    minutes: 10,
    look: &[look!("executor/src/lifecycle.rs", "Core::spawn", "queues it, and no more")],
    change: "\
let keep_busy wait its two seconds by `sleep(2 * SECOND).await`. When is the cake
baked then, and how long does it take?",
};
