//! A ready queue without doubles.
//!
//! The loop polls the tasks in its ready queue, one after the other. A task
//! may be woken five times before its turn comes: it is to be polled once.
//!
//! Mend `push`. And see to it that a task can be queued again once it was
//! taken out: it may be woken while it is polled, and must not miss that.

use std::collections::VecDeque;

pub struct ReadyQueue {
    queue: VecDeque<usize>,
    /// Of each task, whether it is in the queue.
    is_queued: Vec<bool>,
}

impl ReadyQueue {
    /// An empty queue, for so many tasks.
    pub fn of(tasks: usize) -> Self {
        Self { queue: VecDeque::new(), is_queued: vec![false; tasks] }
    }

    /// A task was woken.
    pub fn push(&mut self, task: usize) {
        self.queue.push_back(task);
    }

    /// The task that is to be polled next.
    pub fn pop(&mut self) -> Option<usize> {
        self.queue.pop_front()
    }
}
