//! Which poll held the loop for too long, and who had to wait: asyncio's `slow_callback_duration`.

use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::fmt::Write;
use std::sync::Arc;
use std::time::Duration;

use timer::Instant;

use crate::TaskId;
use crate::event_loop::Core;
use crate::journal::Event;
use crate::task::Header;
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
    pub(crate) fn watch(&self, header: &Header) -> Option<Watch> {
        let poll = self.tasks.borrow_mut().get(header.place())?.polls;
        self.tell(|| Event::PollStarted { task: header.id, poll });
        Some(Watch { poll, started: self.now(), queued: self.ready.len() })
    }

    /// After the poll.
    pub(crate) fn watched(&self, header: &Arc<Header>, watch: Watch, is_done: bool) {
        let (task, poll, took) = (header.id, watch.poll, self.now() - watch.started);
        self.tell(|| Event::PollEnded { task, poll, took, ready: is_done });
        if self.slow_poll.is_some_and(|limit| took > limit) {
            self.report_slow_poll(header, took, watch.queued);
        }
    }

    fn report_slow_poll(&self, header: &Header, took: Duration, queued: usize) {
        let mut waited: Vec<_> =
            self.ready.first(queued).into_iter().map(|id| (id, took)).collect();
        // Each is told once, and not the one that held the others up.
        let mut told: BTreeSet<_> = waited.iter().map(|(id, _)| *id).collect();
        told.insert(header.id);
        let mut due = Vec::new();
        self.driver.each_due(|waker, late| {
            due.extend(waker::header(waker).map(|header| (header.id, late.min(took))));
        });
        due.sort_by_key(|&(id, late)| (Reverse(late), id));
        waited.extend(due.into_iter().filter(|(id, _)| told.insert(*id)));
        if self.journal.is_on() {
            self.tell(|| Event::SlowPoll { task: header.id, took, waited });
        } else {
            panics::report(self.sentence(header, took, &waited));
        }
    }

    fn sentence(&self, header: &Header, took: Duration, waited: &[(TaskId, Duration)]) -> String {
        let tasks = self.tasks.borrow();
        let label = |id| tasks.iter().find(|entry| entry.id == id).map(|entry| &entry.label);
        let held = label(header.id).map(ToString::to_string).unwrap_or_default();
        let mut text = format!("task {held}, held the loop for {took:.1?}");
        for (nth, (id, time)) in waited.iter().take(MOST).enumerate() {
            let lead = if nth == 0 { "; meanwhile there waited" } else { "," };
            let name = label(*id).map(|label| label.name()).unwrap_or_default();
            let _ = write!(text, "{lead} '{name}' {time:.1?}");
        }
        if waited.len() > MOST {
            let _ = write!(text, " and {} others", waited.len() - MOST);
        }
        text
    }
}
