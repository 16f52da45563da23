//! The tour: each of its stops prints what its text says.

use std::fs;
use std::path::PathBuf;

use crate::programs::LESSONS;
use crate::{gdb, session, top};

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
fn finish_works_at_every_stop_of_the_tour() {
    if !gdb::is_there() {
        return;
    }
    let texts = stops().into_iter().map(|stop| fs::read_to_string(stop).unwrap());
    let texts: Vec<_> = texts.collect();
    let moves = ["async until", "async step", "finish"];
    let typed = texts.iter().map(|text| {
        let typed = text.lines().filter_map(|line| line.strip_prefix("(gdb) "));
        typed.filter(|command| moves.iter().any(|start| command.starts_with(start)))
    });
    let typed: Vec<Vec<_>> = typed.map(Iterator::collect).collect();
    let mut commands = Vec::new();
    for last in 0..typed.len() {
        commands.extend(typed[..=last].concat());
        commands.extend(["finish", "async tasks", "kill"]);
    }
    let arguments = ["breakfast", "--plain", "--clock", "simulated"];
    let told = gdb::outputs(&LESSONS, &arguments, &commands);
    assert_eq!(told.len(), commands.len(), "gdb has ended at {:?}", told.last());
    let ends = (0..commands.len()).filter(|&n| commands[n] == "kill");
    for (stop, end) in ends.enumerate() {
        // It is in the caller, and gdb lives.
        let [finished, tasks] = &told[end - 2..end] else { unreachable!() };
        assert!(finished.contains(" at "), "stop {}: {finished}", stop + 1);
        assert!(tasks.starts_with("id  name"), "stop {}: {tasks}", stop + 1);
    }
}

#[test]
fn stations_have_the_numbers_of_the_steps_in_the_life_of_a_wake_up() {
    if !gdb::is_there() {
        return;
    }
    let chapter = fs::read_to_string(top().join("executor/src/life_of_a_wake_up.md")).unwrap();
    let step = |line: &str| Some(line.strip_prefix("**")?.split_once('.')?.0.to_owned());
    let told = &gdb::outputs(&LESSONS, &[], &["async stations"])[0];
    let numbered = told.lines().filter(|line| line[..2].trim().parse::<u32>().is_ok());
    let numbered: Vec<_> = numbered.map(|line| line.split_whitespace()).collect();
    assert_eq!(numbered.len(), 5, "{told}");
    for mut words in numbered {
        let (number, name) = (words.next().unwrap(), words.next().unwrap());
        let station = format!("Station `{name}`");
        let first = chapter.lines().find(|line| line.ends_with(&format!("{station}.")));
        assert_eq!(first.and_then(step).as_deref(), Some(number), "{station}");
    }
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
