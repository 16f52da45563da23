//! What stands around the lessons: it makes their loops, watches them, and shows what they did.

mod account;
mod cast;
mod chrome;
pub(crate) mod command_line;
pub(crate) mod debugger;
mod figures;
mod file;
mod held;
mod hints;
mod journal_file;
mod lesson;
mod observers;
pub(crate) mod output;
mod picture;
mod reasons;
mod report;
mod sentences;
mod socket_story;
mod step;
mod trace;
mod words;

use std::cell::RefCell;
use std::io;
use std::rc::Rc;
use std::time::Duration;

use anstyle::Style;
use executor::journal::{Event, Observer};
use executor::{Clock, EventLoop};

pub(crate) use command_line::{Options, Request, command_line};
pub(crate) use lesson::{Clocks, Lesson, Look};
pub(crate) use output::{hanging, print, println, wrapped};

use account::Account;
use observers::Observers;
use socket_story::SocketStory;
use step::Stepper;
use trace::Trace;

/// No line of ours is longer.
const COLUMNS: usize = 80;

/// A poll that takes longer is reported: asyncio's `slow_callback_duration` is twice as long.
const SLOW_POLL: Duration = Duration::from_millis(50);

/// Where a lesson plays its scenes.
pub(crate) struct Stage {
    lesson: &'static str,
    options: Options,
    scenes: Vec<Scene>,
    stepper: Option<Stepper>,
}

/// One run of a loop, and what it did.
struct Scene {
    title: &'static str,
    journal: Journal,
}

/// All that a loop told, and when.
type Journal = Vec<(Duration, Event)>;

impl Stage {
    fn new(lesson: &Lesson, options: &Options) -> Self {
        Self { lesson: lesson.name, options: options.clone(), scenes: Vec::new(), stepper: None }
    }

    /// Makes a loop and a clock for it, and runs the program on it: to its end, or until nothing
    /// can ever happen again.
    ///
    /// # Errors
    /// When the system has no descriptor left for a loop.
    #[track_caller]
    pub(crate) fn scene<F: Future<Output = ()>>(
        &mut self,
        title: &'static str,
        program: impl FnOnce(Clock) -> F,
    ) -> io::Result<()> {
        self.observed_scene(title, Observers::default(), program)
    }

    /// [`scene`](Self::scene), in which it is told what happens to sockets.
    ///
    /// # Errors
    /// As for any scene.
    #[track_caller]
    pub(crate) fn scene_of_sockets<F: Future<Output = ()>>(
        &mut self,
        title: &'static str,
        program: impl FnOnce(Clock) -> F,
    ) -> io::Result<()> {
        let mut observers = Observers::default();
        // Otherwise there is to be no story, or it is told anyway.
        if !self.options.plain && !self.options.trace && self.stepper.is_none() {
            observers.add(SocketStory::default());
        }
        self.observed_scene(title, observers, program)
    }

    /// A clock for another loop than that of a scene, which goes as fast.
    pub(crate) fn another_clock(&self) -> Clock {
        self.options.pace.clock()
    }

    #[track_caller]
    fn observed_scene<F: Future<Output = ()>>(
        &mut self,
        title: &'static str,
        mut observers: Observers,
        program: impl FnOnce(Clock) -> F,
    ) -> io::Result<()> {
        // Stepped through, the scene shows it at every halt.
        if !self.options.plain && self.stepper.is_none() {
            println!("{}", picture::headline(title, self.options.ascii));
        }
        let (clock, recorder) = (self.options.pace.clock(), Recorder::default());
        observers.add(recorder.clone());
        if self.options.trace {
            self.explain_the_story();
            observers.add(Trace::new(self.options.ascii));
        }
        if let Some(file) = &self.options.journal {
            file.scene(self.lesson, title);
            observers.add(file.clone());
        }
        if let Some(stepper) = &self.stepper {
            stepper.enter(title);
            observers.add(stepper.clone());
        }
        let builder = EventLoop::builder().clock(clock.clone()).observer(observers);
        let outcome = builder.slow_poll(SLOW_POLL).build()?.try_run(program(clock));

        let scene = Scene { title, journal: recorder.0.take() };
        if let Some(file) = &self.options.chrome {
            file.scene(self.lesson, title, &scene.journal, self.options.pace);
        }
        if !self.options.plain {
            if let Err(stuck) = &outcome {
                println!("{}", report::of(stuck));
            }
            self.show(&Account::of(&scene.journal));
        }
        if let Some(stepper) = &self.stepper {
            stepper.leave();
        }
        self.scenes.push(scene);
        Ok(())
    }

    /// Runs a program that measures something, on a loop of its own, and returns what it found.
    ///
    /// There is no picture of it; and an observer only if a file was asked for, since to observe
    /// takes time.
    ///
    /// # Errors
    /// When the system has no descriptor left for a loop.
    #[track_caller]
    pub(crate) fn measure<F: Future>(&self, title: &str, program: F) -> io::Result<F::Output> {
        let (mut observers, recorder) = (Observers::default(), Recorder::default());
        if self.options.chrome.is_some() {
            observers.add(recorder.clone());
        }
        if let Some(file) = &self.options.journal {
            file.scene(self.lesson, title);
            observers.add(file.clone());
        }
        let mut builder = EventLoop::builder().clock(self.options.pace.clock());
        if !observers.is_empty() {
            builder = builder.observer(observers);
        }
        let found = builder.build()?.run(program);
        if let Some(file) = &self.options.chrome {
            file.scene(self.lesson, title, &recorder.0.take(), self.options.pace);
        }
        Ok(found)
    }

    /// A remark about the program, in a line which `--plain` leaves out.
    pub(crate) fn note(&self, text: &str) {
        if !self.options.plain {
            let dim = Style::new().dimmed();
            println!("{dim}{text}{dim:#}");
        }
    }

    fn explain_the_story(&self) {
        if self.scenes.is_empty() {
            let dim = Style::new().dimmed();
            println!("{dim}{}{dim:#}", output::wrapped(trace::LEGEND, "  "));
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
