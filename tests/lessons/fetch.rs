//! The lesson `fetch`: its server is real, and so is the time, which is let pass faster here.
//!
//! What is compared are counts, orders, and times at their lower bounds: an answer that comes
//! after a second never comes sooner.

use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

use crate::{PROGRAM, twins};

const REQUESTS: usize = 10;
/// In nanoseconds.
const SECOND: u64 = 1_000_000_000;

fn play(arguments: &[&str]) -> Output {
    let mut program = Command::new(&*PROGRAM);
    // A proxy that is not there: the server is on this machine.
    program.env("http_proxy", "http://127.0.0.1:9").env_remove("no_proxy");
    program.arg("fetch").args(arguments).env("LC_ALL", "C.UTF-8");
    program.output().expect("the lessons can be started")
}

fn text(output: Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("it is text")
}

/// How many dishes a line has, and after how many seconds; how often the heart has beaten is a
/// matter of time.
fn served(line: &str) -> (usize, u64) {
    let words: Vec<&str> = line.split(' ').filter(|word| *word != "beat").collect();
    let [dishes @ .., "after", seconds, "s"] = &words[..] else { panic!("{line}") };
    assert!(dishes.iter().all(|word| *word == "dish"), "{line}");
    (dishes.len(), seconds.parse().expect("seconds are a number"))
}

/// What the program prints: ten dishes three times, and no beat while the loop is blocked.
#[track_caller]
fn check(printed: &str) {
    let lines: Vec<&str> = printed.lines().collect();
    let served: Vec<_> = lines.iter().map(|line| served(line)).collect();
    assert!(!lines[0].contains("beat"), "{printed}");
    assert!(served.iter().all(|(dishes, _)| *dishes == REQUESTS), "{printed}");
    let [(_, blocked), (_, gathered), (_, pooled)] = served[..] else { panic!("{printed}") };
    assert!(blocked >= 10 && gathered >= 1 && pooled >= 1, "{printed}");
}

#[test]
fn ten_dishes_three_times_and_no_beat_while_the_loop_is_blocked() {
    check(&text(play(&["--plain", "--speed", "20"])));
}

#[test]
fn the_asyncio_program_prints_the_same() {
    if !twins::python_is_there() {
        return;
    }
    let twin = Path::new(env!("CARGO_MANIFEST_DIR")).join("../lessons/python/fetch.py");
    let proxy = ("http_proxy", "http://127.0.0.1:9");
    let output = Command::new("python3").arg(twin).env(proxy.0, proxy.1).output();
    check(&text(output.expect("python3 can be started")));
}

#[test]
fn the_figures_and_hints_fit_the_screen() {
    let output = text(play(&["--speed", "20"]));
    // How often the heart beats next to the dishes is a matter of time.
    let mut ours = output.lines().filter(|line| !line.contains("dish "));
    assert!(ours.all(|line| line.chars().count() <= 80), "{output}");
    // Who was late is told behind four blanks, and on a machine with much to do more often.
    let lines = output.lines().filter(|line| !line.starts_with("    ")).count();
    // What is seen in a picture for the first time takes a line to explain: how much, time decides.
    assert!(lines <= 42, "{lines} lines:\n{output}");
    for row in ["bad_fetch \u{d7}10", "good_fetch \u{d7}10", "pooled_fetch (job) \u{d7}10"] {
        assert!(output.contains(row), "no {row} in\n{output}");
    }
    // It is due, for as long as it gets no turn: in the end it has had none.
    let heart = output.lines().find(|line| line.trim_start().starts_with("heartbeat "));
    assert!(heart.expect("the heart has a row").ends_with('\u{2591}'), "{output}");
    assert!(output.contains("10 tasks bad_fetch, spawned at lessons/src/fetch.rs:"), "{output}");
}

/// The events of each scene.
fn journal() -> Vec<Vec<Value>> {
    let mut scenes = Vec::new();
    for line in text(play(&["--journal", "-", "--speed", "20"])).lines() {
        let event: Value = serde_json::from_str(line).expect(line);
        if event["event"] == "scene" {
            scenes.push(Vec::new());
        }
        scenes.last_mut().expect("a scene has begun").push(event);
    }
    assert_eq!(scenes.len(), 3);
    scenes
}

fn count(events: &[Value], name: &str) -> usize {
    events.iter().filter(|event| event["event"] == name).count()
}

#[test]
fn the_journal_tells_the_three_ways_apart() {
    let [blocked, gathered, pooled] = &journal()[..] else { panic!("there are three scenes") };

    // The loop has no part in it: each of the ten holds it for a second at least.
    let of_the_ten = |event: &Value| {
        let is_it = |it: &Value| it["event"] == "spawned" && it["task"] == event["task"];
        blocked.iter().any(|it| is_it(it) && it["name"] == "bad_fetch")
    };
    let slow = blocked.iter().filter(|event| event["event"] == "slow_poll" && of_the_ten(event));
    let took: Vec<u64> = slow.filter_map(|event| event["took"].as_u64()).collect();
    assert!(took.len() == REQUESTS && took.iter().all(|took| *took >= SECOND), "{took:?}");
    assert_eq!(count(blocked, "io_registered"), 0);

    // All ten requests are under way before the loop sleeps for the first time.
    let parked = gathered.iter().position(|event| event["event"] == "parked").expect("it sleeps");
    assert_eq!(count(&gathered[..parked], "io_registered"), REQUESTS);
    assert_eq!(count(gathered, "job_queued"), 0);

    // All ten jobs are with the pool before the loop hears that one is over.
    let finished = pooled.iter().position(|event| event["event"] == "job_finished");
    let queued = count(&pooled[..finished.expect("a job comes to its end")], "job_queued");
    assert_eq!((queued, count(pooled, "job_finished")), (REQUESTS, REQUESTS));
    assert_eq!(count(pooled, "io_registered"), 0);
}

#[test]
fn a_clock_that_jumps_is_refused_and_it_says_what_to_do() {
    for (arguments, advice) in [
        (&["--clock", "simulated"][..], "take --speed 10"),
        (&["--clock", "simulated", "--plain"], "leave out --clock simulated"),
        (&["--step"], "take --trace"),
    ] {
        let output = play(arguments);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0), "{said}");
        // It is wrapped anywhere.
        let words = said.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(words.contains("on another thread") && words.contains(advice), "{said}");
    }
}

#[test]
fn its_source_is_shown_though_the_clock_is_simulated() {
    let python = text(play(&["--python", "--clock", "simulated"]));
    assert!(python.contains("ThreadingHTTPServer"), "{python}");
}
