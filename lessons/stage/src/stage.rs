use std::io;
use std::time::Duration;

use anstyle::Style;
use executor::{Clock, EventLoop};

use crate::observers::{Observers, Recorder};
use crate::picture::timeline::Timeline;
use crate::steps::Stepper;
use crate::story::sockets::SocketStory;
use crate::story::{self, Story};
use crate::{Journal, Options, SLOW_POLL, figures, output, picture, println, steps};

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
    if options.step {
        return steps::play(program, options, scenes);
    }
    let mut stage = Stage::new(program, options);
    scenes(&mut stage)?;
    Ok(stage)
}

/// Where a program is played, in one scene or more: each is a run of a loop of its own.
pub struct Stage {
    program: &'static str,
    options: Options,
    scenes: Vec<Scene>,
    stepper: Option<Stepper>,
}

/// One run of a loop, and what it did.
pub(crate) struct Scene {
    pub(crate) title: &'static str,
    pub(crate) journal: Journal,
}

impl Stage {
    pub(crate) fn new(program: &'static str, options: &Options) -> Self {
        Self { program, options: options.clone(), scenes: Vec::new(), stepper: None }
    }

    /// Has the scenes halt before each poll.
    pub(crate) fn step_by(&mut self, stepper: Stepper) {
        self.stepper = Some(stepper);
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
        self.observed_scene(title, observers, program)
    }

    /// A clock for another loop than that of a scene, which goes as fast.
    pub fn another_clock(&self) -> Clock {
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
            observers.add(Story::new(self.options.ascii));
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
        let builder = EventLoop::builder().clock(clock.clone()).observer(observers);
        let outcome = builder.slow_poll(SLOW_POLL).build()?.try_run(program(clock));

        if let Some(story) = page {
            story.end(outcome.as_ref().err());
        }
        let scene = Scene { title, journal: recorder.take() };
        if let Some(file) = &self.options.chrome {
            file.scene(self.program, title, &scene.journal, self.options.pace);
        }
        if !self.options.plain {
            if let Err(stuck) = &outcome {
                println!("{}", story::stuck::of(stuck));
            }
            self.show(&Timeline::of(&scene.journal));
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
            println!("{dim}{text}{dim:#}");
        }
    }

    /// Prints in figures what happened, a line a scene; and more of those in which somebody held
    /// the loop, or in which there is a likely mistake.
    pub fn show_figures(&self) {
        self.scenes.iter().for_each(|scene| println!("{}", figures::of(scene, &self.scenes)));
    }

    fn explain_the_story(&self) {
        if self.scenes.is_empty() {
            let dim = Style::new().dimmed();
            println!("{dim}{}{dim:#}", output::wrapped(story::LEGEND, "  "));
        }
    }

    fn show(&self, timeline: &Timeline) {
        // What was over at once has no picture.
        if timeline.took < Duration::from_millis(10) {
            return;
        }
        println!("{}", picture::draw(timeline, self.options.ascii));
        if self.scenes.is_empty() {
            println!("{}", picture::legend(self.options.ascii));
        }
    }
}
