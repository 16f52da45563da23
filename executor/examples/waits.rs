//! Tasks that wait for one another, until a line is typed, to be looked at from outside.
//!
//! ```console
//! $ cargo run -p executor --example waits
//! $ cargo run -- ps PID   # in another terminal
//! ```
//!
//! The first argument is how many workers there are; with `two` behind it there is a second loop, on
//! a thread of its own.

use std::sync::mpsc;
use std::{env, io, thread};

use executor::{JoinHandle, gather_all, spawn_named};
use futures::FutureExt;
use futures::channel::oneshot;
use futures::future::Shared;

type Line = Shared<oneshot::Receiver<()>>;

async fn work(line: Line) -> u32 {
    line.await.map_or(0, |()| 1)
}

async fn gather_work(workers: u32, line: Line) -> u32 {
    gather_all((0..workers).map(|_| work(line.clone()))).await.into_iter().sum()
}

async fn report(foreman: JoinHandle<u32>) -> u32 {
    foreman.await.unwrap_or(0)
}

async fn waiting(workers: u32, line: Line) -> u32 {
    let foreman = spawn_named("foreman", gather_work(workers, line.clone()));
    let reporter = spawn_named("reporter", report(foreman));
    // Nobody awaits this one.
    let _apart = spawn_named("apart", work(line));
    reporter.await.unwrap_or(0)
}

/// Blocks its loop until the other one is over.
async fn blocking(here: mpsc::Sender<()>, gone: mpsc::Receiver<()>) {
    let _ = (here.send(()), gone.recv());
}

fn main() {
    let workers = env::args().nth(1).and_then(|workers| workers.parse().ok()).unwrap_or(5);
    let ((here, is_here), (goes, gone)) = (mpsc::channel(), mpsc::channel());
    let other = thread::spawn(move || match env::args().nth(2) {
        Some(_) => executor::run(blocking(here, gone)),
        None => drop(here),
    });
    // An error says that there is no second loop.
    let _ = is_here.recv();
    let (typed, line) = oneshot::channel();
    thread::spawn(move || {
        println!("waiting for a line");
        let _ = io::stdin().read_line(&mut String::new());
        typed.send(())
    });
    let done = executor::run(waiting(workers, line.shared()));
    drop(goes);
    let _ = other.join();
    println!("{done} of {workers} workers are done");
}
