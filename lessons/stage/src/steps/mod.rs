//! `--step`: the run halts before each poll and each sleep of the loop, and shows its insides.
//!
//! What halts it is an observer that does not return before a key is pressed: the loop calls it
//! between two polls, and can do nothing meanwhile. Going back means to let the scene run on to its
//! end, unseen, and then to play the lesson anew, unseen as well, up to the halt before. The clock
//! is simulated, so that takes no time, and is the same run.

mod keys;
mod screen;
mod state;
#[cfg(test)]
mod tests;
mod why;

use std::cell::RefCell;
use std::io;
use std::rc::Rc;
use std::time::Duration;

use executor::TaskId;
use executor::journal::{Event, Observer};

pub(crate) use keys::insist_on_a_terminal;

use crate::output::aside;
use crate::printed;
use keys::Key;
use screen::{Halted, Shown};
use state::State;

/// So many of the lines that the program has printed last are shown.
const PRINTED: usize = 3;

/// Halts the runs of a lesson. Clones are one.
#[derive(Clone)]
pub(crate) struct Stepper(Rc<RefCell<Run>>);

struct Run {
    scene: &'static str,
    state: State,
    /// The future given to the loop.
    main: Option<TaskId>,
    /// How many steps there were, over all scenes.
    step: u64,
    /// How many there are, if that is known.
    steps: Option<u64>,
    /// What the last halt has shown.
    shown: Option<Shown>,
    /// No halt before this step. It is 0 the first time, and later what was gone back to.
    first: u64,
    /// No halt before the loop has woken up.
    until_wake: bool,
    /// No halt before the scene's end.
    through: bool,
    /// No halt at all any more: the lesson is to be played anew, up to this step.
    back_to: Option<u64>,
    ascii: bool,
}

impl Stepper {
    /// One that does not halt before the step `first`.
    pub(crate) fn new(first: u64, steps: Option<u64>, ascii: bool) -> Self {
        Self(Rc::new(RefCell::new(Run {
            scene: "",
            state: State::default(),
            main: None,
            step: 0,
            steps,
            shown: None,
            first,
            until_wake: false,
            through: false,
            back_to: None,
            ascii,
        })))
    }

    /// How many steps there were.
    pub(crate) fn steps(&self) -> u64 {
        self.0.borrow().step
    }

    /// A scene begins.
    pub(crate) fn enter(&self, scene: &'static str) {
        let mut run = self.0.borrow_mut();
        (run.scene, run.state) = (scene, State::default());
        (run.main, run.shown) = (None, None);
    }

    /// The step to go back to, if the reader wants to.
    pub(crate) fn is_to_go_back(&self) -> Option<u64> {
        self.0.borrow().back_to
    }

    /// A scene is over, and its picture is printed: shows it as a whole.
    ///
    /// # Errors
    /// When the reader wants to go back: out of the program, which is to be played anew.
    pub(crate) fn leave(&self) -> io::Result<()> {
        let mut run = self.0.borrow_mut();
        (run.through, run.until_wake) = (false, false);
        run.reach(|run| {
            let headline = screen::headline(run.scene, run.step, run.steps, run.ascii);
            (format!("{headline}\n{}\nThe scene is over.\n", printed::all()), Shown::default())
        });
        if run.back_to.is_some() {
            return Err(io::Error::other("the reader goes back"));
        }
        printed::keep();
        Ok(())
    }
}

impl Observer for Stepper {
    fn on_event(&mut self, at: Duration, event: &Event) {
        let mut run = self.0.borrow_mut();
        match event {
            Event::Spawned { task, .. } => run.main = run.main.or(Some(*task)),
            Event::Unparked { .. } => run.until_wake = false,
            _ => {}
        }
        let gives_up = matches!(event, Event::Cancelled { task } if run.main == Some(*task));
        if gives_up || matches!(event, Event::PollStarted { .. } | Event::Parked { .. }) {
            run.until_wake &= !gives_up;
            run.reach(|run| run.screen(at, event));
        }
        run.state.read(event);
    }
}

impl Run {
    /// One more step: halts there, unless it is to be passed over.
    fn reach(&mut self, screen: impl FnOnce(&Self) -> (String, Shown)) {
        self.step += 1;
        if self.through || self.until_wake || self.back_to.is_some() {
            return;
        }
        // Passed over, it counts as shown: what is gone back to looks as it did.
        let (text, shown) = screen(self);
        self.shown = Some(shown);
        if self.step < self.first {
            return;
        }
        // Above the very first screen stands what the lesson is about.
        if self.step > 1 || self.first > 0 {
            keys::clear_screen();
        }
        aside(format_args!("{text}"));
        match keys::ask(self.step > 1) {
            Key::Next => {}
            Key::Wake => self.until_wake = true,
            Key::Through => self.through = true,
            Key::Back => self.back_to = Some(self.step - 1),
        }
    }

    fn screen(&self, at: Duration, event: &Event) -> (String, Shown) {
        let printed = printed::last_lines(PRINTED);
        let next = why::sentence(&self.state, at, event);
        let (title, step, steps, state) = (self.scene, self.step, self.steps, &self.state);
        let halted = Halted { title, step, steps, at, state, printed, next };
        screen::draw(&halted, self.shown.as_ref(), self.ascii)
    }
}
