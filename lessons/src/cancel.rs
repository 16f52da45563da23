//! Cancelling: a future that is dropped does not finish, and what it had is gone.

use std::cell::Cell;
use std::io;
use std::mem;
use std::pin::pin;
use std::rc::Rc;
use std::time::Duration;

use async_channel::{Receiver, Sender, bounded};
use executor::spawn;
use futures_util::future::{Either, select};
use timer::{sleep, timeout};

use crate::lesson::{Clocks, Evening, Lesson, Stage, Twin, look, println};

const SECOND: Duration = Duration::from_secs(1);

/// Sends what guests order in pieces, as a socket would: a line may come in two.
async fn speak(pieces: Sender<&'static str>) {
    for piece in ["two ", "soups\n", "one salad\n"] {
        sleep(Duration::from_millis(700)).await;
        pieces.send(piece).await.expect("the waiter listens");
    }
}

fn guests() -> Receiver<&'static str> {
    let (pieces, heard) = bounded(1);
    drop(spawn(speak(pieces)));
    heard
}

/// Adds to the line until it is whole. Without guests there is none.
async fn complete(line: &mut String, guests: &Receiver<&'static str>) -> Option<String> {
    while !line.ends_with('\n') {
        *line += guests.recv().await.ok()?;
    }
    Some(mem::take(line).trim_end().to_owned())
}

/// The line is this future's own: who drops it drops what it has read.
async fn read_line(guests: &Receiver<&'static str>) -> Option<String> {
    let mut line = String::new();
    complete(&mut line, guests).await
}

/// Each round drops the one of the two that was not ready.
async fn line_inside() {
    let guests = guests();
    loop {
        match select(pin!(read_line(&guests)), pin!(sleep(SECOND))).await {
            Either::Left((Some(line), _)) => println!("Order: {line}"),
            Either::Left((None, _)) => return,
            Either::Right(_) => println!("A second has passed"),
        }
    }
}

/// The same, but what was read outlives the future that reads it.
async fn line_outside() {
    let (guests, mut line) = (guests(), String::new());
    loop {
        match select(pin!(complete(&mut line, &guests)), pin!(sleep(SECOND))).await {
            Either::Left((Some(line), _)) => println!("Order: {line}"),
            Either::Left((None, _)) => return,
            Either::Right(_) => println!("A second has passed"),
        }
    }
}

async fn pay_and_eat(steps: Rc<Cell<&'static str>>) {
    steps.set("paid");
    sleep(2 * SECOND).await;
    steps.set("paid and eaten");
}

/// A timeout drops what it has waited for. A task goes on: only the wait for it is dropped.
async fn time_out() {
    let (dropped, spawned) = (Rc::new(Cell::new("")), Rc::new(Cell::new("")));
    let _ = timeout(SECOND, pay_and_eat(dropped.clone())).await;
    let _ = timeout(SECOND, spawn(pay_and_eat(spawned.clone()))).await;
    sleep(2 * SECOND).await;
    println!("Dropped: {}. As a task: {}", dropped.get(), spawned.get());
}

fn play(stage: &mut Stage) -> io::Result<()> {
    stage.scene("the line inside", |_| line_inside())?;
    stage.note("Where is the word `two`? In the future that had read it, dropped half done.");
    stage.scene("the line outside", |_| line_outside())?;
    stage.scene("a timeout", |_| time_out())
}

/// The lesson `cancel`.
pub(crate) const LESSON: Lesson = Lesson {
    name: "cancel",
    title: "a future that is dropped has not finished",
    watch: "\
Guests say `two `, `soups`, `one salad`, a piece each 0.7 seconds; the waiter
looks up each second. Watch what becomes of the line that he has half heard.",
    play,
    clocks: Clocks::All,
    rust: include_str!("cancel.rs"),
    python: Twin::Program(include_str!("../python/cancel.py")),
    evening: Evening::Understand,
    minutes: 10,
    look: &[look!("timer/src/timeout.rs", "poll", "the future first, then the time")],
    change: "\
let the guests say `one ` and `salad\\n` apart. What is heard with the line inside,
and what with the line outside?",
};
