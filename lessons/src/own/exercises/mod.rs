//! `exercise`: files with a hole to fill, and a check that says what is still wrong.
//!
//! What an exercise is made of lies in `lessons/exercises`: its text, which is copied for the learner,
//! its check, two hints, a solution, and a `main` for the sandbox. `folder.rs` keeps the learner's copies and what is done;
//! `check.rs` compiles one, and runs its check, `watch.rs` does so at each save; `shown.rs` shows what
//! is found.

mod check;
mod folder;
mod list;
mod options;
mod shown;
mod watch;

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use stage::terminal;

use super::jobs::Jobs;
use super::{Failure, say};
use folder::Folder;
use list::{EXERCISES, Exercise};
pub(crate) use options::Options;
use options::What;

/// Does what was asked for.
pub(crate) fn start(options: &Options) -> ExitCode {
    match try_to_start(options) {
        Ok(code) => code,
        Err(failure) => failure.tell(),
    }
}

fn try_to_start(options: &Options) -> Result<ExitCode, Failure> {
    let (folder, welcome) = Folder::open(options.folder.clone())?;
    let named = options.which.as_deref().map(find).transpose()?;
    let next = || named.or_else(|| folder.next_after(None));
    if options.what != What::Watch {
        say(&welcome);
    }
    match options.what {
        What::Watch => return watch::watch(&folder, next().unwrap_or(0), welcome),
        What::List => print(&folder.list(named)),
        What::Check => {
            let Some(nth) = next() else {
                print(&stage::output::wrapped(ALL_DONE, ""));
                return Ok(ExitCode::SUCCESS);
            };
            return check_once(&folder, nth);
        }
        What::Hint => print(&hints(&EXERCISES[next().unwrap_or(0)], 2)),
        What::Solution => match next().filter(|nth| folder.is_done(*nth)) {
            Some(nth) => print(EXERCISES[nth].solution),
            None => return Err(Failure::Said(NOT_YET.to_owned())),
        },
        What::Reset => print(&folder.reset(next().unwrap_or(0))?),
    }
    Ok(ExitCode::SUCCESS)
}

/// Each exercise as a program: a name, what it is about, and its text.
pub(crate) fn programs() -> impl Iterator<Item = (&'static str, String, String)> {
    EXERCISES.iter().enumerate().map(|(nth, exercise)| {
        let about = format!("exercise {}: {}", nth + 1, exercise.title());
        (exercise.file, about, exercise.program())
    })
}

/// Checks it, for a process that ends with it.
fn check_once(folder: &Folder, nth: usize) -> Result<ExitCode, Failure> {
    let jobs = Jobs::supervised(Arc::new(say));
    let verdict = check::check(folder, nth, terminal::rows(), &jobs, || {})?;
    show(&shown::whole(nth, &folder.file(nth), &verdict, &way_to_hints(nth)));
    if !verdict.is_good {
        return Ok(ExitCode::FAILURE);
    }
    print(&format!("\n{}", folder.passed(nth)?));
    Ok(ExitCode::SUCCESS)
}

/// The exercise that is called so: by its number, its name, or the path of its file.
fn find(which: &str) -> Result<usize, Failure> {
    let file = which.rsplit(['/', '\\']).next().unwrap_or(which);
    let name = file.strip_suffix(".rs").unwrap_or(file);
    let is_it = |nth: usize, exercise: &Exercise| {
        name == exercise.file || name == exercise.name() || name.parse() == Ok(nth + 1)
    };
    let found = EXERCISES.iter().enumerate().position(|(nth, exercise)| is_it(nth, exercise));
    found.ok_or_else(|| {
        Failure::Said(format!(
            "there is no exercise {which}: name one by its number, 1 to {}, or by its name; \
             `exercise --list` has them all",
            EXERCISES.len()
        ))
    })
}

/// The first so many hints.
fn hints(exercise: &Exercise, most: usize) -> String {
    let hints = exercise.hints().take(most).enumerate();
    let hints = hints.map(|(nth, hint)| {
        stage::output::hanging(hint, &format!("Hint {}: ", nth + 1), "        ")
    });
    hints.collect::<Vec<_>>().join("\n")
}

/// Where to find them.
fn way_to_hints(nth: usize) -> String {
    format!("Stuck? cargo run -- exercise {} --hint", nth + 1)
}

const ALL_DONE: &str = "All exercises are done. `exercise --list` has them, `exercise 3` checks \
                        one again, `exercise 3 --reset` starts it over.";

const NOT_YET: &str =
    "a solution is shown when your own passes the check; until then there are hints";

/// What is said of an exercise.
fn print(text: &str) {
    show(&format!("{}\n", text.trim_end()));
}

fn show(text: &str) {
    stage::print!("{text}");
}

/// Where the text of the exercises and their checks lies, for whoever reads it.
fn source(folder: &str, exercise: &Exercise) -> PathBuf {
    ["lessons", "exercises", folder, exercise.file].iter().collect::<PathBuf>().with_extension("rs")
}
