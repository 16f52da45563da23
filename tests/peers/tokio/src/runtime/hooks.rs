//! What is to be called around the loop's sleep: our journal tells of it.

use std::sync::Arc;
use std::time::Duration;

use executor::journal::{Event, Observer};

pub(crate) type Hook = Arc<dyn Fn() + Send + Sync>;

pub(crate) struct Hooks {
    pub(crate) on_park: Option<Hook>,
    pub(crate) on_unpark: Option<Hook>,
}

impl Observer for Hooks {
    fn on_event(&mut self, _at: Duration, event: &Event) {
        let hook = match event {
            Event::Parked { .. } => &self.on_park,
            Event::Unparked { .. } => &self.on_unpark,
            _ => return,
        };
        if let Some(hook) = hook {
            hook();
        }
    }
}
