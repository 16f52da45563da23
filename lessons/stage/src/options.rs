//! How a program is to be shown, and the options of the command line that say so.

use std::ffi::OsString;

use clap::error::ErrorKind;
use clap::parser::ValueSource;
use clap::{Arg, ArgAction, ArgMatches, Command};
use executor::Clock;

use crate::{ChromeFile, JournalFile, PageFile, output, println, steps, terminal};

/// How a program is to be shown.
#[derive(Clone, Default)]
pub struct Options {
    /// How time passes.
    pub pace: Pace,
    /// Only what the program itself prints.
    pub plain: bool,
    /// Pictures without characters beyond ASCII: see [`shows_unicode`](crate::terminal::shows_unicode).
    pub ascii: bool,
    /// All that happens is told while it happens.
    pub trace: bool,
    /// The run halts before each poll.
    pub step: bool,
    /// Where a trace for ui.perfetto.dev goes.
    pub chrome: Option<ChromeFile>,
    /// Where the journal goes.
    pub journal: Option<JournalFile>,
    /// Where the page goes.
    pub page: Option<PageFile>,
}

/// How time passes in a program.
#[derive(Clone, Copy, Default)]
pub enum Pace {
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
    pub fn clock(self) -> Clock {
        match self {
            Self::Real => Clock::real(),
            Self::Scaled(factor) => Clock::scaled(factor),
            Self::Simulated => Clock::simulated(),
        }
    }

    /// Which clock that is, in a word.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Real => "real",
            Self::Scaled(_) => "faster",
            Self::Simulated => "simulated",
        }
    }
}

/// What is said of variables behind the options, for the help of a command line of one's own.
pub const VARIABLES: &str = "\
Variables:
  NO_COLOR=1     No colours; a file or a pipe has none anyway
  LC_ALL=C       Pictures of ASCII; LC_ALL=C.UTF-8: of lines and blocks.
                 Without LC_ALL, LC_CTYPE and LANG they are of ASCII, but in the
                 Windows Terminal, and where Windows' code page is 65001";

/// The options that say how a program is to be shown, for a command line of one's own.
///
/// ```
/// use stage::{Options, options};
///
/// let command = clap::Command::new("kitchen").args(options::arguments());
/// let arguments = command.get_matches_from(["kitchen", "--trace", "--clock", "simulated"]);
/// Options::check(&arguments)?;
/// assert!(Options::of(&arguments).trace);
/// # Ok::<(), String>(())
/// ```
pub fn arguments() -> impl Iterator<Item = Arg> {
    let clock = Arg::new("clock")
        .long("clock")
        .value_name("CLOCK")
        .value_parser(["real", "simulated"])
        .default_value("real")
        .help("Live by the real clock, or by one that jumps:\nthe same every time, and at once");
    let speed = Arg::new("speed").long("speed").value_name("N").value_parser(speed).help(
        "Let time pass N times faster (and figures get\ncoarser: they are of the faster time)",
    );
    let plain = flag("plain").help("Print what the program itself prints, and no more");
    let trace = flag("trace").help("Tell all that happens, and why, while it happens");
    let step = flag("step").help("Halt before each poll, and show the loop's insides");
    let chrome = file("chrome")
        .help("Write a trace for ui.perfetto.dev or\nchrome://tracing to FILE; `-` is stdout");
    let journal = file("journal")
        .help("Write all that happens to FILE as JSON Lines,\nan event a line; `-` is stdout");
    let page = file("page").help("Write a page to FILE, to look at a run in a browser");
    [clock, speed, plain, trace, step, chrome, journal, page].into_iter()
}

fn flag(name: &'static str) -> Arg {
    Arg::new(name).long(name).action(ArgAction::SetTrue)
}

fn file(name: &'static str) -> Arg {
    Arg::new(name).long(name).value_name("FILE")
}

fn speed(text: &str) -> Result<f64, &'static str> {
    let speed = text.parse().ok().filter(|speed| (0.01..=1000.0).contains(speed));
    speed.ok_or("it is a number from 0.01 to 1000")
}

/// Those of the [`arguments`] that were given, as they are written: for another program that takes
/// them.
///
/// ```
/// let command = clap::Command::new("kitchen").args(stage::options::arguments());
/// let given = ["kitchen", "--speed", "10", "--trace"];
/// let again = stage::options::given(&command.get_matches_from(given));
/// assert_eq!(again, ["--speed", "10", "--trace"]);
/// ```
pub fn given(matches: &ArgMatches) -> Vec<OsString> {
    let mut given = Vec::new();
    for argument in arguments() {
        let name = argument.get_id().as_str();
        if matches.value_source(name) != Some(ValueSource::CommandLine) {
            continue;
        }
        given.push(format!("--{name}").into());
        if argument.get_action().takes_values() {
            given.extend(matches.get_raw(name).into_iter().flatten().map(OsString::from));
        }
    }
    given
}

/// Whether a simulated clock is asked for.
pub fn is_simulated(arguments: &ArgMatches) -> bool {
    arguments.get_one::<String>("clock").is_some_and(|clock| clock == "simulated")
}

impl Options {
    /// Whether the [`arguments`] go together.
    ///
    /// # Errors
    /// A sentence that says which do not, and what to leave out.
    pub fn check(arguments: &ArgMatches) -> Result<(), String> {
        let [plain, trace, step] = ["plain", "trace", "step"].map(|flag| arguments.get_flag(flag));
        let files = ["chrome", "journal", "page"].map(|file| arguments.get_one::<String>(file));
        let named_a_clock = arguments.value_source("clock") == Some(ValueSource::CommandLine);
        let simulated = is_simulated(arguments);
        let has_speed = arguments.contains_id("speed");
        let refusals = [
            (simulated && has_speed, "a simulated clock has no speed: leave one of the two out"),
            (
                plain && (trace || step),
                "--plain shows the program's own lines alone: leave it out, or --trace and --step",
            ),
            (
                share_one(files),
                "--chrome, --journal and --page cannot share a file: give each its own",
            ),
            (
                step && files.iter().any(Option::is_some),
                "--step goes back and forth: leave it out to have a run written to a file",
            ),
            (
                step && (has_speed || named_a_clock && !simulated),
                "--step goes by the simulated clock: leave out --clock real and --speed",
            ),
            (
                step && trace,
                "--trace tells at once what --step shows bit by bit: leave one of the two out",
            ),
        ];
        match refusals.into_iter().find(|(is_refused, _)| *is_refused) {
            Some((_, text)) => Err(text.to_owned()),
            None => Ok(()),
        }
    }

    /// Prints which files were written, and how to open them.
    pub fn show_files(&self) {
        if self.plain {
            return;
        }
        let chrome = self.chrome.as_ref().and_then(ChromeFile::name);
        let journal = self.journal.as_ref().and_then(JournalFile::name);
        let chrome = chrome.map(|file| {
            format!("{file} is written: https://ui.perfetto.dev or chrome://tracing opens it.")
        });
        let journal = journal.map(|file| {
            format!("{file} is written: a line an event, in JSON, to read in any editor.")
        });
        let page = self.page.as_ref().and_then(PageFile::name);
        let page = page.map(|file| format!("{file} is written: open it in a browser."));
        for text in chrome.into_iter().chain(journal).chain(page) {
            println!("{}", output::wrapped(&text, ""));
        }
    }

    /// What the [`arguments`] ask for. It makes the files that they name; if that cannot be done,
    /// or if there is to be a halt at each poll but no terminal to halt at, this says so and ends
    /// the program.
    pub fn of(arguments: &ArgMatches) -> Self {
        let [plain, trace, step] = ["plain", "trace", "step"].map(|flag| arguments.get_flag(flag));
        let [chrome, journal, page] =
            ["chrome", "journal", "page"].map(|file| arguments.get_one::<String>(file));
        if step {
            steps::insist_on_a_terminal();
        }
        let pace = match arguments.get_one::<f64>("speed") {
            _ if step || is_simulated(arguments) => Pace::Simulated,
            Some(&speed) => Pace::Scaled(speed),
            None => Pace::Real,
        };
        Self {
            pace,
            plain,
            ascii: !terminal::shows_unicode(),
            trace,
            step,
            chrome: chrome.map(|name| ChromeFile::create(name)),
            journal: journal.map(|name| JournalFile::create(name)),
            page: page.map(|name| PageFile::create(name)),
        }
    }
}

/// Whether two of the files are one.
fn share_one(files: [Option<&String>; 3]) -> bool {
    let [chrome, journal, page] = files;
    [(chrome, journal), (chrome, page), (journal, page)]
        .iter()
        .any(|(one, other)| one.is_some() && one == other)
}

/// What clap puts before an error.
const ERROR: &str = "error: ";

/// Says what is wrong with the command line, and how to use it, and ends the program.
pub fn refuse(command: &mut Command, text: &str) -> ! {
    let text = output::hanging(text, ERROR, "  ");
    command.error(ErrorKind::ArgumentConflict, &text[ERROR.len()..]).exit()
}
