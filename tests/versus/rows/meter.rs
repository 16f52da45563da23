use std::time::{Duration, Instant};

use super::per;
use crate::process::processor_time;
use crate::rounds::median;

const WARM_UP: Duration = Duration::from_millis(10);
const MEASURED: Duration = Duration::from_millis(250);

/// Lets something be done over and over for a while, and says how much processor time of the whole
/// process it has taken each time. What it costs need not be known before: it may be 100 ns, or
/// 100 ms.
///
/// The while is cut into parts, and the figure is their median: in some of them somebody else has
/// had the core and its caches.
///
/// It is an iterator, so that what is done can be awaited: `for () in meter.by_ref()`.
#[derive(Debug)]
pub struct Meter {
    /// When the while began; before that it only warms up, and finds the length of a part.
    began: Instant,
    is_warm: bool,
    /// How many are done in this part, and how many make one.
    done: u64,
    part: u64,
    /// Processor time when this part began.
    worked: Duration,
    figures: Vec<f64>,
}

impl Meter {
    pub fn new() -> Self {
        Self {
            began: Instant::now(),
            is_warm: false,
            done: 0,
            part: 1,
            worked: processor_time(),
            figures: Vec::new(),
        }
    }

    /// Does something that is not counted.
    pub fn leave_out(&mut self, work: impl FnOnce()) {
        let before = processor_time();
        work();
        self.worked += processor_time() - before;
    }

    /// Nanoseconds of processor time for one, when the while is over.
    pub fn per_operation(self) -> f64 {
        median(self.figures).expect("the while ends with the end of a part")
    }

    /// Whether the while goes on after this part.
    fn end_part(&mut self) -> bool {
        if self.is_warm {
            self.figures.push(per(processor_time() - self.worked, self.done));
            if self.began.elapsed() >= MEASURED {
                return false;
            }
        } else if self.began.elapsed() < WARM_UP {
            self.part *= 2;
            return true;
        } else {
            self.is_warm = true;
            self.began = Instant::now();
        }
        self.done = 0;
        self.worked = processor_time();
        true
    }
}

impl Iterator for Meter {
    type Item = ();

    fn next(&mut self) -> Option<()> {
        if self.done == self.part && !self.end_part() {
            return None;
        }
        self.done += 1;
        Some(())
    }
}
