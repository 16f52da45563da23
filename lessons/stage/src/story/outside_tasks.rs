//! The words for what happens to timers, jobs and sockets.

use std::time::Duration;

use executor::journal::{Event, Way};

use super::numbers::{moment, seconds};
use super::sentences::Sentences;
use crate::names::{able, kind_of_socket};

impl Sentences {
    /// What happens to timers, jobs and sockets.
    pub(super) fn of_the_world(&self, at: Duration, event: &Event) -> String {
        match event {
            Event::TimerArmed { by, deadline, level, slot, .. } => {
                let (arms, until) = (self.does(*by, "arms"), moment(*deadline));
                let place = place_in_wheel(*level, *slot);
                format!("{arms} a timer for {until}: its waker lies in the wheel, {place}")
            }
            Event::TimerMoved { timer, level, slot } => {
                let place = place_in_wheel(*level, *slot);
                format!("({} goes down to {place})", self.timer(*timer))
            }
            Event::TimerFired { timer, .. } => {
                let deadline = self.names.timer(*timer).map(|(_, deadline)| deadline.since_start());
                let late = at.saturating_sub(deadline.unwrap_or(at));
                let late = match late < Duration::from_millis(1) {
                    true => "on time".to_owned(),
                    false => format!("{} s late", seconds(late)),
                };
                format!("{} fires, {late}", self.timer(*timer))
            }
            Event::TimerCancelled { timer } => format!("{} is cancelled", self.timer(*timer)),
            Event::JobQueued { name, by, .. } => {
                let name = self.names.name_of_next(name, true);
                format!("{} {name} to the pool's threads", self.does(*by, "hands"))
            }
            Event::JobStarted { task, thread } => {
                let thread = thread.name().unwrap_or("without a name");
                format!("the thread {thread} takes up {}", self.name(*task))
            }
            Event::JobFinished { task } => format!("{} is finished", self.name(*task)),
            Event::JobsLeft { jobs } => {
                format!("the loop waits no longer for what still runs in the pool: {jobs}")
            }
            Event::IoRegistered { token, by, kind, .. } => {
                let (has, token) = (self.does(*by, "has"), self.names.socket(*token));
                let kind = kind_of_socket(*kind);
                format!("{has} a new socket ({kind}): the reactor registers it as {token}")
            }
            Event::IoDone { token, by, did, still_ready, .. } => {
                let did_it = self.does(*by, &self.names.operation(*token, *did));
                match (still_ready, did.way()) {
                    (true, _) => did_it,
                    (false, Way::Read) => format!("{did_it}, all there is: not readable any more"),
                    (false, Way::Write) => format!("{did_it}, all it takes: not writable any more"),
                }
            }
            Event::IoWaits { token, by, way, would_block, .. } => {
                let (token, able) = (self.names.socket(*token), able(*way));
                if *would_block {
                    let tries = self.does(*by, "tries");
                    format!("{tries} {token}: WouldBlock, so not {able} any more; leaves its waker")
                } else {
                    let leaves = self.does(*by, "leaves");
                    format!("{leaves} its waker with {token}: not known to be {able}")
                }
            }
            Event::IoClosed { token, by } => {
                format!("{} its socket, {}", self.does(*by, "closes"), self.names.socket(*token))
            }
            Event::IoReady(ready) => {
                let able = match (ready.readable, ready.writable) {
                    (true, true) => "readable and writable",
                    (true, false) => "readable",
                    (false, _) => "writable",
                };
                format!("{} is {able}", self.names.socket(ready.token))
            }
            // These are told by `of`.
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
            | Event::Parked { .. }
            | Event::Unparked { .. } => String::new(),
        }
    }
}

/// Where a timer lies, as the steps say it, too.
pub(crate) fn place_in_wheel(level: usize, slot: usize) -> String {
    format!("level {level}, slot {slot}")
}
