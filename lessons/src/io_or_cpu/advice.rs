//! What the table means.

use std::thread;

use stage::output::hanging;
use stage::println;

const NETWORK: &str = "\
To wait 0.2 s for an answer. Async is for this: ten waits on the loop take as long as one, and no
thread stands by for each.";

const DATABASE: &str = "\
To commit to redb. Its calls block: on the loop they stop all else (late). In threads they do not,
but one transaction writes at a time. A database server, behind a socket, would be a case for the
loop.";

const FILES: &str = "\
To write and read. That blocks, too: a regular file always counts as ready, so a loop cannot wait
for it (epoll does not even take one). It takes threads.";

/// Says which tool is for which work, and why.
pub(super) fn give() {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let heavy_work = format!(
        "To count primes. Nothing waits, so async gains nothing: it takes cores (here {cores}, if \
         they are free). Rust's threads use them all. In Python one thread at a time runs (the \
         GIL), so there it takes processes, which share no memory (--python)."
    );
    println!();
    let rows = [("network", NETWORK), ("database", DATABASE), ("files", FILES)];
    for (kind, text) in rows.into_iter().chain([("heavy work", &*heavy_work)]) {
        println!("{}", hanging(text, &format!("{kind:<12}"), &" ".repeat(12)));
    }
}
