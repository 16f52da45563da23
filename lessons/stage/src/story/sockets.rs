//! What happens to sockets, told while it happens: of `--trace`'s story that part alone.
//!
//! ```text
//!   serve  leaves its waker with token 1: not known to be readable
//!   loop   sleeps until a socket is ready
//!   loop   token 1 is readable: this wakes serve
//! ```
//!
//! What the program prints stands at the margin, as it does without a story.

use std::time::Duration;

use executor::TaskId;
use executor::journal::{Cause, Event, Observer};

use super::sentences::Sentences;
use crate::output;

/// Names are short in such stories: so wide is their column.
const NAME: usize = 6;

/// An observer that prints what a loop tells of sockets, in words.
pub struct SocketStory {
    sentences: Sentences,
    /// A socket is ready: whom that wakes is told next.
    ready: Option<String>,
}

impl Default for SocketStory {
    /// What a waker is should be known: here is no room to explain it.
    fn default() -> Self {
        let sentences = Sentences::default();
        sentences.wakers_are_known.set(true);
        Self { sentences, ready: None }
    }
}

impl SocketStory {
    fn tell(&self, who: Option<TaskId>, text: &str) {
        let name = who.map_or_else(|| "loop".to_owned(), |task| self.sentences.names.name(task));
        // What a task does outside its own polls is said with its name.
        let text = text.strip_prefix(&format!("{name} ")).unwrap_or(text);
        let lines = output::hanging(text, &format!("  {name:<NAME$} "), &" ".repeat(NAME + 5));
        output::aside(format_args!("{lines}\n"));
    }

    fn tell_ready(&mut self, event: &Event) {
        let Some(ready) = self.ready.take() else { return };
        match event {
            Event::Woken { task, by: Cause::Io(_) } => {
                let name = self.sentences.names.name(*task);
                self.tell(None, &format!("{ready}: this wakes {name}"));
            }
            _ => self.tell(None, &format!("{ready}, but nobody waits for that")),
        }
    }
}

impl Observer for SocketStory {
    fn on_event(&mut self, at: Duration, event: &Event) {
        self.tell_ready(event);
        let text = self.sentences.of(at, event);
        self.sentences.read(at, event);
        match event {
            Event::IoRegistered { by, .. }
            | Event::IoWaits { by, .. }
            | Event::IoDone { by, .. }
            | Event::IoClosed { by, .. } => self.tell(*by, &text),
            Event::IoReady(_) => self.ready = Some(text),
            Event::Parked { .. } => {
                let text = text.replace("nobody is queued: the loop ", "");
                self.tell(None, &text);
            }
            Event::Spawned { .. }
            | Event::Woken { .. }
            | Event::PollStarted { .. }
            | Event::PollEnded { .. }
            | Event::SlowPoll { .. }
            | Event::Awaits { .. }
            | Event::Aborted { .. }
            | Event::Done { .. }
            | Event::Cancelled { .. }
            | Event::Panicked { .. }
            | Event::TimerArmed { .. }
            | Event::TimerMoved { .. }
            | Event::TimerFired { .. }
            | Event::TimerCancelled { .. }
            | Event::Unparked { .. }
            | Event::JobQueued { .. }
            | Event::JobStarted { .. }
            | Event::JobFinished { .. } => {}
        }
    }
}
