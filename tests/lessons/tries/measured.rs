//! The lesson `io-or-cpu`, which measures real work: so shares of it are compared, not seconds.

use std::process::Command;

use super::{CHANGED, stdout};
use crate::twins::python_is_there;
use crate::{PROGRAM, alone};

/// How long the jobs of a row took, and how late the heart was at worst, in the first column.
fn first_cell(table: &str, row: &str) -> (f64, f64) {
    let line = table.lines().find_map(|line| line.strip_prefix(row)).expect("the table has it");
    let mut figures = line.split_whitespace().map(|figure| figure.parse().expect(line));
    (figures.next().expect("it took some time"), figures.next().expect("the heart was late"))
}

/// Unchanged, the heart is late by all that the jobs take; see `measured.rs`, next to the folder.
#[track_caller]
fn check(table: &str) {
    let (took, late) = first_cell(table, "heavy work");
    assert!(late < took / 2.0, "the heart beats after each of ten jobs: {late} of {took}\n{table}");
    let (took, _) = first_cell(table, "network");
    assert!(took >= 2.0, "one after the other: {table}");
}

#[test]
fn with_a_sleep_after_each_job_the_heart_is_late_by_one_job_and_no_more_by_ten() {
    let _alone = alone();
    let mut changed = Command::new(&CHANGED.program);
    check(&stdout(&changed.args(["io-or-cpu", "--plain"]).output().unwrap()));
    if python_is_there() {
        let mut twin = Command::new("python3");
        // It makes a directory in the current one, which has to be on a disk.
        twin.arg(CHANGED.twin("io-or-cpu")).current_dir(PROGRAM.parent().unwrap());
        check(&stdout(&twin.output().unwrap()));
    }
}
