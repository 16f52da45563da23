//! The model: tasks that wait, and a time that moves on when none can go on.

use std::collections::BTreeMap;

use super::numbers::{BEAT, HALF, numbers};
use super::{Outcome, Played, Step, digest};

struct Task<'a> {
    name: String,
    steps: &'a [Step],
    parent: Option<usize>,
    children: Vec<usize>,
    joined: Vec<usize>,
    /// The children whose handles it has no more.
    let_go: Vec<usize>,
    messages: Vec<u64>,
    sent: u64,
    waits: Waits,
    value: u64,
    end: Option<(u64, Outcome)>,
}

enum Waits {
    Until(u64),
    For(usize),
    /// For the end of that child, with a limit.
    ForAtMost(usize, u64),
    Message(u64),
    /// To abort that child.
    ToAbort(u64, usize),
    Nothing,
}

#[derive(Default)]
struct World<'a> {
    now: u64,
    /// Until then something goes on that nobody may wait for any more.
    busy: u64,
    tasks: Vec<Task<'a>>,
    numbers: BTreeMap<String, u64>,
}

/// What becomes of the tasks of a program. It ends just before the beat after its root task; or it
/// is stuck.
pub fn run(program: &[Step]) -> Played {
    let mut world = World { numbers: numbers(program), ..World::default() };
    world.spawn("0".to_owned(), program, None);
    while world.tasks[0].end.is_none() {
        if (0..world.tasks.len()).any(|task| world.go_on(task)) {
            continue;
        }
        let Some(next) = world.next() else {
            let (end, stuck) = (world.now.max(world.busy), Some(world.who_waits_for_whom()));
            return Played { stuck, ..world.ended(end) };
        };
        world.now = next;
    }
    // The others still do what they can before the next beat.
    let end = world.now / BEAT * BEAT + BEAT - 1;
    loop {
        if !(0..world.tasks.len()).any(|task| world.go_on(task)) {
            world.now = world.next().filter(|next| *next < end).unwrap_or(end);
            if world.now == end {
                return world.ended(end);
            }
        }
    }
}

impl Task<'_> {
    /// When it goes on by itself.
    fn next(&self) -> Option<u64> {
        match self.waits {
            _ if self.end.is_some() => None,
            Waits::Until(time) | Waits::Message(time) => Some(time),
            Waits::ToAbort(time, _) | Waits::ForAtMost(_, time) => Some(time),
            Waits::For(_) | Waits::Nothing => None,
        }
    }
}

impl<'a> World<'a> {
    fn spawn(&mut self, name: String, steps: &'a [Step], parent: Option<usize>) {
        self.tasks.push(Task {
            name,
            steps,
            parent,
            children: Vec::new(),
            joined: Vec::new(),
            let_go: Vec::new(),
            messages: Vec::new(),
            sent: 0,
            waits: Waits::Until(self.now),
            value: 0,
            end: None,
        });
    }

    /// When something happens next.
    fn next(&self) -> Option<u64> {
        self.tasks.iter().filter_map(Task::next).min()
    }

    /// All that are left are cancelled.
    fn ended(self, end: u64) -> Played {
        let ends = self.tasks.into_iter();
        let ends = ends.map(|task| (task.name, task.end.unwrap_or((end, Outcome::Cancelled))));
        Played { ends: ends.collect(), ..Played::default() }
    }

    fn who_waits_for_whom(&self) -> BTreeMap<String, Option<String>> {
        let left = self.tasks.iter().filter(|task| task.end.is_none());
        let whom = |task: &Task<'_>| match task.waits {
            Waits::For(child) => Some(self.tasks[child].name.clone()),
            _ => None,
        };
        left.map(|task| (task.name.clone(), whom(task))).collect()
    }

    fn next_beat(&self) -> u64 {
        self.now.div_ceil(BEAT) * BEAT
    }

    /// Whether it could.
    fn go_on(&mut self, id: usize) -> bool {
        let (now, beat) = (self.now, self.next_beat());
        let closed = self.tasks[id].parent.is_none_or(|it| self.tasks[it].end.is_some());
        let task = &mut self.tasks[id];
        if task.end.is_some() {
            return false;
        }
        match task.waits {
            Waits::Until(time) if time <= now => self.step(id),
            Waits::ToAbort(time, child) if time <= now => {
                let child = &mut self.tasks[child];
                child.end = child.end.or(Some((now, Outcome::Cancelled)));
                self.tasks[id].waits = Waits::Until(beat);
            }
            Waits::For(child) => {
                let Some((_, outcome)) = self.tasks[child].end else { return false };
                self.learn(id, outcome.digest());
            }
            Waits::ForAtMost(child, limit) => match self.tasks[child].end {
                Some((_, outcome)) => self.learn(id, outcome.digest()),
                None if limit <= now => self.learn(id, 4),
                None => return false,
            },
            Waits::Message(limit) if !task.messages.is_empty() || closed || limit <= now => {
                let message = (!task.messages.is_empty()).then(|| task.messages.remove(0));
                self.learn(id, message.unwrap_or(if closed { 3 } else { 4 }));
            }
            _ => return false,
        }
        true
    }

    fn learn(&mut self, id: usize, what: u64) {
        let beat = self.next_beat();
        let task = &mut self.tasks[id];
        task.value = digest(task.value, what);
        task.waits = Waits::Until(beat);
    }

    fn step(&mut self, id: usize) {
        let now = self.now;
        let task = &mut self.tasks[id];
        let Some((step, rest)) = task.steps.split_first() else {
            task.end = Some((now, Outcome::Value(task.value)));
            return;
        };
        task.steps = rest;
        let nth = |nth: &usize| task.children.get(nth % task.children.len().max(1)).copied();
        match step {
            Step::Yield | Step::Threads(_) => {}
            Step::Sleep(beats) => task.waits = Waits::Until(now + beats * BEAT),
            Step::Forget => task.waits = Waits::Nothing,
            Step::Job(beats) => self.await_what_takes(id, Some(*beats), *beats, 5),
            Step::JobFor(beats, limit) => self.await_what_takes(id, Some(*beats), *limit, 5),
            Step::Read(beats, limit) => self.await_what_takes(id, *beats, *limit, 6),
            Step::Panic => task.end = Some((now, Outcome::Panicked)),
            Step::Receive(beats) => task.waits = Waits::Message(now + beats * BEAT + HALF),
            Step::Spawn(steps) | Step::Stillborn(steps) => {
                let name = format!("{}.{}", task.name, task.children.len());
                let child = self.tasks.len();
                self.tasks[id].children.push(child);
                self.spawn(name, steps, Some(id));
                if let Step::Stillborn(_) = step {
                    self.tasks[child].end = Some((now, Outcome::Cancelled));
                }
            }
            Step::Join(which) => {
                if let Some(child) = nth(which).filter(|child| !task.joined.contains(child)) {
                    task.joined.push(child);
                    task.waits = Waits::For(child);
                }
            }
            Step::JoinFor(which, limit) => {
                if let Some(child) = nth(which).filter(|child| !task.joined.contains(child)) {
                    task.joined.push(child);
                    task.let_go.push(child);
                    task.waits = Waits::ForAtMost(child, now + limit * BEAT + HALF);
                }
            }
            Step::Abort(which) => {
                if let Some(child) = nth(which).filter(|child| !task.let_go.contains(child)) {
                    task.waits = Waits::ToAbort(now + self.numbers[&task.name], child);
                }
            }
            Step::Send(which) => {
                if let Some(child) = nth(which) {
                    task.sent += 1;
                    let message = 100 + task.sent;
                    self.tasks[child].messages.push(message);
                }
            }
        }
    }

    /// Awaits what is over after so many beats, if ever, with a limit; and learns `what` if it is
    /// over by then.
    fn await_what_takes(&mut self, id: usize, beats: Option<u64>, limit: u64, what: u64) {
        let task = &mut self.tasks[id];
        let is_over = beats.filter(|beats| *beats <= limit);
        let (beats_until, learnt) = is_over.map_or((limit + 1, 4), |beats| (beats, what));
        task.waits = Waits::Until(self.now + beats_until * BEAT);
        task.value = digest(task.value, learnt);
        self.busy = self.busy.max(self.now + beats.unwrap_or(0) * BEAT);
    }
}
