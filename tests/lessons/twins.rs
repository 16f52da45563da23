//! The asyncio programs print what the lessons print. They run in real time, ours does not.

use std::path::Path;
use std::process::Command;
use std::{env, thread};

use crate::{alone, output, with_a_twin};

/// Says so if it is not; where it is required, this fails.
pub(crate) fn python_is_there() -> bool {
    let python = Command::new("python3").arg("--version").output();
    let is_there = python.is_ok_and(|version| version.status.success());
    if !is_there {
        assert!(env::var_os("REQUIRE_PYTHON").is_none(), "there is no python3 to compare with");
        eprintln!("skipped: there is no python3 to compare with");
    }
    is_there
}

#[test]
fn the_asyncio_programs_print_what_the_lessons_print() {
    if !python_is_there() {
        return;
    }
    let _alone = alone();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../lessons/python");
    let start = |lesson: &'static str| {
        let twin = folder.join(lesson.replace('-', "_")).with_extension("py");
        thread::spawn(move || (lesson, Command::new("python3").arg(twin).output()))
    };
    let twins: Vec<_> = with_a_twin().map(start).collect();
    for twin in twins {
        let (lesson, twin) = twin.join().unwrap();
        let twin = twin.expect("python3 can be started");
        assert!(twin.status.success(), "{lesson}: {}", String::from_utf8_lossy(&twin.stderr));
        let twin = String::from_utf8(twin.stdout).expect("it is text");
        let ours = output(&[lesson, "--plain"]);
        assert_eq!(whole_seconds(&twin), whole_seconds(&ours), "{lesson}");
    }
}

/// The text without the fractions of its numbers: those of a real clock say how busy the machine
/// is.
fn whole_seconds(text: &str) -> String {
    let mut pieces = text.split('.');
    let mut whole = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let fraction = whole.ends_with(|last: char| last.is_ascii_digit());
        let rest = piece.trim_start_matches(|digit: char| fraction && digit.is_ascii_digit());
        if rest.len() == piece.len() {
            whole.push('.');
        }
        whole += rest;
    }
    whole
}
