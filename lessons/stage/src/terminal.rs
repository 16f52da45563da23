//! The terminal: keys that are read at once, and a screen that is given back on every way out.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, IsTerminal, Read, Write};
use std::process;
use std::sync::{Mutex, PoisonError};

/// A key that was pressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    /// One that stands for itself.
    Char(char),
    /// Enter.
    Enter,
    /// The arrow to the left.
    Left,
    /// The arrow to the right.
    Right,
    /// Ctrl+C: while keys are read at once it ends nothing by itself.
    CtrlC,
    /// Any other.
    Other,
}

/// The keyboard, of which each key is read when it is pressed, for as long as this lives.
///
/// Meanwhile the terminal does not show what is typed, and a line break does not lead to the
/// beginning of the line: see [`line_breaks`]. The terminal is given back when this is dropped, and
/// when a signal ends the program.
pub struct Keyboard {
    input: File,
}

/// Read, but not asked for yet: also by the next keyboard.
static KEYS: Mutex<VecDeque<Key>> = Mutex::new(VecDeque::new());

impl Keyboard {
    /// Takes the keyboard, if the input and the output are terminals.
    ///
    /// # Errors
    /// When the terminal refuses.
    pub fn take() -> io::Result<Option<Self>> {
        if !io::stdin().is_terminal() || !io::stdout().is_terminal() {
            return Ok(None);
        }
        let input = input()?;
        crossterm::terminal::enable_raw_mode()?;
        Ok(Some(Self { input }))
    }

    /// The next key. `None` if there can be no more: the terminal is gone.
    pub fn read(&mut self) -> Option<Key> {
        // A key that has a sequence of characters comes in one piece.
        let mut piece = [0; 64];
        let mut waiting = KEYS.lock().unwrap_or_else(PoisonError::into_inner);
        while waiting.is_empty() {
            match self.input.read(&mut piece) {
                Ok(0) => return None,
                Ok(length) => waiting.extend(keys(&piece[..length])),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(_) => return None,
            }
        }
        waiting.pop_front()
    }
}

impl Drop for Keyboard {
    fn drop(&mut self) {
        give_back();
    }
}

/// Gives the terminal back, as it was before the [`Keyboard`] was taken.
pub fn give_back() {
    // There is nobody to tell that it is gone.
    let _ = crossterm::terminal::disable_raw_mode();
}

/// Not std's `Stdin`, which would keep for itself what it has read too much.
#[cfg(unix)]
fn input() -> io::Result<File> {
    use std::os::fd::AsFd;
    Ok(io::stdin().as_fd().try_clone_to_owned()?.into())
}

#[cfg(windows)]
fn input() -> io::Result<File> {
    use std::os::windows::io::AsHandle;
    Ok(io::stdin().as_handle().try_clone_to_owned()?.into())
}

/// The keys that are in a piece of what the terminal sends.
fn keys(piece: &[u8]) -> Vec<Key> {
    match piece {
        b"\x1b[D" | b"\x1bOD" => vec![Key::Left],
        b"\x1b[C" | b"\x1bOC" => vec![Key::Right],
        [b'\x1b', ..] => vec![Key::Other],
        _ => String::from_utf8_lossy(piece).chars().map(key).collect(),
    }
}

fn key(letter: char) -> Key {
    match letter {
        '\r' | '\n' => Key::Enter,
        '\x03' => Key::CtrlC,
        letter if letter.is_control() => Key::Other,
        letter => Key::Char(letter),
    }
}

/// Calls `end` with the number of the signal, in place of what it would do by itself, when one asks
/// the program to end: by Ctrl+C, by `kill`, or because the terminal is gone.
///
/// # Errors
/// When the system refuses.
#[cfg(unix)]
pub fn when_told_to_end(end: impl Fn(i32) + Send + 'static) -> io::Result<()> {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM};
    let mut signals = signal_hook::iterator::Signals::new([SIGHUP, SIGINT, SIGQUIT, SIGTERM])?;
    std::thread::spawn(move || signals.forever().for_each(end));
    Ok(())
}

/// There are no such signals here.
///
/// # Errors
/// None.
#[cfg(not(unix))]
pub fn when_told_to_end(_end: impl Fn(i32) + Send + 'static) -> io::Result<()> {
    Ok(())
}

/// Whether it is the signal of Ctrl+C.
#[cfg(unix)]
pub(crate) fn is_ctrl_c(signal: i32) -> bool {
    signal == signal_hook::consts::SIGINT
}

#[cfg(not(unix))]
pub(crate) fn is_ctrl_c(_signal: i32) -> bool {
    false
}

/// Ends the program as that signal would have ended it.
pub(crate) fn die_of(signal: i32) {
    #[cfg(unix)]
    let _ = signal_hook::low_level::emulate_default_handler(signal);
    std::process::exit(code_of_signal(signal));
}

/// The exit code that says that a signal has ended the program.
pub fn code_of_signal(signal: i32) -> i32 {
    128 + signal
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
    let is_dumb = std::env::var_os("TERM").is_none_or(|term| term == "dumb");
    let mut stdout = io::stdout();
    let clears = stdout.is_terminal() && !is_dumb;
    // Not by the macros: without colours they would leave this out as well.
    clears && stdout.write_all(b"\x1b[2J\x1b[H").and_then(|()| stdout.flush()).is_ok()
}

/// Ends the program, with the terminal given back.
pub fn exit(code: i32) -> ! {
    give_back();
    process::exit(code);
}
