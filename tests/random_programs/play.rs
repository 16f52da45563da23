//! The program itself, as tasks of the runtime.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::pin::Pin;
use std::rc::Rc;
use std::time::Duration;

use async_channel::{Sender, unbounded};
use executor::{Clock, JoinHandle, Stuck, Waits, spawn_named};
use timer::{Instant, sleep_until};

use super::numbers::{BEAT, numbers};
use super::player::Player;
use super::{Ends, Outcome, Played, Step};
use crate::checked::{Builder, EventLoop};

/// What becomes of the tasks of a program.
pub fn run(program: Vec<Step>) -> Played {
    let clock = Clock::simulated();
    let mut event_loop = a_loop(&clock).build().unwrap();
    let world = World::new(&clock, &program);
    let outcome = event_loop.try_run(world.clone().main(program));
    drop(event_loop);
    world.played(outcome.err())
}

/// A loop for a program.
pub fn a_loop(clock: &Clock) -> Builder {
    EventLoop::builder().clock(clock.clone()).blocking_threads(64)
}

/// What all tasks of a program know.
pub struct World {
    pub clock: Clock,
    pub numbers: BTreeMap<String, u64>,
    ends: RefCell<Ends>,
    pub idle_polls: Rc<RefCell<Vec<String>>>,
}

pub fn at(moment: u64) -> Instant {
    Instant::START + Duration::from_millis(moment)
}

pub fn moment() -> u64 {
    timer::now().since_start().as_millis() as u64
}

pub async fn next_beat() {
    sleep_until(at(moment().next_multiple_of(BEAT))).await;
}

/// Tells how a task has ended, when it is dropped.
pub struct Ending {
    pub name: String,
    pub world: Rc<World>,
    pub value: Option<u64>,
}

impl Drop for Ending {
    fn drop(&mut self) {
        let outcome = match self.value {
            _ if std::thread::panicking() => Outcome::Panicked,
            Some(value) => Outcome::Value(value),
            None => Outcome::Cancelled,
        };
        let before = self.world.ends.borrow_mut().insert(self.name.clone(), (moment(), outcome));
        assert_eq!(before, None, "task {} has ended twice", self.name);
    }
}

impl World {
    pub fn new(clock: &Clock, program: &[Step]) -> Rc<Self> {
        let (clock, numbers) = (clock.clone(), numbers(program));
        Rc::new(Self { clock, numbers, ends: RefCell::default(), idle_polls: Rc::default() })
    }

    /// The future to be run.
    pub async fn main(self: Rc<Self>, program: Vec<Step>) {
        let (_, root) = self.spawn("0".to_owned(), program);
        let _ = root.await;
        sleep_until(at(moment() + BEAT - 1)).await;
    }

    /// What has become of it all, once the loop has run.
    pub fn played(&self, stuck: Option<Stuck>) -> Played {
        let (ends, idle_polls) = (self.ends.take(), self.idle_polls.take());
        Played { ends, idle_polls, stuck: stuck.as_ref().map(said) }
    }

    pub fn spawn(
        self: &Rc<Self>,
        name: String,
        steps: Vec<Step>,
    ) -> (Sender<u64>, JoinHandle<u64>) {
        let (door, inbox) = unbounded();
        let ending = Ending { name: name.clone(), world: self.clone(), value: None };
        let play: Pin<Box<dyn Future<Output = u64>>> =
            Box::pin(Player::new(inbox, ending).play(steps));
        (door, spawn_named(name, play))
    }
}

/// What a report says: who is stuck, and whose end each waits for.
fn said(stuck: &Stuck) -> BTreeMap<String, Option<String>> {
    let name = |id| {
        let task = stuck.tasks.iter().find(|task| task.id == id);
        task.expect("who is awaited is in the report").name.to_string()
    };
    let said = stuck.tasks[1..].iter().map(|task| {
        let awaits = match &task.waits {
            Waits::Join(ids) if ids.len() == 1 => Some(name(ids[0])),
            Waits::KeptNoWaker(_) | Waits::LostItsWaker(_) => None,
            waits => panic!("{} {waits}", task.name),
        };
        (task.name.to_string(), awaits)
    });
    said.collect()
}
