//! Who is who: the names of tasks, jobs and sockets, who is not done yet, whose timer is whose,
//! and who waits for which socket.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::panic::Location;

use executor::TaskId;
use executor::journal::{Event, SocketKind, Way};
use timer::{Instant, Key};

mod waits;
mod words;

pub(crate) use words::{able, is_of_a_program, kind_of_socket, listed, place};

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
            | Event::JobsLeft { .. }
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
}

fn short(name: &str, is_job: bool) -> String {
    let name: String = name.chars().take(LONGEST_NAME).collect();
    if is_job { name + " (job)" } else { name }
}
