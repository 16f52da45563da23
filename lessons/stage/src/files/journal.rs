//! `--journal FILE`: all that happens, as JSON Lines, for other programs to read.
//!
//! A line is an object. Every one has `event`, the name of the event. A scene begins with a line
//! `{"event":"scene", "lesson":..., "scene":..., "version":1}`; ids, names of timers and times
//! mean nothing beyond it. Every other line has `at`, the time on the loop's clock in
//! nanoseconds, and what its event needs:
//!
//! | `event` | other fields |
//! |---|---|
//! | `spawned`, `job_queued` | `task`, `name`, `site`, `by` |
//! | `woken` | `task`, `cause`, and what the cause needs, see below |
//! | `poll_started` | `task`, `poll` |
//! | `poll_ended` | `task`, `poll`, `took`, `ready` |
//! | `slow_poll` | `task`, `took`, `waited`: an array of objects with `task` and `time` |
//! | `awaits` | `task`, `other`, `site` |
//! | `aborted` | `task`, `by` |
//! | `done`, `cancelled`, `panicked`, `job_finished` | `task` |
//! | `job_started` | `task`, `thread` |
//! | `jobs_left` | `jobs`: how many |
//! | `timer_armed` | `timer`, `by`, `deadline`, `level`, `slot`, `site` |
//! | `timer_moved` | `timer`, `level`, `slot` |
//! | `timer_fired` | `timer`, `late` |
//! | `timer_cancelled` | `timer` |
//! | `io_registered` | `socket`, `by`, `kind`: `listener`, `stream` or `datagram`, `address` |
//! | `io_ready` | `socket`, `readable`, `writable` |
//! | `io_waits` | `socket`, `by`, `way`: `read` or `write`, `would_block`, `site` |
//! | `io_done` | `socket`, `by`, `did`, and what that needs, see below, `still_ready`, `site` |
//! | `io_closed` | `socket`, `by` |
//! | `parked` | `until` |
//! | `unparked` | `cause`: `deadline`, `io`, `thread` or `observer` |
//!
//! A `task` is a number, and so is `by`, the task that did it, or null if none did. A `timer` is
//! a string, `timer 3`. `took`, `time` and `late` are durations in nanoseconds; `deadline` and
//! `until` are times like `at`, or null for never. A `site` is `file:line:column`, or null where no
//! line of a program is known. An `address` or a `peer` is `host:port`, or null.
//!
//! | `cause` of `woken` | other fields |
//! |---|---|
//! | `spawn`, `itself`, `outside` | |
//! | `task`, `join` | `by`: the task that called the waker, or has come to its end |
//! | `timer` | `timer`, `late` |
//! | `io` | `socket`, `readable`, `writable` |
//! | `thread` | `thread`: its name, or null |
//!
//! | `did` of `io_done` | other fields |
//! |---|---|
//! | `connected`, `accepted` | `peer` |
//! | `read`, `peeked`, `wrote` | `bytes`: how many |
//!
//! The lines stand in the order in which the loop told them. What happened on a thread of the
//! blocking pool (`job_started`, `job_finished`) is told late, with the time when it was.

use std::cell::RefCell;
use std::panic::Location;
use std::rc::Rc;
use std::time::Duration;

use executor::journal::{Cause, Event, Observer, Operation, Readiness, Unparked, Way};
use serde_json::{Value, json};
use timer::Instant;

use super::File;
use crate::names::{is_of_a_program, kind_of_socket};

/// An observer that writes what a loop tells into a file, see the options' `--journal`; clones write
/// into the same one.
#[derive(Clone)]
pub struct JournalFile(Rc<RefCell<File>>);

impl JournalFile {
    /// Makes the file anew; `-` is stdout. If that cannot be done, this says so and ends the program.
    pub fn create(name: &str) -> Self {
        Self(Rc::new(RefCell::new(File::create(name))))
    }

    /// What the file is called; stdout has no name.
    pub fn name(&self) -> Option<String> {
        self.0.borrow().name()
    }

    /// The line before a scene of a program.
    pub fn scene(&self, lesson: &str, scene: &str) {
        let line = json!({"event": "scene", "lesson": lesson, "scene": scene, "version": 1});
        self.0.borrow_mut().line(&line.to_string());
    }
}

impl Observer for JournalFile {
    fn on_event(&mut self, at: Duration, event: &Event) {
        let mut line = object(event);
        line["at"] = nanos(at);
        self.0.borrow_mut().line(&line.to_string());
    }
}

pub(crate) fn object(event: &Event) -> Value {
    match event {
        Event::Spawned { task, name, site, by } => {
            json!({"event": "spawned", "task": task.number(), "name": name,
                   "site": site.to_string(), "by": by.map(|by| by.number())})
        }
        Event::JobQueued { task, name, site, by } => {
            json!({"event": "job_queued", "task": task.number(), "name": name,
                   "site": site.to_string(), "by": by.map(|by| by.number())})
        }
        Event::Woken { task, by } => {
            let mut line = cause(by);
            line["event"] = json!("woken");
            line["task"] = json!(task.number());
            line
        }
        Event::PollStarted { task, poll } => {
            json!({"event": "poll_started", "task": task.number(), "poll": poll})
        }
        Event::PollEnded { task, poll, took, ready } => {
            json!({"event": "poll_ended", "task": task.number(), "poll": poll,
                   "took": nanos(*took), "ready": ready})
        }
        Event::SlowPoll { task, took, waited } => {
            let waited = waited.iter();
            let waited: Vec<Value> = waited
                .map(|(task, time)| json!({"task": task.number(), "time": nanos(*time)}))
                .collect();
            json!({"event": "slow_poll", "task": task.number(), "took": nanos(*took),
                   "waited": waited})
        }
        Event::Awaits { task, other, site } => {
            json!({"event": "awaits", "task": task.number(), "other": other.number(),
                   "site": line(*site)})
        }
        Event::Aborted { task, by } => {
            json!({"event": "aborted", "task": task.number(), "by": by.map(|by| by.number())})
        }
        Event::Done { task } => json!({"event": "done", "task": task.number()}),
        Event::Cancelled { task } => json!({"event": "cancelled", "task": task.number()}),
        Event::Panicked { task } => json!({"event": "panicked", "task": task.number()}),
        Event::JobStarted { task, thread } => {
            json!({"event": "job_started", "task": task.number(), "thread": thread.name()})
        }
        Event::JobFinished { task } => json!({"event": "job_finished", "task": task.number()}),
        Event::JobsLeft { jobs } => json!({"event": "jobs_left", "jobs": jobs}),
        Event::TimerArmed { timer, by, deadline, level, slot, site } => {
            json!({"event": "timer_armed", "timer": timer.to_string(),
                   "by": by.map(|by| by.number()), "deadline": moment(Some(*deadline)),
                   "level": level, "slot": slot, "site": line(Some(site))})
        }
        Event::TimerMoved { timer, level, slot } => {
            json!({"event": "timer_moved", "timer": timer.to_string(), "level": level,
                   "slot": slot})
        }
        Event::TimerFired { timer, late } => {
            json!({"event": "timer_fired", "timer": timer.to_string(), "late": nanos(*late)})
        }
        Event::TimerCancelled { timer } => {
            json!({"event": "timer_cancelled", "timer": timer.to_string()})
        }
        Event::IoRegistered { token, by, kind, address } => {
            json!({"event": "io_registered", "socket": token, "by": by.map(|by| by.number()),
                   "kind": kind_of_socket(*kind), "address": address})
        }
        Event::IoReady(readiness) => {
            let mut line = socket(*readiness);
            line["event"] = json!("io_ready");
            line
        }
        Event::IoWaits { token, by, way, would_block, site } => {
            let way = match way {
                Way::Read => "read",
                Way::Write => "write",
            };
            json!({"event": "io_waits", "socket": token, "by": by.map(|by| by.number()),
                   "way": way, "would_block": would_block, "site": line(*site)})
        }
        Event::IoDone { token, by, did, still_ready, site } => {
            let mut done = operation(*did);
            done["event"] = json!("io_done");
            done["socket"] = json!(token);
            done["by"] = json!(by.map(|by| by.number()));
            done["still_ready"] = json!(still_ready);
            done["site"] = line(*site);
            done
        }
        Event::IoClosed { token, by } => {
            json!({"event": "io_closed", "socket": token, "by": by.map(|by| by.number())})
        }
        Event::Parked { until } => json!({"event": "parked", "until": moment(*until)}),
        Event::Unparked { by } => {
            let cause = match by {
                Unparked::Deadline => "deadline",
                Unparked::Io => "io",
                Unparked::Thread => "thread",
                Unparked::Observer => "observer",
            };
            json!({"event": "unparked", "cause": cause})
        }
    }
}

fn operation(did: Operation) -> Value {
    match did {
        Operation::Connected { peer } => json!({"did": "connected", "peer": peer}),
        Operation::Accepted { peer } => json!({"did": "accepted", "peer": peer}),
        Operation::Read { bytes } => json!({"did": "read", "bytes": bytes}),
        Operation::Peeked { bytes } => json!({"did": "peeked", "bytes": bytes}),
        Operation::Wrote { bytes } => json!({"did": "wrote", "bytes": bytes}),
        Operation::Other(_) => json!({"did": "other"}),
    }
}

/// Null for a line of which the program's author knows nothing.
fn line(site: Option<&Location<'_>>) -> Value {
    json!(site.filter(|site| is_of_a_program(site)).map(ToString::to_string))
}

fn cause(cause: &Cause) -> Value {
    match cause {
        Cause::Spawn => json!({"cause": "spawn"}),
        Cause::Itself => json!({"cause": "itself"}),
        Cause::Outside => json!({"cause": "outside"}),
        Cause::Task(by) => json!({"cause": "task", "by": by.number()}),
        Cause::Join(by) => json!({"cause": "join", "by": by.number()}),
        Cause::Timer { timer, late } => {
            json!({"cause": "timer", "timer": timer.to_string(), "late": nanos(*late)})
        }
        Cause::Io(readiness) => {
            let mut line = socket(*readiness);
            line["cause"] = json!("io");
            line
        }
        Cause::Thread(thread) => json!({"cause": "thread", "thread": thread.name()}),
    }
}

fn socket(readiness: Readiness) -> Value {
    let Readiness { token, readable, writable } = readiness;
    json!({"socket": token, "readable": readable, "writable": writable})
}

/// Null for never: also for what is further away than JSON's numbers reach.
fn moment(instant: Option<Instant>) -> Value {
    instant.map_or(Value::Null, |instant| nanos(instant.since_start()))
}

pub(crate) fn nanos(time: Duration) -> Value {
    u64::try_from(time.as_nanos()).map_or(Value::Null, Value::from)
}
