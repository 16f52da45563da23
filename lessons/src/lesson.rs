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
    /// The source of its file: above `fn play` stands the program.
    pub(crate) rust: &'static str,
    /// The asyncio program that it mirrors.
    pub(crate) python: Twin,
    /// On which evening of the course it is taken.
    pub(crate) evening: Evening,
    /// About how long that takes: to play it, to read it, and to make its change.
    pub(crate) minutes: u32,
    /// Where to look in the source.
    pub(crate) look: &'static [Look],
    /// A change to try.
    pub(crate) change: &'static str,
}

/// The asyncio program of a lesson.
pub(crate) enum Twin {
    /// Its source.
    Program(&'static str),
    /// There is none, for asyncio has nothing like it: a sentence that says what it lacks.
    None(&'static str),
}

/// An evening of the course that the lessons make.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Evening {
    /// What it is for, and how it goes wrong first.
    Begin,
    /// Who does what, and when.
    Understand,
    /// How it is built.
    Internals,
}

impl Evening {
    /// All three, in their order.
    pub(crate) const ALL: [Self; 3] = [Self::Begin, Self::Understand, Self::Internals];

    /// What it is about, in a word.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Begin => "begin",
            Self::Understand => "understand",
            Self::Internals => "internals",
        }
    }
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

/// Names a place in the source: the file, the function, and what is to be seen there.
macro_rules! look {
    ($file:literal, $item:literal, $why:literal) => {
        $crate::lesson::Look {
            file: $file,
            source: include_str!(concat!("../../", $file)),
            item: $item,
            why: $why,
        }
    };
}

pub(crate) use look;

/// A place in the source.
pub(crate) struct Look {
    /// The file, from the workspace's root.
    pub(crate) file: &'static str,
    /// Its text.
    pub(crate) source: &'static str,
    /// The function in it; if others there have its name, with the type before it: `Core::run`.
    pub(crate) item: &'static str,
    /// What is to be seen there.
    pub(crate) why: &'static str,
}

impl Look {
    /// The function's name, without the type.
    fn function(&self) -> &'static str {
        self.item.rsplit("::").next().unwrap_or(self.item)
    }

    /// The lines on which there is such a function: one, if it is named as it has to be.
    pub(crate) fn lines(&self) -> Vec<usize> {
        let [plain, generic] = ["(", "<"].map(|next| format!("fn {}{next}", self.function()));
        let begins = match self.item.split_once("::") {
            None => 0,
            Some((name, _)) => {
                let begins = |line: &str| {
                    let words = line.trim_start().strip_prefix("impl");
                    words.is_some_and(|words| {
                        words.split_whitespace().any(|word| is_type(word, name))
                    })
                };
                self.source.lines().position(begins).unwrap_or(usize::MAX)
            }
        };
        let lines = self.source.lines().enumerate().skip(begins);
        let found = lines.filter(|(_, line)| line.contains(&plain) || line.contains(&generic));
        // Of a type, the first behind its beginning.
        let most = if begins > 0 { 1 } else { usize::MAX };
        found.take(most).map(|(line, _)| line + 1).collect()
    }
}

/// Whether a word of an `impl` is the type of that name, which may have parameters.
fn is_type(word: &str, name: &str) -> bool {
    word.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with(['<', '{']))
}

impl Lesson {
    /// Plays it, from what to watch to what to try.
    ///
    /// # Errors
    /// When the system has no descriptor left for a loop.
    pub(crate) fn perform(&self, options: &Options) -> io::Result<()> {
        if let Some(page) = &options.page {
            page.program(self.name, self.title, &self.sources(&self.file()));
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
        for look in self.look {
            let (file, function, why) = (look.file, look.function(), look.why);
            let line = look.lines().first().map(|line| format!(":{line}")).unwrap_or_default();
            println!("{}", wrapped(&format!("Look at {file}{line}, fn {function}: {why}."), ""));
        }
        if let Twin::None(why) = self.python {
            println!("{}", wrapped(&format!("asyncio: no twin. {why}"), ""));
        }
        let change = format!("Try: in lessons/src/{}.rs, {}", self.file_stem(), self.change);
        println!("{}", wrapped(&change, ""));
        Ok(())
    }

    /// Its file, from the workspace's root.
    fn file(&self) -> String {
        format!("lessons/src/{}.rs", self.file_stem())
    }

    /// Its own source, in its file, and what else of it is worth a look.
    fn sources<'a>(&self, file: &'a str) -> Vec<Source<'a>> {
        let looks = self.look.iter().map(|look| (look.file, look.source));
        let others = looks.filter(|(file, _)| file.starts_with("lessons/"));
        [(file, self.rust)].into_iter().chain(others).collect()
    }

    /// The name of its files, without what comes behind the dot.
    pub(crate) fn file_stem(&self) -> String {
        self.name.replace('-', "_")
    }
}
