//! `exercise`: each hole fails in its own way, each solution passes, each half of one does not.
//!
//! `UPDATE_EXPECT=1 cargo test -p tests --test lessons exercises` writes down anew what the holes
//! get to hear.

mod flow;
mod halves;
mod watched;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};

use crate::outputs::expect;
use crate::try_file::{folder, program, without_cargo};

/// Where the exercises lie, each with its check, its hints and its solution.
fn source() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../lessons/exercises")
}

/// The names of their files, in order.
fn names() -> Vec<String> {
    let entries = fs::read_dir(source()).unwrap().map(|entry| entry.unwrap().path());
    let files = entries.filter(|path| path.extension().is_some_and(|it| it == "rs"));
    let mut names: Vec<_> =
        files.map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned()).collect();
    names.sort();
    names
}

/// The text of one of an exercise's files.
pub(crate) fn read(path: &str) -> String {
    fs::read_to_string(source().join(path)).unwrap_or_else(|_| panic!("no {path}"))
}

pub(crate) fn solution(name: &str) -> String {
    read(&format!("solutions/{name}.rs"))
}

/// What was printed, with its paths as they are written elsewhere than on Windows.
pub(crate) fn with_slashes(printed: Vec<u8>) -> String {
    let text = String::from_utf8(printed).expect("it is text");
    if cfg!(windows) { text.replace('\\', "/") } else { text }
}

/// Calls `exercise` with these arguments; the learner's files lie in `mine`, below the folder.
pub(crate) fn exercise(folder: &Path, arguments: &[&str]) -> Output {
    let arguments = [&["exercise", "--folder", "mine"], arguments].concat();
    program(folder, &arguments).stdin(Stdio::null()).output().unwrap()
}

/// What it says of an exercise with that text, and whether that passes.
pub(crate) fn checked(folder: &Path, name: &str, text: &str) -> (bool, String) {
    fs::create_dir_all(folder.join("mine")).unwrap();
    fs::write(folder.join(format!("mine/{name}.rs")), text).unwrap();
    let output = exercise(folder, &[name]);
    let [told, errors] = [output.stdout, output.stderr].map(with_slashes);
    assert!(!told.contains('\x1b'), "colours, but no terminal: {told}");
    assert_eq!(without_cargo(&errors), "", "{name}");
    (output.status.success(), told)
}

/// D4.1.
#[test]
fn every_hole_fails_in_its_own_way() {
    let folder = folder("holes");
    for name in names() {
        let (passes, told) = checked(&folder, &name, &read(&format!("{name}.rs")));
        assert!(!passes, "{name} has no hole:\n{told}");
        assert!(told.lines().all(|line| line.chars().count() <= 80), "{told}");
        assert!(told.lines().count() <= 20, "no screen of 24 lines holds it and the keys: {told}");
        expect(&format!("exercises/{name}.txt"), &told);
    }
}

#[test]
fn every_solution_passes_and_is_shown_from_then_on() {
    let folder = folder("solutions");
    let names = names();
    assert!((12..=16).contains(&names.len()), "a dozen to sixteen");
    for (nth, name) in names.iter().enumerate() {
        let refused = exercise(&folder, &[name, "--solution"]);
        assert_eq!(refused.status.code(), Some(1));
        assert!(refused.stdout.is_empty(), "a solution before one's own");
        let (passes, told) = checked(&folder, name, &solution(name));
        assert!(passes, "{name}:\n{told}");
        assert!(told.contains(&format!("{} of {} are done", nth + 1, names.len())), "{told}");
        let shown = exercise(&folder, &[name, "--solution"]);
        assert_eq!(String::from_utf8(shown.stdout).unwrap(), solution(name));
    }
}

#[test]
fn every_hint_names_what_is_there() {
    for name in names() {
        let hints = read(&format!("hints/{name}.txt"));
        let hints: Vec<_> = hints.trim().split("\n\n").collect();
        assert_eq!(hints.len(), 2, "{name}: two hints, the second says more");
        let plain = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        let texts = [format!("{name}.rs"), format!("solutions/{name}.rs")].map(|it| read(&it));
        let known = plain(&texts.concat());
        for hint in &hints {
            let hint = plain(hint);
            for code in hint.split('`').skip(1).step_by(2) {
                // Of a piece that is left out, what stands around it.
                let mut parts = code.split("...").map(str::trim);
                assert!(parts.all(|part| known.contains(part)), "{name}: nowhere is {code}");
            }
            for path in hint.split_whitespace().filter(|word| word.ends_with(".rs.")) {
                let path = source().join("../..").join(path.trim_end_matches('.'));
                assert!(path.exists(), "{name}: no {}", path.display());
            }
        }
        let (last, solution) = (plain(hints[1]), plain(&solution(&name)));
        let mut code = last.split('`').skip(1).step_by(2).filter(|code| code.len() > 10);
        assert!(
            code.any(|code| solution.contains(code)),
            "{name}: the second hint has nothing of what is to be written"
        );
    }
}

#[test]
fn texts_fit_in_80_columns() {
    for name in names() {
        for path in
            [format!("{name}.rs"), format!("solutions/{name}.rs"), format!("hints/{name}.txt")]
        {
            for line in read(&path).lines() {
                assert!(line.chars().count() <= 80, "{path}: {line}");
            }
        }
        let text = read(&format!("{name}.rs"));
        let title = text.lines().next().unwrap().strip_prefix("//! ").expect("a title");
        assert!(title.ends_with('.') && title.len() <= 56, "{title}");
    }
}
