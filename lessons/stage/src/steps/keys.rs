//! Asks at each halt what to do: a line of input each, so that any terminal will do.

use std::io::{self, IsTerminal, Write};
use std::process;

use crate::output::aside;

/// Set, it makes `--step` read and write what is no terminal: for tests, which write all keys
/// beforehand. It is not in `--help`, as nobody could answer to a screen that is in a file.
const SCRIPTED: &str = "SHORT_ORDER_SCRIPTED";

pub(super) const KEYS: &str =
    "Enter: go on   b: back   c: to the scene's end   q: quit   ?: help > ";

pub(super) const HELP: &str = "
Enter (or n) goes on by one step: to the next poll, or the loop's next sleep.
b goes back by one: the lesson is played anew up to there, and it is the same
  run, because the clock is simulated.
c goes on to the end of the scene without a halt, q ends the program.

The screen is as things stand before that step. `ready` is the queue: who comes
first is polled first. `tasks` says what each waits for, as far as the loop's
journal tells. `wheel` is where the timers lie that are armed.
";

/// What the reader wants.
pub(crate) enum Key {
    /// To the next halt.
    Next,
    /// To the end of the scene.
    Through,
    /// To the halt before.
    Back,
}

/// Ends the program, and says why, if there is nobody to look at the screen or to answer.
pub(crate) fn insist_on_a_terminal() {
    let terminals = io::stdin().is_terminal() && io::stdout().is_terminal();
    if terminals || std::env::var_os(SCRIPTED).is_some() {
        return;
    }
    anstream::eprintln!(
        "error: --step shows a screen and waits for a key, so it needs a terminal for input and \
         output: run it in one, or take --trace, which tells the same without a halt"
    );
    process::exit(2);
}

/// Asks until the answer is a key that goes anywhere; `q` ends the program right here.
pub(crate) fn ask(can_go_back: bool) -> Key {
    loop {
        aside(format_args!("{KEYS}"));
        let mut line = String::new();
        let read = io::stdin().read_line(&mut line);
        if !io::stdin().is_terminal() {
            aside(format_args!("\n"));
        }
        // An input that has ended, or fails, has no more to say.
        if !read.is_ok_and(|length| length > 0) {
            process::exit(0);
        }
        match line.trim() {
            "" | "n" => return Key::Next,
            "c" => return Key::Through,
            "q" => process::exit(0),
            "b" if can_go_back => return Key::Back,
            "b" => aside(format_args!("This is the first step: there is nothing to go back to.\n")),
            "?" => aside(format_args!("{HELP}\n")),
            other => aside(format_args!("`{other}` is none of the keys.\n")),
        }
    }
}

/// Clears the screen, if it is one.
pub(crate) fn clear_screen() {
    let dumb = std::env::var_os("TERM").is_none_or(|term| term == "dumb");
    let mut stdout = io::stdout();
    if stdout.is_terminal() && !dumb {
        // Not by `aside`: without colours it would leave this out as well.
        let _ = stdout.write_all(b"\x1b[2J\x1b[H");
    } else {
        aside(format_args!("\n"));
    }
}
