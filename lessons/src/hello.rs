//! A future is a value, and does nothing until it is polled.

use std::any::type_name_of_val;
use std::io;
use std::pin::pin;
use std::task::{Context, Waker};
use std::time::Duration;

use timer::sleep;

use crate::lesson::{Clocks, Evening, Lesson, Stage, Twin, look, println};

async fn say_hello() {
    println!("Hello...");
    sleep(Duration::from_secs(1)).await;
    println!("...World!");
}

/// What the loop does with a future: asks it to go on. Only that nobody asks again.
async fn poll_by_hand() {
    let mut hello = pin!(say_hello());
    let mut context = Context::from_waker(Waker::noop());
    let polled = hello.as_mut().poll(&mut context);
    println!("{polled:?}");
}

fn play(stage: &mut Stage) -> io::Result<()> {
    let hello = say_hello();
    println!("Called: it prints nothing");
    stage.note(&format!(
        "It is a value of {} bytes, of type {}",
        size_of_val(&hello),
        type_name_of_val(&hello)
    ));
    drop(hello);
    println!("Dropped: it has never run");

    stage.scene("run by the loop", |_| say_hello())?;
    stage.scene("polled once by hand", |_| poll_by_hand())
}

/// The lesson `hello`.
pub(crate) const LESSON: Lesson = Lesson {
    name: "hello",
    title: "calling an async function does not run it",
    watch: "\
`say_hello` prints Hello..., waits for a second, prints ...World!. Watch what it
prints when it is called, when the loop runs it, and when it is polled once.",
    play,
    clocks: Clocks::All,
    rust: include_str!("hello.rs"),
    python: Twin::Program(include_str!("../python/hello.py")),
    evening: Evening::Begin,
    minutes: 5,
    look: &[
        look!("executor/src/lib.rs", "run", "makes a loop for the future"),
        look!("timer/src/sleep.rs", "poll", "where Pending comes from"),
    ],
    change: "\
poll it by hand a second time, right after the first. Is it ready then? (asyncio
raises an error: a coroutine goes on only when what it awaits is done, while a
future may be polled at any time.)",
};
