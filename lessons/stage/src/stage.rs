use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::io;
use std::rc::Rc;
use std::sync::PoisonError;

use anstyle::Style;
use executor::{Clock, EventLoop};

use crate::interrupt::{self, Played};
use crate::observers::{Observers, Recorder};
use crate::scene::{RunningScene, Scene};
use crate::silence::Silence;
use crate::steps::Stepper;
use crate::story::sockets::SocketStory;
use crate::story::{self, Story};
use crate::{CLOCK, Options, SLOW_POLL, figures, output, picture, printed, println};

/// Of more events only the first are kept, for pictures and figures: a loop that runs for hours tells
/// more than fits into memory.
const MOST_EVENTS: usize = 500_000;

/// Plays a program: `scenes` has the stage run them, one by one. With `--step` it is called anew to
/// go back, so it should do the same each time.
///
/// # Errors
/// Those of `scenes`.
pub fn play(
    program: &'static str,
    options: &Options,
    scenes: impl Fn(&mut Stage) -> io::Result<()>,
) -> io::Result<Stage> {
    let steps = if options.step { Some(count_steps(program, options, &scenes)?) } else { None };
    let mut first = 0;
    loop {
        let mut stage = Stage::begin(program, options, first, steps);
        let played = scenes(&mut stage);
        match stage.is_to_go_back() {
            Some(step) => first = step,
            None => return played.map(|()| stage),
        }
    }
}

/// How many steps there will be: plays the program once, unseen.
fn count_steps(
    program: &'static str,
    options: &Options,
    scenes: &impl Fn(&mut Stage) -> io::Result<()>,
) -> io::Result<u64> {
    let mut stage = Stage::begin(program, options, u64::MAX, None);
    let played = scenes(&mut stage);
    printed::stop();
    played.map(|()| stage.stepper.map_or(0, |stepper| stepper.steps()))
}

/// Where a program is played, in one scene or more: each is a run of a loop of its own.
pub struct Stage {
    pub(crate) program: &'static str,
    pub(crate) options: Options,
    pub(crate) scenes: Vec<Scene>,
    /// A story has explained what a waker is.
    wakers_are_known: Rc<Cell<bool>>,
    /// The signs in the pictures so far.
    pub(crate) explained: RefCell<BTreeSet<picture::Cell>>,
    stepper: Option<Stepper>,
}

impl Stage {
    /// With `--step` the scenes halt before each poll, from the step `first` on.
    pub(crate) fn begin(
        program: &'static str,
        options: &Options,
        first: u64,
        steps: Option<u64>,
    ) -> Self {
        let stepper = options.step.then(|| Stepper::new(first, steps, options.ascii));
        if stepper.is_some() {
            printed::keep();
        }
        Self {
            program,
            options: options.clone(),
            scenes: Vec::new(),
            wakers_are_known: Rc::default(),
            explained: RefCell::default(),
            stepper,
        }
    }

    /// The step to go back to, if that is what was asked for: then the program is to be played
    /// anew. If it was not, what was printed after the last scene is shown.
    pub(crate) fn is_to_go_back(&self) -> Option<u64> {
        let stepper = self.stepper.as_ref()?;
        let printed = printed::stop();
        let back_to = stepper.is_to_go_back();
        if back_to.is_none() {
            output::aside(format_args!("{printed}"));
        }
        back_to
    }

    /// Makes a loop and a clock for it, and runs the program on it: to its end, or until nothing
    /// can ever happen again.
    ///
    /// # Errors
    /// When the system has no descriptor left for a loop.
    #[track_caller]
    pub fn scene<F: Future<Output = ()>>(
        &mut self,
        title: &'static str,
        program: impl FnOnce(Clock) -> F,
    ) -> io::Result<()> {
        self.scene_of(title, program).map(drop)
    }

    /// [`scene`](Self::scene) of a program that returns something: it is here, if the program has
    /// come to its end.
    ///
    /// # Errors
    /// As for any scene.
    #[track_caller]
    pub fn scene_of<F: Future>(
        &mut self,
        title: &'static str,
        program: impl FnOnce(Clock) -> F,
    ) -> io::Result<Option<F::Output>> {
        self.observed_scene(title, Observers::default(), program)
    }

    /// [`scene`](Self::scene), in which it is told what happens to sockets.
    ///
    /// # Errors
    /// As for any scene.
    #[track_caller]
    pub fn scene_of_sockets<F: Future<Output = ()>>(
        &mut self,
        title: &'static str,
        program: impl FnOnce(Clock) -> F,
    ) -> io::Result<()> {
        let mut observers = Observers::default();
        // Otherwise there is to be no story, or it is told anyway.
        if !self.options.plain && !self.options.trace && self.stepper.is_none() {
            observers.add(SocketStory::default());
        }
        self.observed_scene(title, observers, program).map(drop)
    }

    /// A clock for another loop than that of a scene, which goes as fast.
    pub fn another_clock(&self) -> Clock {
        self.options.pace.clock()
    }

    #[track_caller]
    fn observed_scene<F: Future>(
        &mut self,
        title: &'static str,
        mut observers: Observers,
        program: impl FnOnce(Clock) -> F,
    ) -> io::Result<Option<F::Output>> {
        // Stepped through, the scene shows it at every halt.
        if !self.options.plain && self.stepper.is_none() {
            println!("{}", picture::headline(title, self.options.ascii));
        }
        let (clock, recorder) = (self.options.pace.clock(), Recorder::of_at_most(MOST_EVENTS));
        observers.add(recorder.clone());
        if !self.options.plain && self.stepper.is_none() {
            observers.add(Silence::default());
        }
        if self.options.trace {
            if self.scenes.is_empty() {
                let dim = Style::new().dimmed();
                println!("{dim}{}{dim:#}", output::wrapped(story::LEGEND, "  "));
            }
            observers.add(Story::new(self.options.ascii).knowing(&self.wakers_are_known));
        }
        if let Some(file) = &self.options.journal {
            file.scene(self.program, title);
            observers.add(file.clone());
        }
        let page = self.options.page.as_ref();
        let page = page.map(|file| file.scene(self.program, title, self.options.pace.name()));
        if let Some(story) = &page {
            observers.add(story.clone());
        }
        if let Some(stepper) = &self.stepper {
            stepper.enter(title);
            observers.add(stepper.clone());
        }
        *CLOCK.lock().unwrap_or_else(PoisonError::into_inner) = Some(clock.clone());
        let builder = EventLoop::builder().clock(clock.clone()).observer(observers);
        let (played, ascii) = (recorder.clone(), self.options.ascii);
        interrupt::set(Some(Played { title, recorder: played, ascii }));
        let scene = RunningScene { stage: self, title, recorder, page };
        // The loop is gone, and the story with it, before the picture is shown.
        let outcome = builder.slow_poll(SLOW_POLL).build()?.try_run(program(clock));
        interrupt::set(None);
        let scene = scene.end(outcome.as_ref().err());
        if let Some(stepper) = &self.stepper {
            stepper.leave()?;
        }
        self.scenes.push(scene);
        Ok(outcome.ok())
    }

    /// Runs a program that measures something, on a loop of its own, and returns what it found.
    ///
    /// There is no picture of it; and an observer only if a file was asked for, since to observe
    /// takes time.
    ///
    /// # Errors
    /// When the system has no descriptor left for a loop.
    #[track_caller]
    pub fn measure<F: Future>(&self, title: &str, program: F) -> io::Result<F::Output> {
        let (mut observers, recorder) = (Observers::default(), Recorder::default());
        if self.options.chrome.is_some() {
            observers.add(recorder.clone());
        }
        if let Some(file) = &self.options.journal {
            file.scene(self.program, title);
            observers.add(file.clone());
        }
        let page = self.options.page.as_ref();
        let page = page.map(|file| file.scene(self.program, title, self.options.pace.name()));
        if let Some(story) = &page {
            observers.add(story.clone());
        }
        let mut builder = EventLoop::builder().clock(self.options.pace.clock());
        if !observers.is_empty() {
            builder = builder.observer(observers);
        }
        let found = builder.build()?.run(program);
        if let Some(story) = page {
            story.end(None);
        }
        if let Some(file) = &self.options.chrome {
            file.scene(self.program, title, &recorder.take(), self.options.pace);
        }
        Ok(found)
    }

    /// A remark about the program, in a line which `--plain` leaves out.
    pub fn note(&self, text: &str) {
        if !self.options.plain {
            let dim = Style::new().dimmed();
            println!("{dim}{}{dim:#}", output::wrapped(text, ""));
        }
    }

    /// Prints in figures what happened, a line a scene; and more of those in which somebody held
    /// the loop, or in which there is a likely mistake.
    pub fn show_figures(&self) {
        self.scenes.iter().for_each(|scene| println!("{}", figures::of(scene, &self.scenes)));
    }
}
