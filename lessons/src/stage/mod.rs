//! What stands around the lessons: it makes their loops, watches them, and shows what they did.

mod account;
pub(crate) mod command_line;
mod figures;
mod lesson;
pub(crate) mod output;
mod picture;

use std::cell::RefCell;
use std::io;
use std::rc::Rc;
use std::time::Duration;

use anstyle::Style;
use executor::journal::{Event, Observer};
use executor::{Clock, EventLoop};

pub(crate) use command_line::{Options, Request, command_line};
pub(crate) use lesson::{Lesson, Look};
pub(crate) use output::{print, println};

use account::Account;

/// No line of ours is longer.
const COLUMNS: usize = 80;

/// Where a lesson plays its scenes.
pub(crate) struct Stage {
    options: Options,
    scenes: Vec<Scene>,
}

/// One run of a loop, and what it did.
struct Scene {
    title: &'static str,
    journal: Journal,
}

/// All that a loop told, and when.
type Journal = Vec<(Duration, Event)>;

impl Stage {
    fn new(options: Options) -> Self {
        Self { options, scenes: Vec::new() }
    }

    /// Makes a loop and a clock for it, and runs the program on it to its end.
    ///
    /// # Errors
    /// When the system has no descriptor left for a loop.
    pub(crate) fn scene<F: Future>(
        &mut self,
        title: &'static str,
        program: impl FnOnce(Clock) -> F,
    ) -> io::Result<F::Output> {
        if !self.options.plain {
            println!("{}", picture::headline(title, self.options.ascii));
        }
        let (clock, recorder) = (self.options.pace.clock(), Recorder::default());
        let builder = EventLoop::builder().clock(clock.clone()).observer(recorder.clone());
        let output = builder.build()?.run(program(clock));

        let scene = Scene { title, journal: recorder.0.take() };
        if !self.options.plain {
            self.show(&Account::of(&scene.journal));
        }
        self.scenes.push(scene);
        Ok(output)
    }

    /// A remark about the program, in a line which `--plain` leaves out.
    pub(crate) fn note(&self, text: &str) {
        if !self.options.plain {
            let dim = Style::new().dimmed();
            println!("{dim}{text}{dim:#}");
        }
    }

    fn show(&self, account: &Account) {
        // What was over at once has no picture.
        if account.took < Duration::from_millis(10) {
            return;
        }
        println!("{}", picture::draw(account, self.options.ascii));
        if self.scenes.is_empty() {
            println!("{}", picture::legend(self.options.ascii));
        }
    }
}

/// Lets `duration` pass as a blocking call does, while this thread can do nothing else: that is
/// `std::thread::sleep`, or the like of it when the clock is simulated.
pub(crate) fn sleep_the_thread(clock: &Clock, duration: Duration) {
    clock.advance(duration);
}

/// Writes down all that a loop tells.
#[derive(Clone, Default)]
struct Recorder(Rc<RefCell<Journal>>);

impl Observer for Recorder {
    fn on_event(&mut self, at: Duration, event: &Event) {
        self.0.borrow_mut().push((at, event.clone()));
    }
}
