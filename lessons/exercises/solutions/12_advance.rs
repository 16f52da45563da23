//! A wheel that goes on: a solution.

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
            if self.elapsed % 8 == 0 {
                let slot = &mut self.levels[1][self.elapsed / 8];
                // Those that are due now go into the slot that is next.
                for timer in std::mem::take(slot) {
                    self.insert(timer);
                }
            }
            let slot = &mut self.levels[0][self.elapsed % 8];
            due.extend(slot.drain(..).map(|timer| timer.name));
        }
        due
    }
}
