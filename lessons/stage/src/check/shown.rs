//! How a check's verdict is shown.

use anstyle::{AnsiColor, Style};

use super::latest;
use crate::output::{hanging, wrapped};
use crate::{println, terminal};

/// So many lines of the screen are for what stands around the checks: the exercise's name, and what
/// to do next.
const AROUND: usize = 10;
/// With less of a story nobody knows where it is: then it is left out.
const FEWEST: usize = 3;

pub(super) fn tell_good(should_be: &str) {
    println!("{}", marked(should_be, "[x]", AnsiColor::Green.on_default()));
}

/// A check that is at work, should it fail.
#[derive(Clone)]
pub(super) struct Failure {
    /// How many checks have passed before it.
    pub(super) passed: usize,
    pub(super) should_be: &'static str,
    /// The checks behind it.
    pub(super) not_reached: Vec<&'static str>,
}

impl Failure {
    /// Shows what is wrong, what else is to be checked, and the end of the story that led to it.
    pub(super) fn tell(&self, why: &str) {
        let mut told = marked(self.should_be, "[!]", AnsiColor::Red.on_default().bold());
        for paragraph in why.lines() {
            told = told + "\n" + &wrapped(paragraph, "      ");
        }
        for should_be in &self.not_reached {
            told = told + "\n" + &marked(should_be, "[ ]", Style::new().dimmed());
        }
        println!("{told}");
        let lines = latest::lines();
        if lines.is_empty() {
            return;
        }
        // A line at least is taken by each check that has passed.
        let taken = AROUND + self.passed + told.lines().count() + 2;
        let most = terminal::rows().saturating_sub(taken);
        if most < FEWEST {
            return;
        }
        println!("\nThe end of the story:");
        end(&lines, most).iter().for_each(|line| println!("{line}"));
    }
}

/// So many lines at the most. It does not begin in the middle of a poll if it need not.
fn end(lines: &[String], most: usize) -> &[String] {
    let lines = &lines[lines.len().saturating_sub(most)..];
    let in_a_poll = |line: &str| {
        let told = line.trim_start_matches([' ', '.']).trim_start_matches(|it| it != ' ');
        told.trim_start().starts_with(['│', '└', '|', '`'])
    };
    let begin = lines.iter().position(|line| !in_a_poll(line)).unwrap_or(0);
    let rest = &lines[begin..];
    if rest.len() < FEWEST { lines } else { rest }
}

/// A check, behind what became of it.
fn marked(should_be: &str, mark: &str, style: Style) -> String {
    let text = hanging(should_be, &format!("  {mark} "), "      ");
    text.replacen(mark, &format!("{style}{mark}{style:#}"), 1)
}
