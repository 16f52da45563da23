//! Futures of every kind, in a program that is built for development, and optimised.

use std::path::PathBuf;

use crate::programs::{
    LESSONS, OPTIMISED_ZOO, ZOO, ZOO_WITH_LINES_ALONE, ZOO_WITH_SPLIT_DEBUGINFO,
};
use crate::{session, top};

fn file(name: &str) -> PathBuf {
    top().join("tests/debugger/expected").join(name)
}

#[test]
fn async_commands_show_who_waits_for_what() {
    session::play(&[&file("zoo.txt")], &ZOO, &[]);
}

#[test]
fn async_commands_show_the_same_in_an_optimised_program() {
    session::play(&[&file("zoo.txt")], &OPTIMISED_ZOO, &[]);
}

#[test]
fn an_optimised_program_comes_to_the_stations_of_a_task() {
    session::play(&[&file("optimised.txt")], &OPTIMISED_ZOO, &[]);
}

#[test]
fn loops_on_several_threads_are_shown_one_after_the_other() {
    session::play(&[&file("two_loops.txt")], &ZOO, &["two"]);
}

#[test]
fn a_field_that_was_renamed_is_told_in_a_sentence() {
    session::play(&[&file("renamed.txt")], &ZOO, &[]);
}

#[test]
fn values_of_the_runtime_are_printed_in_a_line() {
    session::play(&[&file("printers.txt")], &ZOO, &[]);
}

#[test]
fn a_program_without_types_is_told_how_to_be_built() {
    session::play(&[&file("no_types.txt")], &ZOO_WITH_LINES_ALONE, &[]);
}

#[test]
fn a_program_with_its_lines_elsewhere_is_told_how_to_be_built() {
    session::play(&[&file("no_lines.txt")], &ZOO_WITH_SPLIT_DEBUGINFO, &[]);
}

#[test]
fn the_variables_at_each_station_can_be_read() {
    let arguments = ["breakfast", "--plain", "--clock", "simulated"];
    session::play(&[&file("values.txt")], &LESSONS, &arguments);
}

#[test]
fn commands_say_what_they_need() {
    session::play(&[&file("mistakes.txt")], &ZOO, &[]);
}

#[test]
fn the_program_stops_at_stations_and_steps_between_them() {
    let arguments = ["breakfast", "--plain", "--clock", "simulated"];
    session::play(&[&file("stations.txt")], &LESSONS, &arguments);
}

#[test]
fn finish_comes_to_the_end_of_every_function() {
    let arguments = ["breakfast", "--plain", "--clock", "simulated"];
    session::play(&[&file("finish.txt")], &LESSONS, &arguments);
}

#[test]
fn a_task_that_waits_for_a_socket_shows_its_token() {
    session::play(&[&file("sockets.txt")], &LESSONS, &["echo", "--plain", "--clock", "simulated"]);
}
