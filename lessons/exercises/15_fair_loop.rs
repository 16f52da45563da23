//! A fair loop.
//!
//! The heart of an event loop: it polls the tasks in the ready queue, and
//! asks the driver who has become ready by a timer or a socket. `run` below
//! asks only when the queue is empty. With a task that wakes itself again and
//! again, that never happens.
//!
//! Wanted: between two questions at most the tasks are polled that were ready
//! before, and not more than `ROUND` of them. Whoever wakes itself comes to
//! the end of the queue, and waits for the next round.

use std::collections::VecDeque;

/// The most polls between two questions.
pub const ROUND: usize = 61;

pub trait World {
    /// Polls a task; whether it has woken itself.
    fn poll(&mut self, task: usize) -> bool;
    /// Asks the driver for tasks that have become ready; `None` if all is over.
    fn ask(&mut self) -> Option<Vec<usize>>;
}

pub fn run(world: &mut impl World, mut ready: VecDeque<usize>) {
    loop {
        while let Some(task) = ready.pop_front() {
            if world.poll(task) {
                ready.push_back(task);
            }
        }
        match world.ask() {
            Some(tasks) => ready.extend(tasks),
            None => return,
        }
    }
}
