//! `--trace`: tells the story of a run while it happens.
//!
//! ```text
//!   0.000  toast_bread is polled for the first time: it starts
//!          │ > Starting toast...
//!   0.000  │ arms a timer for 1.000: its waker lies in the wheel, level 1, slot 15
//!   0.000  └ Pending: it waits for its timer, until 1.000
//! ```
//!
//! A line an event: the time on the loop's clock, then what happened; what a poll does stands
//! inside it, and behind a `>` what the program prints. The sentences are in `sentences.rs`; what is
//! the same for many is told once, see `fold.rs`.

mod fold;
pub(crate) mod numbers;
pub(crate) mod outside_tasks;
mod reasons;
pub(crate) mod sentences;
pub(crate) mod sockets;
pub(crate) mod stuck;

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use executor::TaskId;
use executor::journal::{Cause, Event, Observer};
use timer::Key;

use crate::output;
use fold::{Fold, Line, Place};
use numbers::seconds;
use sentences::Sentences;

/// Above the first story.
pub(crate) const LEGEND: &str = "\
The story, with the seconds on the loop's clock. A task that is new or woken is queued, and \
polled when its turn comes. To poll it is to let it run until it has to wait (Pending) or has its \
result (Ready). With nobody queued the loop sleeps until the earliest deadline. Its timers lie in a \
wheel, which ticks in whole milliseconds, rounded up; one whose time is near goes down a level, \
of which the first is told. Behind Pending stands in brackets the line of the program that waits. \
What many do alike is told of one of them. What the program itself prints stands behind a >.";

/// How far the text stands from the margin: behind the time.
const INDENT: usize = 9;

/// An observer that prints all that a loop tells, in words: see the options' `--trace`.
///
/// ```
/// use stage::{Story, output};
///
/// let mut event_loop = executor::EventLoop::builder().observer(Story::new(false)).build()?;
/// let story = output::capture(|| event_loop.run(executor::yield_now()));
/// # drop(event_loop);
/// assert!(story.contains("Pending: it only lets the others go first"));
/// # std::io::Result::Ok(())
/// ```
pub struct Story {
    ascii: bool,
    sentences: Sentences,
    fold: Rc<RefCell<Fold>>,
    /// Who is polled just now.
    polled: Option<TaskId>,
    /// The end of a poll without a result, of which nothing is told yet: only the next event
    /// shows whether the task waits or has panicked.
    held: Vec<(Duration, Event)>,
    latest: Duration,
    /// The timer whose way down the wheel is told. All go the same way: one is enough.
    moved: Option<Key>,
}

impl Story {
    /// The story of a run that is about to begin, on this thread; in ASCII alone, if asked for.
    pub fn new(ascii: bool) -> Self {
        let (sentences, latest) = (Sentences::default(), Duration::ZERO);
        let (polled, held, moved) = (None, Vec::new(), None);
        let fold = Rc::<RefCell<Fold>>::default();
        let teller = fold.clone();
        output::set_teller(Some(Rc::new(move |text, is_error| {
            teller.borrow_mut().printed(text, is_error);
        })));
        let story = Self { ascii, sentences, fold, polled, held, latest, moved };
        story.place_the_program();
        story
    }

    /// The same, for somebody who knows from an earlier one what a waker is, or will know it by then.
    pub(crate) fn knowing(mut self, wakers: &Rc<Cell<bool>>) -> Self {
        self.sentences.wakers_are_known = wakers.clone();
        self
    }

    fn tell_held(&mut self, panicked: bool) {
        for (at, event) in std::mem::take(&mut self.held) {
            let text = match event {
                Event::PollEnded { .. } if panicked => "it panics".to_owned(),
                _ => self.sentences.of(at, &event),
            };
            let mark = if let Event::PollEnded { .. } = event { self.last() } else { "" };
            self.tell(Some(at), mark, &text, &event);
        }
    }

    /// A line, or more if it is long; without a time if it has none of its own.
    fn tell(&self, at: Option<Duration>, mark: &str, text: &str, event: &Event) {
        let time = at.map(seconds).unwrap_or_default();
        let goes_on = if mark == self.inside() { mark } else { "  " };
        let lines = output::hanging(
            text,
            &format!("{time:>7}  {mark}"),
            &format!("{}{goes_on}  ", " ".repeat(INDENT)),
        );
        let line = Line { text: lines, shape: fold::shape(text), is_error: false };
        let whose = self.whose(event);
        self.fold.borrow_mut().tell(line, &self.place(event, whose.as_deref()));
    }

    /// Where an event stands in the story.
    fn place<'a>(&self, event: &Event, whose: Option<&'a str>) -> Place<'a> {
        match event {
            Event::SlowPoll { .. } => Place::Marks,
            // It follows from what is told before.
            Event::Woken { by: Cause::Timer { .. } | Cause::Io(_) | Cause::Join(_), .. }
            | Event::PollEnded { .. }
            | Event::Done { .. }
            | Event::Panicked { .. }
            | Event::TimerMoved { .. } => Place::GoesOn(None),
            _ if self.polled.is_some() => Place::GoesOn(whose),
            _ => Place::Begins(whose),
        }
    }

    /// Who is said to have it the same as others.
    fn whose(&self, event: &Event) -> Option<String> {
        match event {
            Event::Spawned { name, .. } => Some(self.sentences.names.name_of_next(name, false)),
            Event::JobQueued { name, .. } => Some(self.sentences.names.name_of_next(name, true)),
            Event::PollStarted { task, .. }
            | Event::Woken { task, .. }
            | Event::Aborted { task, .. }
            | Event::Cancelled { task }
            | Event::Awaits { other: task, .. } => Some(self.sentences.name(*task)),
            Event::IoReady(ready) => Some(self.sentences.names.socket(ready.token)),
            Event::TimerFired { timer, .. } | Event::TimerCancelled { timer } => {
                let (owner, _) = self.sentences.names.timer(*timer)?;
                owner.map(|owner| self.sentences.name(owner))
            }
            Event::PollEnded { .. }
            | Event::SlowPoll { .. }
            | Event::Done { .. }
            | Event::Panicked { .. }
            | Event::TimerArmed { .. }
            | Event::TimerMoved { .. }
            | Event::IoRegistered { .. }
            | Event::IoWaits { .. }
            | Event::IoDone { .. }
            | Event::IoClosed { .. }
            | Event::Parked { .. }
            | Event::Unparked { .. }
            | Event::JobStarted { .. }
            | Event::JobFinished { .. }
            | Event::JobsLeft { .. } => None,
        }
    }

    /// What stands before a line now: within a poll, its edge.
    fn edge(&self) -> &'static str {
        if self.polled.is_some() { self.inside() } else { "" }
    }

    fn inside(&self) -> &'static str {
        if self.ascii { "| " } else { "│ " }
    }

    fn last(&self) -> &'static str {
        if self.ascii { "` " } else { "└ " }
    }

    /// What the program prints from now on stands where it belongs.
    fn place_the_program(&self) {
        self.fold.borrow_mut().margin = format!("{}{}", " ".repeat(INDENT), self.edge());
    }
}

impl Observer for Story {
    fn on_event(&mut self, at: Duration, event: &Event) {
        let is_held = match event {
            Event::PollEnded { ready, .. } => !ready,
            Event::SlowPoll { .. } => !self.held.is_empty(),
            _ => false,
        };
        if !is_held {
            self.tell_held(matches!(event, Event::Panicked { .. }));
        }
        match event {
            _ if is_held => self.held.push((at, event.clone())),
            // The word of the spawning says it already.
            Event::Woken { by: Cause::Spawn, .. } => {}
            Event::TimerMoved { timer, .. } if *self.moved.get_or_insert(*timer) != *timer => {}
            Event::PollEnded { .. } => {
                self.tell(Some(at), self.last(), &self.sentences.of(at, event), event);
            }
            // What a pool's thread did is told by the loop, later on.
            _ if at < self.latest => {
                let text = format!("(since {}: {})", seconds(at), self.sentences.of(at, event));
                self.tell(None, self.edge(), &text, event);
            }
            _ => self.tell(Some(at), self.edge(), &self.sentences.of(at, event), event),
        }
        match event {
            Event::PollStarted { task, .. } => self.polled = Some(*task),
            Event::PollEnded { .. } => self.polled = None,
            _ => {}
        }
        self.latest = self.latest.max(at);
        self.sentences.read(at, event);
        self.place_the_program();
    }
}

impl Drop for Story {
    fn drop(&mut self) {
        self.tell_held(false);
        self.fold.borrow_mut().end();
        output::set_teller(None);
    }
}
