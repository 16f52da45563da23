//! A run that can be ended at every moment, on a thread of its own.

use std::sync::Arc;
use std::sync::atomic::{
    AtomicBool,
    Ordering::{Acquire, Release},
};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use super::super::jobs::Jobs;

/// A run that goes on, or has ended by itself.
pub(in crate::own) struct Run {
    jobs: Jobs,
    reading: Reading,
    thread: JoinHandle<()>,
}

/// Whether a run has read the file that it is of; clones are one.
#[derive(Clone, Default)]
pub(in crate::own) struct Reading(Arc<AtomicBool>);

impl Reading {
    /// From here on a save needs another run.
    pub(in crate::own) fn begins(&self) {
        self.0.store(true, Release);
    }
}

impl Run {
    /// Begins with the work, of which each process is one of the `jobs`.
    pub(in crate::own) fn start(
        jobs: &Jobs,
        work: impl FnOnce(&Jobs, &Reading) + Send + 'static,
    ) -> Self {
        let (jobs, of_thread, reading) = (jobs.clone(), jobs.clone(), Reading::default());
        let read = reading.clone();
        let thread = thread::spawn(move || work(&of_thread, &read));
        Self { jobs, reading, thread }
    }

    /// Whether the file is yet to be read: first come the crates, which do not depend on it.
    pub(in crate::own) fn is_yet_to_read_it(&self) -> bool {
        !self.reading.0.load(Acquire)
    }

    /// Whether it has ended.
    pub(super) fn is_over(&self) -> bool {
        self.thread.is_finished()
    }

    /// Ends it, if it has not ended yet; returns when nothing of it is left.
    pub(in crate::own) fn end(self) {
        self.jobs.stop();
        // Had it panicked, that was told by then.
        let _ = self.thread.join();
    }

    /// Ends it, for a program that is about to end itself. Should the terminal take nothing any
    /// more, the thread that waits for it is waited for no longer than that.
    pub(in crate::own) fn abandon(self) {
        self.jobs.stop();
        let began = Instant::now();
        while !self.thread.is_finished() && began.elapsed() < Duration::from_secs(1) {
            thread::sleep(Duration::from_millis(5));
        }
    }
}
