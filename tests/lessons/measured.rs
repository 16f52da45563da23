//! The lesson `io-or-cpu`, whose figures are of the machine: what is certain about them.

use std::process::{Command, Output};
use std::sync::LazyLock;
use std::thread;

use crate::{PROGRAM, alone, twins};

const ROWS: [&str; 4] = ["network", "database", "files", "heavy work"];
const COLUMNS: [&str; 4] = ["one by one", "gathered", "in threads", "in processes"];

/// What the program prints, and what its asyncio twin prints if there is a Python.
static PRINTED: LazyLock<(String, Option<String>)> = LazyLock::new(|| {
    let _alone = alone();
    let twin = twins::python_is_there().then(|| {
        let twin = format!("{}/../lessons/python/io_or_cpu.py", env!("CARGO_MANIFEST_DIR"));
        let beside = PROGRAM.parent().expect("it lies in a directory").to_owned();
        thread::spawn(|| Command::new("python3").arg(twin).current_dir(beside).output().unwrap())
    });
    let printed = stdout(&play(&["--plain"]));
    (printed, twin.map(|twin| stdout(&twin.join().unwrap())))
});

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
fn figures(table: &str, row: &str) -> Vec<[f64; 2]> {
    let place = ROWS.iter().position(|it| *it == row).expect("there is such a row");
    let mut lines = table.lines().skip_while(|line| !line.starts_with("ten jobs"));
    let line = lines.nth(2 + place).expect("the table has a line for each kind");
    let figures = line.strip_prefix(row).unwrap_or_else(|| panic!("not the row {row}: {line}"));
    let figures: Vec<f64> = figures.split_whitespace().map(|it| it.parse().expect(line)).collect();
    assert_eq!(figures.len(), 8, "{line}");
    figures.chunks(2).map(|cell| [cell[0], cell[1]]).collect()
}

fn assert_is_a_table(text: &str) {
    let head = text.lines().find(|line| line.starts_with("ten jobs")).expect("a table");
    let columns = format!("ten jobs{}", COLUMNS.concat()).replace(' ', "");
    assert_eq!(head.replace(' ', ""), columns);
    for row in ROWS {
        assert_eq!(figures(text, row).len(), COLUMNS.len());
        let lines = text.lines().filter(|line| line.starts_with(row));
        assert_eq!(lines.count(), 2, "its figures, and what they mean: {row}\n{text}");
    }
}

#[test]
fn every_kind_of_work_is_measured_in_every_way() {
    assert_is_a_table(&PRINTED.0);
}

#[test]
fn the_asyncio_program_measures_the_same() {
    if let Some(twin) = &PRINTED.1 {
        assert_is_a_table(twin);
    }
}

#[test]
fn plain_it_is_the_table_and_what_it_means() {
    let printed = &PRINTED.0;
    assert!(printed.starts_with("ten jobs"), "{printed}");
    assert!(!printed.contains("Look at") && !printed.contains("Try:"), "{printed}");
}

#[test]
fn it_leaves_room_on_the_screen_for_what_stands_around_it() {
    let printed = &PRINTED.0;
    assert!(printed.is_ascii() && printed.lines().count() <= 30, "{printed}");
    for line in printed.lines() {
        assert!(line.len() <= 80 && line == line.trim_end(), "{line}");
    }
}

#[test]
fn ten_answers_of_a_fifth_of_a_second_take_two_seconds_one_by_one() {
    let network = figures(&PRINTED.0, "network");
    assert!(network[0][0] >= 2.0, "{network:?}");
    assert!(network[1..].iter().all(|[took, _]| *took >= 0.2), "{network:?}");
}

#[test]
fn work_that_blocks_on_the_loop_stops_the_heart_for_as_long_as_it_takes() {
    for row in &ROWS[1..] {
        for [took, late] in &figures(&PRINTED.0, row)[..2] {
            // A beat of 0.01 seconds may have been waited for before, and figures are rounded.
            assert!(*late >= took - 0.021, "{row}: {late} of {took}");
        }
    }
}

#[test]
fn its_directory_is_removed_in_the_end() {
    LazyLock::force(&PRINTED);
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
