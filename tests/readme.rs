//! What the README says is true.

use std::path::{Path, PathBuf};
use std::{env, fs};

fn top() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Lines of code: no blanks, no comments, nothing after the tests begin.
fn lines_of_code(source: &str) -> usize {
    source
        .lines()
        .map(str::trim_start)
        .take_while(|line| !line.starts_with("#[cfg(test)]"))
        .filter(|line| !line.is_empty() && !line.starts_with("//"))
        .count()
}

/// `WRITE_TABLE=1` has the lengths written anew.
#[test]
fn the_reading_path_names_files_with_their_true_length() {
    let path = top().join("README.md");
    let before = fs::read_to_string(&path).unwrap();
    let (mut after, mut rows) = (String::new(), 0);
    for line in before.lines() {
        let cells: Vec<_> = line.split('|').map(str::trim).collect();
        match cells[..] {
            ["", file, _, words, ""] if file.ends_with(".rs`") => {
                let source = fs::read_to_string(top().join(file.trim_matches('`')));
                let lines = lines_of_code(&source.unwrap_or_else(|_| panic!("no {file}")));
                after += &format!("| {file} | {lines} | {words} |\n");
                rows += 1;
            }
            _ => after += &format!("{line}\n"),
        }
    }
    assert!(rows > 20, "the tables were not found");
    if env::var_os("WRITE_TABLE").is_some() {
        fs::write(&path, after).unwrap();
    } else if let Some((old, new)) = before.lines().zip(after.lines()).find(|(old, new)| old != new)
    {
        panic!("in README.md\n{old}\nshould be\n{new}\nWRITE_TABLE=1 writes it");
    }
}

/// What people look for who come from asyncio or from tokio.
const LOOKED_FOR: &str = "Queue Lock Event Semaphore Condition TaskGroup as_completed wait shield \
    time::timeout select! JoinSet sync::mpsc sync::oneshot sync::broadcast sync::watch sync::Notify \
    Stream io::AsyncRead ssl hyper websockets net::lookup_host fs process signal";

/// The code in the last column of that table is in a test, which runs it: `cargo test -p programs`.
#[test]
fn what_people_look_for_is_in_a_table_and_its_code_in_tests() {
    let readme = fs::read_to_string(top().join("README.md")).unwrap();
    let (_, section) = readme.split_once("## From asyncio, from tokio").unwrap();
    let (tables, _) = section.split_once("\n## ").unwrap();
    let is_missing = |name: &&str| !tables.contains(&format!("`{name}`"));
    let missing: Vec<_> = LOOKED_FOR.split_whitespace().filter(is_missing).collect();
    assert!(missing.is_empty(), "not in the tables: {missing:?}");

    let mut tests = String::new();
    read(&top().join("tests/programs"), &mut tests);
    let tests = without_blanks(&tests);
    let (_, others) = tables.split_once("| asyncio | tokio | Short Order |").unwrap();
    let mut found = 0;
    for row in others.lines() {
        let Some(cell) = row.split('|').nth(3) else { continue };
        for code in cell.split('`').skip(1).step_by(2).filter(|code| code.contains('(')) {
            assert!(tests.contains(&without_blanks(code)), "{code} is in no test");
            found += 1;
        }
    }
    assert!(found > 20, "the table was not found");
}

fn without_blanks(text: &str) -> String {
    text.split_whitespace().collect()
}

/// All that is written in Rust in a folder.
fn read(folder: &Path, text: &mut String) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            read(&path, text);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            *text += &fs::read_to_string(path).unwrap();
        }
    }
}

/// Rows of README's table of figures, and what they are called in that of the comparison.
const FIGURES: &[(&str, &str)] = &[
    ("a task lets others go first", "yield"),
    ("a task is spawned and awaited", "spawn and join"),
    ("a thousand tasks are gathered, each", "gather 1,000"),
    ("a timer is armed and cancelled", "arm and cancel"),
    ("a million timers fire, each", "arm and fire 1,000,000"),
];

/// `WRITE_TABLE=1` has the figures written anew.
#[test]
fn the_few_figures_are_those_of_the_comparison() {
    let (path, comparison) = (top().join("README.md"), top().join("tests/versus/README.md"));
    let comparison = fs::read_to_string(comparison).unwrap();
    let (_, release) = comparison.split_once("### The profile `release`").unwrap();
    let mut readme = fs::read_to_string(&path).unwrap();
    for (words, row) in FIGURES {
        let line_of = |text: &str, first: &str| {
            let begin = format!("| {first} | ");
            text.lines().find(|line| line.starts_with(&begin)).map(str::to_owned)
        };
        let measured = line_of(release, row).unwrap_or_else(|| panic!("no row {row:?}"));
        let cells: Vec<_> = measured.split(" | ").collect();
        let line = format!("| {words} | {} | {} |", cells[1], cells[2]);
        let old = line_of(&readme, words).unwrap_or_else(|| panic!("no row {words:?}"));
        if env::var_os("WRITE_TABLE").is_some() {
            readme = readme.replace(&old, &line);
        } else {
            assert_eq!(old, line, "WRITE_TABLE=1 writes it");
        }
    }
    if env::var_os("WRITE_TABLE").is_some() {
        fs::write(&path, readme).unwrap();
    }
}

#[test]
fn no_file_is_longer_than_200_lines() {
    fn check(folder: &Path) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                check(&path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let lines = lines_of_code(&fs::read_to_string(&path).unwrap());
                assert!(lines <= 200, "{} has {lines} lines", path.display());
            }
        }
    }
    for folder in ["executor/src", "timer/src", "lessons/src", "lessons/stage/src"] {
        check(&top().join(folder));
    }
}
