//! The files of the page: those of every run's page, and those that make an editor of it.

use std::borrow::Cow;

use serde_json::json;

use super::super::{FIRST, exercises};

macro_rules! page {
    ($name:literal) => {
        ($name, include_str!(concat!("page/", $name)))
    };
}

macro_rules! example {
    ($name:literal, $about:literal) => {
        ($name, $about, include_str!(concat!("../examples/", $name, ".rs")))
    };
}

const OWN: &[(&str, &str)] = &[
    page!("sandbox.js"),
    page!("editor.js"),
    page!("frame.js"),
    page!("texts.js"),
    page!("client.js"),
    page!("sandbox.css"),
];

/// The programs to begin with: a name, what it is about, and its text. The first is in the editor
/// of whoever has written nothing yet. Behind it come those of the other lessons, in their order.
const EXAMPLES: &[(&str, &str, &str)] = &[
    example!("breakfast", "two things at once"),
    example!("dinner", "waiting is not work"),
    example!("hello", "calling an async function does not run it"),
    example!("spawn", "when a task starts, and what becomes of it"),
    example!("blocking", "how one coroutine stops all others"),
    example!("waker", "who has a sleeping task polled again"),
    example!("stuck", "waiting for what never comes"),
    example!("lost-wake-up", "leave the waker, then look"),
    example!("cancel", "a future that is dropped has not finished"),
    example!("errors", "one of several fails"),
    example!("collect", "futures in a list do not run by themselves"),
    example!("locks", "a lock held across an await"),
    example!("channel", "a fast sender, a slow receiver"),
    example!("nested", "a loop in a loop, and two in two threads"),
    example!("fairness", "who starves whom"),
    example!("wheel", "where a timer lies, and when it moves"),
    example!("files", "a file is not a socket"),
    example!("echo", "a server and its guests, on one thread"),
    ("kitchen", "four dials to turn", FIRST),
];

/// The file of that name: its type, and its text.
pub(super) fn find(name: &str) -> Option<(&'static str, Cow<'static, str>)> {
    if name.is_empty() {
        return Some(("text/html; charset=utf-8", stage::page_frame("Sandbox", HEAD).into()));
    }
    if name == "examples.json" {
        let examples = EXAMPLES
            .iter()
            .map(|(name, about, text)| json!({"name": name, "about": about, "text": text}));
        let exercises = exercises::programs()
            .map(|(name, about, text)| json!({"name": name, "about": about, "text": text}));
        let examples: Vec<_> = examples.chain(exercises).collect();
        return Some(("application/json", json!(examples).to_string().into()));
    }
    let mut all = OWN.iter().chain(stage::page_files());
    let (_, text) = all.find(|(it, _)| *it == name)?;
    let kind = if name.ends_with(".css") { "text/css" } else { "text/javascript" };
    Some((kind, (*text).into()))
}

/// What the page loads. Each address is relative to that with the token.
const HEAD: &str = "<link rel=\"stylesheet\" href=\"look.css\">\n\
    <link rel=\"stylesheet\" href=\"sandbox.css\">\n\
    <script type=\"module\" src=\"sandbox.js\"></script>";

#[cfg(test)]
mod tests {
    use super::EXAMPLES;
    use crate::LESSONS;

    /// Lessons of which no program here can be an example, and why.
    const WITHOUT: &[(&str, &str)] = &[
        ("fetch", "its server is on another thread, for which a simulated clock does not wait"),
        ("io-or-cpu", "it measures, with a database and processes, which no program here has"),
        ("reactor", "it asks the system's poller itself, by mio, which no program here has"),
    ];

    #[test]
    fn each_lesson_has_an_example_in_its_place_or_a_reason_to_have_none() {
        let lessons = LESSONS.iter().map(|lesson| lesson.name);
        let with_one: Vec<_> =
            lessons.filter(|name| WITHOUT.iter().all(|(other, _)| name != other)).collect();
        assert_eq!(with_one.len() + WITHOUT.len(), LESSONS.len(), "a reason is for no lesson");
        let mut examples: Vec<_> = EXAMPLES.iter().map(|(name, ..)| *name).collect();
        assert_eq!(examples.remove(0), "breakfast", "the page begins with it");
        let place = with_one.iter().position(|name| *name == "breakfast").expect("a lesson");
        examples.insert(place, "breakfast");
        assert_eq!(examples.pop(), Some("kitchen"), "it is no lesson's, so it is the last");
        assert_eq!(examples, with_one);
    }
}
