use std::ffi::OsString;

use clap::builder::{PossibleValue, PossibleValuesParser};
use clap::error::ErrorKind;
use clap::parser::ValueSource;
use clap::{Arg, ArgAction, Command, value_parser};
use executor::Clock;

use super::chrome::ChromeFile;
use super::journal_file::JournalFile;
use super::{Clocks, Lesson, output, step};
use crate::tour;

/// What is asked for.
pub(crate) enum Request {
    /// Nothing in particular: a sample.
    Sample,
    /// The names of the lessons.
    List,
    /// One lesson.
    Play(&'static Lesson),
    /// The source of a lesson's asyncio program.
    Python(&'static Lesson),
    /// One lesson, in gdb.
    Debug(&'static Lesson),
    /// The tour, in gdb.
    Tour,
    /// Of a process that another of ours has started: a job, as `io_or_cpu/worker.rs` names it.
    Work(Vec<OsString>),
}

/// How it is to be shown.
#[derive(Clone, Default)]
pub(crate) struct Options {
    /// How time passes.
    pub(crate) pace: Pace,
    /// Only what the program itself prints.
    pub(crate) plain: bool,
    /// Pictures without characters beyond ASCII.
    pub(crate) ascii: bool,
    /// All that happens is told while it happens.
    pub(crate) trace: bool,
    /// The run halts before each poll.
    pub(crate) step: bool,
    /// Where a trace for ui.perfetto.dev goes.
    pub(crate) chrome: Option<ChromeFile>,
    /// Where the journal goes.
    pub(crate) journal: Option<JournalFile>,
}

/// How time passes in a lesson.
#[derive(Clone, Copy, Default)]
pub(crate) enum Pace {
    /// As it does.
    #[default]
    Real,
    /// So many times faster.
    Scaled(f64),
    /// At once.
    Simulated,
}

impl Pace {
    /// A new clock: a clock serves one loop.
    pub(crate) fn clock(self) -> Clock {
        match self {
            Self::Real => Clock::real(),
            Self::Scaled(factor) => Clock::scaled(factor),
            Self::Simulated => Clock::simulated(),
        }
    }
}

/// What clap puts before an error.
const ERROR: &str = "error: ";

/// Reads the command line. When it is wrong, or asks for help, this says so and ends the program.
pub(crate) fn command_line(lessons: &[&'static Lesson]) -> (Request, Options) {
    let mut command = command(lessons);
    let arguments = command.get_matches_mut();
    let mut refuse = |text: &str| -> ! {
        let text = output::hanging(text, ERROR, "  ");
        command.error(ErrorKind::ArgumentConflict, &text[ERROR.len()..]).exit()
    };

    if let Some(job) = arguments.get_many::<OsString>("worker") {
        return (Request::Work(job.cloned().collect()), Options::default());
    }
    let simulated = arguments.get_one::<String>("clock").is_some_and(|clock| clock == "simulated");
    let pace = match (simulated, arguments.get_one::<f64>("speed")) {
        (false, None) => Pace::Real,
        (false, Some(&speed)) => Pace::Scaled(speed),
        (true, None) => Pace::Simulated,
        (true, Some(_)) => refuse("a simulated clock has no speed: leave one of the two out"),
    };
    let named = arguments.get_one::<String>("lesson").map(String::as_str);
    let debugged = arguments.get_one::<String>("debugged").map(String::as_str);
    if debugged.is_some() && named != Some("debug") {
        refuse("one lesson at a time: a second name stands behind debug only");
    }
    let find = |name| lessons.iter().find(|lesson| Some(lesson.name) == name);
    let request = match (find(named), arguments.get_flag("python")) {
        (Some(lesson), true) => Request::Python(lesson),
        (Some(lesson), false) => Request::Play(lesson),
        (None, true) => refuse("--python shows one lesson's program: say which lesson's"),
        (None, false) if named == Some("list") => Request::List,
        (None, false) if named == Some("tour") => Request::Tour,
        (None, false) if named == Some("debug") => match find(debugged) {
            Some(lesson) => Request::Debug(lesson),
            None => refuse("debug starts gdb on one lesson: say which, `debug breakfast`"),
        },
        (None, false) => Request::Sample,
    };
    let [plain, trace, step] = ["plain", "trace", "step"].map(|flag| arguments.get_flag(flag));
    let paced = simulated || arguments.contains_id("speed");
    if let Request::Play(lesson) | Request::Debug(lesson) = request
        && let Some(text) = clash(lesson, simulated, paced, trace, step)
    {
        refuse(&text);
    }
    if plain && (trace || step) {
        refuse("--plain shows the program's own lines alone: leave it out, or --trace and --step");
    }
    let [chrome, journal] = ["chrome", "journal"].map(|file| arguments.get_one::<String>(file));
    if chrome.is_some() && chrome == journal {
        refuse("--chrome and --journal cannot share a file: give one of them another");
    }
    if step && (chrome.is_some() || journal.is_some()) {
        refuse("--step goes back and forth: leave it out to have a run written to a file");
    }
    // Not for a list, or a source, which has no events.
    let plays = matches!(request, Request::Sample | Request::Play(_));
    let chrome = chrome.filter(|_| plays).map(|name| ChromeFile::create(name));
    let journal = journal.filter(|_| plays).map(|name| JournalFile::create(name));
    let real = !simulated && arguments.value_source("clock") == Some(ValueSource::CommandLine);
    if step && (real || arguments.contains_id("speed")) {
        refuse("--step goes by the simulated clock: leave out --clock real and --speed");
    }
    if step && trace {
        refuse("--trace tells at once what --step shows bit by bit: leave one of the two out");
    }
    if step && plays {
        step::insist_on_a_terminal();
    }
    let pace = if step { Pace::Simulated } else { pace };
    let ascii = !output::shows_unicode();
    (request, Options { pace, plain, ascii, trace, step, chrome, journal })
}

/// What a lesson cannot be combined with, if it is.
fn clash(lesson: &Lesson, simulated: bool, paced: bool, trace: bool, step: bool) -> Option<String> {
    let name = lesson.name;
    match lesson.clocks {
        Clocks::Real(why) if simulated => Some(format!(
            "{name} cannot be played under a simulated clock: {why}; leave out --clock \
             simulated, or take --speed 10"
        )),
        Clocks::Real(why) if step => Some(format!(
            "--step goes by the simulated clock, which {name} cannot: {why}; take --trace"
        )),
        Clocks::Measured if paced => Some(format!(
            "{name} measures real work, which no clock makes faster: leave out --clock simulated \
             and --speed, it takes about ten seconds"
        )),
        Clocks::Measured if trace || step => Some(format!(
            "{name} measures time, and to tell all that happens would take some: leave out \
             --trace and --step, or write the events to a file with --chrome"
        )),
        _ => None,
    }
}

fn command(lessons: &[&'static Lesson]) -> Command {
    let names = lessons.iter().map(|lesson| PossibleValue::new(lesson.name).help(lesson.title));
    let tour = PossibleValue::new("tour").help(tour::TITLE);
    let list = PossibleValue::new("list").help("names the lessons");
    let debug = PossibleValue::new("debug").help("starts gdb on the lesson that is named next");
    let debugged = Arg::new("debugged")
        .value_name("LESSON")
        .value_parser(PossibleValuesParser::new(lessons.iter().map(|lesson| lesson.name)))
        .hide_possible_values(true)
        .help("Behind debug: the lesson to start gdb on");
    let lesson = Arg::new("lesson")
        .value_name("LESSON")
        .value_parser(PossibleValuesParser::new(names.chain([tour, list, debug])))
        .help("The lesson to play; without one, a sample");
    let clock = Arg::new("clock")
        .long("clock")
        .value_name("CLOCK")
        .value_parser(["real", "simulated"])
        .default_value("real")
        .help("Live by the real clock, or by one that jumps:\nthe same every time, and at once");
    let speed = Arg::new("speed").long("speed").value_name("N").value_parser(speed).help(
        "Let time pass N times faster (and figures get\ncoarser: they are of the faster time)",
    );
    let plain = Arg::new("plain")
        .long("plain")
        .action(ArgAction::SetTrue)
        .help("Print what the program itself prints, and no more");
    let python = Arg::new("python")
        .long("python")
        .action(ArgAction::SetTrue)
        .help("Print the asyncio program that the lesson mirrors");
    let trace = Arg::new("trace")
        .long("trace")
        .action(ArgAction::SetTrue)
        .help("Tell all that happens, and why, while it happens");
    let step = Arg::new("step")
        .long("step")
        .action(ArgAction::SetTrue)
        .help("Halt before each poll, and show the loop's insides");
    let chrome = Arg::new("chrome")
        .long("chrome")
        .value_name("FILE")
        .help("Write a trace for ui.perfetto.dev or\nchrome://tracing to FILE; `-` is stdout");
    let journal = Arg::new("journal")
        .long("journal")
        .value_name("FILE")
        .help("Write all that happens to FILE as JSON Lines,\nan event a line; `-` is stdout");
    let worker = Arg::new("worker")
        .long("worker")
        .num_args(2)
        .value_parser(value_parser!(OsString))
        .hide(true);
    Command::new("lessons")
        .override_usage("lessons [OPTIONS] [LESSON | list | tour | debug LESSON]")
        .about("Plays the lessons of Short Order, an event loop written to be read.")
        .args([lesson, debugged, clock, speed, plain, python, trace, step, chrome, journal, worker])
}

fn speed(text: &str) -> Result<f64, &'static str> {
    let speed = text.parse().ok().filter(|speed| (0.01..=1000.0).contains(speed));
    speed.ok_or("it is a number from 0.01 to 1000")
}
