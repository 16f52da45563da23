//! Equal stretches of a story are told once, and then for whom they are the same.
//!
//! A stretch is a poll with what follows from it, or a socket's readiness, a timer's firing; or, of
//! lines of one kind within a poll, each. One that goes as the one before has gone, but for numbers
//! of tasks and sockets, is held back, with what the program prints in it, until it is over, or goes
//! another way. The price: of a program that is ended in the midst of one, that much is not told.

use super::INDENT;
use crate::names::listed;
use crate::output;

/// Fewer others than this are told of in full.
const FEW: usize = 3;

/// A line of a story, or a text that the program prints.
pub(super) struct Line {
    /// As it is printed.
    pub(super) text: String,
    /// What is the same for all to whom the same happens.
    pub(super) shape: String,
    /// It goes to stderr.
    pub(super) is_error: bool,
}

/// Where in a story a line stands.
pub(super) enum Place<'a> {
    /// A stretch begins with it: of this task, or socket. If of none, it is never left out.
    Begins(Option<&'a str>),
    /// It belongs to what came before it. If it is about the same as that, each is a stretch, of this
    /// task.
    GoesOn(Option<&'a str>),
    /// The stretch to which it belongs is worth to be told, whatever comes next: it was a slow one.
    Marks,
}

/// Prints a story, without what is told already.
#[derive(Default)]
pub(super) struct Fold {
    /// What stands before a line that belongs to the place where the story is.
    pub(super) margin: String,
    /// The shapes of the stretch that was told last.
    told: Vec<String>,
    /// The lines since the present stretch has begun.
    present: Vec<Line>,
    whose: Option<String>,
    /// Nothing of the present stretch is printed: so far it goes as the one before.
    is_held: bool,
    /// The stretches before it that were the same, and whose they were.
    same: Vec<(String, Vec<Line>)>,
    /// Each line is a stretch, until the next one that begins outside of polls: what stands before
    /// these lines.
    list: Option<String>,
}

impl Fold {
    /// The next line of the story.
    pub(super) fn tell(&mut self, line: Line, place: &Place<'_>) {
        match place {
            Place::Begins(whose) => {
                self.begin(*whose);
                self.list = None;
            }
            Place::GoesOn(whose) => {
                let is_again = self.present.last().is_some_and(|last| last.shape == line.shape);
                if !self.is_held && is_again && whose.is_some() && self.list.is_none() {
                    // The line before is what the others of the list are compared with.
                    let last = self.present.pop();
                    self.present = last.into_iter().collect();
                    self.list = Some(self.margin.clone());
                }
                if self.list.is_some() {
                    self.begin(*whose);
                }
            }
            Place::Marks => {}
        }
        self.go_on(line);
        if let Place::Marks = place {
            self.release();
            self.present.clear();
        }
    }

    /// What the program prints belongs to where it does so.
    pub(super) fn printed(&mut self, text: &str, is_error: bool) {
        let (shape, text) = (format!("> {text}"), format!("{}> {text}", self.margin));
        self.go_on(Line { text, shape, is_error });
    }

    /// Prints all that is held back.
    pub(super) fn end(&mut self) {
        self.begin(None);
        self.release();
    }

    fn begin(&mut self, whose: Option<&str>) {
        if self.is_held && self.present.len() == self.told.len() {
            let whose = self.whose.take().unwrap_or_default();
            self.same.push((whose, std::mem::take(&mut self.present)));
        } else {
            self.release();
            self.told = self.present.drain(..).map(|line| line.shape).collect();
        }
        self.is_held = whose.is_some() && !self.told.is_empty();
        self.whose = whose.map(str::to_owned);
        if !self.is_held {
            self.tell_same();
        }
    }

    fn go_on(&mut self, line: Line) {
        if self.is_held && self.told.get(self.present.len()) != Some(&line.shape) {
            self.release();
        }
        if !self.is_held {
            print(&line);
        }
        self.present.push(line);
    }

    /// The present stretch goes another way than the one before: all of it is printed.
    fn release(&mut self) {
        self.tell_same();
        if std::mem::take(&mut self.is_held) {
            self.present.iter().for_each(print);
        }
    }

    fn tell_same(&mut self) {
        let same = std::mem::take(&mut self.same);
        if same.len() < FEW {
            return same.iter().flat_map(|(_, lines)| lines).for_each(print);
        }
        let indent = self.list.clone().unwrap_or_else(|| " ".repeat(INDENT));
        let names: Vec<_> = same.into_iter().map(|(whose, _)| whose).collect();
        let text = format!("(the same for {})", listed(&names));
        let text = output::hanging(&text, &indent, &format!("{indent}  "));
        output::print(format_args!("{text}\n"), false);
    }
}

fn print(line: &Line) {
    output::print(format_args!("{}\n", line.text), line.is_error);
}

/// The same for all to whom the same happens: without the numbers of tasks and sockets, and without
/// how long a poll took.
pub(super) fn shape(text: &str) -> String {
    let mut words = text.split(' ').peekable();
    let mut shape = String::new();
    while let Some(word) = words.next() {
        let is_number = |word: &str| word.starts_with(|letter: char| letter.is_ascii_digit());
        let next_is_number = words.peek().is_some_and(|next| is_number(next));
        if word.starts_with('#') && is_number(&word[1..]) {
            shape.push_str(word[1..].trim_start_matches(|letter: char| letter.is_ascii_digit()));
            continue;
        }
        if ["Pending", "Ready"].contains(&word) && words.peek() == Some(&"after") {
            // "after 0.002 s:"
            let colon = words.by_ref().nth(2).is_some_and(|end| end.ends_with(':'));
            shape.push_str(&format!(" {word}{}", if colon { ":" } else { "" }));
            continue;
        }
        shape.push(' ');
        shape.push_str(word);
        if word == "token" && next_is_number {
            let number = words.next().unwrap_or_default();
            shape.push_str(number.trim_start_matches(|letter: char| letter.is_ascii_digit()));
        }
    }
    shape
}

#[cfg(test)]
mod tests;
