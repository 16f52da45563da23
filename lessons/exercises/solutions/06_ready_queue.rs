//! A ready queue without doubles: a solution.

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
        if !self.is_queued[task] {
            self.is_queued[task] = true;
            self.queue.push_back(task);
        }
    }

    /// The task that is to be polled next.
    pub fn pop(&mut self) -> Option<usize> {
        let task = self.queue.pop_front()?;
        // Before its poll: a wake during that has to queue it again.
        self.is_queued[task] = false;
        Some(task)
    }
}
