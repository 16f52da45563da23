//! What stands in the files of the ladder, and what it prints.

use std::fs;
use std::path::Path;

use crate::ladder::options::Options;
use crate::ladder::{RUNGS, climb, crates, lines_of_code};

/// The two mistakes are their rungs, but for the lines that the show names.
#[test]
fn a_mistake_is_its_rung_with_one_line_elsewhere() {
    let lines = |text: &str, without: &[&str]| -> Vec<String> {
        let kept = text.lines().filter(|line| !without.iter().any(|it| line.contains(it)));
        kept.map(str::to_owned).collect()
    };
    let moved = ["Before the poll: a wake", "task.queued.swap(false", "The mistake:"];
    let mistake = include_str!("../../../ladder/mistakes/5_cleared_after_the_poll.rs");
    assert_eq!(lines(mistake, &moved), lines(RUNGS[4].source, &moved));
    let missing = ["The loop may be asleep.", "task.call.wake()", "The mistake:"];
    let mistake = include_str!("../../../ladder/mistakes/7_no_call.rs");
    assert_eq!(lines(mistake, &missing), lines(RUNGS[6].source, &missing));
}

#[test]
fn a_rung_is_one_short_file_without_modules_or_unsafe_code() {
    for rung in &RUNGS {
        assert!(lines_of_code(rung.source) <= 120, "{}", rung.file);
        for line in rung.source.lines() {
            assert!(line.chars().count() < 80, "{}, with its sign in a diff: {line}", rung.file);
            let code = line.split("//").next().unwrap();
            for word in ["mod ", "unsafe", "super::", "crate::", "include!"] {
                assert!(!code.contains(word), "{}: {line}", rung.file);
            }
        }
    }
}

/// One at a time, because rung 7 counts for all threads together, and some take a second.
#[test]
fn what_the_ladder_prints_fits_the_screen() {
    let printed = |number: usize, options: Options| {
        let text = stage::output::capture(|| climb(&options));
        for line in text.lines() {
            assert!(line.chars().count() <= 80, "rung {number}: {line}");
        }
        text
    };
    assert!(printed(0, Options::List).contains("cargo run -- ladder 1"));
    for number in [3, 4, 6, 8] {
        let text = printed(number, Options::Show(number));
        assert!(text.contains("Next:") && text.contains("Try: "), "{text}");
    }
    let short = printed(8, Options::Show(8));
    assert!(short.lines().count() <= 48, "two screens: {}", short.lines().count());
    let long = printed(8, Options::Source(8));
    for row in crates::ROWS {
        assert!(long.contains(row.file), "{} is not listed", row.file);
        let name = row.file.rsplit('/').next().unwrap().trim_end_matches(".rs");
        assert!(short.contains(name), "{} is not named", row.file);
    }
    for number in 1..8 {
        let diff = printed(number, Options::Diff(number));
        assert!(number == 1 || diff.contains("\n+") && diff.contains("\n-"), "{diff}");
    }
}

#[test]
fn the_command_line_of_the_ladder_says_what_is_wrong() {
    let read = |line: &str| Options::try_read(line.split_whitespace().map(Into::into));
    assert_eq!(read("").unwrap(), Options::List);
    assert_eq!(read("3").unwrap(), Options::Show(3));
    assert_eq!(read("--diff 3").unwrap(), Options::Diff(3));
    assert_eq!(read("3 --rust").unwrap(), Options::Source(3));
    let refused = [
        ("9", "1..=8"),
        ("three", "invalid"),
        ("--diff", "say which rung"),
        ("8 --diff", "`ladder 8 --rust` lists theirs"),
        ("2 --diff --rust", "one at a time"),
    ];
    for (line, text) in refused {
        let error = read(line).unwrap_err().to_string();
        assert!(error.contains(text), "{error}");
    }
}

/// The files below a folder, from the workspace's root.
fn files(folder: &str) -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut found = Vec::new();
    for entry in fs::read_dir(root.join(folder)).unwrap() {
        let entry = entry.unwrap();
        let path = format!("{folder}/{}", entry.file_name().to_str().unwrap());
        if entry.file_type().unwrap().is_dir() {
            found.extend(files(&path));
        } else if path.ends_with(".rs") {
            found.push(path);
        }
    }
    found
}

#[test]
fn each_file_of_the_crates_is_in_the_table_of_rung_8_once() {
    for file in [files("executor/src"), files("timer/src")].concat() {
        let rows = crates::ROWS.iter().filter(|row| row.file == file).count();
        assert_eq!(
            rows, 1,
            "{file} has {rows} rows in ROWS, in lessons/src/ladder/crates.rs. If it is new: write \
             one there, row!(RUNG, \"{file}\", \"what it adds\", \"why\"). If it has moved: change \
             the path in its row."
        );
    }
}
