//! The keyboard, of which each key is read when it is pressed.

use std::io::{self, IsTerminal};

use super::ending::TAKING;
use super::give_back;

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
/// beginning of the line: see [`line_breaks`](super::line_breaks). The terminal is given back when
/// this is dropped, and when a signal ends the program.
pub struct Keyboard {
    input: system::Input,
}

impl Keyboard {
    /// Takes the keyboard, if the input and the output are terminals.
    ///
    /// # Errors
    /// When the terminal refuses.
    pub fn take() -> io::Result<Option<Self>> {
        if !io::stdin().is_terminal() || !io::stdout().is_terminal() {
            return Ok(None);
        }
        let input = system::Input::new()?;
        let _guard = TAKING.lock();
        match crossterm::terminal::enable_raw_mode() {
            Ok(()) => Ok(Some(Self { input })),
            // Some terminals of other systems' kind are no consoles: there lines are read.
            Err(_) if cfg!(windows) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The next key. `None` if there can be no more: the terminal is gone.
    pub fn read(&mut self) -> Option<Key> {
        self.input.read()
    }
}

impl Drop for Keyboard {
    fn drop(&mut self) {
        give_back();
    }
}

/// A key is what the terminal sends for it: a character, or a sequence of them.
#[cfg(unix)]
mod system {
    use std::collections::VecDeque;
    use std::fs::File;
    use std::io::{self, Read};
    use std::os::fd::AsFd;
    use std::sync::{Mutex, PoisonError};

    use super::Key;

    /// Not std's `Stdin`, which would keep for itself what it has read too much.
    pub(super) struct Input(File);

    /// Read, but not asked for yet: also by the next keyboard.
    static KEYS: Mutex<VecDeque<Key>> = Mutex::new(VecDeque::new());

    impl Input {
        pub(super) fn new() -> io::Result<Self> {
            Ok(Self(io::stdin().as_fd().try_clone_to_owned()?.into()))
        }

        pub(super) fn read(&mut self) -> Option<Key> {
            // A key that has a sequence of characters comes in one piece.
            let mut piece = [0; 64];
            let mut waiting = KEYS.lock().unwrap_or_else(PoisonError::into_inner);
            while waiting.is_empty() {
                match self.0.read(&mut piece) {
                    Ok(0) => return None,
                    Ok(length) => waiting.extend(keys(&piece[..length])),
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                    Err(_) => return None,
                }
            }
            waiting.pop_front()
        }
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
}

/// A key is an event of the console's: there are no characters for the arrows, unless the console is
/// told to send sequences in their place, which older ones cannot.
#[cfg(windows)]
mod system {
    use std::io;

    use crossterm::event::{self, Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

    use super::Key;

    /// What is pressed waits in the console, also for the next keyboard.
    pub(super) struct Input;

    impl Input {
        pub(super) fn new() -> io::Result<Self> {
            // Who takes the keyboard draws as well.
            crossterm::ansi_support::supports_ansi();
            Ok(Self)
        }

        pub(super) fn read(&mut self) -> Option<Key> {
            loop {
                if let Event::Key(event) = event::read().ok()?
                    && let Some(key) = key(&event)
                {
                    return Some(key);
                }
            }
        }
    }

    /// The key that was pressed; none is when one is let go.
    fn key(event: &KeyEvent) -> Option<Key> {
        if event.kind == KeyEventKind::Release {
            return None;
        }
        // Some layouts have characters on AltGr, which is Ctrl and Alt.
        let modifiers = event.modifiers & (KeyModifiers::CONTROL | KeyModifiers::ALT);
        Some(match event.code {
            KeyCode::Char('c' | 'C' | '\x03') if modifiers == KeyModifiers::CONTROL => Key::CtrlC,
            KeyCode::Char(_) if modifiers == KeyModifiers::CONTROL => Key::Other,
            KeyCode::Char(letter) => Key::Char(letter),
            KeyCode::Enter => Key::Enter,
            KeyCode::Left => Key::Left,
            KeyCode::Right => Key::Right,
            _ => Key::Other,
        })
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        fn pressed(code: KeyCode, modifiers: KeyModifiers) -> Option<Key> {
            key(&KeyEvent::new(code, modifiers))
        }

        #[test]
        fn keys_are_read_when_they_are_pressed_and_not_when_they_are_let_go() {
            let let_go = KeyEvent::new_with_kind(
                KeyCode::Char('q'),
                KeyModifiers::NONE,
                KeyEventKind::Release,
            );
            assert_eq!(key(&let_go), None);
            assert_eq!(pressed(KeyCode::Char('q'), KeyModifiers::NONE), Some(Key::Char('q')));
            for (code, expected) in [
                (KeyCode::Enter, Key::Enter),
                (KeyCode::Left, Key::Left),
                (KeyCode::Right, Key::Right),
                (KeyCode::Up, Key::Other),
                (KeyCode::Esc, Key::Other),
            ] {
                assert_eq!(pressed(code, KeyModifiers::NONE), Some(expected), "{code:?}");
            }
        }

        #[test]
        fn ctrl_c_is_a_key_and_alt_gr_writes_characters() {
            let alt_gr = KeyModifiers::CONTROL | KeyModifiers::ALT;
            assert_eq!(pressed(KeyCode::Char('c'), KeyModifiers::CONTROL), Some(Key::CtrlC));
            assert_eq!(pressed(KeyCode::Char('q'), KeyModifiers::CONTROL), Some(Key::Other));
            assert_eq!(pressed(KeyCode::Char('@'), alt_gr), Some(Key::Char('@')));
        }
    }
}
