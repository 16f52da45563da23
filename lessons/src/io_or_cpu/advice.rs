//! What the table means.

use std::thread;

use crate::stage::{hanging, println};

const NETWORK: &str = "\
What async is for: who waits keeps nobody busy. On the loop ten waits take as long as one, without
a thread for each.";

const DATABASE: &str = "\
redb's calls block. On the loop they stop all else (late); in threads the loop is free, but one
transaction writes at a time. A database server, behind a socket, would be a case for the loop.";

const FILES: &str = "\
Block, too: a regular file always counts as ready, so a loop cannot wait for it (epoll does not
even take one). They go to threads.";

/// Says which tool is for which work, and why.
pub(super) fn give() {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let heavy_work = format!(
        "Nothing waits, so async gains nothing. It takes cores: here are {cores}, if they are \
         free. Rust's threads use them all. In Python one thread at a time runs (the GIL), so \
         there it takes processes, which share no memory (--python)."
    );
    println!();
    let rows = [("network", NETWORK), ("database", DATABASE), ("files", FILES)];
    for (kind, text) in rows.into_iter().chain([("heavy work", &*heavy_work)]) {
        println!("{}", hanging(text, &format!("{kind:<12}"), &" ".repeat(12)));
    }
}
