//! Lets several observers watch one loop.

use std::time::Duration;

use executor::journal::{Event, Observer};

/// All who want to know. Each is told of every event, in the order in which they were added.
#[derive(Default)]
pub(crate) struct Observers(Vec<Box<dyn Observer>>);

impl Observers {
    /// One more who wants to know.
    pub(crate) fn add(&mut self, observer: impl Observer + 'static) {
        self.0.push(Box::new(observer));
    }

    /// Whether nobody wants to know.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Observer for Observers {
    fn on_event(&mut self, at: Duration, event: &Event) {
        self.0.iter_mut().for_each(|observer| observer.on_event(at, event));
    }
}
