//! Two loops on two threads, whose tasks wait for each other, abort each other, send each other
//! messages and move each other's clock. What becomes of them is settled by who waits for whom, and
//! not by when: see `two_loops/plan.rs`.

mod party;
mod plan;
mod task;

use std::collections::BTreeMap;
use std::panic::resume_unwind;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::thread;

use crossbeam_channel as channel;
use executor::JoinHandle;
use futures::channel::oneshot;
use parking_lot::Mutex;
use proptest::prelude::*;

use super::for_all;
use crate::support::Drops;
use party::Party;
use plan::{Act, Case, Side};
use task::{Held, Left, Player, World};

/// Connects those who tell with those who hear: for each task, both ends.
type Tells = (Vec<oneshot::Receiver<u64>>, Vec<oneshot::Sender<u64>>);

fn tells(acts: &[Vec<Act>]) -> Vec<Tells> {
    let mut tells: Vec<Tells> = acts.iter().map(|_| Tells::default()).collect();
    for (task, acts) in acts.iter().enumerate() {
        for act in acts {
            if let Act::Hear(other) = act {
                let (sender, receiver) = oneshot::channel();
                tells[*other].1.push(sender);
                tells[task].0.push(receiver);
            }
        }
    }
    tells
}

fn check(case: Case) -> Result<(), TestCaseError> {
    let acts = case.acts();
    let (expected, dropped, strays) =
        (case.expected(&acts), Drops::default(), Arc::<AtomicUsize>::default());
    let wrong = Arc::<Mutex<Vec<String>>>::default();
    let world = World::new(case.clocks, case.plans.iter().map(|plan| plan.ending).collect());
    let [here, there] = [(); 2].map(|()| async_channel::unbounded());
    let lists = [here.0, there.0];
    let mut players = [Vec::new(), Vec::new()];
    let mut doors = Vec::new();
    for (task, (hears, tells)) in tells(&acts).into_iter().enumerate() {
        let (plan, (door, handles)) = (&case.plans[task], oneshot::channel());
        doors.push(door);
        let player = Player {
            world: world.clone(),
            side: plan.side,
            acts: acts[task].clone(),
            ending: plan.ending,
            handles,
            hears,
            tells,
            left: lists.clone(),
            _counted: dropped.one(),
        };
        let by = if plan.by_spawner { plan.side.other() } else { plan.side };
        players[by as usize].push((task, player));
    }
    let (handle_sender, handles) = channel::unbounded();
    let ((to_there, from_here), (to_here, from_there)) =
        (channel::unbounded(), channel::unbounded());
    let parties =
        [(Side::Here, here.1, to_there, from_there), (Side::There, there.1, to_here, from_here)];
    let threads = parties.map(|(side, list, to_other, from_other)| {
        let party = Party {
            side,
            world: world.clone(),
            plans: case.plans.clone(),
            expected: expected.clone(),
            is_cut: case.cut.is_some(),
            turns: case.cut.and_then(|(cut, turns)| (cut == side).then_some(turns)),
            players: std::mem::take(&mut players[side as usize]),
            handles: handle_sender.clone(),
            list,
            to_other,
            from_other,
            strays: strays.clone(),
            wrong: wrong.clone(),
            moved: case.moved(&acts, side.other()),
        };
        thread::spawn(|| party.take_part())
    });
    drop(handle_sender);
    hand_out(handles.iter().take(acts.len()), &acts, doors, &lists);
    drop(lists);
    for thread in threads {
        thread.join().unwrap_or_else(|panic| resume_unwind(panic));
    }
    prop_assert!(wrong.lock().is_empty(), "{:?}", wrong.lock());
    prop_assert_eq!(dropped.count(), acts.len());
    prop_assert_eq!(strays.load(SeqCst), 0);
    Ok(())
}

/// Gives each task the handles of those that it deals with. The others are left to the loops.
fn hand_out(
    handles: impl Iterator<Item = (usize, JoinHandle<u64>)>,
    acts: &[Vec<Act>],
    doors: Vec<oneshot::Sender<BTreeMap<usize, Held>>>,
    lists: &[async_channel::Sender<Left>; 2],
) {
    let held = handles.map(|(task, handle)| {
        (task, Held { task, handle: Some(handle), to: lists[task % 2].clone() })
    });
    let mut held: BTreeMap<_, _> = held.collect();
    for (acts, door) in acts.iter().zip(doors) {
        let own = acts.iter().filter_map(|act| match act {
            Act::Join(task) | Act::Glance(task) => held.remove(task).map(|held| (*task, held)),
            _ => None,
        });
        let own = own.collect();
        let _ = door.send(own);
    }
}

/// B6.4, B9.13: whoever waits is told, whichever loop it is of, and each future is dropped once, on
/// its own loop's thread.
#[test]
fn the_tasks_of_two_loops_that_deal_with_each_other_end_as_they_should() {
    let name = "two_loops::the_tasks_of_two_loops_that_deal_with_each_other_end_as_they_should";
    for_all(name, 1_000, plan::cases(), check);
}
