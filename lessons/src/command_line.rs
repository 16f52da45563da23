//! The command line of the lessons.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::builder::{PossibleValue, PossibleValuesParser};
use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use stage::Options;
use stage::options::{self, is_simulated, refuse};

use crate::course::titles;
use crate::lesson::{Clocks, Lesson};
use crate::own::{exercises, sandbox, supervisor};
use crate::{ladder, mistyped, ps};

/// What is asked for.
pub(crate) enum Request {
    /// Nothing in particular: a sample.
    Sample,
    /// The names of the lessons.
    List,
    /// One lesson.
    Play(&'static Lesson),
    /// The source of a lesson's program, that of its asyncio twin, or both.
    Source { lesson: &'static Lesson, rust: bool, python: bool },
    /// One lesson, in gdb, with these options.
    Debug(&'static Lesson, Vec<OsString>),
    /// A program of one's own: that in the file, or the first one.
    Try { file: Option<PathBuf>, options: Vec<OsString>, watch: bool },
    /// The program in the file, in gdb.
    DebugFile(PathBuf, Vec<OsString>),
    /// The tour, in gdb.
    Tour,
    /// Who waits for whom in the process of that id.
    Ps(u32),
    /// A page for each lesson, and one that lists them, in that directory.
    Pages(PathBuf),
    /// An exercise, or something about one.
    Exercise(exercises::Options),
    /// The page with an editor.
    Sandbox(sandbox::Options),
    /// The ladder of small executors.
    Ladder(ladder::Options),
    /// Of a process that a sandbox has started: the program that its arguments name.
    Supervise(Vec<OsString>),
    /// Of a process that another of ours has started: a job, as `io_or_cpu/worker.rs` names it.
    Work(Vec<OsString>),
}

/// Reads the command line. When it is wrong, or asks for help, this says so and ends the program.
pub(crate) fn command_line(lessons: &[&'static Lesson]) -> (Request, Options) {
    let mut behind = std::env::args_os().skip(1);
    match behind.next() {
        Some(first) if first == "sandbox" => {
            return (Request::Sandbox(sandbox::Options::read(behind)), Options::default());
        }
        Some(first) if first == "exercise" => {
            return (Request::Exercise(exercises::Options::read(behind)), Options::default());
        }
        Some(first) if first == "ladder" => {
            return (Request::Ladder(ladder::Options::read(behind)), Options::default());
        }
        Some(first) if first == supervisor::ARGUMENT => {
            return (Request::Supervise(behind.collect()), Options::default());
        }
        _ => {}
    }
    let mut command = command();
    let arguments = command.try_get_matches_from_mut(std::env::args_os());
    let arguments = arguments.unwrap_or_else(|error| mistyped::refuse(&error, &mut command));
    if let Some(job) = arguments.get_many::<OsString>("worker") {
        return (Request::Work(job.cloned().collect()), Options::default());
    }
    let request = request(lessons, &arguments).and_then(|request| {
        if let Request::Play(lesson) | Request::Debug(lesson, _) = &request {
            clash(lesson, &arguments).map_or(Ok(()), Err)?;
        }
        Options::check(&arguments).map(|()| request)
    });
    let request = request.unwrap_or_else(|text| refuse(&mut command, &text));
    // A list, or a source, has no events.
    let plays = matches!(request, Request::Sample | Request::Play(_));
    (request, if plays { Options::of(&arguments) } else { Options::default() })
}

fn request(lessons: &[&'static Lesson], arguments: &ArgMatches) -> Result<Request, String> {
    let named = arguments.get_one::<String>("lesson").map(String::as_str);
    let second = arguments.get_one::<PathBuf>("second");
    if second.is_some() && !matches!(named, Some("debug" | "try" | "ps" | "page")) {
        let text = "one lesson at a time: a second name stands behind debug, try, ps and page only";
        return Err(text.to_owned());
    }
    let watch = arguments.get_flag("watch");
    if watch && named != Some("try") {
        return Err("--watch is for files: say `try FILE.rs --watch`".to_owned());
    }
    if watch && arguments.get_flag("step") {
        return Err("--watch and --step both ask for keys: leave one of the two out".to_owned());
    }
    let find = |name: Option<&str>| lessons.iter().find(|lesson| Some(lesson.name) == name);
    let options = options::given(arguments);
    let [rust, python] = ["rust", "python"].map(|flag| arguments.get_flag(flag));
    Ok(match (find(named), rust || python) {
        (Some(lesson), true) => Request::Source { lesson, rust, python },
        (Some(lesson), false) => Request::Play(lesson),
        (None, true) => {
            let option = if rust { "--rust" } else { "--python" };
            return Err(format!("{option} shows one lesson's program: say which lesson's"));
        }
        (None, false) if named == Some("list") => Request::List,
        (None, false) if named == Some("tour") => match &options[..] {
            [] => Request::Tour,
            [option, ..] => {
                return Err(format!(
                    "the tour is taken in gdb, and shows nothing else: leave out {}",
                    option.display()
                ));
            }
        },
        (None, false) if named == Some("try") => {
            Request::Try { file: second.cloned(), options, watch }
        }
        (None, false) if named == Some("debug") => {
            match (find(second.and_then(|name| name.to_str())), second) {
                (Some(lesson), _) => Request::Debug(lesson, options),
                (None, Some(file)) if file.extension().is_some() || file.exists() => {
                    Request::DebugFile(file.clone(), options)
                }
                (None, Some(name)) => {
                    return Err(mistyped::neither_lesson_nor_file(name, lessons));
                }
                (None, None) => {
                    let text = "debug starts gdb on one lesson or file: say which, `debug \
                                breakfast` or `debug FILE.rs`";
                    return Err(text.to_owned());
                }
            }
        }
        (None, false) if let Some(name @ ("sandbox" | "exercise" | "ladder")) = named => {
            return Err(format!("{name} comes first, and its own options behind it"));
        }
        (None, false) if named == Some("ps") => Request::Ps(ps::process(second, &options)?),
        (None, false) if named == Some("page") => match second {
            Some(directory) => Request::Pages(directory.clone()),
            None => return Err("page writes a directory: say which, `page pages`".to_owned()),
        },
        (None, false) => Request::Sample,
    })
}

/// What a lesson cannot be combined with, if it is.
fn clash(lesson: &Lesson, arguments: &ArgMatches) -> Option<String> {
    let name = lesson.name;
    let simulated = is_simulated(arguments);
    let paced = simulated || arguments.contains_id("speed");
    let [trace, step] = ["trace", "step"].map(|flag| arguments.get_flag(flag));
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

fn command() -> Command {
    let names = titles().map(|(name, title)| PossibleValue::new(name).help(title));
    let list = PossibleValue::new("list").help("names the lessons");
    let try_file = PossibleValue::new("try").help("plays the program in the file named next");
    let sandbox = PossibleValue::new("sandbox")
        .help("opens a page to write and run programs in;\n`sandbox --help` has its options");
    let exercise = PossibleValue::new("exercise")
        .help("has something for you to write, and checks it;\n`exercise --help` has its options");
    let ladder = PossibleValue::new("ladder")
        .help("an executor that grows, in eight rungs;\n`ladder --help` has its options");
    let debug = PossibleValue::new("debug").help("starts gdb on the lesson or file named next");
    let ps = PossibleValue::new("ps").help("tells who waits for whom in a running program");
    let page =
        PossibleValue::new("page").help("writes a page a lesson into the directory named next");
    let second = Arg::new("second")
        .value_name("FILE.rs, PID or DIR")
        .value_parser(value_parser!(PathBuf))
        .help("Behind try and debug: a program of your own, an\n`async fn main()`; try without one writes a first.\nBehind ps: the id of a process. Behind page: the directory");
    let watch = Arg::new("watch")
        .long("watch")
        .action(ArgAction::SetTrue)
        .help("Behind try: play it again each time it is saved");
    let lesson = Arg::new("lesson")
        .value_name("LESSON")
        .value_parser(PossibleValuesParser::new(
            names.chain([list, ladder, try_file, exercise, sandbox, debug, ps, page]),
        ))
        .help("The lesson to play; without one, a sample");
    let rust = Arg::new("rust")
        .long("rust")
        .action(ArgAction::SetTrue)
        .help("Print the lesson's program, and do not play it");
    let python = Arg::new("python")
        .long("python")
        .action(ArgAction::SetTrue)
        .help("Print the asyncio program that the lesson mirrors;\nwith --rust both, side by side if there is room");
    let worker = Arg::new("worker")
        .long("worker")
        .num_args(2)
        .value_parser(value_parser!(OsString))
        .hide(true);
    Command::new("lessons")
        .override_usage(
            "lessons [OPTIONS] [LESSON | list | tour | ladder [RUNG] | exercise |\n               try [FILE.rs] | sandbox | debug NAME | ps PID |\n               page DIR]",
        )
        .about("Plays the lessons of Short Order, an event loop written to be read.")
        .args([lesson, second])
        .args(stage::options::arguments())
        .args([rust, python, watch, worker])
        .after_help(options::VARIABLES)
}
