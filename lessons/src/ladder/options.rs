//! The command line of the ladder.

use std::ffi::OsString;

use clap::{Arg, ArgAction, Command, value_parser};

/// What was asked for; rungs by their numbers.
#[derive(Debug, PartialEq)]
pub(crate) enum Options {
    /// The names of the rungs.
    List,
    /// To run one.
    Show(usize),
    /// What a rung changes in the one before.
    Diff(usize),
    /// The file of a rung, or what the files of the last one add.
    Source(usize),
}

impl Options {
    /// Reads the arguments behind `ladder`. When they are wrong, or ask for help, this says so and
    /// ends the program.
    pub(crate) fn read(arguments: impl Iterator<Item = OsString>) -> Self {
        Self::try_read(arguments).unwrap_or_else(|error| error.exit())
    }

    pub(super) fn try_read(arguments: impl Iterator<Item = OsString>) -> clap::error::Result<Self> {
        let name = OsString::from("lessons ladder");
        let matches = command().try_get_matches_from(std::iter::once(name).chain(arguments))?;
        let refuse = |text: &str| command().error(clap::error::ErrorKind::ArgumentConflict, text);
        let [diff, rust] = ["diff", "rust"].map(|flag| matches.get_flag(flag));
        let Some(rung) = matches.get_one::<u64>("rung") else {
            return match diff || rust {
                true => Err(refuse("say which rung: `ladder 2 --diff`, `ladder 2 --rust`")),
                false => Ok(Self::List),
            };
        };
        let rung = usize::try_from(*rung).expect("it is 8 at the most");
        match (diff, rust) {
            (false, false) => Ok(Self::Show(rung)),
            (true, true) => Err(refuse("--diff and --rust: ask for one at a time")),
            (true, false) if rung == 8 => {
                let text = "rung 8 is the crates themselves, and has no file of its own: \
                            `ladder 8 --rust` lists theirs";
                Err(refuse(text))
            }
            (true, false) => Ok(Self::Diff(rung)),
            (false, true) => Ok(Self::Source(rung)),
        }
    }
}

fn command() -> Command {
    let rung = Arg::new("rung")
        .value_name("RUNG")
        .value_parser(value_parser!(u64).range(1..=8))
        .help("Its number, from 1 to 8; without one they are listed");
    let flag = |name: &'static str| Arg::new(name).long(name).action(ArgAction::SetTrue);
    Command::new("lessons ladder")
        .about("An executor that grows, in eight rungs: each mends what the one before cannot do.")
        .arg(rung)
        .arg(flag("diff").help("Show what the rung changes in the one before"))
        .arg(flag("rust").help("Show the file of the rung; of rung 8, what each of its files adds"))
}
