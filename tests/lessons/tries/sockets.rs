//! Lessons with sockets: `echo`, and `fetch`, whose time is real but passes faster here.

use std::process::Command;

use serde_json::Value;

use super::{CHANGED, asyncios, ours, stdout};
use crate::fetch::served;
use crate::twins::python_is_there;

#[test]
fn guests_order_a_second_thing_and_the_story_tells_of_it() {
    let plain = ours("echo", &["--plain"]);
    assert!(plain.starts_with("Waiter: soup!\nWaiter: tea!\nGot back: [\"soup and tea\"]\n"));
    assert!(plain.ends_with("Got back: [\"soup and tea\", \"salad and tea\", \"cake and tea\"]\n"));
    if let Some(asyncios) = asyncios("echo") {
        assert_eq!(plain, asyncios);
    }
    let story = ours("echo", &["--trace"]);
    assert_eq!(story.matches("> Waiter: tea!").count(), 4, "{story}");
}

/// The figures of both are bounds: an answer that comes after a second never comes sooner.
#[test]
fn of_forty_requests_the_blocking_ones_take_forty_seconds_and_those_on_the_pool_two() {
    let mut changed = Command::new(&CHANGED.program);
    changed.args(["fetch", "--plain", "--speed", "20"]);
    check(&stdout(&changed.output().unwrap()));
    if python_is_there() {
        check(&stdout(&Command::new("python3").arg(CHANGED.twin("fetch")).output().unwrap()));
    }
}

#[track_caller]
fn check(printed: &str) {
    let lines: Vec<&str> = printed.lines().collect();
    assert!(!lines[0].contains("beat"), "{printed}");
    let [(40, blocked), (40, gathered), (40, pooled)] =
        lines.iter().map(|line| served(line)).collect::<Vec<_>>()[..]
    else {
        panic!("{printed}")
    };
    assert!(blocked >= 40 && gathered >= 1 && pooled >= 2, "{printed}");
}

#[test]
fn what_limits_forty_requests_on_the_pool_are_its_thirty_two_threads() {
    let mut changed = Command::new(&CHANGED.program);
    changed.args(["fetch", "--journal", "-", "--speed", "20"]);
    let (mut queued, mut at_work, mut most) = (0, 0, 0);
    for line in stdout(&changed.output().unwrap()).lines() {
        let event: Value = serde_json::from_str(line).expect(line);
        match event["event"].as_str() {
            Some("job_queued") => queued += 1,
            Some("job_started") => at_work += 1,
            Some("job_finished") => at_work -= 1,
            _ => {}
        }
        most = most.max(at_work);
    }
    assert_eq!((queued, at_work), (40, 0));
    assert!(most <= 32, "{most} at once");
}
