//! What a task and its handle tell each other: that it is done, and who waits for that.

use std::task::Waker;

use crate::label::{Label, Printable};
use crate::sync::Mutex;
use crate::sync::atomic::{AtomicBool, Ordering::*};
use crate::task::Place;
use crate::{JoinError, panics};

/// What a task, or a blocking job, has come to.
pub(crate) type Outcome<T> = Result<T, JoinError>;

/// What a task and its handle tell each other.
#[derive(Debug, Default)]
pub(crate) struct Join {
    /// The output is the handle's: the task came to its end while the handle was there. Whoever
    /// sees this sees the output. Set under the lock; and never if the handle went before: then the
    /// output stays with whoever finishes the task.
    finished: AtomicBool,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// Waits for the end.
    joiner: Option<Joiner>,
    /// The handle is gone: nobody wants the output.
    detached: bool,
    /// Who panicked, should nobody take the panic.
    who: Option<Box<Label>>,
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
        match &self.state.lock().joiner {
            Some(Joiner::Here(here)) => Some(*here) == place,
            Some(Joiner::Elsewhere(joiner)) => joiner.will_wake(waker),
            None => false,
        }
    }

    /// The handle's side: waits for the end, unless it has come.
    pub(crate) fn wait(&self, joiner: Joiner) -> bool {
        let mut state = self.state.lock();
        // Asked under the lock: whoever finishes now finds the joiner.
        if self.is_finished() {
            return false;
        }
        // The latest to ask is the one to be told.
        let replaced = state.joiner.replace(joiner);
        drop(state);
        drop(replaced);
        true
    }

    /// The handle's side: it goes. `None` if the task is finished; else whoever has waited.
    pub(crate) fn detach(&self) -> Option<Option<Joiner>> {
        // From its end on there is nothing to agree about: no lock is needed.
        if self.is_finished() {
            return None;
        }
        let mut state = self.state.lock();
        if self.is_finished() {
            return None;
        }
        state.detached = true;
        Some(state.joiner.take())
    }

    /// The task's side: lets the handle have what was kept, if it is still there.
    pub(crate) fn finish(&self) -> Finished {
        let mut state = self.state.lock();
        if state.detached {
            return Finished::Unwanted;
        }
        self.finished.store(true, Release);
        Finished::Wanted(state.joiner.take())
    }

    pub(crate) fn keep_name(&self, label: &Label) {
        self.state.lock().who = Some(Box::new(label.clone()));
    }

    pub(crate) fn take_name(&self) -> Option<Box<Label>> {
        self.state.lock().who.take()
    }

    /// The task of the same loop that waits for the end.
    pub(crate) fn joiner_here(&self) -> Option<Place> {
        match self.state.lock().joiner {
            Some(Joiner::Here(place)) => Some(place),
            _ => None,
        }
    }
}

/// Drops an outcome that nobody takes. For a panic asyncio says here that a "Task exception was
/// never retrieved".
pub(crate) fn dispose<T>(outcome: Option<Outcome<T>>, who: impl FnOnce() -> Option<Box<Label>>) {
    match outcome {
        None => {} // it was taken
        Some(Err(JoinError::Panicked(panic))) => {
            let (text, who) = (Printable(panics::message(&*panic)), who());
            let who = who.map_or("unknown".to_owned(), |who| who.to_string());
            panics::report(format_args!("task {who}, panicked and nobody awaited it: {text}"));
            panics::dispose(panic);
        }
        outcome => panics::contain("the destructor of an output", || drop(outcome)),
    }
}
