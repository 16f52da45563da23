//! The lesson `io-or-cpu`, whose figures are of the machine: what is certain about them.

use std::path::Path;
use std::process::{Command, Output};
use std::sync::LazyLock;

use crate::PROGRAM;

const ROWS: [&str; 4] = ["network", "database", "files", "heavy work"];
const COLUMNS: [&str; 4] = ["one by one", "gathered", "in threads", "in processes"];

/// What the program prints, on the machine's clock.
static PRINTED: LazyLock<String> = LazyLock::new(|| stdout(&play(&[])));
static PLAIN: LazyLock<String> = LazyLock::new(|| stdout(&play(&["--plain"])));

fn play(arguments: &[&str]) -> Output {
    let mut program = Command::new(&*PROGRAM);
    let program = program.arg("io-or-cpu").args(arguments).env("LC_ALL", "C");
    program.output().expect("the lessons can be started")
}

fn stdout(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout.clone()).expect("it is text")
}

/// The figures of a row, `[took, late]` for each column; fails if one is missing.
fn figures(table: &str, row: usize) -> Vec<[f64; 2]> {
    let mut lines = table.lines().skip_while(|line| !line.starts_with("ten jobs"));
    let line = lines.nth(2 + row).expect("the table has a line for each kind");
    let figures = line.strip_prefix(ROWS[row]).unwrap_or_else(|| panic!("the row of {line}"));
    let figures: Vec<f64> = figures.split_whitespace().map(|it| it.parse().expect(line)).collect();
    assert_eq!(figures.len(), 8, "{line}");
    figures.chunks(2).map(|cell| [cell[0], cell[1]]).collect()
}

fn assert_is_a_table(text: &str) {
    let head = text.lines().find(|line| line.starts_with("ten jobs")).expect("a table");
    let columns = format!("ten jobs{}", COLUMNS.concat()).replace(' ', "");
    assert_eq!(head.replace(' ', ""), columns);
    for row in 0..ROWS.len() {
        assert_eq!(figures(text, row).len(), COLUMNS.len());
    }
    for row in ROWS {
        let lines = text.lines().filter(|line| line.starts_with(row));
        assert_eq!(lines.count(), 2, "its figures, and what they mean: {row}\n{text}");
    }
}

#[test]
fn every_kind_of_work_is_measured_in_every_way() {
    assert_is_a_table(&PRINTED);
}

#[test]
fn plain_it_is_the_table_and_what_it_means() {
    assert_is_a_table(&PLAIN);
    assert!(PLAIN.starts_with("ten jobs"), "{}", *PLAIN);
    assert!(!PLAIN.contains("Look at") && !PLAIN.contains("Try:"), "{}", *PLAIN);
}

#[test]
fn it_fits_the_screen() {
    assert!(PRINTED.is_ascii() && PRINTED.lines().count() <= 40, "{}", *PRINTED);
    for line in PRINTED.lines() {
        assert!(line.len() <= 80 && line == line.trim_end(), "{line}");
    }
}

#[test]
fn ten_answers_of_a_fifth_of_a_second_take_two_seconds_one_by_one() {
    let network = figures(&PRINTED, 0);
    assert!(network[0][0] >= 2.0, "{network:?}");
    assert!(network[1..].iter().all(|[took, _]| *took >= 0.2), "{network:?}");
}

#[test]
fn work_that_blocks_on_the_loop_stops_the_heart_for_as_long_as_it_takes() {
    for row in 1..ROWS.len() {
        for [took, late] in &figures(&PRINTED, row)[..2] {
            // A beat of 0.01 seconds may have been waited for before, and figures are rounded.
            assert!(*late >= took - 0.021, "{}: {late} of {took}", ROWS[row]);
        }
    }
}

#[test]
fn its_directory_is_removed_in_the_end() {
    LazyLock::force(&PRINTED);
    LazyLock::force(&PLAIN);
    assert!(!PROGRAM.with_file_name("io-or-cpu").exists());
}

#[test]
fn no_clock_but_the_real_one_and_no_telling_of_events_is_accepted() {
    for arguments in [&["--clock", "simulated"][..], &["--speed", "2"], &["--trace"], &["--step"]] {
        let output = play(arguments);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0), "{arguments:?}");
        assert!(said.contains("measures") && said.contains("leave out"), "{said}");
        assert!(said.contains(arguments[0]), "it names what to leave out: {said}");
    }
}

#[test]
fn a_process_without_a_job_of_ours_says_so() {
    let mut worker = Command::new(&*PROGRAM);
    let output = worker.args(["--worker", "dish washing", ""]).output().unwrap();
    assert_eq!((output.status.code(), output.stdout.len()), (Some(1), 0));
    assert_eq!(String::from_utf8_lossy(&output.stderr), "there is no such kind of work\n");
}

#[test]
fn the_asyncio_program_measures_the_same() {
    if !crate::twins::python_is_there() {
        return;
    }
    let twin = format!("{}/../lessons/python/io_or_cpu.py", env!("CARGO_MANIFEST_DIR"));
    let mut python = Command::new("python3");
    let beside = PROGRAM.parent().expect("it lies in a directory");
    let output = python.arg(Path::new(&twin)).current_dir(beside).output().unwrap();
    assert_is_a_table(&stdout(&output));
}
