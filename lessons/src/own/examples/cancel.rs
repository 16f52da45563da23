//! A future that is dropped has not finished, and what it had is gone.

use std::mem;
use std::pin::pin;
use std::time::Duration;

use async_channel::{Receiver, Sender, bounded};
use executor::spawn;
use futures::future::{Either, select};
use timer::sleep;

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

/// Adds to the line until it is whole. When all guests have spoken there is none.
async fn complete(line: &mut String, guests: &Receiver<&'static str>) -> Option<String> {
    while !line.ends_with('\n') {
        *line += guests.recv().await.ok()?;
    }
    Some(mem::take(line).trim_end().to_owned())
}

/// Wrong: the line is in the future, and goes with it. `select` drops what was not ready.
async fn line_inside() {
    let guests = guests();
    let read_line = async || complete(&mut String::new(), &guests).await;
    loop {
        match select(pin!(read_line()), pin!(sleep(SECOND))).await {
            Either::Left((Some(line), _)) => println!("Order: {line}"),
            Either::Left((None, _)) => return,
            Either::Right(_) => println!("A second has passed"),
        }
    }
}

/// Right: what was read outlives the future that reads it.
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

async fn main() {
    line_inside().await;
    println!("And now with the line outside:");
    line_outside().await;
}
