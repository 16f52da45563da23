//! What the README says is true.

use std::fs;
use std::path::{Path, PathBuf};

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

#[test]
fn the_reading_path_names_files_with_their_true_length() {
    let readme = fs::read_to_string(top().join("README.md")).unwrap();
    let mut rows = 0;
    for line in readme.lines().filter(|line| line.starts_with("| `") && line.contains(".rs` |")) {
        let mut cells = line.split('|').map(str::trim);
        let (file, lines) = (cells.nth(1).unwrap().trim_matches('`'), cells.next().unwrap());
        let source = fs::read_to_string(top().join(file)).unwrap_or_else(|_| panic!("no {file}"));
        assert_eq!(lines, lines_of_code(&source).to_string(), "lines of {file}");
        rows += 1;
    }
    assert!(rows > 20, "the table was not found");
}

#[test]
fn no_file_of_the_runtime_is_longer_than_200_lines() {
    for folder in ["executor/src", "timer/src"] {
        for entry in fs::read_dir(top().join(folder)).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|extension| extension == "rs") {
                let lines = lines_of_code(&fs::read_to_string(&path).unwrap());
                assert!(lines <= 200, "{} has {lines} lines", path.display());
            }
        }
    }
}
