//! From line to line in one task, whatever runs meanwhile.

use crate::programs::{LESSONS, WALK};
use crate::{session, top};

fn play(name: &str) {
    session::play(&[&top().join("tests/debugger/expected").join(name)], &WALK, &[]);
}

#[test]
fn async_next_goes_over_awaits_to_the_next_line_of_the_same_task() {
    play("next.txt");
}

#[test]
fn async_finish_goes_to_the_end_of_an_async_function_and_tells_what_it_returns() {
    play("async_finish.txt");
}

#[test]
fn async_frame_stands_in_a_task_that_waits() {
    play("standing.txt");
}

#[test]
fn async_break_stops_in_the_body_of_an_async_function() {
    play("bodies.txt");
}

#[test]
fn async_why_tells_the_causes_of_a_tasks_wakes_from_when_it_looks() {
    play("why.txt");
}

#[test]
fn async_why_tells_of_other_threads_and_of_sockets() {
    let file = |name| top().join("tests/debugger/expected").join(name);
    let arguments = ["lost-wake-up", "--plain", "--clock", "simulated"];
    session::play(&[&file("why_threads.txt")], &LESSONS, &arguments);
    session::play(&[&file("why_sockets.txt")], &LESSONS, &["echo", "--plain"]);
}
