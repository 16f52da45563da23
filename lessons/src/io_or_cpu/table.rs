//! The table: a row for each kind of work, a column for each way to do it.

use std::time::Duration;

use anstyle::{AnsiColor, Style};

use super::Way;
use super::heart::Measured;
use super::job::Kind;
use stage::output::wrapped;
use stage::{print, println};

/// A heart that is later than this has stood still.
const LATE: Duration = Duration::from_millis(50);

/// Prints each figure when it is there.
pub(super) struct Table {
    /// What each job of this row answers.
    answer: Option<u64>,
    /// Why cells have no figures.
    remarks: Vec<String>,
}

impl Table {
    /// The heading.
    pub(super) fn begin() -> Self {
        let bold = Style::new().bold();
        print!("{bold}{:<12}{bold:#}", "ten jobs");
        Way::ALL.iter().for_each(|way| print!("{bold}{:>16}{bold:#}", way.name()));
        print!("\n{:<12}", "seconds");
        Way::ALL.iter().for_each(|_| print!("{:>9}{:>7}", "took", "late"));
        println!();
        Self { answer: None, remarks: Vec::new() }
    }

    /// The beginning of a row.
    pub(super) fn begin_row(&mut self, kind: Kind) {
        print!("{:<12}", kind.name());
        self.answer = None;
    }

    /// The next cell.
    pub(super) fn cell(&mut self, title: &str, found: &Measured) {
        match self.trouble(found) {
            None => {
                let red = AnsiColor::Red.on_default();
                let style = if found.late > LATE { red } else { Style::new() };
                let (took, late) = (found.took.as_secs_f64(), found.late.as_secs_f64());
                print!("{took:>9.2}{style}{late:>7.2}{style:#}");
            }
            Some(trouble) => {
                let number = self.remarks.len() + 1;
                print!("{:>16}", format!("none ({number})"));
                self.remarks.push(format!("({number}) {title}: {trouble}"));
            }
        }
    }

    /// The end of a row.
    pub(super) fn end_row(&self) {
        println!();
    }

    /// What is below the rows.
    pub(super) fn end(self) {
        self.remarks.iter().for_each(|remark| println!("{}", wrapped(remark, "")));
    }

    /// Why the figures of a cell would mean nothing.
    fn trouble(&mut self, found: &Measured) -> Option<String> {
        for answer in &found.answers {
            match answer {
                Err(error) => return Some(error.to_string()),
                Ok(answer) if *self.answer.get_or_insert(*answer) != *answer => {
                    return Some("its jobs did not all do the same".to_owned());
                }
                Ok(_) => {}
            }
        }
        None
    }
}

#[cfg(test)]
mod tests;
