//! The tour: each of its stops prints what its text says.

use std::fs;
use std::path::PathBuf;

use crate::programs::LESSONS;
use crate::{session, top};

/// The stops, in their order.
pub fn stops() -> Vec<PathBuf> {
    let files = fs::read_dir(top().join("lessons/tour")).unwrap();
    let is_text = |file: &PathBuf| file.extension().is_some_and(|extension| extension == "txt");
    let mut stops: Vec<_> = files.map(|file| file.unwrap().path()).filter(is_text).collect();
    stops.sort();
    stops
}

#[test]
fn each_stop_of_the_tour_shows_what_its_text_says() {
    let stops = stops();
    assert_eq!(stops.len(), 6);
    let stops: Vec<_> = stops.iter().map(PathBuf::as_path).collect();
    session::play(&stops, &LESSONS, &["breakfast", "--plain", "--clock", "simulated"]);
}

#[test]
fn no_line_of_the_tour_is_wider_than_a_terminal() {
    for stop in stops() {
        for line in fs::read_to_string(stop).unwrap().lines().filter(|line| line.starts_with('#')) {
            assert!(line.chars().count() <= 80, "{line}");
        }
    }
}

#[test]
fn the_readme_shows_awaits_as_they_are_shown_in_the_tour() {
    let readme = fs::read_to_string(top().join("README.md")).unwrap();
    let shown = readme.split("```text\n").find(|text| text.starts_with("(gdb) async bt")).unwrap();
    let shown = shown.split("```").next().unwrap();
    let park = fs::read_to_string(top().join("lessons/tour/3_park.txt")).unwrap();
    assert!(park.contains(shown), "the README shows other lines than the tour:\n{shown}");
}
