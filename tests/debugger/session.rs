//! A session in a file, compared with what gdb says today.

use std::path::Path;
use std::{env, fs};

use crate::gdb;

const PROMPT: &str = "(gdb) ";

/// Plays the sessions, one after the other, in one gdb; each has to print what its file says.
pub fn play(files: &[&Path], program: &Path, arguments: &[&str]) {
    if !gdb::is_there() {
        return;
    }
    let read =
        |file: &&Path| fs::read_to_string(file).unwrap_or_else(|_| panic!("no {}", file.display()));
    let sessions: Vec<String> = files.iter().map(read).collect();
    let commands: Vec<&str> = sessions.iter().flat_map(|session| commands(session)).collect();
    let mut outputs = gdb::outputs(program, arguments, &commands).into_iter();
    for (file, session) in files.iter().zip(&sessions) {
        let found = transcript(session, &mut outputs);
        if env::var_os("UPDATE_EXPECT").is_some() {
            fs::write(file, &found).unwrap();
        } else if let Some(line) = first_difference(session, &found) {
            panic!("{}, line {line}, in:\n{found}", file.display());
        }
    }
}

fn commands(session: &str) -> impl Iterator<Item = &str> {
    session.lines().filter_map(|line| line.strip_prefix(PROMPT))
}

/// The session with the prose as it is, and what its commands have printed now.
fn transcript(session: &str, outputs: &mut impl Iterator<Item = String>) -> String {
    let mut text = String::new();
    for line in session.lines() {
        if line.starts_with(PROMPT) {
            text += &format!("{line}\n{}", outputs.next().expect("each command has an output"));
        } else if line == "#" || line.starts_with("# ") {
            text += &format!("{line}\n");
        }
    }
    text
}

fn first_difference(session: &str, found: &str) -> Option<usize> {
    let old: Vec<_> = session.lines().map(compared).collect();
    let new: Vec<_> = found.lines().map(compared).collect();
    let different = (0..old.len().max(new.len())).find(|&line| old.get(line) != new.get(line));
    different.map(|line| line + 1)
}

/// A line, as far as it has to be the same. How many functions of the standard library are on the
/// stack may be another with another Rust. The lines of the source, and their numbers, are others
/// while somebody changes it; but what is checked in has those of what is checked in with it.
fn compared(line: &str) -> String {
    let line = match line.strip_prefix('#') {
        Some(frame) if !frame.starts_with(' ') => {
            frame.trim_start_matches(|c: char| c.is_ascii_digit())
        }
        _ => line,
    };
    if env::var_os("REQUIRE_GDB").is_some() || line.contains("zoo") {
        return line.to_owned();
    }
    let without_number =
        |text: &str| text.trim_start_matches(|c: char| c.is_ascii_digit()).to_owned();
    if without_number(line).starts_with('\t') {
        return "a line of the source".to_owned();
    }
    let (path, after) = line.split_once(".rs:").unwrap_or((line, ""));
    format!("{path} {}", without_number(after))
}
