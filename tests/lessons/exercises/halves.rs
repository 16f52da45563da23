//! The obvious halves of a solution, and what is said of each.

use super::{checked, names, solution};
use crate::try_file::folder;

/// In the solution of that exercise this becomes that, and then the check says so.
const HALVES: &[(&str, &str, &str, &str)] = &[
    ("01_poll_by_hand", "return (output, polls);", "return (output, 1);", "came (\"soup\", 1)"),
    ("02_second_time", "was_polled: false", "was_polled: true", "expected Pending, came Ready"),
    ("03_yield_now", "self.yielded = true;\n", "", "a task wakes itself, again and again"),
    ("03_yield_now", "if self.yielded {", "if !self.yielded {", "polled 1 time, 2 were expected"),
    (
        "03_yield_now",
        "if self.yielded {",
        "if self.yielded {\ncx.waker().wake_by_ref();",
        "expected 1, came 2",
    ),
    ("04_wake_a_thread", "self.thread.unpark();", "", "nobody has called `unpark`"),
    (
        "04_wake_a_thread",
        "self.has_rung.store(true, Release);",
        "",
        "nobody has set `has_rung` to true",
    ),
    (
        "04_wake_a_thread",
        "self.has_rung.store(true, Release);\n        self.thread.unpark();",
        "self.thread.unpark();\n        self.has_rung.store(true, Release);",
        "nobody calls `unpark` any more: a lost wake-up",
    ),
    ("04_wake_a_thread", "store(true, Release)", "store(true, Relaxed)", "the ordering Relaxed"),
    (
        "04_wake_a_thread",
        "store(true, Release)",
        "store(true, Acquire)",
        "no such thing as an acquire store",
    ),
    (
        "05_waker_by_hand",
        "unsafe { Arc::increment_strong_count(bell.cast::<Bell>()) };",
        "",
        "counts while there are a waker and its clone, with the check's own: expected 3, came 2",
    ),
    (
        "05_waker_by_hand",
        "drop(unsafe { Arc::from_raw(bell.cast::<Bell>()) });",
        "",
        "counts when the waker is dropped, with the check's own: expected 1, came 2",
    ),
    (
        "05_waker_by_hand",
        "let bell = unsafe { Arc::from_raw(bell.cast::<Bell>()) };",
        "let bell = unsafe { &*bell.cast::<Bell>() };",
        "counts after it, with the check's own: expected 1, came 2",
    ),
    ("06_ready_queue", "self.is_queued[task] = false;", "", "what comes then: expected [2, 1]"),
    ("07_join", "of_a.is_none()\n            &&", "true &&", "`async fn` resumed after completion"),
    (
        "08_oneshot",
        "state.waker = Some(cx.waker().clone());",
        "state.waker.get_or_insert_with(|| cx.waker().clone());",
        "the waker of the last poll was not called",
    ),
    ("08_oneshot", "waker.wake();", "drop(waker);", "has lost its waker"),
    ("08_oneshot", "drop(state);\n", "", "already"),
    ("09_lost_wake_up", "self.0.has_rung()", "false", "rings; no waker is there to call"),
    (
        "09_lost_wake_up",
        "self.0.leave(cx.waker());\n        if self.0.has_rung() {\n            return Poll::Ready(());\n        }",
        "if self.0.has_rung() {\n            return Poll::Ready(());\n        }\n        self.0.leave(cx.waker());",
        "task: it has not rung yet other thread: rings; no waker is there to call task: leaves its \
         waker the task is still asleep",
    ),
    ("09_lost_wake_up", "self.0.leave(cx.waker());", "", "no waker is there to call"),
    (
        "09_lost_wake_up",
        "Poll::Pending\n",
        "cx.waker().wake_by_ref(); Poll::Pending\n",
        "wakes itself",
    ),
    (
        "09_lost_wake_up",
        "self.0.leave(cx.waker());",
        "while !self.0.has_rung() {}",
        "asks in a circle",
    ),
    (
        "10_timeout",
        "if let Poll::Ready(output) =",
        "if limit.as_mut().poll(cx).is_ready() { return Poll::Ready(Err(Elapsed)) }
        if let Poll::Ready(output) =",
        "expected Ok(\"soup\"), came Err(Elapsed)",
    ),
    ("11_level_and_slot", "highest / 6", "highest / 8", "tick 0 of a timer for 64: expected"),
    ("11_level_and_slot", " & 63", "", "tick 64 of a timer for 65: expected (0, 1), came (0, 65)"),
    ("12_advance", "self.elapsed % 8 == 0", "self.elapsed % 8 == 1", "due by tick 8: expected"),
    ("13_select", "std::mem::take(&mut self.line)", "self.line.clone()", "\"souptea\""),
    (
        "14_blocking",
        "spawn_blocking(move || chop(what))",
        "executor::spawn(async move { chop(what) })",
        "a poll took 300ms: nobody else got a turn",
    ),
    ("15_fair_loop", ".min(ROUND)", "", "200 polls between two questions, 61 are allowed"),
    ("15_fair_loop", "ready.len().min(ROUND)", "ROUND", "came [[0, 0,"),
    ("16_tiny_executor", "task.is_queued.swap(false, AcqRel);", "", "expected 3, came 1"),
    ("16_tiny_executor", "if !self.is_queued.swap(true, AcqRel) {", "{", "expected 2, came 3"),
    (
        "16_tiny_executor",
        "ready.recv()",
        "ready.try_recv()",
        "another thread wakes: expected 2, came 1",
    ),
    ("16_tiny_executor", "drop(queue);", "", "It does not return"),
];

/// D4.1.
#[test]
fn every_half_of_a_solution_fails_by_what_it_lacks() {
    let folder = folder("halves");
    for (name, from, to, says) in HALVES {
        let whole = solution(name);
        let half = whole.replacen(from, to, 1);
        assert_ne!(half, whole, "{name}: nowhere is {from}");
        let (passes, told) = checked(&folder, name, &half);
        let words = told.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(!passes && words.contains(says), "{name}, without {from}:\n{told}");
    }
    for name in names() {
        assert!(HALVES.iter().any(|(of, ..)| *of == name), "no half of {name}");
    }
}
