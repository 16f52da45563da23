use std::io;
use std::time::Duration;

use super::Table;
use crate::io_or_cpu::heart::Measured;
use crate::io_or_cpu::job::{Answer, Kind};
use stage::output::capture;

/// A row of which this is the only cell, and what is below the table.
fn printed(answers: Vec<Answer>) -> String {
    let found =
        Measured { took: Duration::from_millis(1230), late: Duration::from_millis(40), answers };
    let text = capture(|| {
        let mut table = Table::begin();
        table.begin_row(Kind::Files);
        table.cell("files, gathered", &found);
        table.end_row();
        table.end();
    });
    text.lines().skip(2).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_cell_says_how_long_it_took_and_how_late_the_heart_was() {
    assert_eq!(printed(vec![Ok(4), Ok(4)]), "files            1.23   0.04");
}

#[test]
fn a_cell_without_figures_says_why() {
    let full = Err(io::Error::other("the disk is full"));
    let text = "files               none (1)\n(1) files, gathered: the disk is full";
    assert_eq!(printed(vec![Ok(4), full]), text);
}

#[test]
fn jobs_that_did_not_do_the_same_are_not_compared() {
    let text = "files               none (1)\n\
                (1) files, gathered: its jobs did not all do the same";
    assert_eq!(printed(vec![Ok(4), Ok(5)]), text);
}
