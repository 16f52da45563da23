//! The last rung: the `executor` and `timer` crates. What each of their files adds, which a
//! program needs, and which rung's failure it mends.
//!
//! A file that is new, or has moved, needs a row here: a test says which.

use anstyle::Style;
use stage::output::hanging;
use stage::println;

use super::figures::{figure, say};
use super::lines_of_code;
use super::programs::{Rung, beside_a_panic, rung};
use super::shows::POLLER;

pub(super) const CRATES: Rung = rung!(self::executor_and_timer);

/// The crates, by the names of a rung.
mod executor_and_timer {
    pub(super) use executor::run as block_on;
    pub(super) use timer::sleep;

    use crate::ladder::programs::Boxed;

    /// Awaits the handle as well, in which a panic waits.
    pub(super) fn spawn(future: Boxed) {
        let handle = executor::spawn(future);
        drop(executor::spawn(async { handle.await.is_ok() }));
    }
}

/// A file of the crates.
pub(super) struct Row {
    /// From the workspace's root.
    pub(super) file: &'static str,
    source: &'static str,
    /// Which rung's failure it mends.
    mends: usize,
    /// What it adds.
    adds: &'static str,
    /// Why a program needs that.
    why: &'static str,
}

macro_rules! row {
    ($mends:literal, $file:literal, $adds:literal, $why:literal) => {
        Row {
            file: $file,
            source: include_str!(concat!("../../../", $file)),
            mends: $mends,
            adds: $adds,
            why: $why,
        }
    };
}

/// What is missing in a rung, by its number.
const FAILURES: [&str; 7] = [
    "waits by the real clock: a test of an hour takes an hour",
    "sleeps for ever when nobody calls, and cannot say why",
    "starts tasks and forgets them: no output, no cancelling, no end",
    "locks every future, which has to be Send, and sends every wake through a channel",
    "asks the clock after every poll, and cannot tell who holds it up",
    "looks through all slots for the next one, and has one kind of timer",
    "calls the poller at every wake, and only waits to read",
];

#[rustfmt::skip] // a row a line or two
pub(super) const ROWS: &[Row] = &[
    row!(1, "timer/src/clock.rs", "real, faster and simulated clocks", "tests take no time"),
    row!(1, "timer/src/simulated.rs", "time that jumps to the next deadline",
        "a program of hours ends at once, the same every time"),
    row!(1, "timer/src/instant.rs", "a moment on a loop's clock", "deadlines of any clock"),
    row!(2, "executor/src/watch/stuck.rs", "asks whether anything can still happen",
        "a report in place of a hang"),
    row!(2, "executor/src/watch/journal.rs", "what happened, and by what cause", "stories and pictures"),
    row!(2, "executor/src/watch/mod.rs", "names what watches", "what one can leave out is in a folder"),
    row!(2, "executor/src/label.rs", "a task's name and the line that spawned it", "reports name it"),
    row!(2, "executor/src/watch/info.rs", "the list of unfinished tasks", "to look at a loop from inside"),
    row!(3, "executor/src/join.rs", "what a task and its handle tell each other",
        "the output goes to who awaits it"),
    row!(3, "executor/src/join_handle.rs", "awaiting and aborting a task", "outputs, and cancelling"),
    row!(3, "executor/src/abort_handle.rs", "aborting a task, for whoever does not await it",
        "who cancels is seldom who waits"),
    row!(3, "executor/src/gather.rs", "waiting for several tasks", "one await for many"),
    row!(3, "executor/src/panics.rs", "panics of foreign code, caught",
        "a task that panics ends alone"),
    row!(3, "executor/src/shut_down.rs", "the end of run", "what is left is cancelled, not leaked"),
    row!(4, "executor/src/task.rs", "a head for wakers, a note for the loop",
        "wakers reach a task from any thread, its future stays"),
    row!(4, "executor/src/cell.rs", "one allocation a task, with walls inside",
        "futures need not be Send, and no lock is taken to poll"),
    row!(4, "executor/src/waker.rs", "a waker's vtable by hand", "a poll costs no counting"),
    row!(4, "executor/src/ready.rs", "two doors: a plain queue here, an inbox elsewhere",
        "most wakes are on the loop's thread, and cheap"),
    row!(4, "executor/src/lifecycle.rs", "spawn, poll, finish", "all that can end a task, in one place"),
    row!(4, "executor/src/primitives.rs", "atomics and locks that loom can replace",
        "every order of the threads is tried in tests"),
    row!(4, "timer/src/primitives.rs", "the same, for the timers", "the same"),
    row!(4, "timer/src/slab.rs", "values with numbers, in pages", "tasks and timers without an allocation each"),
    row!(5, "executor/src/event_loop.rs", "the turn: at most 61 polls, then the driver",
        "timers and sockets get their turn, at little cost"),
    row!(5, "executor/src/yield_now.rs", "letting others go first", "long work can be fair"),
    row!(5, "executor/src/watch/watchdog.rs", "which poll held the loop, and who waited", "blocking is found"),
    row!(6, "timer/src/wheel.rs", "bitmaps of the slots, lists through one slab",
        "the next deadline is found at once"),
    row!(6, "timer/src/timers.rs", "arming, cancelling, firing", "no user's code runs while the wheel is borrowed"),
    row!(6, "timer/src/key.rs", "names an armed timer", "a stale name finds nothing"),
    row!(6, "timer/src/events.rs", "what becomes of timers", "the journal tells it"),
    row!(6, "timer/src/sleep.rs", "the sleep, with deadline and reset", "a timeout is pushed back without an allocation"),
    row!(6, "timer/src/timeout.rs", "a sleep around another future", "giving up in time"),
    row!(6, "timer/src/interval.rs", "a sleep over and over", "a rhythm that does not drift"),
    row!(7, "timer/src/park.rs", "a handshake before the sleep", "the loop is called only when it sleeps"),
    row!(7, "timer/src/driver.rs", "deadlines, sockets and calls in one sleep", "one place to wait in"),
    row!(7, "timer/src/context.rs", "which driver is entered on this thread", "sleep needs no argument"),
    row!(7, "timer/src/lib.rs", "the public side of timer", "what programs see"),
    row!(7, "executor/src/waiting.rs", "what ended the sleep, and whom it wakes", "sockets and timers, in order"),
    row!(7, "executor/src/context.rs", "which loop is entered on this thread", "spawn needs no argument; loops can be nested in threads"),
    row!(7, "executor/src/run.rs", "a loop that can be made, kept and run again", "tests and libraries own theirs"),
    row!(7, "executor/src/builder.rs", "clock, observer and limits of a loop", "a loop to measure"),
    row!(7, "executor/src/lib.rs", "the public side of executor", "what programs see"),
    row!(7, "executor/src/threads/spawner.rs", "spawning from other threads", "work comes from anywhere"),
    row!(7, "executor/src/threads/blocking.rs", "threads for calls that block", "files and old libraries do not stop the loop"),
    row!(7, "executor/src/threads/pool.rs", "the threads for those calls", "no thread is started for each"),
    row!(7, "executor/src/threads/mod.rs", "names the two above", "what one can leave out is in a folder"),
    row!(7, "executor/src/net/mod.rs", "the public side of sockets", "what programs see"),
    row!(7, "executor/src/net/reactor.rs", "finds the socket of an event", "an event of a closed socket wakes nobody"),
    row!(7, "executor/src/net/slot.rs", "whether a socket is ready, each way", "an event that comes early is kept"),
    row!(7, "executor/src/net/waiters.rs", "who waits, in a line", "several tasks share a socket"),
    row!(7, "executor/src/net/socket.rs", "reading and writing, with a budget", "a busy socket starves nobody"),
    row!(7, "executor/src/net/systems.rs", "what systems do each in their own way, made one",
        "a program does the same on Windows"),
    row!(7, "executor/src/net/wait.rs", "a future's place in that line", "giving up leaves nothing behind"),
    row!(7, "executor/src/net/address.rs", "looking up names, in the pool", "that blocks"),
    row!(7, "executor/src/net/listener.rs", "taking in connections", "a server can wait for the next one"),
    row!(7, "executor/src/net/usage.rs", "the ways to use a socket", "the journal tells them apart"),
    row!(7, "executor/src/net/tcp.rs", "TCP, as futures-io has it", "the ecosystem's protocols run on it"),
    row!(7, "executor/src/net/forward.rs", "reads and writes passed on", "the same four functions, written once"),
    row!(7, "executor/src/net/halves.rs", "a connection in two", "one task reads, another writes"),
    row!(7, "executor/src/net/udp.rs", "UDP", "datagrams"),
    row!(7, "executor/src/net/any.rs", "what else has a descriptor", "pipes, Unix sockets, terminals"),
];

pub(super) fn show() {
    let bold = Style::new().bold();
    println!("{bold}rung 8{bold:#} of 8: {}\n", super::CRATES);
    say("A task panics. Two others are still to be polled: how many of them come to their end?");
    for (who, rung) in [("rung 7", POLLER), ("rung 8", CRATES)] {
        figure(who, &format!("{} of 2", beside_a_panic(rung)));
    }
    println!();
    say("The files that mend each rung, behind their lines of code, all together:");
    for (rung, failure) in (1..).zip(FAILURES) {
        println!();
        println!("{}", hanging(&format!("Rung {rung} {failure}."), "", "  "));
        let rows = || ROWS.iter().filter(|row| row.mends == rung);
        let lines: usize = rows().map(|row| lines_of_code(row.source)).sum();
        let mut files = Vec::new();
        for name in ["executor", "timer"] {
            let of_crate = |row: &Row| row.file.strip_prefix(name)?.strip_prefix("/src/");
            let names: Vec<_> = rows().filter_map(of_crate).map(without_rs).collect();
            if !names.is_empty() {
                files.push(format!("{name}: {}", names.join(", ")));
            }
        }
        println!("{}", hanging(&files.join("; "), &format!("{lines:>5}  "), "       "));
    }
    println!();
    say("What each of them adds, and why a program needs that:");
    println!("  cargo run -- ladder 8 --rust");
    say(
        "Next: README.md says in which order to read them. `cargo doc --open -p executor` has the \
         life of one wake-up, step by step, by file and line.",
    );
    say(
        "Try: in lessons/ladder/7_poller.rs, in run, poll inside of std::panic::catch_unwind, with \
         AssertUnwindSafe. How many of the two tasks end then, and who hears of the panic? `cargo \
         run -- ladder 8` runs it.",
    );
}

fn without_rs(file: &str) -> &str {
    file.strip_suffix(".rs").unwrap_or(file)
}

/// All files of the crates, with what each adds.
pub(super) fn list_files() {
    say("What each file of the crates adds, with its lines of code, below the rung that it mends:");
    for (rung, failure) in (1..).zip(FAILURES) {
        println!();
        println!("{}", hanging(&format!("Rung {rung} {failure}."), "", "  "));
        for row in ROWS.iter().filter(|row| row.mends == rung) {
            let (lines, Row { file, adds, why, .. }) = (lines_of_code(row.source), row);
            println!("{}", hanging(file, &format!("{lines:>5}  "), "  "));
            println!("{}", hanging(&format!("{adds}: {why}"), "       ", "       "));
        }
    }
}
