//! The story of the run that began last: its end, for whoever asks, on another thread as well.

use std::cell::Cell;
use std::collections::VecDeque;
use std::rc::Rc;
use std::sync::Mutex;
use std::time::Duration;

use executor::journal::{Event, Observer};

use super::lock;
use crate::output;
use crate::story::Story;
use crate::terminal;

/// So many lines are kept.
const LINES: usize = 8;

/// What is known of the run so far.
#[derive(Clone, Default)]
pub(super) struct Latest {
    lines: VecDeque<String>,
    /// How many polls there were.
    pub(super) polls: u64,
    /// Whether the loop sleeps, with no deadline.
    pub(super) sleeps: bool,
    /// Whether a poll goes on.
    pub(super) is_polling: bool,
}

static LATEST: Mutex<Option<Latest>> = Mutex::new(None);

/// There is no run yet.
pub(super) fn clear() {
    *lock(&LATEST) = None;
}

/// What is known of it, if there was one.
pub(super) fn known() -> Option<Latest> {
    lock(&LATEST).clone()
}

/// The last lines of its story.
pub(super) fn lines() -> Vec<String> {
    known().map(|latest| latest.lines.into()).unwrap_or_default()
}

/// An observer that keeps it.
pub(super) struct Keeper(Story);

impl Keeper {
    pub(super) fn new() -> Self {
        *lock(&LATEST) = Some(Latest::default());
        let wakers_are_known = Rc::new(Cell::new(true));
        Self(Story::new(!terminal::shows_unicode()).knowing(&wakers_are_known))
    }
}

impl Observer for Keeper {
    fn on_event(&mut self, at: Duration, event: &Event) {
        let told = output::capture(|| self.0.on_event(at, event));
        let mut latest = lock(&LATEST);
        let latest = latest.get_or_insert_default();
        match event {
            Event::PollStarted { .. } => {
                latest.polls += 1;
                latest.is_polling = true;
            }
            Event::PollEnded { .. } => latest.is_polling = false,
            Event::Parked { until } => latest.sleeps = until.is_none(),
            Event::Unparked { .. } => latest.sleeps = false,
            _ => {}
        }
        latest.lines.extend(told.lines().map(str::to_owned));
        let old = latest.lines.len().saturating_sub(LINES);
        latest.lines.drain(..old);
    }
}
