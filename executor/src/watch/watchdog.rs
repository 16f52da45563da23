//! Which poll held the loop for too long, and who had to wait: asyncio's `slow_callback_duration`.

use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::fmt::Write;
use std::time::Duration;

use timer::Instant;

use crate::event_loop::Core;
use crate::journal::Event;
use crate::label::Printable;
use crate::task::{Head, Place};
use crate::{panics, waker};

/// How many of those who waited the line on stderr names.
const MOST: usize = 8;

/// A poll that is being timed.
pub(crate) struct Watch {
    poll: u64,
    started: Instant,
    /// How many tasks were in the ready queue: each of them waits for this poll to end.
    queued: usize,
}

impl Core {
    /// Before a poll.
    pub(crate) fn watch(&self, head: &Head) -> Option<Watch> {
        let poll = self.tasks.borrow_mut().get(head.place())?.polls;
        self.tell(|| Event::PollStarted { task: head.id, poll });
        Some(Watch { poll, started: self.now(), queued: self.ready.len() })
    }

    /// After the poll.
    pub(crate) fn watched(&self, head: &Head, watch: Watch, is_done: bool) {
        let (task, poll, took) = (head.id, watch.poll, self.now() - watch.started);
        self.tell(|| Event::PollEnded { task, poll, took, ready: is_done });
        if self.slow_poll.is_some_and(|limit| took > limit) {
            self.report_slow_poll(head, took, watch.queued);
        }
    }

    fn report_slow_poll(&self, head: &Head, took: Duration, queued: usize) {
        let mut waited: Vec<_> =
            self.ready.first(queued).into_iter().map(|place| (place, took)).collect();
        // Each is told once, and not the one that held the others up.
        let mut told: BTreeSet<_> = waited.iter().map(|(place, _)| place.id).collect();
        told.insert(head.id);
        let mut due = Vec::new();
        self.driver.each_due(|waker, late| {
            let head = waker::head(waker).filter(|head| head.is_of(&self.remote));
            due.extend(head.map(|head| (head.place(), late.min(took))));
        });
        due.sort_by_key(|&(place, late)| (Reverse(late), place.id));
        waited.extend(due.into_iter().filter(|(place, _)| told.insert(place.id)));
        if self.journal.is_on() {
            let waited = waited.into_iter().map(|(place, time)| (place.id, time)).collect();
            self.tell(|| Event::SlowPoll { task: head.id, took, waited });
        } else {
            panics::report(self.sentence(head, took, &waited));
        }
    }

    fn sentence(&self, head: &Head, took: Duration, waited: &[(Place, Duration)]) -> String {
        let mut tasks = self.tasks.borrow_mut();
        let mut name = |place| tasks.get(place).map(|entry| entry.label.clone());
        let held = name(head.place()).map(|label| label.to_string()).unwrap_or_default();
        let mut text = format!("task {held}, held the loop for {took:.1?}");
        for (nth, (place, time)) in waited.iter().take(MOST).enumerate() {
            let lead = if nth == 0 { "; meanwhile there waited" } else { "," };
            let name = name(*place).map(|label| label.name()).unwrap_or_default();
            let _ = write!(text, "{lead} '{}' {time:.1?}", Printable(&name));
        }
        if waited.len() > MOST {
            let _ = write!(text, " and {} others", waited.len() - MOST);
        }
        text
    }
}
