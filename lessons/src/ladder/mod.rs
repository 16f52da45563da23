//! `ladder`: eight small executors, each mending what the one before cannot do.
//!
//! The rungs are files of their own, in `lessons/ladder`: to compare two neighbours is the lesson.
//! Here is what runs them. `programs.rs` has the programs, `shows.rs` which rung runs which.

mod crates;
mod figures;
mod options;
mod programs;
mod shows;

#[path = "../../ladder/1_busy_loop.rs"]
mod busy_loop;
#[path = "../../ladder/5_flag_and_heap.rs"]
mod flag_and_heap;
#[path = "../../ladder/3_many_tasks.rs"]
mod many_tasks;
#[path = "../../ladder/7_poller.rs"]
mod poller;
#[path = "../../ladder/4_ready_queue.rs"]
mod ready_queue;
#[path = "../../ladder/2_waker.rs"]
mod waker;
#[path = "../../ladder/6_wheel.rs"]
mod wheel;

// Rungs in which one line stands elsewhere, or is missing: what goes wrong then.
#[allow(dead_code)] // not all of it is shown
#[path = "../../ladder/mistakes/5_cleared_after_the_poll.rs"]
mod cleared_after_the_poll;
#[allow(dead_code)]
#[path = "../../ladder/mistakes/7_no_call.rs"]
mod no_call;

use anstyle::{AnsiColor, Style};
use similar::{ChangeTag, TextDiff};
use stage::output::wrapped;
use stage::println;

pub(crate) use options::Options;

/// One of the executors, and what to say of it.
struct Rung {
    /// Its file in `lessons/ladder`, and the text of it.
    file: &'static str,
    source: &'static str,
    title: &'static str,
    /// Runs the rung before on what it cannot do, and then this one.
    show: fn(),
    /// What this one cannot do.
    next: &'static str,
    /// A change to try.
    change: &'static str,
}

macro_rules! source {
    ($file:literal) => {
        ($file, include_str!(concat!("../../ladder/", $file)))
    };
}

const fn rung(
    (file, source): (&'static str, &'static str),
    title: &'static str,
    show: fn(),
    next: &'static str,
    change: &'static str,
) -> Rung {
    Rung { file, source, title, show, next, change }
}

const RUNGS: [Rung; 7] = [
    rung(
        source!("1_busy_loop.rs"),
        "polls in a circle",
        shows::busy_loop,
        "keeps a core busy with asking. With a waker, rung 2 sleeps until there is an answer",
        "let the loop call std::thread::yield_now() after each poll. How many polls are there \
         then, and how busy is the core?",
    ),
    rung(
        source!("2_waker.rs"),
        "a waker, and a thread that sleeps",
        shows::waker,
        "does one thing after the other. Rung 3 has tasks",
        "leave out thread::park(). How many polls are there then, and is the answer still right?",
    ),
    rung(
        source!("3_many_tasks.rs"),
        "many tasks, all polled at each wake",
        shows::many_tasks,
        "polls all tasks when one is woken. In rung 4 each has a waker of its own",
        "in poll_all, call tasks.reverse() before they are polled. How many polls does the \
         message cost then? And if it went from the first to the last?",
    ),
    rung(
        source!("4_ready_queue.rs"),
        "a waker a task, and a ready queue",
        shows::ready_queue,
        "polls a task once for each wake, and starts a thread for each sleep. Rung 5 has a flag, \
         and timers",
        "in wake_by_ref, send the task twice. How many polls does the message cost then, and why not \
         twice as many?",
    ),
    rung(
        source!("5_flag_and_heap.rs"),
        "a flag against double wakes, and a heap of deadlines",
        shows::flag_and_heap,
        "keeps what is cancelled until its time has come. Rung 6 has a wheel",
        "in wake_by_ref, send without looking at the flag. What does this rung count then?",
    ),
    rung(
        source!("6_wheel.rs"),
        "a timer wheel in place of the heap",
        shows::wheel,
        "sleeps in its queue, of which the system knows nothing. Rung 7 sleeps in a poller",
        "in expire, let every timer of a slot be due: none cascades. When is the one for tick \
         3000 woken then? What does its task do, as poll finds that it is too early?",
    ),
    rung(
        source!("7_poller.rs"),
        "sockets, and a loop that sleeps in the poller",
        shows::poller,
        "ends with the first task that panics; it has no handles, no cancelling, and nobody to \
         ask why it hangs. Rung 8 is the crates of this project",
        "in readable, call context.waker().wake_by_ref() before Pending. Which figure changes, and \
         why is rung 7 no better than rung 6 then?",
    ),
];

/// What rung 8 is about.
const CRATES: &str = "the executor and timer crates: what each file adds, and why";

/// Does what is asked for.
pub(crate) fn climb(options: &Options) {
    match options {
        Options::List => list(),
        Options::Show(8) => crates::show(),
        Options::Show(number) => show(*number),
        Options::Diff(number) => diff(*number),
        Options::Source(8) => crates::list_files(),
        Options::Source(number) => println!("{}", RUNGS[number - 1].source.trim_end()),
    }
}

/// The numbers and titles of all rungs.
fn titles() -> impl Iterator<Item = (usize, &'static str)> {
    RUNGS.iter().map(|rung| rung.title).chain([CRATES]).enumerate().map(|(at, it)| (at + 1, it))
}

fn list() {
    println!("{}\n", wrapped("The ladder: an executor that grows, rung by rung.", ""));
    titles().for_each(|(number, title)| println!("  {number}  {title}"));
    println!();
    println!("`cargo run -- ladder 1` is where to begin. Each rung first runs the one");
    println!("before on what that cannot do. `ladder 2 --diff` shows what a rung changes,");
    println!("`ladder 2 --rust` its file.");
}

fn show(number: usize) {
    let rung = &RUNGS[number - 1];
    let bold = Style::new().bold();
    println!("{bold}rung {number}{bold:#} of 8: {}", rung.title);
    println!("lessons/ladder/{}, {} lines of code\n", rung.file, lines_of_code(rung.source));
    (rung.show)();
    println!();
    println!("{}", wrapped(&format!("Next: this rung {}.", rung.next), ""));
    println!("  cargo run -- ladder {}{}", number + 1, if number < 7 { " --diff" } else { "" });
    let (file, change) = (rung.file, rung.change);
    let text =
        format!("Try: in lessons/ladder/{file}, {change} `cargo run -- ladder {number}` runs it.");
    println!("{}", wrapped(&text, ""));
}

/// No blanks, and no comments.
fn lines_of_code(source: &str) -> usize {
    let is_code = |line: &&str| !line.is_empty() && !line.starts_with("//");
    let lines = source.lines().map(str::trim_start);
    lines.take_while(|line| !line.starts_with("#[cfg(test)]")).filter(is_code).count()
}

/// What a rung changes in the one before.
fn diff(number: usize) {
    let before = if number > 1 { &RUNGS[number - 2] } else { &RUNGS[0] };
    let rung = &RUNGS[number - 1];
    if number == 1 {
        println!("Rung 1 has none before it. This is all of it:\n\n{}", rung.source.trim_end());
        return;
    }
    println!("lessons/ladder: from {} to {}\n", before.file, rung.file);
    print_diff(before.source, rung.source, 3);
}

/// Prints the lines that differ, with so many lines around them.
fn print_diff(before: &str, after: &str, around: usize) {
    let diff = TextDiff::from_lines(before, after);
    for (number, group) in diff.grouped_ops(around).iter().enumerate() {
        if number > 0 {
            println!("...");
        }
        for change in group.iter().flat_map(|change| diff.iter_changes(change)) {
            let (sign, style) = match change.tag() {
                ChangeTag::Delete => ("-", AnsiColor::Red.on_default()),
                ChangeTag::Insert => ("+", AnsiColor::Green.on_default()),
                ChangeTag::Equal => (" ", Style::new()),
            };
            let line = format!("{sign}{}", change.value().trim_end());
            println!("{style}{}{style:#}", line.trim_end());
        }
    }
}

#[cfg(test)]
mod tests;
