//! A wheel that goes on.
//!
//! A small wheel: two levels of eight slots, for deadlines before tick 64.
//! `insert` is done. `advance` goes on to the tick `now`, one by one, and
//! returns the names of the timers that are due, in order.
//!
//! It knows of level 0 only. Whenever a turn of eight ticks is over, the
//! timers of the next slot of level 1 have to cascade: they go down to level
//! 0, each into its slot, or are due at that very tick.

pub struct Timer {
    pub when: usize,
    pub name: &'static str,
}

#[derive(Default)]
pub struct Wheel {
    elapsed: usize,
    levels: [[Vec<Timer>; 8]; 2],
}

impl Wheel {
    /// A timer that is not due yet, for a tick before 64.
    pub fn insert(&mut self, timer: Timer) {
        let when = timer.when;
        let (level, slot) = if when / 8 == self.elapsed / 8 {
            (0, when % 8)
        } else {
            (1, when / 8)
        };
        self.levels[level][slot].push(timer);
    }

    pub fn advance(&mut self, now: usize) -> Vec<&'static str> {
        let mut due = Vec::new();
        while self.elapsed < now {
            self.elapsed += 1;
            let slot = &mut self.levels[0][self.elapsed % 8];
            due.extend(slot.drain(..).map(|timer| timer.name));
        }
        due
    }
}
