//! The programs to begin with: some were written for this, the others are the lessons' own.

use crate::LESSONS;
use crate::lesson::Lesson;

use super::super::FIRST;

/// A name, what it is about, and its text.
pub(super) type Example = (&'static str, &'static str, String);

macro_rules! example {
    ($name:literal, $about:literal) => {
        ($name, $about, include_str!(concat!("../examples/", $name, ".rs")))
    };
}

const WRITTEN: &[(&str, &str, &str)] = &[
    example!("breakfast", "two things at once"),
    example!("hello", "calling an async function does not run it"),
    example!("dinner", "waiting is not work"),
    example!("blocking", "how one coroutine stops all others"),
    example!("stuck", "waiting for what never comes"),
    example!("echo", "a server and its guests, on one thread"),
    ("kitchen", "four dials to turn", FIRST),
];

/// All of them, the one to be seen first at the beginning.
pub(super) fn all() -> Vec<Example> {
    let written = WRITTEN.iter().map(|(name, about, text)| (*name, *about, (*text).to_owned()));
    let is_new = |lesson: &&&Lesson| WRITTEN.iter().all(|(name, ..)| *name != lesson.name);
    let lessons = LESSONS.iter().filter(is_new);
    let lessons = lessons.filter_map(|lesson| Some((lesson.name, lesson.title, of(lesson.rust)?)));
    written.chain(lessons).collect()
}

/// What blocks a thread in a lesson, which hands it a clock.
const BLOCKS: &str = "
fn sleep_the_thread(_clock: &Clock, duration: Duration) {
    stage::block(duration);
}
";

/// The program of a lesson, which calls the first of its scenes, unless there is more to it than one
/// file, or than what programs of one's own may use.
fn of(lesson: &str) -> Option<String> {
    let (program, play) = lesson.split_once("\nfn play(")?;
    let scenes: Vec<_> = play.lines().take_while(|line| *line != "}").filter_map(scene).collect();
    let (first, others) = scenes.split_first()?;
    let (before, lessons) = program.split_once("use crate::lesson::")?;
    let (_, after) = lessons.split_once(";\n")?;
    let mut text = format!("{}\n{}\n", before.trim_end(), after.trim_end());
    text = text
        .replace("futures_util::", "futures::")
        .replace("futures_channel::", "futures::channel::");
    if text.matches("io::").count() == 0 {
        text = text.replace("use std::io;\n", "");
    }
    let not_there = ["crate::", "\nmod ", "futures_lite", "futures_task", "parking_lot", "mio::"];
    if not_there.iter().any(|name| text.contains(name)) {
        return None;
    }
    if text.contains("sleep_the_thread(") {
        text.push_str(BLOCKS);
    }
    let now = others.iter().map(|name| format!("`{name}()`")).collect::<Vec<_>>().join(", ");
    let now = if now.is_empty() { now } else { format!(" // and now {now}") };
    text.push_str(&format!("\nasync fn main() {{\n    {first}().await;{now}\n}}\n"));
    // Behind what it is about.
    let (about, rest) = text.split_once("\n\n")?;
    Some(format!("{about}\n#![allow(dead_code)] // not everything is called at first\n\n{rest}"))
}

/// What is played in a line such as `stage.scene("bounded", |_| with_a_bound())?;`.
fn scene(line: &str) -> Option<&str> {
    let (_, called) = line.split_once("\", |_| ")?;
    let (name, _) = called.split_once("())")?;
    name.chars().all(|letter| letter.is_alphanumeric() || letter == '_').then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn most_lessons_are_among_them_each_a_program_that_begins_with_its_first_scene() {
        let all = all();
        let names: Vec<_> = all.iter().map(|(name, ..)| *name).collect();
        assert_eq!(names[0], "breakfast");
        for name in ["spawn", "waker", "cancel", "errors", "collect", "channel"] {
            assert!(names.contains(&name), "{name} is missing: {names:?}");
        }
        let channel = &all.iter().find(|(name, ..)| *name == "channel").unwrap().2;
        assert!(channel.ends_with(
            "\nasync fn main() {\n    without_a_bound().await; // and now `with_a_bound()`, \
             `a_sender_is_kept()`\n}\n"
        ));
        assert!(!channel.contains("crate::lesson"), "{channel}");
    }
}
