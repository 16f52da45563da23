//! The learner's files, and which exercises are done.
//!
//! They lie in a folder that git ignores, so that nobody's work is in the way of the repository's.

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::{env, io};

use super::super::Failure;
use super::super::crates::workspace;
use super::super::rustc::{unwritable, write};
use super::ALL_DONE;
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
    /// When it is new, there is something to say.
    pub(super) fn open(other: Option<PathBuf>) -> Result<(Self, String), Failure> {
        let ignored = if other.is_none() { " Git ignores it." } else { "" };
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
        let welcome = format!(
            "The exercises are written into {}, for you to change: open that folder in your \
             editor.{ignored}",
            folder.0.display()
        );
        Ok((folder, if is_new { stage::output::wrapped(&welcome, "") } else { String::new() }))
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
        let (done, all) = (self.all_done().len(), EXERCISES.len());
        let next = match self.next_after(Some(nth)) {
            Some(next) => format!("The next one is {}.", self.file(next).display()),
            None => ALL_DONE.to_owned(),
        };
        let text = format!("Exercise {} passes: {done} of {all} are done. {next}", nth + 1);
        Ok(stage::output::wrapped(&text, ""))
    }

    /// Writes its file anew, and keeps the one that was there; returns what to say.
    pub(super) fn reset(&self, nth: usize) -> Result<String, Failure> {
        let (path, first) = (self.file(nth), EXERCISES[nth].text);
        self.note(nth, false)?;
        let is_away = !path.exists();
        if is_away {
            write(&path, first)?;
        }
        // Some editors end lines in another way.
        let is_first = |text: String| text.lines().eq(first.lines());
        let text = if is_away || fs::read_to_string(&path).is_ok_and(is_first) {
            format!("{} is as it was at first.", path.display())
        } else {
            let kept = unused(&path.with_extension("rs.old"));
            fs::rename(&path, &kept).map_err(|error| unwritable(&kept, &error))?;
            write(&path, first)?;
            let [path, kept] = [path.display(), kept.display()];
            format!("{path} is as it was at first; yours is kept as {kept}.")
        };
        Ok(stage::output::wrapped(&text, ""))
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
            let first = format!("{mark} [{done}] {number:>2} {name:<15} ");
            list += &stage::output::hanging(exercise.title(), &first, &" ".repeat(first.len()));
            list.push('\n');
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

/// The path, or one like it where nothing is yet.
fn unused(path: &Path) -> PathBuf {
    let numbered = (2..).map(|number| PathBuf::from(format!("{}{number}", path.display())));
    let mut paths = [path.to_owned()].into_iter().chain(numbered);
    paths.find(|path| !path.exists()).expect("there is no end of numbers")
}

/// The path as it is shorter to read, where it lies below this folder.
fn seen_from_here(path: PathBuf) -> PathBuf {
    let here = env::current_dir().unwrap_or_default();
    match path.strip_prefix(&here) {
        Ok(rest) if rest.as_os_str().is_empty() => PathBuf::from("."),
        Ok(rest) => rest.to_owned(),
        Err(_) => path,
    }
}
