//! The lessons as their journals tell them: what happens in which order, and why.
//!
//! These are the tests to read first. Each has a small program, and then, line by line, all that
//! the loop does for it, with a remark. Lines that stand inwards happen within a poll.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use std::time::Duration;

use executor::journal::{Cause, Event, Observer, Operation, Way};
use executor::{Clock, TaskId};

use crate::checked::EventLoop;

mod lessons;

/// Writes a short line for each event.
#[derive(Clone, Default)]
struct Story(Rc<RefCell<Told>>);

#[derive(Default)]
struct Told {
    lines: Vec<String>,
    names: HashMap<TaskId, String>,
    /// The tokens, in the order in which they were given away.
    tokens: Vec<usize>,
    polling: bool,
    now: Duration,
}

impl Observer for Story {
    fn on_event(&mut self, at: Duration, event: &Event) {
        let told = &mut *self.0.borrow_mut();
        if let Event::Spawned { task, name, .. } | Event::JobQueued { task, name, .. } = event {
            let is_job = matches!(event, Event::JobQueued { .. });
            let name = if is_job { format!("the job of {name}") } else { name.to_string() };
            told.names.insert(*task, name);
        }
        if let Event::IoRegistered { token, .. } = event {
            told.tokens.push(*token);
        }
        let line = told.line(event);
        if at > told.now {
            told.now = at;
            told.lines.push(format!("it is {at:?}"));
        }
        let late = if at < told.now { format!(", at {at:?}") } else { String::new() };
        if let Event::PollEnded { .. } = event {
            told.polling = false;
        }
        let indent = if told.polling { "  " } else { "" };
        told.lines.push(format!("{indent}{line}{late}"));
        if let Event::PollStarted { .. } = event {
            told.polling = true;
        }
    }
}

impl Told {
    fn line(&self, event: &Event) -> String {
        let name = |task: &TaskId| self.names[task].as_str();
        match event {
            Event::Spawned { task, .. } => format!("spawn {}", name(task)),
            Event::Woken { task, by } => format!("wake {}: {}", name(task), self.cause(by)),
            Event::PollStarted { task, poll } => format!("poll {} {poll}", name(task)),
            Event::PollEnded { ready: false, .. } => "pending".to_owned(),
            Event::PollEnded { ready: true, .. } => "ready".to_owned(),
            Event::SlowPoll { task, took, waited } => {
                let waited = waited.iter().map(|(task, time)| format!("{} {time:?}", name(task)));
                let waited = waited.collect::<Vec<_>>().join(", ");
                format!("slow {} {took:?}, waited: [{waited}]", name(task))
            }
            Event::Awaits { other, .. } => format!("await {}", name(other)),
            Event::Aborted { task, .. } => format!("abort {}", name(task)),
            Event::Done { task } => format!("done {}", name(task)),
            Event::Cancelled { task } => format!("cancelled {}", name(task)),
            Event::Panicked { task } => format!("panicked {}", name(task)),
            Event::TimerArmed { deadline, level, .. } => {
                format!("arm for {:?}, level {level}", deadline.since_start())
            }
            Event::TimerMoved { level, .. } => format!("move to level {level}"),
            Event::TimerFired { late, .. } => format!("fire {late:?} late"),
            Event::TimerCancelled { .. } => "disarm".to_owned(),
            Event::Parked { until: Some(until) } => {
                format!("park until {:?}", until.since_start())
            }
            Event::Parked { until: None } => "park".to_owned(),
            Event::Unparked { by } => format!("unpark: {by:?}"),
            Event::JobQueued { task, .. } => format!("hand in {}", name(task)),
            Event::JobStarted { task, .. } => format!("start {}", name(task)),
            Event::JobFinished { task } => format!("finish {}", name(task)),
            Event::JobsLeft { jobs } => format!("leave {jobs}"),
            Event::IoRegistered { token, .. } => format!("register {}", self.socket(*token)),
            Event::IoWaits { token, way, would_block, .. } => {
                let why = if *would_block { "would block" } else { "untried" };
                let way = if *way == Way::Read { "read" } else { "write" };
                format!("wait to {way} {}: {why}", self.socket(*token))
            }
            Event::IoDone { token, did, still_ready, .. } => {
                let more = if *still_ready { "" } else { ", all" };
                let socket = self.socket(*token);
                match did {
                    Operation::Connected { .. } => format!("connect {socket}{more}"),
                    Operation::Accepted { .. } => format!("accept from {socket}{more}"),
                    Operation::Read { bytes } => format!("read {bytes} from {socket}{more}"),
                    Operation::Peeked { bytes } => format!("peek at {bytes} of {socket}{more}"),
                    Operation::Wrote { bytes } => format!("write {bytes} to {socket}{more}"),
                    Operation::Other(way) => format!("use {socket}, {way:?}{more}"),
                }
            }
            Event::IoClosed { token, .. } => format!("close {}", self.socket(*token)),
            Event::IoReady(io) => {
                let ways = [("readable", io.readable), ("writable", io.writable)];
                let ways: Vec<_> =
                    ways.into_iter().filter(|(_, is)| *is).map(|(way, _)| way).collect();
                format!("{} is {}", self.socket(io.token), ways.join(", "))
            }
        }
    }

    fn socket(&self, token: usize) -> String {
        let number = self.tokens.iter().position(|other| *other == token);
        format!("socket {}", number.expect("it was registered") + 1)
    }

    fn cause(&self, cause: &Cause) -> String {
        match cause {
            Cause::Spawn => "new".to_owned(),
            Cause::Itself => "itself".to_owned(),
            Cause::Task(by) => format!("by {}", self.names[by]),
            Cause::Join(of) => format!("end of {}", self.names[of]),
            Cause::Timer { .. } => "timer".to_owned(),
            Cause::Thread(_) => "thread".to_owned(),
            Cause::Io(io) => self.socket(io.token),
            Cause::Outside => "outside".to_owned(),
        }
    }
}

/// Runs the program under a simulated clock, for what is told of it.
fn tell<F: Future<Output = ()>>(program: impl FnOnce(Clock) -> F) -> Story {
    let (clock, story) = (Clock::simulated(), Story::default());
    let builder = EventLoop::builder().clock(clock.clone()).observer(story.clone());
    let limit = Duration::from_millis(50);
    let mut event_loop = builder.slow_poll(limit).build().expect("there is a descriptor left");
    // The stories of those who are stuck end with the report.
    let _ = event_loop.try_run(program(clock));
    story
}

/// Compares what is told of a program.
#[track_caller]
fn story<F: Future<Output = ()>>(program: impl FnOnce(Clock) -> F, expected: &[(&str, &str)]) {
    let story = tell(program);
    let told = story.0.borrow();
    let width = told.lines.iter().map(String::len).max().unwrap_or(0);
    for (nth, line) in told.lines.iter().enumerate() {
        let remark = expected.get(nth).map_or("(nothing)", |expected| expected.0);
        assert_eq!(line, remark, "line {nth} of\n{}", told.all(width));
    }
    assert_eq!(told.lines.len(), expected.len(), "it is not all:\n{}", told.all(width));
}

impl Told {
    fn all(&self, width: usize) -> String {
        let line =
            |line: &String| format!("        ({:<1$} \"\"),\n", format!("{line:?},"), width + 3);
        self.lines.iter().map(line).collect()
    }
}
