//! The chapter of that name, in the documentation of `executor`: each line that it quotes is there.
//!
//! `UPDATE_EXPECT=1 cargo test -p tests --test behaviours life_of_a_wake_up` mends the numbers of
//! lines that have moved.

use std::path::{Path, PathBuf};
use std::{env, fs};

const CHAPTER: &str = "executor/src/life_of_a_wake_up.md";

fn path(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(file)
}

/// A step of the chapter: `**3.** `FILE:LINE`, `FUNCTION`.`, and the quoted line behind it.
struct Step<'a> {
    head: &'a str,
    file: &'a str,
    line: usize,
    function: &'a str,
    quoted: &'a str,
}

fn steps(chapter: &str) -> Vec<Step<'_>> {
    let parts = chapter.split("\n**").skip(1);
    let step = |part| {
        let head = str::lines(part).next().unwrap();
        let mut words = head.split('`').skip(1).step_by(2);
        let (file, line) = words.next().unwrap().split_once(':').unwrap();
        let function = words.next().unwrap();
        let quoted = part.split("```text\n").nth(1).unwrap().lines().next().unwrap();
        Step { head, file, line: line.parse().unwrap(), function, quoted }
    };
    parts.map(step).collect()
}

/// The number of the quoted line: the first behind the beginning of the function that is the same.
fn line_of(step: &Step<'_>) -> Option<usize> {
    let source = fs::read_to_string(path(step.file)).ok()?;
    let begins = [format!("fn {}(", step.function), format!("fn {}<", step.function)];
    let mut lines = source.lines().map(str::trim).zip(1..);
    let (first, number) = lines.find(|(line, _)| begins.iter().any(|it| line.contains(it)))?;
    let rest = std::iter::once((first, number)).chain(lines);
    rest.filter(|(line, _)| *line == step.quoted).map(|(_, number)| number).next()
}

#[test]
fn each_step_quotes_the_line_that_is_there() {
    let before = fs::read_to_string(path(CHAPTER)).unwrap();
    let mut after = before.clone();
    let steps = steps(&before);
    assert!(steps.len() >= 30, "the steps were not found");
    for step in &steps {
        let number = line_of(step).unwrap_or_else(|| {
            panic!(
                "{CHAPTER}: **{}\n{} has no such line in fn {} any more:\n{}\nWrite there which \
                 line, function or file it is now. The number UPDATE_EXPECT=1 mends.",
                step.head, step.file, step.function, step.quoted
            )
        });
        let [old, new] = [step.line, number].map(|line| format!("`{}:{line}`", step.file));
        let moved = step.head.replace(&old, &new);
        after = after.replace(&format!("**{}", step.head), &format!("**{moved}"));
    }
    if env::var_os("UPDATE_EXPECT").is_some() {
        fs::write(path(CHAPTER), &after).unwrap();
    } else {
        let moved = before.lines().zip(after.lines()).find(|(old, new)| old != new);
        assert!(moved.is_none(), "{CHAPTER}: {moved:?}: UPDATE_EXPECT=1 mends the numbers");
    }
}

#[test]
fn the_steps_are_numbered_and_come_by_each_station_in_its_order() {
    let chapter = fs::read_to_string(path(CHAPTER)).unwrap();
    let steps = steps(&chapter);
    for (step, number) in steps.iter().zip(1..) {
        assert!(step.head.starts_with(&format!("{number}.**")), "{}", step.head);
    }
    let stations = steps.iter().filter_map(|step| step.head.split("Station `").nth(1));
    let stations: Vec<_> = stations.map(|it| it.trim_end_matches("`.")).collect();
    assert_eq!(stations, ["polled", "pending", "parked", "fired", "woken", "polled"]);
    let script = fs::read_to_string(path("executor/debugger/7_stations.py")).unwrap();
    for station in stations {
        assert!(script.contains(&format!("Station(\"{station}\"")), "{station}");
    }
}
