//! The command line of the sandbox.

use std::ffi::OsString;
use std::time::Duration;

use clap::{Arg, ArgAction, Command, value_parser};

/// What was asked for.
pub(crate) struct Options {
    /// The port to listen at; none for the usual one, or any if that is taken.
    pub(super) port: Option<u16>,
    pub(super) limits: Limits,
    pub(super) opens_browser: bool,
}

/// How long things may take.
#[derive(Clone, Copy)]
pub(super) struct Limits {
    pub(super) compile: Duration,
    pub(super) run: Duration,
}

impl Options {
    /// Reads the arguments behind `sandbox`. When they are wrong, or ask for help, this says so and
    /// ends the program.
    pub(crate) fn read(arguments: impl Iterator<Item = OsString>) -> Self {
        let name = OsString::from("lessons sandbox");
        let matches = command().get_matches_from(std::iter::once(name).chain(arguments));
        let seconds = |name: &str| {
            let number = matches.get_one::<u64>(name).expect("it has a default");
            Duration::from_secs(*number)
        };
        Self {
            port: matches.get_one::<u16>("port").copied(),
            limits: Limits { compile: seconds("compile-limit"), run: seconds("limit") },
            opens_browser: !matches.get_flag("no-browser"),
        }
    }
}

fn command() -> Command {
    let seconds = |name: &'static str, most: &'static str| {
        let seconds = Arg::new(name).long(name).value_name("SECONDS").default_value(most);
        seconds.value_parser(value_parser!(u64).range(1..=86_400))
    };
    let port = Arg::new("port")
        .long("port")
        .value_name("PORT")
        .value_parser(value_parser!(u16))
        .help("The port to listen at; 0 is any that is free");
    let no_browser = Arg::new("no-browser")
        .long("no-browser")
        .action(ArgAction::SetTrue)
        .help("Print the address, and open no browser");
    Command::new("lessons sandbox")
        .about("A page with an editor: write a program, run it, and look at its run step by step.")
        .arg(port)
        .arg(seconds("limit", "30").help("How long a program may run"))
        .arg(seconds("compile-limit", "60").help("How long its compilation may take"))
        .arg(no_browser)
}
