//! A select that loses nothing: a solution.

use async_channel::Receiver;

pub struct Lines {
    letters: Receiver<char>,
    /// What was read of a line that is not whole yet.
    line: String,
}

impl Lines {
    pub fn new(letters: Receiver<char>) -> Self {
        Self { letters, line: String::new() }
    }

    /// The next line; at the end what is left, however little.
    pub async fn next(&mut self) -> String {
        while let Ok(letter) = self.letters.recv().await {
            if letter == '\n' {
                break;
            }
            self.line.push(letter);
        }
        std::mem::take(&mut self.line)
    }
}
