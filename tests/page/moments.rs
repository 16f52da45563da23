//! What the page shows is what the journal says: at moments by chance, at three widths.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use serde_json::{Value, json};

use crate::browser::Browser;
use crate::{LESSONS, WIDTHS, lesson, page_of};

/// The journals of a lesson's scenes.
fn journals(name: &str) -> Vec<Vec<Value>> {
    let mut scenes = Vec::new();
    for line in lesson(&[name, "--plain", "--journal", "-"]).lines() {
        let event: Value = serde_json::from_str(line).unwrap();
        match event["event"] == "scene" {
            true => scenes.push(Vec::new()),
            false => scenes.last_mut().unwrap().push(event),
        }
    }
    scenes
}

/// What is to be seen after these events: the ready queue, each task's state and polls, and the
/// slots of the wheel in which timers lie.
fn expected(scene: &[Value], index: usize) -> Value {
    let events = &scene[..=index];
    let mut ready = VecDeque::new();
    let mut tasks = BTreeMap::<u64, (String, u64)>::new();
    let mut timers = BTreeMap::<String, (u64, u64)>::new();
    let mut names = BTreeMap::<u64, String>::new();
    let mut jobs = BTreeSet::new();
    for (nth, event) in events.iter().enumerate() {
        let task = event["task"].as_u64().unwrap_or_default();
        let timer = || event["timer"].as_str().unwrap().to_owned();
        match event["event"].as_str().unwrap() {
            what @ ("spawned" | "job_queued") => {
                let name = event["name"].as_str().unwrap().to_owned();
                // Of a name that several have, they are numbered.
                let of_this_name = |events: &[Value]| {
                    let is_it = |event: &&Value| event["event"] == what && event["name"] == name;
                    events.iter().filter(is_it).count()
                };
                let number = match of_this_name(scene) {
                    1 => String::new(),
                    _ => format!(" #{}", of_this_name(&events[..=nth])),
                };
                names.insert(task, name + &number);
                tasks.insert(task, ("new".to_owned(), 0));
                if what == "job_queued" {
                    jobs.insert(task);
                }
            }
            "woken" => {
                ready.push_back(task);
                let state = &mut tasks.get_mut(&task).unwrap().0;
                if state == "waiting" || state == "new" {
                    *state = "ready".to_owned();
                }
            }
            "poll_started" => {
                assert_eq!(ready.pop_front(), Some(task), "first in, first out");
                tasks.insert(task, ("running".to_owned(), event["poll"].as_u64().unwrap()));
            }
            "poll_ended" => {
                let state = if ready.contains(&task) { "ready" } else { "waiting" };
                tasks.get_mut(&task).unwrap().0 = state.to_owned();
            }
            ending @ ("done" | "cancelled" | "panicked") => {
                ready.retain(|ready| *ready != task);
                tasks.get_mut(&task).unwrap().0 = ending.to_owned();
            }
            "timer_armed" | "timer_moved" => {
                let place = (event["level"].as_u64().unwrap(), event["slot"].as_u64().unwrap());
                timers.insert(timer(), place);
            }
            "timer_fired" | "timer_cancelled" => {
                timers.remove(&timer());
            }
            _ => {}
        }
    }
    let ready: Vec<_> = ready.iter().map(|task| names[task].clone()).collect();
    let tasks: Vec<_> = tasks
        .iter()
        .filter(|(task, _)| !jobs.contains(task))
        .map(|(task, (state, polls))| json!([names[task], state, polls.to_string()]))
        .collect();
    let slots: BTreeSet<_> = timers.values().collect();
    let slots: Vec<_> = slots.iter().map(|(level, slot)| format!("{level}:{slot}")).collect();
    json!({"ready": ready, "tasks": tasks, "slots": slots})
}

/// The same, as it is drawn.
const SHOWN: &str = include_str!("shown.js");

#[test]
fn at_ten_moments_by_chance_the_page_shows_what_the_journal_says() {
    let Some(browser) = Browser::start("moments") else { return };
    // Another sequence each time would find more, and nobody could tell what.
    let mut chance = 1_u64;
    for name in LESSONS {
        let page = page_of(name, "moments");
        let scenes = journals(name);
        for width in WIDTHS {
            browser.resize(width);
            browser.open(&page, "");
            for _ in 0..10 {
                chance = chance.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
                let scene = (chance >> 33) as usize % scenes.len();
                let index = (chance >> 43) as usize % scenes[scene].len();
                browser.run(&format!("stage.open({scene}); stage.goTo({index})"));
                let shown = browser.run(SHOWN);
                assert_eq!(
                    shown,
                    expected(&scenes[scene], index),
                    "{name}, scene {scene}, event {index}"
                );
            }
            browser.has_a_quiet_console(name);
        }
    }
}
