//! One check: the learner's file is compiled as a library, then the check against it; that is run.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::ExitStatus;
use std::{env, fs};

use stage::terminal;

use super::super::Failure;
use super::super::crates::Crates;
use super::super::ended::cause;
use super::super::jobs::Jobs;
use super::super::rustc::{Rustc, Workplace, assign, write};
use super::super::shown::{self, Ended};
use super::folder::Folder;
use super::list::EXERCISES;
use super::source;

/// So many bytes of memory a check may have, with what it checks.
const MEMORY: u64 = 1 << 30;

/// The compiler is silent about what a hole leaves unused.
const SILENT: [&str; 5] =
    ["dead_code", "unreachable_code", "unused_imports", "unused_mut", "unused_variables"];

/// By this name the check knows the learner's file.
const NAME: &str = "exercise";

/// What came of it.
pub(super) struct Verdict {
    pub(super) is_good: bool,
    /// What the compiler says.
    pub(super) errors: String,
    /// What is to be said besides.
    pub(super) text: String,
}

/// Compiles and checks the learner's file, and shows it in so many lines of the screen. `reads` is
/// called before it is read.
pub(super) fn check(
    folder: &Folder,
    nth: usize,
    rows: usize,
    jobs: &Jobs,
    reads: impl FnOnce(),
) -> Result<Verdict, Failure> {
    let crates = Crates::build(jobs)?;
    reads();
    let path = folder.file(nth);
    if !path.is_file() {
        return Err(Failure::Said(format!(
            "there is no {}: `exercise {} --reset` writes it",
            path.display(),
            nth + 1
        )));
    }
    let mut hasher = DefaultHasher::new();
    fs::canonicalize(&path).unwrap_or_else(|_| path.clone()).hash(&mut hasher);
    let home = crates.programs.join(format!("{NAME}-{:x}", hasher.finish()));
    let workplace = Workplace::make(&home)?;
    let rustc = Rustc { crates: &crates, jobs };
    let verdict = Checking { nth, rows, path: &path, rustc, folder: workplace.path() }.go();
    drop(workplace);
    // It goes if no other check of this file is at work.
    let _ = fs::remove_dir(home);
    verdict
}

struct Checking<'a> {
    nth: usize,
    rows: usize,
    path: &'a Path,
    rustc: Rustc<'a>,
    folder: &'a Path,
}

impl Checking<'_> {
    fn go(&self) -> Result<Verdict, Failure> {
        let library = self.folder.join(format!("lib{NAME}.rlib"));
        let mut compile = self.rustc.command(NAME, self.folder, Path::new(""));
        for lint in SILENT {
            compile.args(["-A", lint]);
        }
        compile.arg(format!("--diagnostic-width={}", terminal::columns()));
        compile.args(["--crate-type", "lib", "-o"]).arg(&library).arg(self.path);
        let (is_good, said) = self.rustc.run(compile)?;
        if !is_good {
            return Ok(Verdict { is_good, errors: said, text: String::new() });
        }
        let (linked, errors) = self.link(&library)?;
        if let Some(program) = linked {
            let (is_good, text) = self.run(&program)?;
            return Ok(Verdict { is_good, errors: said, text });
        }
        let text = stage::output::wrapped(
            &format!(
                "The check {} does not fit your file any more: the names and types that it uses \
                 have to stay as they were.",
                source("checks", &EXERCISES[self.nth]).display()
            ),
            "",
        );
        Ok(Verdict { is_good: false, errors, text: text + "\n" })
    }

    /// The check as a program, or the errors of the compiler.
    fn link(&self, library: &Path) -> Result<(Option<PathBuf>, String), Failure> {
        let exercise = &EXERCISES[self.nth];
        let shown = source("checks", exercise);
        let text = self.folder.join(exercise.file).with_extension("rs");
        write(&text, exercise.check)?;
        let program = self.folder.join("check").with_extension(env::consts::EXE_EXTENSION);
        let parent = shown.parent().unwrap_or(Path::new(""));
        let mut link = self.rustc.command("check", self.folder, parent);
        link.arg("--extern").arg(assign(NAME, library)).arg("-o").arg(&program).arg(&text);
        let (is_good, errors) = self.rustc.run(link)?;
        Ok((is_good.then_some(program), errors))
    }

    /// Whether it passes, and what it says.
    fn run(&self, program: &Path) -> Result<(bool, String), Failure> {
        let jobs = self.rustc.jobs;
        let mut command = jobs.command(program, Some(MEMORY));
        command.stdin(std::process::Stdio::null()).env_remove("RUST_BACKTRACE");
        command.env(terminal::ROWS_OF_READER, self.rows.to_string());
        let mut said = Vec::new();
        let ended = shown::run(jobs, command, |piece| said.extend_from_slice(piece))?;
        let said = String::from_utf8_lossy(&said).into_owned();
        Ok(match ended {
            Ended::With(status) if status.success() => (true, said),
            Ended::With(status) => (false, self.why(said, status)),
            Ended::TooMuch => {
                let text = "It has written more than a megabyte, so it was ended. Does it print in \
                            a circle?\n";
                (false, text.to_owned())
            }
        })
    }

    /// What the check says; of one that did not come to its end, how it ended.
    fn why(&self, said: String, status: ExitStatus) -> String {
        let check = source("checks", &EXERCISES[self.nth]);
        let how = match cause(status) {
            Some(cause) => format!("The check was ended by {cause}.\n"),
            None if status.code() == Some(1) => String::new(),
            None => format!("The check has ended with {status}.\n"),
        };
        format!("{said}\n{how}The check is {}.\n", check.display())
    }
}
