//! Random histories of a wheel, and the sorted set that says what has to come of them.
//!
//! A [`Story`] holds plain calls with plain numbers, so the shortest one that breaks a property
//! is printed as something to paste into a test of its own.

use std::collections::BTreeSet;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use timer::{Key, Wheel};

/// Where the edges are: carries through several digits, tokio's limits, the end of time.
pub const STARTS: [u64; 8] =
    [0, 63, 64, 4095, (1 << 30) - 50, (1 << 36) - 3, (1 << 63) - 7, u64::MAX - 5000];

/// One call on a wheel.
///
/// Insertions are numbered from 0, refused ones included. The number is the timer's value in the
/// wheel, its rank among equal deadlines in the model, and its name in `Remove`.
#[derive(Clone, Copy, Debug)]
pub enum Call {
    Insert(u64),
    Remove(usize),
    Advance(u64),
}

/// What a call came to.
#[derive(Debug, PartialEq)]
pub enum Outcome {
    Armed(bool),
    Removed(Option<usize>),
    Fired(Vec<usize>),
}

#[derive(Clone, Debug)]
pub struct Story {
    pub start: u64,
    pub calls: Vec<Call>,
}

/// The obviously right wheel: armed timers as `(deadline, number)`, sorted. It is the map from
/// deadline and rank to timer, since a timer's number is its rank too.
pub struct Model {
    pub elapsed: u64,
    pub armed: BTreeSet<(u64, usize)>,
    /// The deadline of every insertion there ever was.
    pub deadlines: Vec<u64>,
}

impl Model {
    pub fn starting_at(elapsed: u64) -> Self {
        Self { elapsed, armed: BTreeSet::new(), deadlines: Vec::new() }
    }

    pub fn call(&mut self, call: Call) -> Outcome {
        match call {
            Call::Insert(when) => {
                let number = self.deadlines.len();
                self.deadlines.push(when);
                Outcome::Armed(when > self.elapsed && self.armed.insert((when, number)))
            }
            Call::Remove(number) => {
                let was_armed = self.armed.remove(&(self.deadlines[number], number));
                Outcome::Removed(was_armed.then_some(number))
            }
            Call::Advance(now) => {
                self.elapsed = self.elapsed.max(now);
                let mut fired = Vec::new();
                while self.next_deadline().is_some_and(|when| when <= now) {
                    fired.extend(self.armed.pop_first().map(|(_, number)| number));
                }
                Outcome::Fired(fired)
            }
        }
    }

    pub fn next_deadline(&self) -> Option<u64> {
        self.armed.first().map(|&(when, _)| when)
    }
}

/// A wheel that plays a story, and keeps the keys by the number of the insertion.
pub struct Player {
    pub wheel: Wheel<usize>,
    /// `None` where the insertion was refused.
    pub keys: Vec<Option<Key>>,
}

impl Player {
    pub fn starting_at(elapsed: u64) -> Self {
        Self { wheel: Wheel::starting_at(elapsed), keys: Vec::new() }
    }

    pub fn call(&mut self, call: Call) -> Outcome {
        match call {
            Call::Insert(when) => {
                let key = self.wheel.insert(when, self.keys.len()).ok();
                self.keys.push(key);
                Outcome::Armed(key.is_some())
            }
            Call::Remove(number) => {
                Outcome::Removed(self.keys[number].and_then(|key| self.wheel.remove(key)))
            }
            Call::Advance(now) => Outcome::Fired(self.advance(now)),
        }
    }

    pub fn advance(&mut self, now: u64) -> Vec<usize> {
        let mut due = Vec::new();
        self.wheel.advance(now, &mut due);
        due
    }

    /// The level and slot of an armed timer.
    pub fn position(&self, number: usize) -> Option<(usize, usize)> {
        self.wheel.position(self.keys[number]?)
    }
}

/// Plays a story on a wheel and on the model side by side, and asks after every call.
pub fn after_every_call(
    story: &Story,
    mut ask: impl FnMut(&mut Player, &Model) -> Result<(), TestCaseError>,
) -> Result<(Player, Model), TestCaseError> {
    let mut player = Player::starting_at(story.start);
    let mut model = Model::starting_at(story.start);
    for &call in &story.calls {
        player.call(call);
        model.call(call);
        ask(&mut player, &model)?;
    }
    Ok((player, model))
}

/// Stories that may last until the end of time.
pub fn stories() -> impl Strategy<Value = Story> {
    (starts(), vec(intents(), 1..64)).prop_map(|(start, intents)| tell(start, u64::MAX, &intents))
}

/// Stories that can also be told from another start: both starts leave room for the whole story.
pub fn stories_with_another_start() -> impl Strategy<Value = (Story, u64)> {
    let lengths = (0u32..64).prop_map(|bits| 1u64 << bits);
    let intents = vec(intents(), 1..64);
    (starts(), starts(), lengths, intents).prop_map(|(start, other, length, intents)| {
        let last_start = u64::MAX - length;
        let start = start.min(last_start);
        (tell(start, start + length, &intents), other.min(last_start))
    })
}

/// A start at one of the edges, within a few ticks of a power of 64, or anywhere.
pub fn starts() -> impl Strategy<Value = u64> {
    let near_a_power = (0u32..11, 0u64..7)
        .prop_map(|(level, nudge)| (1u64 << (6 * level)).saturating_sub(3) + nudge);
    prop_oneof![select(&STARTS[..]), near_a_power, distances()]
}

/// A number of ticks, each order of magnitude as likely as any other.
///
/// Uniform numbers would prove little: below a fixed bound they visit the same one or two levels
/// in every case.
pub fn distances() -> impl Strategy<Value = u64> {
    (0u32..64, any::<u64>()).prop_map(|(bits, noise)| distance(bits, noise))
}

fn distance(bits: u32, noise: u64) -> u64 {
    noise & ((1 << bits) - 1)
}

/// What the next call is to be, before it is known what time it is and who is armed.
#[derive(Clone, Copy, Debug)]
enum Intent {
    Insert { ahead: u64 },
    InsertAtEdge { ahead: u64, nudge: u64 },
    InsertAgain { choice: u64 },
    InsertAtTheEnd,
    Remove { choice: u64 },
    Advance { by: u64 },
    AdvanceBeforeNext,
    AdvanceToNext,
}

/// Three plain numbers make an intent: `prop_oneof`, which would say the same, takes most of the
/// time of the tests.
fn intents() -> impl Strategy<Value = Intent> {
    (0u32..24, 0u32..64, any::<u64>()).prop_map(|(kind, bits, noise)| match kind {
        0..6 => Intent::Insert { ahead: distance(bits, noise) },
        6..8 => Intent::InsertAtEdge { ahead: distance(bits, noise), nudge: noise >> 62 },
        8..12 => Intent::InsertAgain { choice: noise },
        12 => Intent::InsertAtTheEnd,
        13..16 => Intent::Remove { choice: noise },
        16..20 => Intent::Advance { by: distance(bits, noise) },
        20..22 => Intent::AdvanceBeforeNext,
        _ => Intent::AdvanceToNext,
    })
}

/// Turns intents into calls, none of which names a tick after `end`.
fn tell(start: u64, end: u64, intents: &[Intent]) -> Story {
    let mut model = Model::starting_at(start);
    let mut calls = Vec::new();
    for &intent in intents {
        let room = end - model.elapsed;
        let someone = |choice: u64| {
            let nth = choice.checked_rem(model.armed.len() as u64)?;
            model.armed.iter().nth(nth as usize).copied()
        };
        let call = match intent {
            Intent::Insert { ahead } => Some(Call::Insert(model.elapsed + fitted(ahead, room))),
            Intent::InsertAtEdge { ahead, nudge } => {
                let ahead = fitted(ahead, room).max(1);
                let edge = model.elapsed.saturating_add(ahead) & !(power_of_64(ahead) - 1);
                Some(Call::Insert((edge - 1).saturating_add(nudge).min(end)))
            }
            Intent::InsertAgain { choice } => someone(choice).map(|(when, _)| Call::Insert(when)),
            Intent::InsertAtTheEnd => Some(Call::Insert(end)),
            Intent::Remove { choice } => someone(choice).map(|(_, number)| Call::Remove(number)),
            Intent::Advance { by } => Some(Call::Advance(model.elapsed + fitted(by, room))),
            Intent::AdvanceBeforeNext => model.next_deadline().map(|when| Call::Advance(when - 1)),
            Intent::AdvanceToNext => model.next_deadline().map(Call::Advance),
        };
        if let Some(call) = call {
            model.call(call);
            calls.push(call);
        }
    }
    Story { start, calls }
}

/// Shortens a distance by orders of magnitude until there is room for it. Clamped to the room,
/// one long step would bring time to its end, and nothing could happen in the rest of the story.
fn fitted(mut distance: u64, room: u64) -> u64 {
    while distance > room {
        distance >>= 6;
    }
    distance
}

/// The largest power of 64 that is not above `number`.
fn power_of_64(number: u64) -> u64 {
    1 << (number.ilog2() / 6 * 6)
}
