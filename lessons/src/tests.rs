//! What holds for every lesson.

use std::path::Path;

use crate::LESSONS;
use crate::lesson::{Clocks, Lesson};
use stage::output::capture;
use stage::{Options, Pace};

/// Those that can be played under a simulated clock.
pub(crate) fn simulated_lessons() -> impl Iterator<Item = &'static Lesson> {
    LESSONS.iter().copied().filter(|lesson| matches!(lesson.clocks, Clocks::All))
}

fn simulated(lesson: &Lesson, plain: bool, ascii: bool) -> String {
    let options = Options { pace: Pace::Simulated, plain, ascii, ..Options::default() };
    capture(|| lesson.perform(&options).expect("the lesson finds what it needs of the system"))
}

#[test]
fn a_lesson_fits_the_screen() {
    for lesson in simulated_lessons() {
        let text = simulated(lesson, false, false);
        assert!(text.lines().count() <= 40, "{} lines:\n{text}", text.lines().count());
        for line in text.lines() {
            assert!(line.chars().count() <= 80, "{} is too wide:\n{line}", lesson.name);
            assert_eq!(line, line.trim_end(), "{} leaves blanks at a line's end", lesson.name);
        }
    }
}

#[test]
fn a_lesson_is_the_same_every_time_under_a_simulated_clock() {
    for lesson in simulated_lessons() {
        let first = simulated(lesson, false, false);
        for _ in 0..50 {
            assert_eq!(simulated(lesson, false, false), first);
        }
    }
}

#[test]
fn a_lesson_is_all_ascii_if_asked() {
    for lesson in simulated_lessons() {
        let text = simulated(lesson, false, true);
        assert!(text.is_ascii(), "{text}");
    }
}

#[test]
fn plain_is_the_program_alone() {
    for lesson in simulated_lessons() {
        let (plain, full) = (simulated(lesson, true, false), simulated(lesson, false, false));
        let mut rest = full.lines();
        for line in plain.lines() {
            assert!(
                rest.any(|other| other == line),
                "{} adds, plain, the line {line}",
                lesson.name
            );
        }
    }
}

fn traced(lesson: &Lesson, ascii: bool) -> String {
    let options = Options { pace: Pace::Simulated, trace: true, ascii, ..Options::default() };
    capture(|| lesson.perform(&options).expect("the lesson finds what it needs of the system"))
}

#[test]
fn a_story_is_as_wide_as_the_screen_and_the_same_every_time() {
    for lesson in simulated_lessons() {
        let first = traced(lesson, false);
        for line in first.lines() {
            assert!(line.chars().count() <= 80, "{} is too wide:\n{line}", lesson.name);
            assert_eq!(line, line.trim_end(), "{} leaves blanks at a line's end", lesson.name);
        }
        for _ in 0..50 {
            assert_eq!(traced(lesson, false), first);
        }
        assert!(traced(lesson, true).is_ascii());
    }
}

#[test]
fn a_story_has_all_that_the_program_prints() {
    for lesson in simulated_lessons() {
        let (plain, story) = (simulated(lesson, true, false), traced(lesson, false));
        let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        let mut rest = words(&story).into_iter();
        for word in words(&plain) {
            assert!(rest.any(|other| other == word), "{} leaves out {word}", lesson.name);
        }
    }
}

#[test]
fn what_to_look_at_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    for look in LESSONS.iter().flat_map(|lesson| lesson.look) {
        let lines = look.lines();
        assert_eq!(lines.len(), 1, "{}, fn {}: on lines {lines:?}", look.file, look.item);
    }
    for lesson in LESSONS {
        let file = root.join("lessons/src").join(lesson.file_stem()).with_extension("rs");
        assert!(file.exists(), "the file of {} is named otherwise", lesson.name);
    }
}
