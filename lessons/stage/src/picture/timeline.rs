//! Reads a loop's journal: who did what, from when to when.

use std::collections::BTreeMap;
use std::time::Duration;

use executor::TaskId;
use executor::journal::{Cause, Event};

use crate::names::Names;

/// What a loop and its tasks did in one run.
pub(crate) struct Timeline {
    /// When it began, on the loop's clock.
    pub(crate) began: Duration,
    /// How long it took.
    pub(crate) took: Duration,
    /// In the order in which they were spawned.
    pub(crate) tasks: BTreeMap<TaskId, Track>,
    /// The loop's own doings: at work whenever it is not asleep.
    pub(crate) the_loop: Track,
    /// How many times a task was polled.
    pub(crate) polls: u64,
    /// How long the polls took that were over the limit.
    pub(crate) blocked: Duration,
    /// The latest timer: who was woken, and how late.
    pub(crate) latest_timer: Extreme,
}

/// What one of them did, one thing after the other.
pub(crate) struct Track {
    /// What it is called, as others may be.
    pub(crate) name: String,
    /// What it is called to be told from those others, as in stories.
    pub(crate) full_name: String,
    /// In order, from its beginning to its end.
    pub(crate) spans: Vec<Span>,
    /// What it is doing, and since when; `None` once it has ended.
    current: Option<(Doing, Duration)>,
    /// It was woken in the middle of its own poll.
    woken_at_work: bool,
}

/// From when to when somebody did what.
pub(crate) struct Span {
    /// Its beginning, on the loop's clock.
    pub(crate) from: Duration,
    /// Its end.
    pub(crate) to: Duration,
    /// What was done.
    pub(crate) doing: Doing,
}

/// What a task or the loop can be doing.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Doing {
    /// It is polled.
    Working,
    /// It is polled for longer than [`SLOW_POLL`](crate::SLOW_POLL): it blocks the loop.
    Blocking,
    /// A job: it runs on a thread of the pool.
    OnAThread,
    /// It could go on, but it is not its turn.
    Due,
    /// It waits for something.
    Asleep,
}

/// The most of something, and whose it was.
#[derive(Default)]
pub(crate) struct Extreme {
    /// How much.
    pub(crate) most: Duration,
    /// Whose; empty if nobody's.
    pub(crate) whose: String,
}

impl Timeline {
    /// Reads a journal.
    pub(crate) fn of(journal: &[(Duration, Event)]) -> Self {
        let began = journal.first().map_or(Duration::ZERO, |(at, _)| *at);
        let ended = journal.iter().map(|(at, _)| *at).max().unwrap_or(began);
        let mut timeline = Self {
            began,
            took: ended - began,
            tasks: BTreeMap::new(),
            the_loop: Track::new("the loop".to_owned(), Doing::Working, began),
            polls: 0,
            blocked: Duration::ZERO,
            latest_timer: Extreme::default(),
        };
        let mut names = Names::default();
        for (at, event) in journal {
            names.read(event);
            timeline.read(*at, event);
        }
        for (task, track) in &mut timeline.tasks {
            track.full_name = names.name(*task);
        }
        timeline.the_loop.end(ended);
        timeline.tasks.values_mut().for_each(|track| track.end(ended));
        timeline
    }

    /// How long the loop slept.
    pub(crate) fn slept(&self) -> Duration {
        let asleep = self.the_loop.spans.iter().filter(|span| span.doing == Doing::Asleep);
        asleep.map(|span| span.to - span.from).sum()
    }

    fn read(&mut self, at: Duration, event: &Event) {
        match event {
            Event::Spawned { task, name, .. } => {
                self.tasks.insert(*task, Track::new(name.to_string(), Doing::Due, at));
            }
            Event::JobQueued { task, name, .. } => {
                self.tasks.insert(*task, Track::new(format!("{name} (job)"), Doing::Due, at));
            }
            Event::SlowPoll { task, took, waited } => {
                self.blocked += *took;
                self.tasks.entry(*task).and_modify(Track::has_blocked);
                self.the_loop.was_blocked(*took, at);
                // A timer that came due meanwhile fires later, or never if the run ends before.
                for (task, time) in waited {
                    self.tasks.entry(*task).and_modify(|track| track.wake(at, *time));
                }
            }
            Event::Parked { .. } => self.the_loop.turn_to(Doing::Asleep, at),
            Event::Unparked { .. } => self.the_loop.turn_to(Doing::Working, at),
            Event::Woken { task, .. }
            | Event::PollStarted { task, .. }
            | Event::PollEnded { task, .. }
            | Event::JobStarted { task, .. }
            | Event::JobFinished { task }
            | Event::Done { task }
            | Event::Cancelled { task }
            | Event::Panicked { task } => self.read_of_task(*task, at, event),
            // Nobody begins or ends anything.
            Event::Awaits { .. }
            | Event::Aborted { .. }
            | Event::TimerArmed { .. }
            | Event::TimerMoved { .. }
            | Event::TimerFired { .. }
            | Event::TimerCancelled { .. }
            | Event::JobsLeft { .. }
            | Event::IoRegistered { .. }
            | Event::IoReady(_)
            | Event::IoWaits { .. }
            | Event::IoDone { .. }
            | Event::IoClosed { .. } => {}
        }
    }

    fn read_of_task(&mut self, task: TaskId, at: Duration, event: &Event) {
        let Some(track) = self.tasks.get_mut(&task) else { return };
        match event {
            Event::Woken { by: Cause::Timer { late, .. }, .. } => {
                self.latest_timer.admit(*late, &track.name);
                track.wake(at, *late);
            }
            Event::Woken { .. } => track.wake(at, Duration::ZERO),
            Event::PollStarted { .. } => {
                self.polls += 1;
                track.turn_to(Doing::Working, at);
            }
            Event::PollEnded { .. } => {
                let woken = std::mem::take(&mut track.woken_at_work);
                track.turn_to(if woken { Doing::Due } else { Doing::Asleep }, at);
            }
            Event::JobStarted { .. } => track.turn_to(Doing::OnAThread, at),
            _ => track.end(at),
        }
    }
}

impl Track {
    fn new(name: String, doing: Doing, since: Duration) -> Self {
        Self {
            full_name: name.clone(),
            name,
            spans: Vec::new(),
            current: Some((doing, since)),
            woken_at_work: false,
        }
    }

    /// Woken by a timer that fired `late`, it could have gone on since then.
    fn wake(&mut self, at: Duration, late: Duration) {
        match self.current {
            Some((Doing::Working, _)) => self.woken_at_work = true,
            Some((Doing::Asleep, since)) => {
                self.turn_to(Doing::Due, at.saturating_sub(late).max(since));
            }
            Some((Doing::Due | Doing::Blocking | Doing::OnAThread, _)) | None => {}
        }
    }

    /// What it did last has turned out to be too long.
    fn has_blocked(&mut self) {
        let mut spans = self.spans.iter_mut().rev();
        if let Some(last) = spans.find(|span| span.doing == Doing::Working) {
            last.doing = Doing::Blocking;
        }
    }

    /// The loop: a task has blocked it until now, for so long.
    fn was_blocked(&mut self, took: Duration, until: Duration) {
        if let Some((doing, since)) = self.current {
            let from = until.saturating_sub(took).max(since);
            self.spans.push(Span { from: since, to: from, doing });
            self.spans.push(Span { from, to: until, doing: Doing::Blocking });
            self.current = Some((doing, until));
        }
    }

    fn turn_to(&mut self, doing: Doing, at: Duration) {
        if let Some((before, from)) = self.current.replace((doing, at)) {
            self.spans.push(Span { from, to: at, doing: before });
        }
    }

    fn end(&mut self, at: Duration) {
        if let Some((doing, from)) = self.current.take() {
            self.spans.push(Span { from, to: at, doing });
        }
    }
}

impl Extreme {
    fn admit(&mut self, amount: Duration, whose: &str) {
        if amount > self.most {
            self.most = amount;
            whose.clone_into(&mut self.whose);
        }
    }
}
