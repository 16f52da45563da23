//! A task of a program, and what it does in each step.

use std::cell::Cell;
use std::future::{pending, poll_fn};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::task::Poll;

use async_channel::{Receiver, Sender};
use executor::net::UdpSocket;
use executor::{Clock, JoinError, JoinHandle, spawn_blocking, yield_now};
use timer::{sleep, sleep_until};

use super::play::{Ending, at, moment, next_beat};
use super::waits::{Polls, at_most, beats, read, whichever_is_first};
use super::{Outcome, Step, digest};

struct Child {
    door: Sender<u64>,
    handle: Option<JoinHandle<u64>>,
    joined: bool,
}

pub fn outcome(joined: Result<u64, JoinError>) -> Outcome {
    match joined {
        Ok(value) => Outcome::Value(value),
        Err(JoinError::Panicked(_)) => Outcome::Panicked,
        Err(JoinError::Cancelled) => Outcome::Cancelled,
    }
}

pub struct Player {
    inbox: Receiver<u64>,
    children: Vec<Child>,
    sockets: Vec<UdpSocket>,
    polls: Polls,
    value: u64,
    sent: u64,
    ending: Ending,
}

impl Player {
    pub fn new(inbox: Receiver<u64>, ending: Ending) -> Self {
        let (task, idle) = (ending.name.clone(), ending.world.idle_polls.clone());
        Self {
            inbox,
            children: Vec::new(),
            sockets: Vec::new(),
            polls: Polls { task, late_calls: Cell::new(0), idle },
            value: 0,
            sent: 0,
            ending,
        }
    }

    pub async fn play(mut self, steps: Vec<Step>) -> u64 {
        for step in steps {
            self.step(step).await;
        }
        self.ending.value = Some(self.value);
        self.value
    }

    fn learn(&mut self, what: u64) {
        self.value = digest(self.value, what);
    }

    fn start(&mut self, steps: Vec<Step>) -> &mut Child {
        let name = format!("{}.{}", self.ending.name, self.children.len());
        let (door, handle) = self.ending.world.spawn(name, steps);
        self.children.push(Child { door, handle: Some(handle), joined: false });
        self.children.last_mut().expect("it was pushed")
    }

    fn child(&mut self, which: usize) -> Option<&mut Child> {
        let count = self.children.len().max(1);
        self.children.get_mut(which % count)
    }

    async fn step(&mut self, step: Step) {
        let (world, count) = (self.ending.world.clone(), self.children.len().max(1));
        match step {
            Step::Yield => self.polls.of(yield_now()).await,
            Step::Sleep(time) => self.polls.of(sleep(beats(time))).await,
            Step::Spawn(steps) => drop(self.start(steps)),
            Step::Stillborn(steps) => {
                self.start(steps).handle.as_ref().expect("it is new").abort();
            }
            Step::Join(which) => {
                let child = self.children.get_mut(which % count).filter(|child| !child.joined);
                let Some(Child { handle: Some(handle), joined, .. }) = child else { return };
                *joined = true;
                let joined = self.polls.of(handle).await;
                self.learn(outcome(joined).digest());
                self.polls.of(next_beat()).await;
            }
            Step::JoinFor(which, limit) => {
                let Some(child) = self.child(which).filter(|child| !child.joined) else { return };
                child.joined = true;
                let handle = child.handle.take().expect("it is let go when it is joined");
                let joined = self.polls.of(whichever_is_first(limit, handle)).await;
                self.learn(joined.map_or(4, |joined| outcome(joined).digest()));
                self.polls.of(next_beat()).await;
            }
            Step::Abort(which) => {
                let is_there = self.child(which).is_some_and(|child| child.handle.is_some());
                if is_there {
                    let then = at(moment() + world.numbers[&self.ending.name]);
                    self.polls.of(sleep_until(then)).await;
                    let child = self.child(which).and_then(|child| child.handle.as_ref());
                    child.expect("it was there before").abort();
                    self.polls.of(next_beat()).await;
                }
            }
            Step::Send(which) => {
                let message = 100 + self.sent + 1;
                let Some(child) = self.child(which) else { return };
                let _ = child.door.try_send(message);
                self.sent += 1;
            }
            Step::Receive(limit) => {
                let learnt = match self.polls.of(at_most(limit, self.inbox.recv())).await {
                    Some(Ok(message)) => message,
                    Some(Err(_)) => 3,
                    None => 4,
                };
                self.learn(learnt);
                self.polls.of(next_beat()).await;
            }
            Step::Read(sent, limit) => {
                let (socket, learnt) = read(&world.clock, &self.polls, sent, limit).await;
                self.sockets.push(socket);
                self.learn(learnt.unwrap_or(4));
                self.polls.of(next_beat()).await;
            }
            Step::Threads(count) => {
                let late = &self.polls.late_calls;
                late.set(late.get() + count);
                woken_by_threads(count, &world.clock).await;
            }
            Step::Job(time) => {
                let learnt = self.polls.of(job(&world.clock, time)).await;
                self.learn(learnt.unwrap());
            }
            Step::JobFor(time, limit) => {
                let job = job(&world.clock, time);
                let learnt = self.polls.of(at_most(limit, job)).await;
                self.learn(learnt.map_or(4, Result::unwrap));
                self.polls.of(next_beat()).await;
            }
            Step::Forget => self.polls.of(pending()).await,
            Step::Panic => std::panic::resume_unwind(Box::new("as the program says")),
        }
    }
}

fn job(clock: &Clock, time: u64) -> JoinHandle<u64> {
    let clock = clock.clone();
    spawn_blocking(move || {
        clock.advance(beats(time));
        5
    })
}

/// Waits until each of them has called. They hold the clock: no time passes meanwhile.
async fn woken_by_threads(count: usize, clock: &Clock) {
    let calls = Arc::new(AtomicUsize::new(0));
    let mut started = false;
    poll_fn(|cx| {
        if !std::mem::replace(&mut started, true) {
            for _ in 0..count {
                let (calls, waker, hold) = (calls.clone(), cx.waker().clone(), clock.hold());
                std::thread::spawn(move || {
                    calls.fetch_add(1, Relaxed);
                    waker.wake();
                    drop(hold);
                });
            }
        }
        if calls.load(Relaxed) == count { Poll::Ready(()) } else { Poll::Pending }
    })
    .await
}
