//! A fair loop: a solution.

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
        let round = ready.len().min(ROUND);
        for _ in 0..round {
            let Some(task) = ready.pop_front() else { break };
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
