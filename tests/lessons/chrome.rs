//! What `--chrome` writes keeps to the Trace Event Format, field by field.
//!
//! The format is described in a document of the Chromium project, "Trace Event Format"; what each
//! test says of it is in there. The traces are those of all lessons, under a simulated clock.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use serde_json::{Map, Value};

use crate::{LESSONS, PROGRAM};

type TraceEvent = Map<String, Value>;

/// The trace of a lesson.
fn trace(lesson: &str) -> Vec<TraceEvent> {
    let mut command = Command::new(&*PROGRAM);
    let output = command.args([lesson, "--clock", "simulated", "--chrome", "-"]).output();
    let output = output.expect("the lesson is played");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let events: Vec<Value> = serde_json::from_slice(&output.stdout).expect("it is an array");
    let object = |event: Value| event.as_object().expect("an event is an object").clone();
    events.into_iter().map(object).collect()
}

/// Calls it with the trace of each lesson.
fn for_every_lesson(check: impl Fn(&str, &[TraceEvent])) {
    LESSONS.iter().for_each(|lesson| check(lesson, &trace(lesson)));
}

fn text<'a>(event: &'a TraceEvent, field: &str) -> &'a str {
    event.get(field).and_then(Value::as_str).unwrap_or_else(|| panic!("no {field}: {event:?}"))
}

fn number(event: &TraceEvent, field: &str) -> f64 {
    let number = event.get(field).and_then(Value::as_f64);
    number.unwrap_or_else(|| panic!("no number {field}: {event:?}"))
}

/// Process and thread.
fn track(event: &TraceEvent) -> (u64, u64) {
    let id = |field: &str| event[field].as_u64().unwrap_or_else(|| panic!("{field}: {event:?}"));
    (id("pid"), id("tid"))
}

/// All events of this phase.
fn of<'a>(events: &'a [TraceEvent], phase: &'a str) -> impl Iterator<Item = &'a TraceEvent> {
    events.iter().filter(move |event| event["ph"] == phase)
}

#[test]
fn every_event_has_the_fields_of_its_phase() {
    for_every_lesson(|lesson, events| {
        assert!(!events.is_empty());
        for event in events {
            assert!(!text(event, "name").is_empty());
            assert!(track(event).0 > 0, "the process 0 means none: {event:?}");
            assert!(number(event, "ts") >= 0.0);
            match text(event, "ph") {
                "M" => assert!(event["args"].is_object()),
                "X" => {
                    assert!(number(event, "dur") >= 0.0);
                    assert!(!text(event, "cat").is_empty() && event["args"].is_object());
                }
                "s" | "f" => {
                    assert!(!text(event, "cat").is_empty() && event["id"].is_u64());
                }
                "C" => assert!(event["args"].is_object()),
                "i" => assert!(["g", "p", "t"].contains(&text(event, "s"))),
                other => panic!("{lesson} has an event of the phase {other}: {event:?}"),
            }
        }
    });
}

#[test]
fn every_process_and_thread_has_a_name_of_its_own() {
    for_every_lesson(|lesson, events| {
        let mut named = BTreeMap::new();
        for event in of(events, "M").filter(|event| text(event, "name") != "thread_sort_index") {
            let (pid, tid) = track(event);
            let what = text(event, "name").to_owned();
            let name = event["args"]["name"].as_str().expect("a name is a text").to_owned();
            assert!(["process_name", "thread_name"].contains(&&*what), "{what}");
            assert_eq!(named.insert((what, pid, tid), name), None, "{lesson}: named twice");
        }
        let name = |what: &str, pid, tid| named.get(&(what.to_owned(), pid, tid));
        for event in events {
            let (pid, tid) = track(event);
            let process = name("process_name", pid, 0).expect("the process has a name");
            assert!(process.starts_with(&format!("{lesson}: ")), "{process}");
            assert!(name("thread_name", pid, tid).is_some(), "no name: {event:?}");
        }
        let threads: Vec<_> = named.iter().filter(|(key, _)| key.0 == "thread_name").collect();
        let distinct: BTreeSet<_> = threads.iter().map(|(key, name)| (key.1, name)).collect();
        assert_eq!(distinct.len(), threads.len(), "{lesson}: two tracks share a name");
    });
}

#[test]
fn times_ascend_on_every_track() {
    for_every_lesson(|lesson, events| {
        let mut latest: BTreeMap<(u64, u64), f64> = BTreeMap::new();
        for event in events.iter().filter(|event| event["ph"] != "M") {
            let (at, latest) = (number(event, "ts"), latest.entry(track(event)).or_default());
            assert!(*latest <= at, "{lesson}: {at} after {latest}: {event:?}");
            *latest = at;
        }
    });
}

#[test]
fn slices_nest() {
    for_every_lesson(|lesson, events| {
        let mut open: BTreeMap<(u64, u64), Vec<f64>> = BTreeMap::new();
        for event in of(events, "X") {
            let (from, to) = span(event);
            let open = open.entry(track(event)).or_default();
            open.retain(|end| *end > from);
            // What began before and is not over has to last as long, at least.
            assert!(open.iter().all(|end| to <= *end), "{lesson}: they overlap: {event:?}");
            open.push(to);
        }
    });
}

fn span(slice: &TraceEvent) -> (f64, f64) {
    let from = number(slice, "ts");
    // To the nanosecond: sums of fractions are not exact.
    let to = ((from + number(slice, "dur")) * 1000.0).round() / 1000.0;
    (from, to)
}

#[test]
fn every_arrow_has_one_start_and_one_finish_each_in_a_slice() {
    for_every_lesson(|lesson, events| {
        let by_id = |phase| {
            let ends: BTreeMap<_, _> =
                of(events, phase).map(|event| (event["id"].as_u64(), event)).collect();
            assert_eq!(ends.len(), of(events, phase).count(), "{lesson}: an id is used twice");
            ends
        };
        let (starts, finishes) = (by_id("s"), by_id("f"));
        assert!(!starts.is_empty() && starts.keys().eq(finishes.keys()));
        for (id, start) in starts {
            let finish = finishes[&id];
            assert_eq!(text(finish, "bp"), "e", "it binds to the slice around it");
            assert_eq!((&start["name"], &start["cat"]), (&finish["name"], &finish["cat"]));
            assert!(number(start, "ts") <= number(finish, "ts"), "{lesson}: {start:?}");
            let polls = slice_around(events, finish);
            assert!(polls.iter().any(|name| name.starts_with("poll ") || name == "running"));
            assert!(!slice_around(events, start).is_empty(), "{lesson}: in no slice: {start:?}");
        }
    });
}

/// The names of the slices in which an event lies.
fn slice_around(events: &[TraceEvent], event: &TraceEvent) -> Vec<String> {
    let at = number(event, "ts");
    let around = of(events, "X").filter(|slice| {
        let (from, to) = span(slice);
        track(slice) == track(event) && from <= at && at <= to
    });
    around.map(|slice| text(slice, "name").to_owned()).collect()
}

#[test]
fn every_poll_has_an_arrow() {
    for_every_lesson(|lesson, events| {
        let polls = of(events, "X").filter(|slice| {
            text(slice, "name").starts_with("poll ") || text(slice, "name") == "running"
        });
        assert_eq!(polls.count(), of(events, "f").count(), "{lesson}");
    });
}

#[test]
fn counters_are_numbers_and_end_at_zero() {
    for_every_lesson(|lesson, events| {
        let mut counts = BTreeMap::new();
        for event in of(events, "C") {
            for (series, count) in event["args"].as_object().expect("series") {
                let count = count.as_u64().unwrap_or_else(|| panic!("{lesson}: {event:?}"));
                counts.insert((track(event), text(event, "name"), series), count);
            }
        }
        assert!(counts.values().all(|count| *count == 0), "{lesson}: {counts:?}");
    });
}

#[test]
fn the_loop_is_always_either_at_work_or_parked() {
    for_every_lesson(|lesson, events| {
        let mut end: BTreeMap<u64, f64> = BTreeMap::new();
        for slice in of(events, "X").filter(|slice| track(slice).1 == 0) {
            assert!(["working", "parked"].contains(&text(slice, "name")));
            let (from, to) = span(slice);
            let before = end.insert(track(slice).0, to).unwrap_or(from);
            assert_eq!(before, from, "{lesson}: a gap");
        }
    });
}
