//! What a lesson is.

use std::io;

use anstyle::Style;
use stage::output::wrapped;
use stage::{Options, Source};

// What the file of a lesson needs, all from here.
pub(crate) use stage::{Stage, print, println, sleep_the_thread};

/// A lesson: a program, and what to say around it.
pub(crate) struct Lesson {
    /// By this it is called on the command line; its file has the same name, with `_` for `-`.
    pub(crate) name: &'static str,
    /// What it is about, in half a line.
    pub(crate) title: &'static str,
    /// What to watch.
    pub(crate) watch: &'static str,
    /// Runs the program, scene by scene.
    pub(crate) play: fn(&mut Stage) -> io::Result<()>,
    /// By which clocks it can be played.
    pub(crate) clocks: Clocks,
    /// The source of the asyncio program that it mirrors.
    pub(crate) python: &'static str,
    /// Its own source.
    pub(crate) rust: &'static [Source<'static>],
    /// Where to look in the source.
    pub(crate) look: &'static [Look],
    /// A change to try.
    pub(crate) change: &'static str,
}

/// By which clocks a lesson can be played.
pub(crate) enum Clocks {
    /// By any.
    All,
    /// Not by the simulated one; and why.
    Real(&'static str),
    /// It measures real work: time has to pass as it does, and nothing else may take any.
    Measured,
}

/// A place in the source.
pub(crate) struct Look {
    /// The file, from the workspace's root.
    pub(crate) file: &'static str,
    /// The function in it.
    pub(crate) item: &'static str,
    /// What is to be seen there.
    pub(crate) why: &'static str,
}

impl Lesson {
    /// Plays it, from what to watch to what to try.
    ///
    /// # Errors
    /// When the system has no descriptor left for a loop.
    pub(crate) fn perform(&self, options: &Options) -> io::Result<()> {
        if let Some(page) = &options.page {
            page.program(self.name, self.title, self.rust);
        }
        let play = || stage::play(self.name, options, self.play);
        if options.plain {
            return play().map(drop);
        }
        let bold = Style::new().bold();
        let head = wrapped(&format!("{}: {}", self.name, self.title), "");
        println!("{bold}{}{bold:#}{}", self.name, &head[self.name.len()..]);
        println!("{}\n", wrapped(self.watch, ""));

        let stage = play()?;
        println!();
        stage.show_figures();
        for Look { file, item, why } in self.look {
            println!("{}", wrapped(&format!("Look at {file}, fn {item}: {why}."), ""));
        }
        let change = format!("Try: in lessons/src/{}.rs, {}", self.file_stem(), self.change);
        println!("{}", wrapped(&change, ""));
        Ok(())
    }

    /// The name of its files, without what comes behind the dot.
    pub(crate) fn file_stem(&self) -> String {
        self.name.replace('-', "_")
    }
}
