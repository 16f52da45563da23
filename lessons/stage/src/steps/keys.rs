//! Asks at each halt what to do: a key each, which is read when it is pressed.

use std::io::{self, IsTerminal};
use std::process;

use crate::output::aside;
use crate::terminal::{self, Keyboard};

/// Set, it makes `--step` read and write what is no terminal: for tests, which write all keys
/// beforehand. It is not in `--help`, as nobody could answer to a screen that is in a file.
const SCRIPTED: &str = "SHORT_ORDER_SCRIPTED";

pub(super) const KEYS: &str =
    "Enter: go on  b: back  w: next wake-up  c: scene's end  q: quit  ?: help > ";
/// The same for a narrow terminal.
pub(super) const FEW_KEYS: &str = "Enter b w c q  ?: help > ";

pub(super) const HELP: &str = "
Enter (or n, or the right arrow) goes on by one step: to the next poll, or the
  loop's next sleep.
b (or the left arrow) goes back by one: the lesson is played anew up to there,
  and it is the same run, because the clock is simulated.
w goes on to the next poll after a wake-up of the loop, c to the end of the
  scene without a halt; q ends the program.

The screen is as things stand before that step. `ready` is the queue: who comes
first is polled first. `tasks` says what each waits for, as far as the loop's
journal tells. `wheel` is where the timers lie that are armed. A * stands before
what has changed since the last halt.
";

/// What the reader wants.
pub(crate) enum Key {
    /// To the next halt.
    Next,
    /// To the first halt after the loop's next wake-up.
    Wake,
    /// To the end of the scene.
    Through,
    /// To the halt before.
    Back,
}

/// Ends the program, and says why, if there is nobody to look at the screen or to answer. From now
/// on a signal that ends it gives the terminal back.
pub(crate) fn insist_on_a_terminal() {
    let terminals = io::stdin().is_terminal() && io::stdout().is_terminal();
    if !terminals && std::env::var_os(SCRIPTED).is_none() {
        anstream::eprintln!(
            "error: --step shows a screen and waits for a key, so it needs a terminal for input \
             and output: run it in one, or take --trace, which tells the same without a halt"
        );
        process::exit(2);
    }
    if terminals {
        // Where that is refused a signal ends it all the same.
        let _ =
            terminal::when_told_to_end(|signal| terminal::exit(terminal::code_of_signal(signal)));
    }
}

/// A key that stands for no letter.
const NAMELESS: &str = "\0";

/// Asks until the answer is a key that goes anywhere; `q` ends the program right here.
pub(crate) fn ask(can_go_back: bool) -> Key {
    loop {
        let prompt = if terminal::columns() < KEYS.len() { FEW_KEYS } else { KEYS };
        aside(format_args!("{prompt}"));
        let Some(key) = read() else { process::exit(0) };
        match key.as_str() {
            "" | "n" | " " => return Key::Next,
            "w" => return Key::Wake,
            "c" => return Key::Through,
            "q" => process::exit(0),
            "b" if can_go_back => return Key::Back,
            "b" => aside(format_args!("This is the first step: there is nothing to go back to.\n")),
            "?" => aside(format_args!("{HELP}\n")),
            NAMELESS => aside(format_args!("That is none of the keys.\n")),
            other => aside(format_args!("`{other}` is none of the keys.\n")),
        }
    }
}

/// The next key, or a line of them where the input is no terminal. `None` when there can be no more.
fn read() -> Option<String> {
    let Ok(Some(mut keyboard)) = Keyboard::take() else {
        let mut line = String::new();
        let read = io::stdin().read_line(&mut line);
        aside(format_args!("\n"));
        return read.is_ok_and(|length| length > 0).then(|| line.trim().to_owned());
    };
    let key = keyboard.read();
    // Given back before anything else is printed.
    drop(keyboard);
    aside(format_args!("\n"));
    Some(match key? {
        terminal::Key::Enter | terminal::Key::Right => String::new(),
        terminal::Key::Left => "b".to_owned(),
        terminal::Key::Char(letter) => letter.to_string(),
        terminal::Key::CtrlC => process::exit(terminal::code_of_signal(2)),
        terminal::Key::Other => NAMELESS.to_owned(),
    })
}

/// Clears the screen, if it is one.
pub(crate) fn clear_screen() {
    if !terminal::clear() {
        aside(format_args!("\n"));
    }
}
