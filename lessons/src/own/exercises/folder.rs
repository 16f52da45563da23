//! The learner's files, and which exercises are done.
//!
//! They lie in a folder that git ignores, so that nobody's work is in the way of the repository's.

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::{env, io};

use super::super::crates::workspace;
use super::super::rustc::{unwritable, write};
use super::super::{Failure, say};
use super::list::{EXERCISES, Exercise};

/// The usual one, beside `lessons/`.
const NAME: &str = "exercises";
/// The file with what is done in it: a name a line.
const PROGRESS: &str = "done.txt";

/// Where the learner's files are.
#[derive(Clone)]
pub(super) struct Folder(PathBuf);

impl Folder {
    /// The usual folder, or another one. Whatever is missing in it is written; what is there stays.
    pub(super) fn open(other: Option<PathBuf>) -> Result<Self, Failure> {
        let is_usual = other.is_none();
        let folder = match other {
            Some(folder) => folder,
            None => seen_from_here(workspace()?.join(NAME)),
        };
        let is_new = !folder.exists();
        fs::create_dir_all(&folder).map_err(|error| unwritable(&folder, &error))?;
        let folder = Self(folder);
        for (nth, exercise) in EXERCISES.iter().enumerate() {
            write_new(&folder.file(nth), exercise.text)?;
        }
        if is_new {
            say(&stage::output::wrapped(
                &format!(
                    "The exercises are written into {}, for you to change: open that folder in \
                     your editor.{}",
                    folder.0.display(),
                    if is_usual { " Git ignores it." } else { "" }
                ),
                "",
            ));
        }
        Ok(folder)
    }

    /// The learner's file of that exercise.
    pub(super) fn file(&self, nth: usize) -> PathBuf {
        self.0.join(EXERCISES[nth].file).with_extension("rs")
    }

    pub(super) fn files(&self) -> Vec<PathBuf> {
        (0..EXERCISES.len()).map(|nth| self.file(nth)).collect()
    }

    /// Whether a solution of the learner's has passed.
    pub(super) fn is_done(&self, nth: usize) -> bool {
        self.all_done().contains(&EXERCISES[nth].name())
    }

    /// The exercises that are done, in their order.
    fn all_done(&self) -> Vec<&'static str> {
        let noted = fs::read_to_string(self.0.join(PROGRESS)).unwrap_or_default();
        let noted: Vec<_> = noted.lines().map(str::trim).collect();
        EXERCISES.iter().map(Exercise::name).filter(|name| noted.contains(name)).collect()
    }

    /// Notes whether it is done.
    fn note(&self, nth: usize, is_done: bool) -> Result<(), Failure> {
        let name = EXERCISES[nth].name();
        let mut done = self.all_done();
        done.retain(|other| *other != name);
        done.extend(is_done.then_some(name));
        let lines: String = done.iter().map(|name| format!("{name}\n")).collect();
        write(&self.0.join(PROGRESS), &lines)
    }

    /// The next exercise that is not done, from the one behind `nth` on, and from the first again.
    pub(super) fn next_after(&self, nth: Option<usize>) -> Option<usize> {
        let behind = nth.map_or(0, |nth| nth + 1);
        let in_turn = (behind..EXERCISES.len()).chain(0..behind);
        in_turn.into_iter().find(|nth| !self.is_done(*nth))
    }

    /// Notes that it is done; returns what to say.
    pub(super) fn passed(&self, nth: usize) -> Result<String, Failure> {
        self.note(nth, true)?;
        Ok(format!(
            "\nExercise {} passes: {} of {} are done.",
            nth + 1,
            self.all_done().len(),
            EXERCISES.len()
        ))
    }

    /// Writes its file anew, and keeps the one that was there; returns what to say.
    pub(super) fn reset(&self, nth: usize) -> Result<String, Failure> {
        let path = self.file(nth);
        let kept = path.with_extension("rs.old");
        fs::rename(&path, &kept).map_err(|error| unwritable(&kept, &error))?;
        write(&path, EXERCISES[nth].text)?;
        self.note(nth, false)?;
        Ok(stage::output::wrapped(
            &format!("{} is as it was at first; yours is {}.", path.display(), kept.display()),
            "",
        ))
    }

    /// All exercises, one of them marked.
    pub(super) fn list(&self, marked: Option<usize>) -> String {
        let marked = marked.or_else(|| self.next_after(None));
        let mut list = format!(
            "{} of {} exercises are done. Yours lie in {}.\n",
            self.all_done().len(),
            EXERCISES.len(),
            self.0.display()
        );
        for (nth, exercise) in EXERCISES.iter().enumerate() {
            let mark = if marked == Some(nth) { '>' } else { ' ' };
            let done = if self.is_done(nth) { 'x' } else { ' ' };
            let (number, name) = (nth + 1, exercise.name());
            list += &format!("{mark} [{done}] {number:>2} {name:<15} {}\n", exercise.title());
        }
        list
    }
}

/// Somebody's work is never written over.
fn write_new(path: &Path, text: &str) -> Result<(), Failure> {
    let made = OpenOptions::new().write(true).create_new(true).open(path);
    match made.and_then(|mut file| file.write_all(text.as_bytes())) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        made => made.map_err(|error: io::Error| unwritable(path, &error)),
    }
}

/// The path as it is shorter to read, where it lies below this folder.
fn seen_from_here(path: PathBuf) -> PathBuf {
    let here = env::current_dir().unwrap_or_default();
    path.strip_prefix(&here).map(Path::to_owned).unwrap_or(path)
}
