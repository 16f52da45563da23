//! What the tasks of two loops do, and what has to become of them.

use proptest::prelude::*;
use proptest::sample::Index;

use super::super::{Outcome, digest};

/// One of the two loops.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    Here = 0,
    There = 1,
}

impl Side {
    pub fn other(self) -> Self {
        match self {
            Self::Here => Self::There,
            Self::There => Self::Here,
        }
    }
}

/// By what the two loops live.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clocks {
    /// Each by a simulated clock of its own.
    Simulated,
    /// Both by the same one.
    Real,
    Scaled,
}

/// What a task does. The others that it deals with come later in the list: so nobody waits in a
/// circle. Whatever passes from task to task does so whichever loop they are of.
#[derive(Clone, Debug)]
pub enum Step {
    Yield,
    Sleep(u64),
    Job(u64),
    /// A job that moves the clock of the other loop.
    MoveOther(u64),
    /// Hands a job to somebody else, who awaits it.
    LeaveJob(u64),
    /// Tries to have another loop live by the other loop's clock.
    TakeClock,
    /// Awaits the end of a task of which nobody else has the handle; one that never ends it aborts
    /// first.
    Join(Index),
    /// Polls such a handle and leaves it to somebody else.
    Glance(Index),
    /// Has a message from a task that ends, which sends it at its end.
    Hear(Index),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    Returns,
    Panics,
    /// It waits to be aborted.
    Never,
}

#[derive(Clone, Debug)]
pub struct Plan {
    pub side: Side,
    /// It is spawned by the other loop's thread.
    pub by_spawner: bool,
    pub steps: Vec<Step>,
    pub ending: Ending,
}

#[derive(Clone, Debug)]
pub struct Case {
    pub clocks: Clocks,
    pub plans: Vec<Plan>,
    /// This loop's `run` ends after so many turns, whatever its tasks do.
    pub cut: Option<(Side, usize)>,
}

fn side() -> impl Strategy<Value = Side> {
    prop_oneof![Just(Side::Here), Just(Side::There)]
}

pub fn cases() -> impl Strategy<Value = Case> {
    let step = prop_oneof![
        2 => Just(Step::Yield),
        2 => (0..4u64).prop_map(Step::Sleep),
        1 => (0..4u64).prop_map(Step::Job),
        1 => (0..4u64).prop_map(Step::MoveOther),
        1 => (0..4u64).prop_map(Step::LeaveJob),
        1 => Just(Step::TakeClock),
        6 => any::<Index>().prop_map(Step::Join),
        3 => any::<Index>().prop_map(Step::Glance),
        4 => any::<Index>().prop_map(Step::Hear),
    ];
    let steps = prop::collection::vec(step, 0..6);
    let ending = prop_oneof![6 => Just(Ending::Returns), 1 => Just(Ending::Panics), 2 => Just(Ending::Never)];
    let plan = (side(), any::<bool>(), steps, ending)
        .prop_map(|(side, by_spawner, steps, ending)| Plan { side, by_spawner, steps, ending });
    let clocks = prop_oneof![4 => Just(Clocks::Simulated), 1 => Just(Clocks::Real), 1 => Just(Clocks::Scaled)];
    let cut = prop::option::weighted(0.3, (side(), 0..6usize));
    (clocks, prop::collection::vec(plan, 1..10), cut).prop_map(|(clocks, plans, cut)| Case {
        clocks,
        plans,
        cut,
    })
}

/// What a task does, with those whom it does it to.
#[derive(Clone, Debug)]
pub enum Act {
    Yield,
    Sleep(u64),
    Job(u64),
    MoveOther(u64),
    LeaveJob(u64),
    TakeClock,
    Join(usize),
    Glance(usize),
    Hear(usize),
}

impl Case {
    /// What each task does: steps that find nobody to do it to are left out.
    pub fn acts(&self) -> Vec<Vec<Act>> {
        let count = self.plans.len();
        let mut has_handle = vec![false; count];
        let acts = self.plans.iter().enumerate().map(|(own, plan)| {
            let later = own + 1..count;
            let pick =
                |index: &Index| (!later.is_empty()).then(|| own + 1 + index.index(later.len()));
            let mut claim = |index| {
                let task = pick(index).filter(|_| plan.ending != Ending::Never)?;
                (!std::mem::replace(&mut has_handle[task], true)).then_some(task)
            };
            let acts = plan.steps.iter().filter_map(|step| match step {
                Step::Yield => Some(Act::Yield),
                Step::Sleep(time) => Some(Act::Sleep(*time)),
                Step::Job(time) => Some(Act::Job(*time)),
                Step::MoveOther(time) => Some(Act::MoveOther(*time)),
                Step::LeaveJob(time) => Some(Act::LeaveJob(*time)),
                Step::TakeClock => Some(Act::TakeClock),
                Step::Join(index) => claim(index).map(Act::Join),
                Step::Glance(index) => claim(index).map(Act::Glance),
                Step::Hear(index) => pick(index)
                    .filter(|task| self.plans[*task].ending != Ending::Never)
                    .map(Act::Hear),
            });
            acts.collect()
        });
        acts.collect()
    }

    /// What becomes of the tasks, if no loop ends before them; for each the value that it has in
    /// the end, which it sends to whoever hears it, and its outcome.
    pub fn expected(&self, acts: &[Vec<Act>]) -> Vec<(u64, Outcome)> {
        let mut expected = vec![(0, Outcome::Cancelled); acts.len()];
        for (task, acts) in acts.iter().enumerate().rev() {
            let learnt = acts.iter().filter_map(|act| match act {
                Act::Yield | Act::Sleep(_) | Act::LeaveJob(_) | Act::Glance(_) => None,
                Act::Job(_) | Act::MoveOther(_) => Some(5),
                Act::TakeClock => Some(6),
                Act::Join(other) => Some(expected[*other].1.digest()),
                Act::Hear(other) => Some(expected[*other].0),
            });
            let value = learnt.fold(0, digest);
            let outcome = match self.plans[task].ending {
                Ending::Returns => Outcome::Value(value),
                Ending::Panics => Outcome::Panicked,
                Ending::Never => Outcome::Cancelled,
            };
            expected[task] = (value, outcome);
        }
        expected
    }

    /// How far, at least, the tasks of the other loop move the clock of this one by hand.
    pub fn moved(&self, acts: &[Vec<Act>], side: Side) -> u64 {
        let is_sure = |plan: &Plan| plan.side != side && plan.ending != Ending::Never;
        let others = self.plans.iter().zip(acts).filter(|(plan, _)| is_sure(plan));
        let moves = others.flat_map(|(_, acts)| acts).filter_map(|act| match act {
            Act::MoveOther(time) => Some(time),
            _ => None,
        });
        moves.sum()
    }
}
