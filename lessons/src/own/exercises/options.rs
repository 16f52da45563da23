//! The command line of the exercises.

use std::ffi::OsString;
use std::io::{IsTerminal, stdin, stdout};
use std::path::PathBuf;

use clap::{Arg, ArgAction, Command, value_parser};

/// What was asked for.
pub(crate) struct Options {
    pub(super) which: Option<String>,
    pub(super) what: What,
    /// Where the learner's files lie, if not in the usual place.
    pub(super) folder: Option<PathBuf>,
}

/// What to do with the exercise.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum What {
    /// Check it once.
    Check,
    /// Check it at each save, and go on with the next.
    Watch,
    /// Name all.
    List,
    /// Show its hints.
    Hint,
    /// Show a solution.
    Solution,
    /// Write its file anew.
    Reset,
}

/// What has an option of that name.
const NAMED: [(&str, What); 5] = [
    ("watch", What::Watch),
    ("list", What::List),
    ("hint", What::Hint),
    ("solution", What::Solution),
    ("reset", What::Reset),
];

impl Options {
    /// Reads the arguments behind `exercise`. When they are wrong, or ask for help, this says so and
    /// ends the program.
    pub(crate) fn read(arguments: impl Iterator<Item = OsString>) -> Self {
        let name = OsString::from("lessons exercise");
        let matches = command().get_matches_from(std::iter::once(name).chain(arguments));
        let which = matches.get_one::<String>("exercise").cloned();
        if which.as_deref() == Some("list") {
            let folder = matches.get_one::<PathBuf>("folder").cloned();
            return Self { which: None, what: What::List, folder };
        }
        let named = NAMED.iter().find(|(name, _)| matches.get_flag(name)).map(|(_, what)| *what);
        let is_watched = which.is_none() && stdin().is_terminal() && stdout().is_terminal();
        let usual = if is_watched { What::Watch } else { What::Check };
        let folder = matches.get_one::<PathBuf>("folder").cloned();
        Self { which, what: named.unwrap_or(usual), folder }
    }
}

fn command() -> Command {
    let flag = |name: &'static str, help: &'static str| {
        let others = NAMED.iter().map(|(other, _)| *other).filter(move |other| *other != name);
        Arg::new(name).long(name).action(ArgAction::SetTrue).conflicts_with_all(others).help(help)
    };
    let exercise = Arg::new("exercise").value_name("EXERCISE").help(
        "Which one: its number, its name or its file;\nwithout it, the next that is not done",
    );
    let folder = Arg::new("folder")
        .long("folder")
        .value_name("DIR")
        .value_parser(value_parser!(PathBuf))
        .help("Where your files lie; if this is not given,\nin exercises/ beside lessons/");
    Command::new("lessons exercise")
        .about(
            "Exercises: files with a hole to fill, and checks that say what is still wrong.\n\n\
             In a terminal, and without an EXERCISE, the next one that is not done is\n\
             checked at each save. Otherwise one is checked once: the exit code is 0 if\n\
             it passes, 1 if not.",
        )
        .arg(exercise)
        .args([
            flag("watch", "Begin with that exercise, and check at each save"),
            flag("list", "Name all exercises, and say which are done"),
            flag("hint", "Show its two hints"),
            flag("solution", "Show a solution, once yours passes").requires("exercise"),
            flag("reset", "Write its file anew; the old one is kept beside it")
                .requires("exercise"),
        ])
        .arg(folder)
}
