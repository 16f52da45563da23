//! Observers that are of use to all: several as one, and one that keeps all for later.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use executor::journal::{Event, Observer};

use crate::Journal;

/// Several observers of one loop. Each is told of every event, in the order in which they were
/// added.
///
/// ```
/// use stage::{Observers, Recorder, Story};
///
/// let recorder = Recorder::default();
/// let mut observers = Observers::default();
/// observers.add(Story::new(false));
/// observers.add(recorder.clone());
/// let mut event_loop = executor::EventLoop::builder().observer(observers).build()?;
/// event_loop.run(executor::yield_now());
/// assert!(!recorder.take().is_empty());
/// # std::io::Result::Ok(())
/// ```
#[derive(Default)]
pub struct Observers(Vec<Box<dyn Observer>>);

impl Observers {
    /// One more who wants to know.
    pub fn add(&mut self, observer: impl Observer + 'static) {
        self.0.push(Box::new(observer));
    }

    /// Whether nobody wants to know.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Observer for Observers {
    fn on_event(&mut self, at: Duration, event: &Event) {
        self.0.iter_mut().for_each(|observer| observer.on_event(at, event));
    }
}

/// Keeps all that a loop tells; clones keep it together.
///
/// ```
/// use executor::journal::Event;
/// use stage::Recorder;
///
/// let recorder = Recorder::default();
/// let builder = executor::EventLoop::builder().observer(recorder.clone());
/// builder.build()?.run(executor::yield_now());
/// let journal = recorder.take();
/// let polls = journal.iter().filter(|(_at, event)| matches!(event, Event::PollStarted { .. }));
/// assert_eq!(polls.count(), 2);
/// # std::io::Result::Ok(())
/// ```
#[derive(Clone, Default)]
pub struct Recorder {
    /// Another thread reads it when the program is ended by Ctrl+C.
    journal: Arc<Mutex<Journal>>,
    most: Option<usize>,
}

impl Recorder {
    /// It keeps so many events, and no more.
    pub fn of_at_most(events: usize) -> Self {
        Self { journal: Arc::default(), most: Some(events) }
    }

    /// Whether it keeps as many as it may.
    pub fn is_full(&self) -> bool {
        self.most.is_some_and(|most| self.lock().len() >= most)
    }

    /// While this is kept nothing else is told: the loop waits.
    pub(crate) fn lock(&self) -> MutexGuard<'_, Journal> {
        self.journal.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What was told so far. From now on it keeps what comes next.
    pub fn take(&self) -> Journal {
        std::mem::take(&mut *self.lock())
    }
}

impl Observer for Recorder {
    fn on_event(&mut self, at: Duration, event: &Event) {
        if !self.is_full() {
            self.lock().push((at, event.clone()));
        }
    }
}
