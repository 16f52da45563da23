//! Who is who: the names of tasks, jobs and sockets, who is not done yet, whose timer is whose,
//! and who waits for which socket.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::panic::Location;

use executor::TaskId;
use executor::journal::{Event, Operation, SocketKind, Way};
use timer::{Instant, Key};

/// Longer names are cut.
pub(crate) const LONGEST_NAME: usize = 24;

/// All who have played so far: it reads the events, and then knows.
#[derive(Default)]
pub(crate) struct Names {
    tasks: BTreeMap<TaskId, Member>,
    /// How many have had this name.
    known: BTreeMap<String, u64>,
    timers: HashMap<Key, Timer>,
    /// Those that are armed, by deadline.
    armed: BTreeMap<Instant, Vec<Key>>,
    /// The jobs that are not over.
    jobs: BTreeSet<TaskId>,
    /// The tasks that wait for sockets.
    at_sockets: BTreeSet<TaskId>,
    /// By their tokens.
    sockets: HashMap<usize, Socket>,
}

struct Socket {
    /// In the order in which the sockets came to be, from 1.
    number: usize,
    kind: SocketKind,
}

/// A line of source.
type Site = &'static Location<'static>;

/// A task, or a job of the blocking pool.
struct Member {
    name: String,
    /// Of those of its name, from 1.
    number: u64,
    site: &'static Location<'static>,
    /// The tasks and jobs, not over, with which it has left its waker.
    joins: BTreeSet<TaskId>,
    /// Where it awaits them, if that is known.
    joins_at: Option<Site>,
    /// The tasks that have left their wakers with it.
    joined_by: Vec<TaskId>,
    is_job: bool,
    is_over: bool,
    /// The sockets with which it has left its waker in its latest poll, what for, and where.
    sockets: Vec<(usize, Way, Option<Site>)>,
    /// The timers that it has armed and that have not come to their end.
    timers: Vec<Key>,
}

struct Timer {
    owner: Option<TaskId>,
    deadline: Instant,
    site: Site,
}

impl Names {
    /// Takes note of what happens to whom.
    pub(crate) fn read(&mut self, event: &Event) {
        match event {
            Event::Spawned { task, name, site, .. } => self.admit(*task, name, site, false),
            Event::JobQueued { task, name, site, .. } => self.admit(*task, name, site, true),
            Event::Done { task }
            | Event::Cancelled { task }
            | Event::Panicked { task }
            | Event::JobFinished { task } => self.end(*task),
            Event::PollStarted { task, .. } => {
                self.at_sockets.remove(task);
                self.tasks.entry(*task).and_modify(|member| member.sockets.clear());
            }
            Event::IoRegistered { token, kind, .. } => {
                let socket = Socket { number: self.sockets.len() + 1, kind: *kind };
                self.sockets.insert(*token, socket);
            }
            Event::IoWaits { token, by: Some(task), way, site, .. } => {
                self.at_sockets.insert(*task);
                let waits = (*token, *way, *site);
                self.tasks.entry(*task).and_modify(|member| member.sockets.push(waits));
            }
            Event::Awaits { task, other, site } => {
                if let Some(joined) = self.tasks.get_mut(other).filter(|member| !member.is_over) {
                    joined.joined_by.push(*task);
                    self.tasks.entry(*task).and_modify(|member| {
                        member.joins.insert(*other);
                        member.joins_at = *site;
                    });
                }
            }
            Event::TimerArmed { timer, by, deadline, site, .. } => {
                let armed = Timer { owner: *by, deadline: *deadline, site };
                self.timers.insert(*timer, armed);
                self.armed.entry(*deadline).or_default().push(*timer);
                if let Some(member) = by.and_then(|owner| self.tasks.get_mut(&owner)) {
                    member.timers.push(*timer);
                }
            }
            Event::TimerFired { timer, .. } | Event::TimerCancelled { timer } => {
                self.disarm(*timer);
            }
            Event::Woken { .. }
            | Event::PollEnded { .. }
            | Event::SlowPoll { .. }
            | Event::Aborted { .. }
            | Event::TimerMoved { .. }
            | Event::IoReady(_)
            | Event::IoDone { .. }
            | Event::IoClosed { .. }
            | Event::Parked { .. }
            | Event::Unparked { .. }
            | Event::JobStarted { .. }
            | Event::IoWaits { by: None, .. } => {}
        }
    }

    fn end(&mut self, task: TaskId) {
        self.jobs.remove(&task);
        self.at_sockets.remove(&task);
        let Some(member) = self.tasks.get_mut(&task) else { return };
        (member.is_over, member.sockets) = (true, Vec::new());
        for joiner in std::mem::take(&mut member.joined_by) {
            self.tasks.entry(joiner).and_modify(|joiner| {
                joiner.joins.remove(&task);
            });
        }
    }

    /// It is known from then on, but no longer looked through: there may be many.
    fn disarm(&mut self, timer: Key) {
        let Some(Timer { owner, deadline, .. }) = self.timers.get(&timer) else { return };
        if let Entry::Occupied(mut armed) = self.armed.entry(*deadline) {
            armed.get_mut().retain(|armed| *armed != timer);
            if armed.get().is_empty() {
                armed.remove();
            }
        }
        if let Some(member) = owner.and_then(|owner| self.tasks.get_mut(&owner)) {
            member.timers.retain(|armed| *armed != timer);
        }
    }

    fn admit(&mut self, task: TaskId, name: &str, site: &'static Location<'static>, is_job: bool) {
        let name = short(name, is_job);
        let known = self.known.entry(name.clone()).or_default();
        *known += 1;
        let number = *known;
        if is_job {
            self.jobs.insert(task);
        }
        let (joins, joins_at, joined_by, sockets, timers) = Default::default();
        let member = Member {
            name,
            number,
            site,
            joins,
            joins_at,
            joined_by,
            is_job,
            is_over: false,
            sockets,
            timers,
        };
        self.tasks.insert(task, member);
    }

    /// What a task or a job of this name will be called, if it comes next. The first has no number
    /// before there is a second.
    pub(crate) fn name_of_next(&self, name: &str, is_job: bool) -> String {
        let name = short(name, is_job);
        match self.known.get(&name) {
            Some(count) => format!("{name} #{}", count + 1),
            None => name,
        }
    }

    /// What a task is called: no two are called the same.
    pub(crate) fn name(&self, task: TaskId) -> String {
        self.tasks.get(&task).map_or_else(|| task.to_string(), |member| self.full_name(member))
    }

    fn full_name(&self, member: &Member) -> String {
        let Member { name, number, .. } = member;
        match self.known.get(name) {
            Some(2..) => format!("{name} #{number}"),
            _ => name.clone(),
        }
    }

    /// The line that spawned it, if that was seen.
    pub(crate) fn site(&self, task: TaskId) -> Option<String> {
        self.tasks.get(&task).map(|member| place(member.site))
    }

    /// Whether it is a job of the blocking pool.
    pub(crate) fn is_job(&self, task: TaskId) -> bool {
        self.tasks.get(&task).is_some_and(|member| member.is_job)
    }

    /// The tasks and jobs that it awaits and that are not over.
    pub(crate) fn awaited_by(&self, task: TaskId) -> impl Iterator<Item = TaskId> {
        self.tasks.get(&task).into_iter().flat_map(|member| &member.joins).copied()
    }

    /// The names of the tasks that are not over.
    pub(crate) fn unfinished(&self) -> Vec<String> {
        let left = self.tasks.values().filter(|member| !member.is_job && !member.is_over);
        left.map(|member| self.full_name(member)).collect()
    }

    /// The jobs that are not over.
    pub(crate) fn jobs(&self) -> Vec<TaskId> {
        self.jobs.iter().copied().collect()
    }

    /// What a socket is called. Tokens are large numbers, as no two sockets of a loop share one
    /// (half of each counts them); so here they are numbered from 1, in the order in which the
    /// sockets came to be. One of which nothing was told so far is the next.
    pub(crate) fn socket(&self, token: usize) -> String {
        let number = self.sockets.get(&token).map(|socket| socket.number);
        format!("token {}", number.unwrap_or(self.sockets.len() + 1))
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

fn short(name: &str, is_job: bool) -> String {
    let name: String = name.chars().take(LONGEST_NAME).collect();
    if is_job { name + " (job)" } else { name }
}

/// What a kind of socket is called.
pub(crate) fn kind_of_socket(kind: SocketKind) -> &'static str {
    match kind {
        SocketKind::Listener => "listener",
        SocketKind::Stream => "stream",
        SocketKind::Datagram => "datagram",
    }
}

fn counted(bytes: usize) -> String {
    if bytes == 1 { "1 byte".to_owned() } else { format!("{bytes} bytes") }
}

/// Whether a line is neither the runtime's own nor in a crate from a registry.
pub(crate) fn is_of_a_program(site: &Location<'_>) -> bool {
    let file = site.file().replace('\\', "/");
    let is_of_the_runtime = ["executor/src/", "timer/src/"].iter().any(|it| file.starts_with(it));
    !is_of_the_runtime && !file.contains("/registry/src/")
}

/// What a socket is that is ready that way.
pub(crate) fn able(way: Way) -> &'static str {
    match way {
        Way::Read => "readable",
        Way::Write => "writable",
    }
}

/// A line of source.
pub(crate) fn place(site: &Location<'_>) -> String {
    format!("{}:{}", site.file(), site.line())
}

/// All of them if they are few, or the first ones.
pub(crate) fn listed(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [one, other] => format!("{one} and {other}"),
        [one, other, third] => format!("{one}, {other} and {third}"),
        [one, other, rest @ ..] => format!("{one}, {other} and {} others", rest.len()),
    }
}
