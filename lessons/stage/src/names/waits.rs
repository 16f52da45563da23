//! Who waits for what, and where.

use std::collections::BTreeSet;

use executor::TaskId;
use executor::journal::{Operation, SocketKind, Way};
use timer::{Instant, Key};

use super::Names;
use super::words::{able, counted, is_of_a_program};

impl Names {
    /// The tasks and jobs that it awaits and that are not over.
    pub(crate) fn awaited_by(&self, task: TaskId) -> impl Iterator<Item = TaskId> {
        self.tasks.get(&task).into_iter().flat_map(|member| &member.joins).copied()
    }

    /// What was done by a socket.
    pub(crate) fn operation(&self, token: usize, did: Operation) -> String {
        let socket = self.socket(token);
        let is_stream =
            self.sockets.get(&token).is_some_and(|socket| socket.kind == SocketKind::Stream);
        match did {
            Operation::Connected { .. } => format!("connects {socket}: the connection stands"),
            Operation::Accepted { .. } => format!("accepts a connection from {socket}"),
            Operation::Read { bytes: 0 } if is_stream => {
                format!("reads the end from {socket}: no more will come")
            }
            Operation::Read { bytes } => format!("reads {} from {socket}", counted(bytes)),
            Operation::Peeked { bytes } => format!("peeks at {} of {socket}", counted(bytes)),
            Operation::Wrote { bytes } => format!("writes {} to {socket}", counted(bytes)),
            Operation::Other(Way::Read) => format!("does what it wanted with {socket}, to read"),
            Operation::Other(Way::Write) => format!("does what it wanted with {socket}, to write"),
        }
    }

    /// What a task waits for at sockets: "token 1 to be readable".
    pub(crate) fn awaited_sockets(&self, task: TaskId) -> Vec<String> {
        let awaits = self.tasks.get(&task).map_or(&[][..], |member| &member.sockets);
        let words = |(token, way, _): &(usize, Way, _)| {
            format!("{} to be {}", self.socket(*token), able(*way))
        };
        awaits.iter().map(words).collect()
    }

    /// Whether a task waits for a socket.
    pub(crate) fn awaits_sockets(&self) -> bool {
        !self.at_sockets.is_empty()
    }

    /// The task that has armed this timer, and the timer's deadline.
    pub(crate) fn timer(&self, timer: Key) -> Option<(Option<TaskId>, Instant)> {
        self.timers.get(&timer).map(|timer| (timer.owner, timer.deadline))
    }

    /// The earliest of the deadlines for which this task has armed timers.
    pub(crate) fn next_deadline(&self, task: TaskId) -> Option<Instant> {
        let timers = &self.tasks.get(&task)?.timers;
        timers.iter().filter_map(|timer| self.timers.get(timer)).map(|timer| timer.deadline).min()
    }

    /// The lines of the program at which a task waits for what it has left its waker with.
    pub(crate) fn waits_at(&self, task: TaskId) -> Vec<String> {
        let Some(member) = self.tasks.get(&task) else { return Vec::new() };
        let timers = member.timers.iter().filter_map(|timer| Some(self.timers.get(timer)?.site));
        let sockets = member.sockets.iter().filter_map(|(.., site)| *site);
        let joins = member.joins_at.filter(|_| !member.joins.is_empty());
        let mut places = Vec::new();
        for site in timers.chain(sockets).chain(joins).filter(|site| is_of_a_program(site)) {
            let file = site.file().rsplit(['/', '\\']).next().unwrap_or_default();
            let place = format!("{file}:{}", site.line());
            if !places.contains(&place) {
                places.push(place);
            }
        }
        places
    }

    /// The tasks for which the loop has to wake up at this moment, in order of their spawning.
    ///
    /// A moment is a whole millisecond, and a deadline is rounded up to the next one.
    pub(crate) fn due_at(&self, until: Instant) -> BTreeSet<TaskId> {
        let due = self.armed.range(..=until).rev().take_while(|(deadline, _)| {
            let early = until.since_start().saturating_sub(deadline.since_start());
            early.as_millis() == 0
        });
        let timers = due.flat_map(|(_, timers)| timers);
        timers.filter_map(|timer| self.timers.get(timer)?.owner).collect()
    }
}
