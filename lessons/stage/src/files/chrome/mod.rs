//! `--chrome FILE`: a trace for <https://ui.perfetto.dev> or `chrome://tracing`.
//!
//! The file is in the JSON array format of Chrome's *Trace Event Format*. A scene is a process.
//! Its threads are the loop, with slices for being at work and for being parked, and the tasks,
//! each with a slice for every poll and one for every time it was ready but had to wait: from its
//! deadline on if the loop was too busy to fire its timer in time. An arrow leads from each wake to
//! the poll it caused; two counters say how many tasks were ready and how many timers armed. What
//! happens to sockets are marks.
//!
//! Under a simulated clock no time passes while a task runs. So that there is something to see,
//! an event is drawn a microsecond after the one before, if it has the same time.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use super::File;
use crate::{Journal, Pace};

mod form;
mod tracks;

use form::Form;
use tracks::Tracks;

/// Draws journals into a file, see the options' `--chrome`; clones draw into the same one.
#[derive(Clone)]
pub struct ChromeFile(Rc<RefCell<Inner>>);

struct Inner {
    file: File,
    is_empty: bool,
    scenes: usize,
    /// The number of the next arrow: in one file no two arrows share one.
    next_arrow: usize,
}

impl ChromeFile {
    /// Makes the file anew; `-` is stdout. If that cannot be done, this says so and ends the program.
    pub fn create(name: &str) -> Self {
        let mut file = File::create(name);
        file.line("[");
        Self(Rc::new(RefCell::new(Inner { file, is_empty: true, scenes: 0, next_arrow: 1 })))
    }

    /// What the file is called; stdout has no name.
    pub fn name(&self) -> Option<String> {
        self.0.borrow().file.name()
    }

    /// Draws a scene of a program that is over, and that had a clock of this pace.
    pub fn scene(&self, lesson: &str, scene: &str, journal: &Journal, pace: Pace) {
        let inner = &mut *self.0.borrow_mut();
        inner.scenes += 1;
        let step = Duration::from_nanos(if let Pace::Simulated = pace { 1000 } else { 1 });
        let name = format!("{lesson}: {scene}");
        let form = Form::new(inner.scenes, &name, inner.next_arrow);
        let form = Tracks::new(form, step).read(journal);
        inner.next_arrow = form.next_arrow();
        for line in form.into_events() {
            let separator = if inner.is_empty { "" } else { "," };
            inner.file.line(&format!("{separator}{line}"));
            inner.is_empty = false;
        }
    }
}

impl Drop for Inner {
    /// The end of the array. Readers do without it, should the program not get here.
    fn drop(&mut self) {
        self.file.line("]");
    }
}
