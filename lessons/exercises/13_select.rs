//! A select that loses nothing.
//!
//! A kitchen reads orders, a line each, whose letters come in pieces. It
//! selects between the next line and a tick. If the tick is first, the future
//! that reads is dropped: half a line was in it, and is lost.
//!
//! `next` is to be safe to cancel: whatever it has read has to outlive the
//! future. Add a field for that.

use async_channel::Receiver;

pub struct Lines {
    letters: Receiver<char>,
}

impl Lines {
    pub fn new(letters: Receiver<char>) -> Self {
        Self { letters }
    }

    /// The next line; at the end what is left, however little.
    pub async fn next(&mut self) -> String {
        let mut line = String::new();
        while let Ok(letter) = self.letters.recv().await {
            if letter == '\n' {
                break;
            }
            line.push(letter);
        }
        line
    }
}
