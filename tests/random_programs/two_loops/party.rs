//! What one of the two threads does.

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;

use async_channel::Receiver;
use crossbeam_channel as channel;
use executor::{JoinError, JoinHandle, Spawner, yield_now};
use futures::future::select;
use parking_lot::Mutex;
use timer::{now, sleep};

use super::super::{Outcome, player::outcome};
use super::plan::{Clocks, Ending, Plan, Side};
use super::task::{Here, Left, Player, UNIT, World};
use crate::checked::EventLoop;
use crate::support::block_on;

/// What one of the two threads knows and does.
pub struct Party {
    pub side: Side,
    pub world: World,
    pub plans: Vec<Plan>,
    pub expected: Vec<(u64, Outcome)>,
    /// The `run` of one of the loops is cut short; of this one, after so many turns.
    pub is_cut: bool,
    pub turns: Option<usize>,
    /// Those that this thread spawns.
    pub players: Vec<(usize, Player)>,
    pub handles: channel::Sender<(usize, JoinHandle<u64>)>,
    pub list: Receiver<Left>,
    pub to_other: channel::Sender<Option<Spawner>>,
    pub from_other: channel::Receiver<Option<Spawner>>,
    pub strays: Arc<AtomicUsize>,
    /// What was not as it should be. Nobody panics for that: others would wait for ever.
    pub wrong: Arc<Mutex<Vec<String>>>,
    /// How far, at least, the clock of the other loop was moved by hand.
    pub moved: u64,
}

impl Party {
    pub fn take_part(mut self) {
        let clock = self.world.clocks[self.side as usize].clone();
        let mut event_loop = EventLoop::builder().clock(clock).build().unwrap();
        let other = self.exchange(Some(event_loop.spawner())).expect("it sends one first");
        for (task, player) in std::mem::take(&mut self.players) {
            let handle = if self.plans[task].by_spawner {
                other.spawn(player.play())
            } else {
                let here = Here::new(&self.strays);
                event_loop.spawn(async {
                    let _here = here;
                    player.play().await
                })
            };
            self.handles.send((task, handle)).unwrap();
        }
        drop(other);
        // What is spawned after the only `run` would wait for ever.
        self.exchange(None);
        event_loop.run(async {
            let all = pin!(self.see_to_the_rest());
            match self.turns {
                None => all.await,
                Some(turns) => {
                    select(all, pin!(yield_times(turns))).await;
                }
            }
        });
        // In another executor, after the end of one's own loop.
        block_on(self.see_to_the_rest());
        self.exchange(None);
        drop(event_loop);
        self.exchange(None);
        self.take_over_the_other_clock();
    }

    /// Waits until the other one is as far.
    fn exchange(&self, spawner: Option<Spawner>) -> Option<Spawner> {
        let _ = self.to_other.send(spawner);
        self.from_other.recv().ok().flatten()
    }

    /// Sees all tasks to their end that nobody else does.
    async fn see_to_the_rest(&self) {
        while let Ok(left) = self.list.recv().await {
            match left {
                Left::Task(task, handle) => {
                    if self.plans[task].ending == Ending::Never {
                        handle.abort();
                    }
                    self.check(task, handle.await);
                }
                Left::Outcome(task, outcome) => self.check(task, outcome),
                Left::Job(job) => {
                    let outcome = job.await;
                    if !self.is_cut && !matches!(outcome, Ok(5)) {
                        self.wrong.lock().push(format!("a job: {outcome:?}"));
                    }
                }
            }
        }
    }

    fn check(&self, task: usize, joined: Result<u64, JoinError>) {
        let (outcome, expected) = (outcome(joined), self.expected[task].1);
        if !self.is_cut && outcome != expected {
            self.wrong.lock().push(format!("task {task}: {outcome:?}, and not {expected:?}"));
        }
    }

    /// Its loop is gone: it serves another one, and goes on where it was.
    fn take_over_the_other_clock(&self) {
        let clock = self.world.clocks[self.side.other() as usize].clone();
        let before = clock.now();
        if self.world.kind == Clocks::Simulated && !self.is_cut {
            assert!(before.since_start() >= UNIT * u32::try_from(self.moved).unwrap());
        }
        let mut event_loop = EventLoop::builder().clock(clock).build().unwrap();
        event_loop.run(async {
            sleep(self.world.time(1)).await;
            assert!(now() >= before + self.world.time(1));
        });
    }
}

async fn yield_times(times: usize) {
    for _ in 0..times {
        yield_now().await;
    }
}
