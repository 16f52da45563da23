//! Random programs: trees of tasks that do all sorts of things to each other, run by the runtime
//! and by a model of a few lines, which have to agree on when each task ended, and with what.
//!
//! The model knows no order between things that happen at the same moment, so that none may matter:
//! see `Step`. A program that fails is shrunk, and printed. `PROPTEST_CASES` sets how many are run.

mod at_the_end;
mod model;
mod numbers;
mod observed;
mod play;
mod player;
mod two_loops;
mod waits;

use std::collections::BTreeMap;
use std::fmt::Debug;

use proptest::prelude::*;
use proptest::test_runner::{TestError, TestRunner};

use crate::support::{alone, cases, ends};

/// What a task does, one step after the other. A program is what its root task does.
///
/// All this happens at whole *beats*, in whichever order. Only aborts and limits come between two
/// beats, each abort at a moment of its own; and whoever is thereby let go on does so at the next
/// beat. A wait with a limit of so many beats is given up half a beat later.
#[derive(Clone, Debug)]
pub enum Step {
    Yield,
    /// For so many beats.
    Sleep(u64),
    /// Starts a child, which runs on even if its parent ends.
    Spawn(Vec<Step>),
    /// Starts a child and aborts it before it is polled.
    Stillborn(Vec<Step>),
    /// Waits for the end of one of the children, if it did not before. This one and the next three
    /// take the child's number modulo the number of children.
    Join(usize),
    /// The same with a limit. Then the handle is gone, whether the child has ended or not.
    JoinFor(usize, u64),
    Abort(usize),
    /// Sends a message to one of the children.
    Send(usize),
    /// Waits for a message from the parent, with this limit.
    Receive(u64),
    /// Reads from a socket, to which something is sent after so many beats, or never; with a limit.
    Read(Option<u64>, u64),
    /// Has so many threads call its waker.
    Threads(usize),
    /// Has a job on the blocking pool that takes so many beats.
    Job(u64),
    /// The same, with a limit. The job goes on.
    JobFor(u64, u64),
    /// Waits for nothing.
    Forget,
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

/// What has become of a program.
#[derive(Debug, Default, PartialEq)]
pub struct Played {
    pub ends: Ends,
    /// If it was stuck: who, and whose end each waited for.
    pub stuck: Option<BTreeMap<String, Option<String>>>,
    /// The polls for which there was no reason.
    pub idle_polls: Vec<String>,
}

/// How the digest of what happened to a task takes in what happens next.
pub fn digest(so_far: u64, next: u64) -> u64 {
    so_far.wrapping_mul(31).wrapping_add(next).wrapping_add(7)
}

/// Programs of which many are stuck in the end.
fn programs() -> impl Strategy<Value = Vec<Step>> {
    let is_stuck = prop::bool::weighted(0.3);
    (programs_with(Step::Forget), is_stuck).prop_map(|(mut program, is_stuck)| {
        program.extend(is_stuck.then_some(Step::Forget));
        program
    })
}

/// Programs that may do this, too.
fn programs_with(other: Step) -> impl Strategy<Value = Vec<Step>> {
    let leaf = move || {
        prop_oneof![
            4 => Just(Step::Yield),
            8 => (0..6u64).prop_map(Step::Sleep),
            6 => (0..3usize).prop_map(Step::Join),
            3 => (0..3usize, 0..4u64).prop_map(|(which, limit)| Step::JoinFor(which, limit)),
            4 => (0..3usize).prop_map(Step::Abort),
            5 => (0..3usize).prop_map(Step::Send),
            5 => (0..6u64).prop_map(Step::Receive),
            1 => (0..3usize).prop_map(Step::Threads),
            2 => (prop::option::weighted(0.7, 0..6u64), 0..6u64)
                .prop_map(|(sent, limit)| Step::Read(sent, limit)),
            2 => (0..6u64).prop_map(Step::Job),
            2 => (0..6u64, 0..6u64).prop_map(|(beats, limit)| Step::JobFor(beats, limit)),
            2 => Just(other.clone()),
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

/// Checks all cases, but for those that `cases` says, on a thread of its own, should one hang. In a
/// process of its own: what it says of panics that nobody has asked for is of no interest.
fn for_all<C: Debug + Send + 'static>(
    name: &str,
    count: u32,
    strategy: impl Strategy<Value = C>,
    check: fn(C) -> Result<(), TestCaseError>,
) {
    alone(&format!("random_programs::{name}"), || {
        let check = |case: C| ends(move || check(case));
        match TestRunner::new(cases(count)).run(&strategy, check) {
            Err(TestError::Fail(reason, case)) => panic!("{case:#?}\n{reason}"),
            outcome => outcome.unwrap(),
        }
    });
}

#[test]
fn every_task_of_a_random_program_ends_when_and_as_it_should() {
    let name = "every_task_of_a_random_program_ends_when_and_as_it_should";
    for_all(name, 2_000, programs(), |program| {
        let expected = model::run(&program);
        prop_assert_eq!(play::run(program), expected);
        Ok(())
    });
}
