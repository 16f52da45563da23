//! What happens to sockets, told while it happens: of `--trace`'s story that part alone.
//!
//! ```text
//!   serve  leaves its waker with token 1: not known to be readable
//!   loop   sleeps until token 1 is readable: this wakes serve
//!   serve  accepts a connection from token 1: the reactor registers it as token 3
//! ```
//!
//! What the program prints stands at the margin, as it does without a story.

use std::time::Duration;

use executor::TaskId;
use executor::journal::{Cause, Event, Observer, Operation};

use super::sentences::Sentences;
use crate::output;

/// Names are short in such stories: so wide is their column.
const NAME: usize = 6;

/// An observer that prints what a loop tells of sockets, in words.
pub struct SocketStory {
    sentences: Sentences,
    /// The loop sleeps: until which socket is ready is told next.
    asleep: Option<String>,
    /// A socket is ready: whom that wakes is told next.
    ready: Option<String>,
    /// A connection was accepted: its socket is told next.
    accepted: Option<(Option<TaskId>, String)>,
}

impl Default for SocketStory {
    /// What a waker is should be known: here is no room to explain it.
    fn default() -> Self {
        let sentences = Sentences::default();
        sentences.wakers_are_known.set(true);
        Self { sentences, asleep: None, ready: None, accepted: None }
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

    /// What was held back: what happens now is a part of it, or not.
    fn tell_held(&mut self, event: &Event) {
        if !matches!(event, Event::Unparked { .. } | Event::IoReady(_))
            && let Some(asleep) = self.asleep.take()
        {
            self.tell(None, &asleep);
        }
        if !matches!(event, Event::IoRegistered { .. })
            && let Some((by, accepted)) = self.accepted.take()
        {
            self.tell(by, &accepted);
        }
        self.tell_ready(event);
    }

    fn tell_ready(&mut self, event: &Event) {
        let Some(ready) = self.ready.take() else { return };
        match event {
            Event::Woken { task, by: Cause::Io(_) | Cause::Task(_) | Cause::Itself } => {
                let name = self.sentences.names.name(*task);
                self.tell(None, &format!("{ready}: this wakes {name}"));
            }
            _ => self.tell(None, &format!("{ready}, but nobody waits for that")),
        }
    }
}

impl Observer for SocketStory {
    fn on_event(&mut self, at: Duration, event: &Event) {
        self.tell_held(event);
        let text = self.sentences.of(at, event);
        self.sentences.read(at, event);
        match event {
            Event::IoDone { by, did: Operation::Accepted { .. }, .. } => {
                self.accepted = Some((*by, text));
            }
            Event::IoRegistered { token, by, .. } => match self.accepted.take() {
                Some((_, accepted)) => {
                    let token = self.sentences.names.socket(*token);
                    self.tell(*by, &format!("{accepted}: the reactor registers it as {token}"));
                }
                None => self.tell(*by, &text),
            },
            Event::IoWaits { by, .. } | Event::IoDone { by, .. } | Event::IoClosed { by, .. } => {
                self.tell(*by, &text);
            }
            Event::IoReady(_) => {
                let asleep = self.asleep.take().map(|_| "sleeps until ");
                self.ready = Some(format!("{}{text}", asleep.unwrap_or_default()));
            }
            Event::Parked { .. } => {
                self.asleep = Some(text.replace("nobody is queued: the loop ", ""));
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
            | Event::JobFinished { .. }
            | Event::JobsLeft { .. } => {}
        }
    }
}
