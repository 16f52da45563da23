//! The terminal: keys that are read at once, and a screen that is given back on every way out.

mod characters;
mod ending;
mod keyboard;

use std::io::{self, IsTerminal, Write};

pub use characters::shows_unicode;
pub use ending::{code_of_signal, exit, run_instead, when_told_to_end};
pub(crate) use ending::{die_of, is_ctrl_c};
pub use keyboard::{Key, Keyboard};

/// Gives the terminal back, as it was before the [`Keyboard`] was taken.
pub fn give_back() {
    // There is nobody to tell that it is gone.
    let _ = crossterm::terminal::disable_raw_mode();
}

/// The text as a terminal needs it whose [`Keyboard`] is taken: each line break is also the way
/// back to the beginning of the line.
///
/// ```
/// assert_eq!(stage::terminal::line_breaks("soup\ncake\n"), "soup\r\ncake\r\n");
/// ```
pub fn line_breaks(text: &str) -> String {
    text.replace('\n', "\r\n")
}

/// Set by whoever shows in a terminal what the program writes into a pipe: how wide that is.
pub const COLUMNS_OF_READER: &str = "SHORT_ORDER_COLUMNS";

/// How wide a picture may be: as wide as the terminal, within reason; 80 columns where there is none.
pub fn columns() -> usize {
    let terminal = || crossterm::terminal::size().ok().map(|(columns, _)| usize::from(columns));
    let readers = || std::env::var(COLUMNS_OF_READER).ok()?.parse().ok();
    let columns = if io::stdout().is_terminal() { terminal() } else { readers() };
    // Some terminals do not know their size, and say 0.
    columns.filter(|columns| *columns > 0).unwrap_or(crate::COLUMNS).clamp(40, 200)
}

/// Set by whoever shows in a terminal what the program writes into a pipe: how high that is.
pub const ROWS_OF_READER: &str = "SHORT_ORDER_ROWS";

/// How many lines the terminal shows; 24 where there is none.
pub fn rows() -> usize {
    let terminal = || crossterm::terminal::size().ok().map(|(_, rows)| usize::from(rows));
    let readers = || std::env::var(ROWS_OF_READER).ok()?.parse().ok();
    let rows = if io::stdout().is_terminal() { terminal() } else { readers() };
    rows.filter(|rows| *rows > 0).unwrap_or(24)
}

/// Clears the screen, if it is one that can be cleared; says whether it is.
pub fn clear() -> bool {
    let mut stdout = io::stdout();
    let clears = stdout.is_terminal() && takes_sequences();
    // Not by the macros: without colours they would leave this out as well.
    clears && stdout.write_all(b"\x1b[2J\x1b[H").and_then(|()| stdout.flush()).is_ok()
}

/// Whether the terminal does what sequences of characters tell it.
#[cfg(not(windows))]
fn takes_sequences() -> bool {
    std::env::var_os("TERM").is_some_and(|term| term != "dumb")
}

/// The same: a console has no `TERM`, but can be asked, and is switched on by that.
#[cfg(windows)]
fn takes_sequences() -> bool {
    let is_dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
    !is_dumb && crossterm::ansi_support::supports_ansi()
}
