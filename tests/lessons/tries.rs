//! The changes that the lessons propose behind "Try:", each made and played in both languages.
//!
//! `tries/changes.rs` has them. asyncio runs by a clock that jumps, too (`tries/simulated.py`), so
//! its figures are as exact as ours; that clock is checked against the programs as they are.

mod changed;
mod changes;
mod ladder;
mod measured;
mod sockets;
mod stumbles;

use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use crate::twins::python_is_there;
use crate::{PROGRAM, names_in, output, with_a_twin};
use changed::{CHANGED, source, twin, workspace};
use changes::changes;

/// The changed lesson, by the simulated clock.
fn ours(lesson: &str, options: &[&str]) -> String {
    let mut program = Command::new(&CHANGED.program);
    program.arg(lesson).args(options).args(["--clock", "simulated"]).env("LC_ALL", "C.UTF-8");
    stdout(&program.output().expect("the changed lessons can be started"))
}

/// An asyncio program, by a clock that jumps.
fn simulated(program: &Path) -> Output {
    let mut python = Command::new("python3");
    python.arg(workspace().join("tests/lessons/tries/simulated.py")).arg(program);
    python.output().expect("python3 can be started")
}

/// What the changed asyncio program prints, if there is a Python.
fn asyncios(lesson: &str) -> Option<String> {
    python_is_there().then(|| stdout(&simulated(&CHANGED.twin(lesson))))
}

fn stdout(output: &Output) -> String {
    assert!(output.status.success(), "{}", text(&output.stderr));
    text(&output.stdout)
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("it is text")
}

fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn every_lesson_proposes_what_is_tried_here() {
    let list = Command::new(&*PROGRAM).arg("list").output().unwrap();
    let list = stdout(&list);
    let lessons: BTreeSet<_> = names_in(&list).filter(|lesson| *lesson != "tour").collect();
    assert_eq!(lessons, changes().map(|change| change.lesson).collect());
    for change in changes() {
        let source = fs::read_to_string(workspace().join(source(change.lesson))).unwrap();
        let (_, proposed) = source.split_once("    change: \"\\\n").expect("it proposes a change");
        let (proposed, _) = proposed.split_once("\",\n").expect("the text has an end");
        assert_eq!(words(proposed), words(change.words), "{}", change.lesson);
    }
}

#[test]
fn the_clock_that_jumps_lets_asyncio_print_what_the_lessons_print() {
    if python_is_there() {
        for lesson in with_a_twin() {
            let twin = workspace().join(twin(lesson));
            assert_eq!(stdout(&simulated(&twin)), output(&[lesson, "--plain"]), "{lesson}");
        }
    }
}

/// When the water boils the sixth vegetable is under the knife. asyncio's timer wakes a future, and
/// that the task, whose turn comes a round later, when the seventh is chopped.
#[test]
fn of_eight_vegetables_six_are_chopped_before_the_pasta_goes_in_and_seven_with_asyncio() {
    let vegetables = ["onions", "carrots", "celery", "leeks", "beans", "peas", "corn", "kale"];
    let expected = |pasta_after| {
        let mut lines = vegetables.map(|it| format!("Chopped the {it}\n")).to_vec();
        lines.insert(pasta_after, "The water boils: in goes the pasta\n".to_owned());
        format!("The water is on\n{}Dinner took 16 minutes\n", lines.concat())
    };
    let ours = ours("dinner", &["--plain"]);
    let (stared, _) = ours.split_at(ours.rfind("The water is on").expect("it is on twice"));
    assert_eq!(ours, stared.to_owned() + &expected(6));
    if let Some(asyncios) = asyncios("dinner") {
        assert_eq!(asyncios, stared.to_owned() + &expected(7));
    }
}

#[test]
fn polled_once_more_it_is_still_pending_and_pythons_coroutine_refuses() {
    let ours = ours("hello", &["--plain"]);
    assert!(ours.ends_with("Hello...\nPending\nPending\n"), "{ours}");
    if python_is_there() {
        let output = simulated(&CHANGED.twin("hello"));
        let (told, errors) = (text(&output.stdout), text(&output.stderr));
        assert_eq!(ours, told + "Pending\n", "all but the second answer");
        let last = errors.lines().last();
        assert_eq!(last, Some("RuntimeError: await wasn't used with future"), "{errors}");
    }
}

#[test]
fn the_slower_toast_is_ready_last_and_still_the_second_result() {
    let ours = ours("breakfast", &["--plain"]);
    let gathered = "Starting coffee...\nStarting toast...\nCoffee is ready!\nToast is ready!\n\
                    Finished in 3.00 seconds\nResult: [\"Coffee\", \"Toast\"]\n";
    assert!(ours.starts_with(gathered) && ours.contains("in 5.00 seconds"), "{ours}");
    if let Some(asyncios) = asyncios("breakfast") {
        assert_eq!(ours, asyncios);
    }
}

/// A timer of asyncio wakes a future, and that the task, whose turn comes a round later, when one
/// part more has been slept. Here it wakes the task.
#[test]
fn next_to_a_sleep_in_ten_parts_the_heart_is_late_by_one_part_and_asyncios_by_two() {
    let ours = ours("blocking", &["--plain"]);
    let (first, others) = ours.split_at(ours.match_indices('\n').nth(1).expect("two lines").0);
    let beats = |count| "beat ".repeat(count);
    assert_eq!(first, beats(9) + "0.5 seconds late at worst\nDone sleeping");
    if let Some(asyncios) = asyncios("blocking") {
        let expected = beats(8) + "Done sleeping\nbeat 1.0 seconds late at worst" + others;
        assert_eq!(asyncios, expected, "the other two scenes are the same");
    }
}

/// It is told that it sleeps, no report comes, and it does not end.
#[test]
fn with_its_waker_kept_the_loop_sleeps_until_it_is_ended_and_so_does_asyncios() {
    let mut program = Command::new(&CHANGED.program);
    program.args(["stuck", "--trace", "--clock", "simulated"]).env("LC_ALL", "C.UTF-8");
    let mut program = program.stdout(Stdio::piped()).spawn().unwrap();
    let (to_us, lines) = mpsc::channel();
    let story = BufReader::new(program.stdout.take().unwrap());
    let reader = thread::spawn(move || {
        story.lines().map_while(Result::ok).for_each(|line| to_us.send(line).unwrap_or_default());
    });
    let mut told = String::new();
    while !told.ends_with("the loop sleeps until somebody calls\n") {
        // If it says something else there is an end to it.
        let line = lines.recv_timeout(Duration::from_secs(60));
        told += &format!("{}\n", line.unwrap_or_else(|_| panic!("it says no more than\n{told}")));
    }
    assert!(told.contains("> Waiting to be woken") && !told.contains("Stuck"), "{told}");
    assert!(program.try_wait().unwrap().is_none(), "it has ended");
    program.kill().unwrap();
    program.wait().unwrap();
    reader.join().unwrap();
    assert_eq!(lines.iter().collect::<Vec<_>>(), [""; 0], "it has said more");

    if python_is_there() {
        let output = simulated(&CHANGED.twin("stuck"));
        assert_eq!(text(&output.stdout), "Waiting to be woken\n");
        let errors = text(&output.stderr);
        assert!(errors.contains("asyncio would wait for ever"), "{errors}");
    }
}
