//! What is shown while a file is watched.

use std::io::{self, IsTerminal, Write};
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use anstyle::Style;
use stage::terminal;

use super::super::Failure;

/// A program that plays for longer may go on without end.
const LONG: Duration = Duration::from_secs(4);

/// The screen; clones are one.
#[derive(Clone)]
pub(in crate::own) struct Screen(Arc<Inner>);

struct Inner {
    /// What the keys do.
    keys: String,
    /// A line break needs a way back.
    has_keyboard: bool,
    is_closed: AtomicBool,
    /// One text at a time.
    writing: Mutex<Written>,
}

/// What there is on the screen.
#[derive(Default)]
struct Written {
    /// The next text begins a line.
    is_at_start: bool,
    /// So many lines were shown since what the keys do; none of it is there without one.
    since_keys: Option<usize>,
    /// A program plays, since then.
    plays: Option<Instant>,
}

impl Screen {
    pub(in crate::own) fn new(keys: String, has_keyboard: bool) -> Self {
        let (is_closed, writing) = (false.into(), Mutex::default());
        Self(Arc::new(Inner { keys, has_keyboard, is_closed, writing }))
    }

    pub(in crate::own) fn has_keyboard(&self) -> bool {
        self.0.has_keyboard
    }

    /// Nothing is shown any more.
    pub(in crate::own) fn close(&self) {
        self.0.is_closed.store(true, Relaxed);
    }

    /// Shows what somebody else has written, as it is.
    pub(in crate::own) fn show(&self, text: &[u8]) {
        if self.0.is_closed.load(Relaxed) {
            return;
        }
        let mut written = self.written();
        let mut stdout = io::stdout().lock();
        if let Some(last) = text.last() {
            written.is_at_start = *last == b'\n';
        }
        let mut shown = Vec::with_capacity(text.len());
        for byte in text {
            if *byte == b'\n' {
                written.since_keys = written.since_keys.map(|lines| lines + 1);
                if self.0.has_keyboard {
                    shown.push(b'\r');
                }
            }
            shown.push(*byte);
        }
        // If the terminal is gone, its keyboard or a signal says so as well.
        let _ = stdout.write_all(&shown).and_then(|()| stdout.flush());
    }

    /// A line of ours.
    pub(in crate::own) fn say(&self, text: &str) {
        let text = stage::output::wrapped(text, "");
        let dim = if colours() { Style::new().dimmed() } else { Style::new() };
        self.show(format!("{dim}{text}{dim:#}\n").as_bytes());
    }

    /// An empty screen; where there is none, a line that says where the new one begins.
    pub(in crate::own) fn clear(&self) {
        if !self.0.is_closed.load(Relaxed) && !terminal::clear() {
            self.show(b"\n");
        }
    }

    /// Why there is nothing to play.
    pub(in crate::own) fn tell(&self, failure: &Failure) {
        match failure {
            Failure::Said(text) => {
                let text = stage::output::hanging(text, "error: ", "  ");
                self.show(format!("{text}\n").as_bytes());
            }
            Failure::Compiler(errors) => self.show(errors.as_bytes()),
            Failure::Stopped => {}
        }
    }

    /// A program plays from now on, or none does any more.
    pub(super) fn plays(&self, plays: bool) {
        let mut written = self.written();
        written.plays = plays.then(Instant::now);
        written.since_keys = None;
    }

    /// Of a program that plays for long, and maybe without end: says what can be done, where this is
    /// not to be seen any more.
    pub(super) fn remind(&self) {
        let written = self.written();
        let is_seen = written.since_keys.is_some_and(|lines| lines + 2 < terminal::rows());
        let is_long = written.plays.is_some_and(|since| since.elapsed() > LONG);
        let is_due = is_long && written.is_at_start && !is_seen;
        drop(written);
        if is_due {
            self.say(match self.0.has_keyboard {
                true => "It plays on: a save or Enter plays it anew, q ends it.",
                false => "It plays on: a save plays it anew, Ctrl+C ends it.",
            });
            self.written().since_keys = Some(0);
        }
    }

    fn written(&self) -> MutexGuard<'_, Written> {
        self.0.writing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Says what the keys do.
    pub(in crate::own) fn show_keys(&self) {
        self.say(&self.0.keys);
    }
}

/// Whether what is shown may have colours.
pub(in crate::own) fn colours() -> bool {
    let unwanted = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    io::stdout().is_terminal() && !unwanted
}
