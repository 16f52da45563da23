//! The timer wheel: which timers are due, and when is the next one?
//!
//! A sorted list answers both, but arming among a million timers would walk half of them, and a
//! binary heap pays a logarithm for every timer, although most timers (timeouts above all) are
//! cancelled long before they fire. A wheel arms and cancels in constant time, because it sorts
//! a timer only as finely as its distance asks for. The idea is Varghese and Lauck's, "Hashed and
//! Hierarchical Timing Wheels" (1987); Linux had it for decades, and tokio's timers are one.
//!
//! Time is a `u64` of ticks, and a tick is read as eleven digits to the base 64, one digit a
//! *level*. Each level has 64 *slots*, one for each value of its digit:
//!
//! | level | a slot spans | with ticks of 1 ms | the level spans |
//! |---|---|---|---|
//! | 0 | 1 tick | 1 ms | 64 ms |
//! | 1 | 64 ticks | 64 ms | 4 s |
//! | 2 | 64² ticks | 4 s | 4 min |
//! | 3 | 64³ ticks | 4 min | 4.6 h |
//! | 4 | 64⁴ ticks | 4.6 h | 12 days |
//! | 5 | 64⁵ ticks | 12 days | 2 years |
//! | 6 to 10 | … | … | all of `u64` |
//!
//! A timer lies at the level of the highest digit in which its deadline differs from the time
//! that has elapsed, in the slot named by that digit of the deadline. When time reaches the start
//! of a slot, the slot's timers *cascade*: those due now fire, the others are sorted again, now
//! by a lower digit. A timer moves at most ten times in its life, however far away it was.
//!
//! One deadline in digits: a timer is armed at tick 0 for tick 5,000. That is 1·64² + 14·64 + 8, so
//! its digits are 1, 14, 8.
//!
//! | time | its digits | they differ first in | the timer's place |
//! |---|---|---|---|
//! | 0 | 0, 0, 0 | digit 2: 0 and 1 | level 2, slot 1 |
//! | 4,096 | 1, 0, 0 | digit 1: 0 and 14 | it cascades to level 1, slot 14 |
//! | 4,992 | 1, 14, 0 | digit 0: 0 and 8 | it cascades to level 0, slot 8 |
//! | 5,000 | 1, 14, 8 | none | it is due |

use crate::{Key, Slab};

const LEVELS: usize = 11;
const SLOTS: usize = 64;
/// Bits of a digit: `SLOTS == 1 << DIGIT`.
const DIGIT: u32 = 6;
/// The end of a list.
const NIL: u32 = u32::MAX;
/// How many timers of one slot [`Wheel::next_wake`] looks at before it settles for the slot's start.
const LOOK: usize = 64;

/// A hierarchical timing wheel: a pure data structure that knows neither clocks nor wakers.
///
/// [`insert`](Self::insert) and [`remove`](Self::remove) take constant time;
/// [`advance`](Self::advance) hands back what is due and calls nobody.
///
/// ```
/// use timer::Wheel;
///
/// let mut wheel = Wheel::new();
/// wheel.insert(2_000, "coffee").unwrap();
/// let toast = wheel.insert(1_000, "toast").unwrap();
/// assert_eq!(wheel.next_deadline(), Some(1_000));
///
/// let mut due = Vec::new();
/// wheel.advance(1_999, &mut due);
/// assert_eq!(due, ["toast"]);
/// assert_eq!(wheel.remove(toast), None, "fired: the key is stale");
/// assert_eq!(wheel.next_deadline(), Some(2_000));
/// ```
#[derive(Debug)]
pub struct Wheel<T> {
    /// The tick that time has reached. Every armed timer is due later than this.
    elapsed: u64,
    /// Bit `n` is set when level `n` has an occupied slot.
    occupied: u16,
    levels: [Level; LEVELS],
    timers: Slab<Timer<T>>,
    /// Counts insertions, so that a key is never given out twice.
    serial: u64,
}

#[derive(Clone, Copy, Debug)]
struct Level {
    /// Bit `n` is set when slot `n` has a timer.
    occupied: u64,
    slots: [List; SLOTS],
}

/// A doubly linked list through the slab, in the order of insertion.
#[derive(Clone, Copy, Debug)]
struct List {
    head: u32,
    tail: u32,
}

/// What happens to a timer while time moves.
pub(crate) enum Step<T> {
    Due { key: Key, when: u64, value: T },
    Moved { key: Key, level: usize, slot: usize },
}

#[derive(Debug)]
struct Timer<T> {
    when: u64,
    serial: u64,
    prev: u32,
    next: u32,
    value: T,
}

impl<T> Wheel<T> {
    /// An empty wheel at tick 0.
    pub fn new() -> Self {
        Self::starting_at(0)
    }

    /// An empty wheel at the tick `elapsed`.
    pub fn starting_at(elapsed: u64) -> Self {
        let level = Level { occupied: 0, slots: [List { head: NIL, tail: NIL }; SLOTS] };
        Self { elapsed, occupied: 0, levels: [level; LEVELS], timers: Slab::default(), serial: 0 }
    }

    /// The tick that [`advance`](Self::advance) has reached.
    pub fn elapsed(&self) -> u64 {
        self.elapsed
    }

    /// The number of armed timers.
    pub fn len(&self) -> usize {
        self.timers.len()
    }

    /// Whether no timer is armed.
    pub fn is_empty(&self) -> bool {
        self.timers.is_empty()
    }

    /// Arms a timer for the tick `when`.
    ///
    /// # Errors
    /// Hands `value` back if `when` is not after [`elapsed`](Self::elapsed): it is due already.
    ///
    /// # Panics
    /// When more than `u32::MAX - 1` timers are armed at once.
    pub fn insert(&mut self, when: u64, value: T) -> Result<Key, T> {
        if when <= self.elapsed {
            return Err(value);
        }
        self.serial += 1;
        let serial = self.serial;
        let index = self.timers.insert(Timer { when, serial, prev: NIL, next: NIL, value });
        let index = u32::try_from(index).ok().filter(|&index| index != NIL);
        let index = index.expect("a wheel holds fewer than u32::MAX timers");
        self.link(index);
        Ok(Key { index, serial })
    }

    /// Cancels a timer and hands its value back; `None` if `key` is stale.
    pub fn remove(&mut self, key: Key) -> Option<T> {
        self.get_mut(key)?;
        self.unlink(key.index);
        Some(self.timers.remove(key.index as usize)?.value)
    }

    /// The value of an armed timer; `None` if `key` is stale.
    pub fn get_mut(&mut self, key: Key) -> Option<&mut T> {
        let timer = self.timers.get_mut(key.index as usize)?;
        (timer.serial == key.serial).then_some(&mut timer.value)
    }

    /// The level and the slot at which a timer lies now; `None` if `key` is stale.
    pub fn position(&self, key: Key) -> Option<(usize, usize)> {
        let timer = self.timers.get(key.index as usize)?;
        (timer.serial == key.serial).then(|| level_and_slot(self.elapsed, timer.when))
    }

    /// The earliest deadline, exactly.
    ///
    /// Walks the timers of the first occupied slot; see [`next_wake`](Self::next_wake).
    pub fn next_deadline(&self) -> Option<u64> {
        let (level, slot, _) = self.first_slot()?;
        self.timers_of(level, slot).map(|timer| timer.when).min()
    }

    /// A tick at which to call [`advance`](Self::advance) next: never later than the earliest
    /// deadline, and found in constant time.
    ///
    /// It is the earliest deadline itself unless its slot is crowded (more than 64 timers). Then
    /// it is the start of that slot, where the crowd cascades and spreads out.
    pub fn next_wake(&self) -> Option<u64> {
        let (level, slot, start) = self.first_slot()?;
        match self.timers_of(level, slot).nth(LOOK) {
            Some(_) => Some(start),
            None => self.timers_of(level, slot).map(|timer| timer.when).min(),
        }
    }

    /// Moves time to the tick `now` and appends to `due` what is due by then, in the order of
    /// the deadlines, and of insertion where they are equal.
    ///
    /// A `now` in the past changes nothing: time does not go back.
    pub fn advance(&mut self, now: u64, due: &mut Vec<T>) {
        self.advance_with(now, |step| {
            if let Step::Due { value, .. } = step {
                due.push(value);
            }
        });
    }

    /// [`advance`](Self::advance), told step by step.
    pub(crate) fn advance_with(&mut self, now: u64, mut tell: impl FnMut(Step<T>)) {
        while let Some((level, slot, start)) = self.first_slot().filter(|slot| slot.2 <= now) {
            self.elapsed = start;
            let mut index = self.take_list(level, slot);
            while index != NIL {
                let &Timer { when, serial, next, .. } = &self.timers[index as usize];
                let key = Key { index, serial };
                if when == start {
                    let timer = self.timers.remove(index as usize);
                    let value = timer.expect("a list names timers that are there").value;
                    tell(Step::Due { key, when, value });
                } else {
                    // `elapsed` now shares this level's digit with `when`: one level down at least.
                    self.link(index);
                    let (level, slot) = level_and_slot(start, when);
                    tell(Step::Moved { key, level, slot });
                }
                index = next;
            }
        }
        self.elapsed = self.elapsed.max(now);
    }

    /// What [`advance`](Self::advance) would hand back, with the deadlines, in no order. It looks
    /// only into the slots that time has entered by then.
    pub(crate) fn due(&self, now: u64) -> impl Iterator<Item = (u64, &T)> {
        let slots = (0..LEVELS).flat_map(move |level| {
            let occupied = self.levels[level].occupied;
            let slots = (0..SLOTS).filter(move |slot| occupied >> slot & 1 == 1);
            let entered = slots.take_while(move |&slot| self.start_of(level, slot) <= now);
            entered.map(move |slot| (level, slot))
        });
        let timers = slots.flat_map(|(level, slot)| self.timers_of(level, slot));
        timers.filter(move |timer| timer.when <= now).map(|timer| (timer.when, &timer.value))
    }

    /// The occupied slot that time reaches first: its level, its number, and the tick it starts at.
    ///
    /// Every occupied slot lies strictly above `elapsed`'s digit at its level, so nothing wraps
    /// around. And a lower level is always sooner, since its timers share with `elapsed` the
    /// digits in which those of a higher level lie ahead. So the lowest bits are the answer.
    fn first_slot(&self) -> Option<(usize, usize, u64)> {
        if self.occupied == 0 {
            return None;
        }
        let level = self.occupied.trailing_zeros() as usize;
        let slot = self.levels[level].occupied.trailing_zeros() as usize;
        Some((level, slot, self.start_of(level, slot)))
    }

    /// The tick at which time enters an occupied slot.
    fn start_of(&self, level: usize, slot: usize) -> u64 {
        let shift = DIGIT * level as u32;
        let digits_above = self.elapsed >> shift >> DIGIT << DIGIT;
        (digits_above | slot as u64) << shift
    }

    fn timers_of(&self, level: usize, slot: usize) -> impl Iterator<Item = &Timer<T>> {
        let head = self.levels[level].slots[slot].head;
        let first = self.timers.get(head as usize);
        std::iter::successors(first, |timer| self.timers.get(timer.next as usize))
    }

    /// Appends a timer to the list of the slot in which it belongs now.
    ///
    /// Timers of equal deadline are always in one list, whenever they were armed, because the
    /// slot depends on nothing but `elapsed` and `when`. That is why they fire in order.
    fn link(&mut self, index: u32) {
        let (level, slot) = level_and_slot(self.elapsed, self.timers[index as usize].when);
        let list = &mut self.levels[level].slots[slot];
        let tail = std::mem::replace(&mut list.tail, index);
        if tail == NIL {
            list.head = index;
            self.levels[level].occupied |= 1 << slot;
            self.occupied |= 1 << level;
        } else {
            self.timers[tail as usize].next = index;
        }
        let timer = &mut self.timers[index as usize];
        timer.prev = tail;
        timer.next = NIL;
    }

    /// Takes a timer out of its list.
    ///
    /// Its slot need not be stored: until time enters a slot, the deadlines in it differ from
    /// `elapsed` first in the same digit as on the day they were linked.
    fn unlink(&mut self, index: u32) {
        let Timer { when, prev, next, .. } = self.timers[index as usize];
        let (level, slot) = level_and_slot(self.elapsed, when);
        match self.timers.get_mut(prev as usize) {
            Some(prev) => prev.next = next,
            None => self.levels[level].slots[slot].head = next,
        }
        match self.timers.get_mut(next as usize) {
            Some(next) => next.prev = prev,
            None => self.levels[level].slots[slot].tail = prev,
        }
        if self.levels[level].slots[slot].head == NIL {
            self.take_list(level, slot);
        }
    }

    /// Empties a slot and returns the head of what was its list.
    fn take_list(&mut self, level: usize, slot: usize) -> u32 {
        let head = self.levels[level].slots[slot].head;
        self.levels[level].slots[slot] = List { head: NIL, tail: NIL };
        self.levels[level].occupied &= !(1 << slot);
        if self.levels[level].occupied == 0 {
            self.occupied &= !(1 << level);
        }
        head
    }
}

impl<T> Default for Wheel<T> {
    fn default() -> Self {
        Self::new()
    }
}

/// The level and slot of a deadline: the highest digit that differs, and its value.
fn level_and_slot(elapsed: u64, when: u64) -> (usize, usize) {
    let level = (elapsed ^ when).ilog2() / DIGIT;
    let digit = when >> (DIGIT * level);
    (level as usize, digit as usize % SLOTS)
}

/// What cannot be seen from outside; all the rest is tested as the program sees it.
#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use proptest::collection;
    use proptest::prelude::*;
    use proptest::test_runner::{TestCaseResult, TestRunner};

    use super::*;

    /// Bitmaps, lists and slab tell the same story, and every timer lies where it belongs.
    fn check(wheel: &Wheel<u64>, most_ever_armed: usize) -> TestCaseResult {
        let mut listed = 0;
        for (level, Level { occupied, slots }) in wheel.levels.iter().enumerate() {
            prop_assert_eq!(wheel.occupied >> level & 1 == 1, *occupied != 0);
            let digit = |tick: u64| tick >> (DIGIT * level as u32);
            for (slot, list) in slots.iter().enumerate() {
                prop_assert_eq!(occupied >> slot & 1 == 1, list.head != NIL);
                let (mut prev, mut index) = (NIL, list.head);
                while index != NIL {
                    let timer = &wheel.timers[index as usize];
                    prop_assert_eq!(timer.prev, prev);
                    prop_assert_eq!(timer.when, timer.value);
                    prop_assert_eq!(digit(timer.when) as usize % SLOTS, slot);
                    prop_assert!(digit(timer.when) > digit(wheel.elapsed));
                    prop_assert_eq!(digit(timer.when) >> DIGIT, digit(wheel.elapsed) >> DIGIT);
                    listed += 1;
                    prop_assert!(listed <= wheel.len(), "a list runs in a circle");
                    (prev, index) = (index, timer.next);
                }
                prop_assert_eq!(list.tail, prev);
            }
        }
        prop_assert!(wheel.occupied >> LEVELS == 0);
        prop_assert_eq!(listed, wheel.len());
        // A place that is vacated is used again before a new one is made.
        let all_used_again = wheel.timers.iter().all(|(index, _)| index < most_ever_armed);
        prop_assert!(all_used_again);
        Ok(())
    }

    /// P4, P5 and P6. A triple of numbers is an insertion, a removal or a step, over a number of
    /// ticks that is of any order of magnitude as likely as of any other.
    #[test]
    fn lists_bitmaps_and_counts_agree_and_a_timer_moves_down_at_most_ten_times() {
        let mut config = ProptestConfig { failure_persistence: None, ..ProptestConfig::default() };
        if std::env::var_os("PROPTEST_CASES").is_none() {
            config.cases = 10_000;
        }
        let starts = (0u32..64, 0u64..7).prop_map(|(bit, nudge)| (1u64 << bit) - 1 + nudge);
        let calls = collection::vec((0u32..9, 0u32..64, any::<u64>()), 1..64);
        let result = TestRunner::new(config).run(&(starts, calls), |(start, calls)| {
            let mut wheel = Wheel::starting_at(start);
            let (mut keys, mut when) = (Vec::new(), u64::MAX);
            let mut most_ever_armed = 0;
            // The levels at which a timer has been.
            let mut levels: HashMap<Key, Vec<usize>> = HashMap::new();
            for (kind, bits, noise) in calls {
                let mut ticks = noise & ((1 << bits) - 1);
                while wheel.elapsed.checked_add(ticks).is_none() {
                    ticks >>= DIGIT;
                }
                let mut told = Vec::new();
                match kind {
                    0..5 => {
                        // A third of the deadlines is that of the timer before.
                        when = if noise % 3 == 0 { when } else { wheel.elapsed + ticks };
                        if let Ok(key) = wheel.insert(when, when) {
                            keys.push(key);
                            levels.insert(key, vec![level_and_slot(wheel.elapsed, when).0]);
                        }
                    }
                    5 if !keys.is_empty() => {
                        wheel.remove(keys.swap_remove(noise as usize % keys.len()));
                    }
                    6 => {
                        let next = wheel.next_deadline().unwrap_or(when);
                        wheel.advance_with(next.saturating_sub(noise % 2), |step| told.push(step));
                    }
                    _ => wheel.advance_with(wheel.elapsed + ticks, |step| told.push(step)),
                }
                for step in told {
                    match step {
                        Step::Due { when, value, .. } => prop_assert_eq!(when, value),
                        Step::Moved { key, level, .. } => {
                            let levels = levels.get_mut(&key).unwrap();
                            prop_assert!(levels.iter().all(|before| *before > level));
                            prop_assert!(levels.len() <= 10, "a move too many");
                            levels.push(level);
                        }
                    }
                }
                for (&key, levels) in &levels {
                    let level = wheel.position(key).map(|(level, _)| level);
                    prop_assert!(level.is_none() || level == levels.last().copied());
                }
                most_ever_armed = most_ever_armed.max(wheel.len());
                check(&wheel, most_ever_armed)?;
            }
            Ok(())
        });
        if let Err(error) = result {
            panic!("{error}");
        }
    }
}
