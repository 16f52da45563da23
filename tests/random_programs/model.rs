//! The model: tasks that wait, and a time that moves on when none can go on.

use std::collections::BTreeMap;

use super::{Ends, Outcome, Step, digest};

/// So many moments has a beat.
pub const BEAT: u64 = 1000;

/// In the middle of a beat, limits run out.
pub const HALF: u64 = BEAT / 2;

/// Every task by its name, with a number of its own: how long after a beat it aborts others.
pub fn numbers(program: &[Step]) -> BTreeMap<String, u64> {
    fn number(name: String, steps: &[Step], numbers: &mut BTreeMap<String, u64>) {
        let children = steps.iter().filter_map(|step| match step {
            Step::Spawn(steps) | Step::Stillborn(steps) => Some(steps),
            _ => None,
        });
        let own = numbers.len() as u64 + 1;
        assert!(own < HALF, "the program is too large");
        numbers.insert(name.clone(), own);
        for (nth, steps) in children.enumerate() {
            number(format!("{name}.{nth}"), steps, numbers);
        }
    }
    let mut numbers = BTreeMap::new();
    number("0".to_owned(), program, &mut numbers);
    numbers
}

struct Task<'a> {
    name: String,
    steps: &'a [Step],
    parent: Option<usize>,
    children: Vec<usize>,
    joined: Vec<usize>,
    messages: Vec<u64>,
    sent: u64,
    waits: Waits,
    value: u64,
    end: Option<(u64, Outcome)>,
}

enum Waits {
    Until(u64),
    For(usize),
    Message(u64),
    /// To abort that child.
    ToAbort(u64, usize),
}

#[derive(Default)]
struct World<'a> {
    now: u64,
    tasks: Vec<Task<'a>>,
    numbers: BTreeMap<String, u64>,
}

/// What becomes of the tasks of a program. It ends just before the beat after its root task.
pub fn run(program: &[Step]) -> Ends {
    let mut world = World { numbers: numbers(program), ..World::default() };
    world.spawn("0".to_owned(), program, None);
    while world.tasks[0].end.is_none() {
        if !(0..world.tasks.len()).any(|task| world.go_on(task)) {
            world.now = world.tasks.iter().filter_map(Task::next).min().expect("it ends");
        }
    }
    // The others still do what they can before the next beat.
    let end = world.now / BEAT * BEAT + BEAT - 1;
    loop {
        if !(0..world.tasks.len()).any(|task| world.go_on(task)) {
            let next = world.tasks.iter().filter_map(Task::next).min();
            world.now = next.filter(|next| *next < end).unwrap_or(end);
            if world.now == end {
                break;
            }
        }
    }
    let ends = world.tasks.into_iter();
    ends.map(|task| (task.name, task.end.unwrap_or((end, Outcome::Cancelled)))).collect()
}

impl Task<'_> {
    /// When it goes on by itself.
    fn next(&self) -> Option<u64> {
        match self.waits {
            _ if self.end.is_some() => None,
            Waits::Until(time) | Waits::Message(time) | Waits::ToAbort(time, _) => Some(time),
            Waits::For(_) => None,
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
            messages: Vec::new(),
            sent: 0,
            waits: Waits::Until(self.now),
            value: 0,
            end: None,
        });
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
            Step::Job(beats) => {
                task.waits = Waits::Until(now + beats * BEAT);
                task.value = digest(task.value, 5);
            }
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
            Step::Abort(which) => {
                if let Some(child) = nth(which) {
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
}
