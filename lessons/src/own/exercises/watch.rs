//! The exercises one after the other, each checked when it is saved.

use std::fs;
use std::path::Path;
use std::process::ExitCode;
use std::sync::{Arc, Mutex, PoisonError};

use stage::terminal::{self, Key};

use super::super::Failure;
use super::super::jobs::Jobs;
use super::super::watch::{self, Happening, Reading, Run, Screen};
use super::folder::Folder;
use super::list::EXERCISES;
use super::{NOT_YET, check, hints, shown, way_to_hints};

/// What the keys do.
const KEYS: &str = "Change that file: a save checks it again. h: a hint, l: the list, n: the next \
                    one, p: the one before, r: start over, s: a solution, q: end.";
const WITHOUT_KEYS: &str = "A save checks it again; Ctrl+C ends.";

/// Begins with that one, with a word of welcome, and goes on until the end is asked for.
pub(super) fn watch(folder: &Folder, nth: usize, welcome: String) -> Result<ExitCode, Failure> {
    let files = folder.files();
    let files: Vec<&Path> = files.iter().map(|file| file.as_path()).collect();
    let (screen, happenings) = watch::begin(&files, [KEYS.to_owned(), WITHOUT_KEYS.to_owned()])?;
    let folder = folder.clone();
    let found = Found::default();
    let run = start(&folder, nth, &screen, welcome, &found);
    let checked = text(&folder, nth);
    let mut watching = Watching { checked, folder, nth, screen, run, hints: 0, found };
    // The senders live as long as the program.
    while let Ok(happening) = happenings.recv() {
        watching = watching.go_on(happening);
    }
    Ok(ExitCode::SUCCESS)
}

struct Watching {
    folder: Folder,
    nth: usize,
    screen: Screen,
    run: Run,
    /// The text that was checked last.
    checked: Option<String>,
    /// How many hints are shown.
    hints: usize,
    found: Found,
}

/// What was found last, all of it.
type Found = Arc<Mutex<String>>;

impl Watching {
    fn go_on(mut self, happening: Happening) -> Self {
        match happening {
            Happening::Saved => {
                // One that is away for a moment is waited for; one that is as it was needs no check.
                let text = text(&self.folder, self.nth);
                if text.is_none() || text == self.checked {
                    return self;
                }
                if self.run.is_yet_to_read_it() {
                    self.checked = text;
                    return self;
                }
                let nth = self.nth;
                return self.check(nth);
            }
            Happening::Key(Key::Enter) => {
                let nth = self.nth;
                return self.check(nth);
            }
            Happening::Key(Key::Char('n')) => {
                let following = (self.nth + 1) % EXERCISES.len();
                // Behind one that is done, those that are done are passed over.
                let is_done = self.folder.is_done(self.nth);
                let next = if is_done { self.folder.next_after(Some(self.nth)) } else { None };
                return self.check(next.unwrap_or(following));
            }
            Happening::Key(Key::Char('p')) => {
                let before = self.nth.checked_sub(1).unwrap_or(EXERCISES.len() - 1);
                return self.check(before);
            }
            Happening::Key(Key::Char('r')) => {
                let nth = self.nth;
                match self.folder.reset(nth) {
                    Ok(said) => return self.check_with(nth, said),
                    Err(failure) => self.screen.tell(&failure),
                }
            }
            Happening::Key(Key::Char('h')) => {
                self.hints = (self.hints + 1).min(2);
                self.show(&hints(&EXERCISES[self.nth], self.hints));
            }
            Happening::Key(Key::Char('e')) => {
                let found = self.found.lock().unwrap_or_else(PoisonError::into_inner).clone();
                self.show(&found);
            }
            Happening::Key(Key::Char('l')) => self.show(&self.folder.list(Some(self.nth))),
            Happening::Key(Key::Char('s')) if self.folder.is_done(self.nth) => {
                self.show(EXERCISES[self.nth].solution);
            }
            Happening::Key(Key::Char('s')) => self.screen.say(NOT_YET),
            Happening::Key(Key::Char('q')) => watch::end(self.run, &self.screen, 0),
            // It comes as a key, and not as the signal that it would be otherwise.
            Happening::Key(Key::CtrlC) => {
                watch::end(self.run, &self.screen, terminal::code_of_signal(2))
            }
            Happening::End(code) => watch::end(self.run, &self.screen, code),
            Happening::Key(_) => self.screen.show_keys(),
        }
        self
    }

    fn show(&self, text: &str) {
        self.screen.show(format!("\n{}\n\n", text.trim_end()).as_bytes());
        self.screen.show_keys();
    }

    /// Ends what goes on, and checks that one.
    fn check(self, nth: usize) -> Self {
        self.check_with(nth, String::new())
    }

    /// The same, with a word about it.
    fn check_with(self, nth: usize, word: String) -> Self {
        self.run.end();
        let hints = if nth == self.nth { self.hints } else { 0 };
        let checked = text(&self.folder, nth);
        let run = start(&self.folder, nth, &self.screen, word, &self.found);
        Self { nth, run, hints, checked, ..self }
    }
}

fn text(folder: &Folder, nth: usize) -> Option<String> {
    fs::read_to_string(folder.file(nth)).ok()
}

/// Begins to check it; what is found is shown, and the word below it.
fn start(folder: &Folder, nth: usize, screen: &Screen, word: String, found: &Found) -> Run {
    let (folder, on, all) = (folder.clone(), screen.clone(), found.clone());
    all.lock().unwrap_or_else(PoisonError::into_inner).clear();
    let go = move |jobs: &Jobs, reading: &Reading| {
        on.say(&format!("{}: compiling ...", folder.file(nth).display()));
        // The word and an empty line are on the screen as well.
        let taken = if word.is_empty() { 0 } else { word.lines().count() + 1 };
        let rows = terminal::rows().saturating_sub(taken);
        let found = check::check(&folder, nth, rows, jobs, || reading.begins());
        if let Err(Failure::Stopped) = found {
            return;
        }
        on.clear();
        let said = found.and_then(|verdict| {
            let (path, stuck) = (folder.file(nth), way_to_hint(nth, &on));
            let whole = shown::whole(nth, &path, &verdict, &stuck);
            *all.lock().unwrap_or_else(PoisonError::into_inner) = whole;
            let shown = shown::on_a_screen(nth, &path, &verdict, &stuck);
            on.show(format!("{shown}\n").as_bytes());
            // The next one waits for a key, so that what was done is seen.
            if verdict.is_good {
                folder.passed(nth).map(|said| said + "\n\n")
            } else {
                Ok(String::new())
            }
        });
        match said {
            Ok(said) => on.show(said.as_bytes()),
            Err(failure) => on.tell(&failure),
        }
        if !word.is_empty() {
            on.show(format!("{word}\n\n").as_bytes());
        }
        on.show_keys();
    };
    Run::start(&watch::jobs(screen, Jobs::supervised), go)
}

fn way_to_hint(nth: usize, screen: &Screen) -> String {
    if screen.has_keyboard() { "Stuck? Press h: a hint.".to_owned() } else { way_to_hints(nth) }
}
