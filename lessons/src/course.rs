//! `list`: the lessons as a course of three evenings.

use stage::{output, println};

use crate::lesson::{Evening, Lesson};
use crate::{LESSONS, tour};

/// A row of the list: about how many minutes, name, and title.
type Row = (u32, &'static str, &'static str);

/// About how long the tour takes.
const TOUR_MINUTES: u32 = 15;

/// What is taken on that evening, in its order: the lessons, and the tour.
fn rows(evening: Evening) -> impl Iterator<Item = Row> {
    let tour = (evening == Evening::Internals).then_some((TOUR_MINUTES, "tour", tour::TITLE));
    let lessons = LESSONS.iter().filter(move |lesson| lesson.evening == evening);
    tour.into_iter().chain(lessons.map(|lesson| (lesson.minutes, lesson.name, lesson.title)))
}

/// The names and titles of the lessons, and of the tour.
pub(crate) fn titles() -> impl Iterator<Item = (&'static str, &'static str)> {
    Evening::ALL.into_iter().flat_map(rows).map(|(_, name, title)| (name, title))
}

/// Prints all of them, evening by evening.
pub(crate) fn list() {
    for (evening, nth) in Evening::ALL.into_iter().zip(["first", "second", "third"]) {
        let minutes: u32 = rows(evening).map(|(minutes, ..)| minutes).sum();
        println!("The {nth} evening, {}: about {minutes} minutes", evening.name());
        for (minutes, name, title) in rows(evening) {
            println!("  {name:<12} {minutes:>3}  {title}");
        }
    }
    println!("A step at a time: `ladder` (an executor that grows), `exercise` (write one).");
}

/// Names those that are not among these.
pub(crate) fn name_the_others(played: &[&Lesson]) {
    println!("The other lessons, evening by evening (`cargo run -- list` has their titles):");
    for evening in Evening::ALL {
        let names = rows(evening).map(|(_, name, _)| name);
        let others = names.filter(|name| played.iter().all(|lesson| lesson.name != *name));
        let words = others.collect::<Vec<_>>().join(" ");
        let head = format!("  {:<11}", evening.name());
        println!("{}", output::hanging(&words, &head, "             "));
    }
}
