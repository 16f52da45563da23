//! Random programs: trees of tasks that do all sorts of things to each other, run by the runtime
//! and by a model of a few lines, which have to agree on when each task ended, and with what.
//!
//! The model knows no order between things that happen at the same moment, so that none may matter:
//! see `Step`. A program that fails is shrunk, and printed. `PROPTEST_CASES` sets how many are run.

mod model;
mod play;

use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::test_runner::{TestError, TestRunner};

use crate::support::{alone, cases, ends};

/// What a task does, one step after the other. A program is what its root task does.
///
/// All this happens at whole *beats*, in whichever order. Only aborts and the limits of `Receive`
/// come between two beats, each abort at a moment of its own; and whoever is thereby let go on does
/// so at the next beat.
#[derive(Clone, Debug)]
pub enum Step {
    Yield,
    /// For so many beats.
    Sleep(u64),
    /// Starts a child, which runs on even if its parent ends.
    Spawn(Vec<Step>),
    /// Starts a child and aborts it before it is polled.
    Stillborn(Vec<Step>),
    /// Waits for the end of one of the children, if it did not before. This one and the next two
    /// take the child's number modulo the number of children.
    Join(usize),
    Abort(usize),
    /// Sends a message to one of the children.
    Send(usize),
    /// Waits for a message from the parent for so many beats and a half.
    Receive(u64),
    /// Has so many threads call its waker.
    Threads(usize),
    /// Has a job on the blocking pool that takes so many beats.
    Job(u64),
    Panic,
}

/// When, in beats and thousandths, and how a task came to its end.
pub type End = (u64, Outcome);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// What became of it depends on all that happened to it.
    Value(u64),
    Panicked,
    Cancelled,
}

impl Outcome {
    pub fn digest(self) -> u64 {
        match self {
            Self::Value(value) => value,
            Self::Panicked => 1,
            Self::Cancelled => 2,
        }
    }
}

/// By the task's name: the root is "0", and its children are "0.0", "0.1", and so on.
pub type Ends = BTreeMap<String, End>;

/// How the digest of what happened to a task takes in what happens next.
pub fn digest(so_far: u64, next: u64) -> u64 {
    so_far.wrapping_mul(31).wrapping_add(next).wrapping_add(7)
}

fn programs() -> impl Strategy<Value = Vec<Step>> {
    let leaf = || {
        prop_oneof![
            4 => Just(Step::Yield),
            8 => (0..6u64).prop_map(Step::Sleep),
            6 => (0..3usize).prop_map(Step::Join),
            4 => (0..3usize).prop_map(Step::Abort),
            5 => (0..3usize).prop_map(Step::Send),
            5 => (0..6u64).prop_map(Step::Receive),
            1 => (0..3usize).prop_map(Step::Threads),
            2 => (0..6u64).prop_map(Step::Job),
            1 => Just(Step::Panic),
        ]
    };
    let steps = prop::collection::vec(leaf(), 0..6);
    steps.prop_recursive(4, 48, 6, move |inner| {
        let step = prop_oneof![
            6 => inner.clone().prop_map(Step::Spawn),
            1 => inner.prop_map(Step::Stillborn),
            8 => leaf(),
        ];
        prop::collection::vec(step, 0..8)
    })
}

/// In a process of its own: what it says of panics that nobody has asked for is of no interest.
#[test]
fn every_task_of_a_random_program_ends_when_and_as_it_should() {
    alone("random_programs::every_task_of_a_random_program_ends_when_and_as_it_should", || {
        let check = |program: Vec<Step>| {
            let expected = model::run(&program);
            let ended = ends(move || play::run(program));
            prop_assert_eq!(ended, expected);
            Ok(())
        };
        match TestRunner::new(cases(2_000)).run(&programs(), check) {
            Err(TestError::Fail(reason, program)) => panic!("{program:#?}\n{reason}"),
            outcome => outcome.unwrap(),
        }
    });
}
