//! `RuntimeMetrics`: what can be counted of our loop.

use super::{Handle, is_here};

#[derive(Clone, Debug)]
pub struct RuntimeMetrics(Handle);

impl RuntimeMetrics {
    pub(crate) fn new(handle: Handle) -> Self {
        Self(handle)
    }

    /// As many as were asked for, though one thread polls.
    pub fn num_workers(&self) -> usize {
        self.0.0.workers
    }

    /// Asked on the loop's own thread.
    pub fn num_alive_tasks(&self) -> usize {
        assert!(is_here(&self.0), "our loop tells of its tasks on its own thread alone");
        executor::tasks().len() - 1
    }
}
