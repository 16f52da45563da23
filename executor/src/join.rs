//! What a task and its handle tell each other: that it is done, and who waits for that.

use std::any::Any;
use std::mem;
use std::task::Waker;

use crate::label::{Label, Printable};
use crate::primitives::Mutex;
use crate::primitives::atomic::{AtomicBool, Ordering::*};
use crate::task::Place;
use crate::{JoinError, panics};

/// What a task, or a blocking job, has come to.
pub(crate) type Outcome<T> = Result<T, Failure>;

/// Why a task has no output: what a [`JoinError`] says, and who has panicked, which is told if nobody
/// takes the panic. In a box, as most tasks do not panic but all have room for it.
pub(crate) enum Failure {
    Cancelled,
    Panicked(Box<(Label, Box<dyn Any + Send>)>),
}

impl Failure {
    pub(crate) fn of(label: &Label, error: JoinError) -> Self {
        match error {
            JoinError::Cancelled => Self::Cancelled,
            JoinError::Panicked(panic) => Self::Panicked(Box::new((label.clone(), panic))),
        }
    }
}

impl From<Failure> for JoinError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Cancelled => Self::Cancelled,
            Failure::Panicked(panicked) => Self::Panicked(panicked.1),
        }
    }
}

/// What a task and its handle tell each other.
#[derive(Debug, Default)]
pub(crate) struct Join {
    /// The output is the handle's: the task came to its end while the handle was there. Whoever
    /// sees this sees the output. Set under the lock; and never if the handle went before: then the
    /// output stays with whoever finishes the task.
    finished: AtomicBool,
    awaited: Mutex<Awaited>,
}

/// The handle's side, before the task's end.
#[derive(Debug, Default)]
enum Awaited {
    /// The handle is there, and has not waited.
    #[default]
    NotYet,
    By(Joiner),
    /// The handle is gone: nobody wants the output.
    Never,
}

impl Awaited {
    fn joiner(self) -> Option<Joiner> {
        match self {
            Self::By(joiner) => Some(joiner),
            Self::NotYet | Self::Never => None,
        }
    }
}

/// Whom the end of a task wakes.
#[derive(Debug)]
pub(crate) enum Joiner {
    /// A task of the same loop. A waker would take a count; and it would have to be told from the
    /// wakers that somebody outside has.
    Here(Place),
    /// Anybody else.
    Elsewhere(Waker),
}

/// What is left to do when a task has come to its end.
pub(crate) enum Finished {
    /// The output is the handle's. Wake whoever waits for it.
    Wanted(Option<Joiner>),
    /// The handle is gone: drop the output.
    Unwanted,
}

impl Join {
    #[inline]
    pub(crate) fn is_finished(&self) -> bool {
        self.finished.load(Acquire)
    }

    /// The handle's side: whether the end of the task wakes this waker, or the task at this place.
    pub(crate) fn wakes(&self, place: Option<Place>, waker: &Waker) -> bool {
        match &*self.awaited.lock() {
            Awaited::By(Joiner::Here(here)) => Some(*here) == place,
            Awaited::By(Joiner::Elsewhere(joiner)) => joiner.will_wake(waker),
            Awaited::NotYet | Awaited::Never => false,
        }
    }

    /// The handle's side: waits for the end, unless it has come.
    pub(crate) fn wait(&self, joiner: Joiner) -> bool {
        let mut awaited = self.awaited.lock();
        // Asked under the lock: whoever finishes now finds the joiner.
        if self.is_finished() {
            return false;
        }
        // The latest to ask is the one to be told.
        let replaced = mem::replace(&mut *awaited, Awaited::By(joiner));
        drop(awaited);
        drop(replaced);
        true
    }

    /// The handle's side: it goes. `None` if the task is finished; else whoever has waited.
    pub(crate) fn detach(&self) -> Option<Option<Joiner>> {
        // From its end on there is nothing to agree about: no lock is needed.
        if self.is_finished() {
            return None;
        }
        let mut awaited = self.awaited.lock();
        if self.is_finished() {
            return None;
        }
        Some(mem::replace(&mut *awaited, Awaited::Never).joiner())
    }

    /// The task's side: lets the handle have what was kept, if it is still there.
    pub(crate) fn finish(&self) -> Finished {
        let mut awaited = self.awaited.lock();
        if let Awaited::Never = *awaited {
            return Finished::Unwanted;
        }
        self.finished.store(true, Release);
        Finished::Wanted(mem::take(&mut *awaited).joiner())
    }

    /// The task of the same loop that waits for the end.
    pub(crate) fn joiner_here(&self) -> Option<Place> {
        match *self.awaited.lock() {
            Awaited::By(Joiner::Here(place)) => Some(place),
            _ => None,
        }
    }
}

/// Drops an outcome that nobody takes. For a panic asyncio says here that a "Task exception was
/// never retrieved".
pub(crate) fn dispose<T>(outcome: Option<Outcome<T>>) {
    match outcome {
        None => {} // it was taken
        Some(Err(Failure::Panicked(panicked))) => {
            let (who, panic) = *panicked;
            let text = Printable(panics::message(&*panic));
            panics::report(format_args!("task {who}, panicked and nobody awaited it: {text}"));
            panics::dispose(panic);
        }
        outcome => panics::contain("the destructor of an output", || drop(outcome)),
    }
}
