//! The changes that the rungs of the ladder propose, each made and played.

use std::fs;
use std::process::Command;

use super::changed::{CHANGED, workspace};
use super::changes::Edit;
use super::{stdout, words};

/// A change that a rung proposes.
pub(super) struct Change {
    /// The rung's file, in `lessons/ladder`.
    pub(super) file: &'static str,
    /// The rung's words. Who mends them looks here whether they still say what is changed.
    words: &'static str,
    pub(super) edits: &'static [Edit],
}

pub(super) static CHANGES: [Change; 8] = [
    Change {
        file: "1_busy_loop.rs",
        words: "let the loop call std::thread::yield_now() after each poll. How many polls are there \
                then, and how busy is the core?",
        edits: &[(
            "            return output;\n        }\n",
            "            return output;\n        }\n        std::thread::yield_now();\n",
        )],
    },
    Change {
        file: "2_waker.rs",
        words: "leave out thread::park(). How many polls are there then, and is the answer still \
                right?",
        edits: &[("        thread::park();\n", "")],
    },
    Change {
        file: "3_many_tasks.rs",
        words: "in poll_all, call tasks.reverse() before they are polled. How many polls does the \
                message cost then? And if it went from the first to the last?",
        edits: &[("    tasks.retain_mut(", "    tasks.reverse();\n    tasks.retain_mut(")],
    },
    Change {
        file: "4_ready_queue.rs",
        words: "in wake_by_ref, send the task twice. How many polls does the message cost then, and \
                why not twice as many?",
        edits: &[(
            "        let _ = task.queue.send(task.clone());\n",
            "        let _ = task.queue.send(task.clone());
        let _ = task.queue.send(task.clone());\n",
        )],
    },
    Change {
        file: "5_flag_and_heap.rs",
        words: "in wake_by_ref, send without looking at the flag. What does this rung count then?",
        edits: &[("if !task.queued.swap(true, AcqRel) {", "{")],
    },
    Change {
        file: "6_wheel.rs",
        words: "in expire, let every timer of a slot be due: none cascades. When is the one for tick \
                3000 woken then? What does its task do, as poll finds that it is too early?",
        edits: &[
            (
                "                match self.slot(when) {
                    Some(lower) => drop(lower.insert(number, (when, waker))),
                    None => due.push(waker),
                }\n",
                "                due.push(waker);\n",
            ),
            ("for (number, (when, waker)) in timers", "for (_, (_, waker)) in timers"),
        ],
    },
    Change {
        file: "7_poller.rs",
        words: "in readable, call context.waker().wake_by_ref() before Pending. Which figure changes, \
                and why is rung 7 no better than rung 6 then?",
        edits: &[(
            "it.insert(socket, waker));\n",
            "it.insert(socket, waker));\n        context.waker().wake_by_ref();\n",
        )],
    },
    // Rung 8's.
    Change {
        file: "7_poller.rs",
        words: "in run, poll inside of std::panic::catch_unwind, with AssertUnwindSafe. How many of \
                the two tasks end then, and who hears of the panic?",
        edits: &[(
            "    if future.as_mut().poll(&mut Context::from_waker(&waker)).is_pending() {\n",
            "    let poll = || future.as_mut().poll(&mut Context::from_waker(&waker));
    let poll = std::panic::AssertUnwindSafe(poll);
    if std::panic::catch_unwind(poll).is_ok_and(|it| it.is_pending()) {\n",
        )],
    },
];

/// What the changed ladder shows of a rung.
fn shown(number: usize) -> String {
    let mut program = Command::new(&CHANGED.program);
    stdout(&program.args(["ladder", &number.to_string()]).output().unwrap())
}

/// The number of polls in the first line of its figures that begins so.
fn polls(shown: &str, who: &str) -> u64 {
    let begin = format!("  {who}");
    let line = shown.lines().find(|line| line.starts_with(&begin)).expect("its figure");
    let number = line.split(" poll").next().unwrap().split("  ").last().unwrap();
    number.trim().replace(',', "").parse().unwrap_or_else(|_| panic!("no polls in: {line}"))
}

#[test]
fn every_rung_proposes_what_is_tried_here() {
    let read =
        |file| fs::read_to_string(workspace().join("lessons/src/ladder").join(file)).unwrap();
    let source = words(&["mod.rs", "crates.rs"].map(read).concat().replace("\\\n", ""));
    for change in &CHANGES {
        assert!(source.contains(&words(change.words)), "{}: {}", change.file, change.words);
    }
}

/// By how many is up to the time that passes, but two polls were enough.
#[test]
fn a_loop_that_gives_way_or_does_not_sleep_polls_many_times_all_the_same() {
    let shown = shown(2);
    assert!(polls(&shown, "rung 1 ") > 2 && polls(&shown, "rung 2 ") > 2, "{shown}");
}

#[test]
fn with_the_tasks_turned_round_the_message_is_handed_on_in_one_round() {
    assert_eq!(polls(&shown(3), "rung 3   1,000 "), 1_000);
}

/// Each finds twice that its message is not there, and once that it is: it is done by its second turn.
#[test]
fn sent_twice_a_task_is_polled_three_times_for_a_message_and_twice_for_each_of_five_wakes() {
    assert_eq!(polls(&shown(4), "rung 4 "), 3 * 999 + 1);
    let shown = shown(5);
    assert_eq!(polls(&shown, "rung 4 "), 2 + 2 * 5);
    assert_eq!(polls(&shown, "rung 5 "), 6, "without its flag it counts as rung 4 did");
}

#[test]
fn a_timer_that_does_not_cascade_is_due_as_its_slot_is_entered() {
    let shown = shown(6);
    assert!(shown.contains("time is 2944: it fires") && !shown.contains("3000: it"), "{shown}");
}

#[test]
fn a_reader_that_wakes_itself_is_polled_in_a_circle() {
    let shown = shown(7);
    assert!(polls(&shown, "rung 7 ") > 2, "{shown}");
}

#[test]
fn with_each_poll_caught_both_tasks_end_beside_the_panic_and_nobody_hears_of_it() {
    let shown = shown(8);
    assert!(shown.contains("rung 7   2 of 2"), "{shown}");
}
