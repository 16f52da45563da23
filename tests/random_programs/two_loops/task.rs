//! A task of one of the loops, and what is left to others.

use std::collections::BTreeMap;
use std::future::{pending, poll_fn};
use std::io::ErrorKind;
use std::marker::PhantomData;
use std::panic::resume_unwind;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::task::Poll;
use std::thread::{self, ThreadId};
use std::time::Duration;

use async_channel::Sender;
use executor::{Clock, EventLoop, JoinError, JoinHandle, spawn_blocking, yield_now};
use futures::channel::oneshot;
use timer::sleep;

use super::super::{digest, player::outcome};
use super::plan::{Act, Clocks, Ending, Side};
use crate::support::Drop1;

/// What somebody else is to see to the end of.
pub enum Left {
    Task(usize, JoinHandle<u64>),
    Outcome(usize, Result<u64, JoinError>),
    Job(JoinHandle<u64>),
}

/// The handle of a task. If its owner goes, it is left to somebody else.
pub struct Held {
    pub task: usize,
    pub handle: Option<JoinHandle<u64>>,
    pub to: Sender<Left>,
}

impl Drop for Held {
    fn drop(&mut self) {
        if let Some(handle) = self.handle.take() {
            let _ = self.to.try_send(Left::Task(self.task, handle));
        }
    }
}

/// What all tasks know.
#[derive(Clone)]
pub struct World {
    pub kind: Clocks,
    pub clocks: [Clock; 2],
    pub endings: Arc<Vec<Ending>>,
}

impl World {
    pub fn new(kind: Clocks, endings: Vec<Ending>) -> Self {
        let clocks = match kind {
            Clocks::Simulated => [Clock::simulated(), Clock::simulated()],
            Clocks::Real => [(); 2].map({
                let clock = Clock::real();
                move |()| clock.clone()
            }),
            Clocks::Scaled => [(); 2].map({
                let clock = Clock::scaled(1000.0);
                move |()| clock.clone()
            }),
        };
        Self { kind, clocks, endings: Arc::new(endings) }
    }

    pub fn time(&self, units: u64) -> Duration {
        let unit = if self.kind == Clocks::Real { Duration::from_micros(100) } else { UNIT };
        unit * u32::try_from(units).expect("it is small")
    }
}

pub const UNIT: Duration = Duration::from_millis(100);

pub struct Player {
    pub world: World,
    pub side: Side,
    pub acts: Vec<Act>,
    pub ending: Ending,
    /// Comes with the handles of the tasks that it deals with.
    pub handles: oneshot::Receiver<BTreeMap<usize, Held>>,
    /// In the order in which it hears.
    pub hears: Vec<oneshot::Receiver<u64>>,
    pub tells: Vec<oneshot::Sender<u64>>,
    /// To either loop. For as long as there is one of these, that loop goes on.
    pub left: [Sender<Left>; 2],
    pub _counted: Drop1,
}

impl Player {
    pub async fn play(mut self) -> u64 {
        let mut handles = (&mut self.handles).await.expect("they are sent");
        let mut hears = std::mem::take(&mut self.hears).into_iter();
        let mut value = 0;
        for act in std::mem::take(&mut self.acts) {
            let learnt = match act {
                Act::Yield => {
                    yield_now().await;
                    continue;
                }
                Act::Sleep(units) => {
                    sleep(self.world.time(units)).await;
                    continue;
                }
                Act::LeaveJob(units) => {
                    self.leave(Left::Job(self.job(self.side, units)));
                    continue;
                }
                Act::Glance(task) => {
                    let held = handles.remove(&task).expect("it has the handle");
                    self.glance_at(held).await;
                    continue;
                }
                Act::Job(units) => self.job(self.side, units).await.unwrap(),
                Act::MoveOther(units) => self.job(self.side.other(), units).await.unwrap(),
                Act::TakeClock => {
                    self.take_clock();
                    6
                }
                Act::Join(task) => {
                    let mut held = handles.remove(&task).expect("it has the handle");
                    let handle = held.handle.as_mut().expect("it has it still");
                    if self.world.endings[task] == Ending::Never {
                        handle.abort();
                    }
                    let joined = handle.await;
                    held.handle = None;
                    outcome(joined).digest()
                }
                // Its loop may have ended before it could tell.
                Act::Hear(_) => hears.next().expect("one for each").await.unwrap_or(9),
            };
            value = digest(value, learnt);
        }
        for tell in std::mem::take(&mut self.tells) {
            let _ = tell.send(value);
        }
        match self.ending {
            Ending::Returns => value,
            Ending::Panics => resume_unwind(Box::new("as the plan says")),
            Ending::Never => pending().await,
        }
    }

    /// Polls the handle, with the waker of this task, and leaves it to others.
    async fn glance_at(&self, mut held: Held) {
        let handle = held.handle.as_mut().expect("it has it still");
        let polled = poll_fn(|cx| Poll::Ready(Pin::new(&mut *handle).poll(cx))).await;
        if let Poll::Ready(outcome) = polled {
            held.handle = None;
            self.leave(Left::Outcome(held.task, outcome));
        }
    }

    fn leave(&self, left: Left) {
        let _ = self.left[self.side.other() as usize].try_send(left);
    }

    /// A job of this task's loop that lets time pass on the clock of one of the two.
    fn job(&self, side: Side, units: u64) -> JoinHandle<u64> {
        let (clock, time) = (self.world.clocks[side as usize].clone(), self.world.time(units));
        let both_loops = self.left.clone();
        spawn_blocking(move || {
            clock.advance(time);
            drop(both_loops);
            5
        })
    }

    /// The other loop is there for as long as there is a task of either.
    fn take_clock(&self) {
        let clock = self.world.clocks[self.side.other() as usize].clone();
        let built = EventLoop::builder().clock(clock).build().map(drop);
        match self.world.kind {
            Clocks::Simulated => assert_eq!(built.unwrap_err().kind(), ErrorKind::ResourceBusy),
            Clocks::Real | Clocks::Scaled => built.unwrap(),
        }
    }
}

/// In a future that must not leave its thread. Counts those that are dropped elsewhere.
pub struct Here {
    thread: ThreadId,
    strays: Arc<AtomicUsize>,
    _not_send: PhantomData<Rc<()>>,
}

impl Here {
    pub fn new(strays: &Arc<AtomicUsize>) -> Self {
        let (thread, strays) = (thread::current().id(), strays.clone());
        Self { thread, strays, _not_send: PhantomData }
    }
}

impl Drop for Here {
    fn drop(&mut self) {
        if thread::current().id() != self.thread {
            self.strays.fetch_add(1, SeqCst);
        }
    }
}
