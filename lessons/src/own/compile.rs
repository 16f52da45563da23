//! Compiles a program of one's own: `rustc` alone does it, in half a second.
//!
//! A copy of the file is compiled, to which a few lines are added at its end; so its own lines keep
//! their numbers, and by `--remap-path-prefix` it keeps its name, in errors, in the picture's figures
//! and in the debugger. It is the root of a library, in which an `async fn main` is a function like
//! any other. What has errors is compiled once more as it is, for these errors to be the file's own.

use std::env::consts::EXE_EXTENSION;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{fs, io};

use super::crates::Crates;
use super::jobs::Jobs;
use super::rustc::{Rustc, Workplace, assign, unwritable, write};
use super::source::Source;
use super::{Failure, imports, neighbours};

/// A line a check, so that the line of an error says which of them has failed. The macros of `stage`
/// take the place of std's; one is used, so that the compiler does not complain if no other is.
const ADDED: &str = r#"
#[macro_use] extern crate stage as _;
#[doc(hidden)] pub fn __main_is_there() { let _ = main; if false { print!("") } }
#[doc(hidden)] pub fn __main_takes_nothing() { let _ = main(); }
#[doc(hidden)] pub fn __main_is_async() { fn check<F: Future>(_: F) {} check(main()) }
#[doc(hidden)] #[track_caller] pub fn __play() -> ::std::process::ExitCode { ::stage::main(NAME, main) }
"#;

/// What the failure of each of these lines means.
const MEANINGS: [(usize, &str); 4] = [
    (3, "there is no `main` in it: a program begins with `async fn main()`"),
    (4, "its `main` takes arguments, and nobody could give it any: write `async fn main()`"),
    (5, "its `main` is not async: write `async fn main()`, and leave it to `try` to run it"),
    (6, "its `main` returns what no program can: let it be nothing, or a Result with ()"),
];

/// A program that is there to be played.
pub(super) struct Program {
    pub(super) path: PathBuf,
    /// What the compiler has said all the same.
    pub(super) warnings: String,
}

/// Compiles it.
pub(super) fn compile(source: &Source, crates: &Crates, jobs: &Jobs) -> Result<Program, Failure> {
    let path = fs::canonicalize(source.place()).unwrap_or_else(|_| source.path.clone());
    let mut hasher = DefaultHasher::new();
    path.hash(&mut hasher);
    let home = crates.programs.join(format!("{}-{:x}", source.crate_name(), hasher.finish()));
    let workplace = Workplace::make(&home)?;
    let build = Build { source, rustc: Rustc { crates, jobs }, folder: workplace.path() };
    let Program { path, warnings } = build.build()?;
    let place = home.join(source.crate_name()).with_extension(EXE_EXTENSION);
    replace(&path, &place).map_err(|error| unwritable(&home, &error))?;
    Ok(Program { path: place, warnings })
}

/// Puts a program in another one's place, so that one that still runs is left alone.
fn replace(program: &Path, place: &Path) -> io::Result<()> {
    let Err(error) = fs::rename(program, place) else { return Ok(()) };
    // Windows does not let go of one that runs, but lets it be called otherwise. It goes when there
    // is a next one, or a later one.
    let mut names = (0..100).map(|nth| place.with_extension(format!("{nth}.old")));
    let aside = names.find(|name| fs::remove_file(name).is_ok() || !name.exists());
    fs::rename(place, aside.ok_or(error)?)?;
    fs::rename(program, place)
}

struct Build<'a> {
    source: &'a Source,
    rustc: Rustc<'a>,
    folder: &'a Path,
}

impl Build<'_> {
    fn build(&self) -> Result<Program, Failure> {
        let name = self.source.crate_name();
        let file_name = self.source.path.file_name().unwrap_or(self.source.path.as_os_str());
        let [library, main] = ["library", "main"].map(|folder| self.folder.join(folder));
        for folder in [&library, &main] {
            fs::create_dir_all(folder).map_err(|error| unwritable(folder, &error))?;
        }
        neighbours::put(self.source, &library);

        let added = ADDED.replace("NAME", &format!("{:?}", self.source.name()));
        let text = format!("{}\n{added}", self.source.text.trim_end_matches('\n'));
        write(&library.join(file_name), &text)?;
        let rlib = library.join(format!("lib{name}.rlib"));
        let mut compile = self.rustc(&name, &library);
        compile.args(["--crate-type", "lib", "-o"]).arg(&rlib).arg(library.join(file_name));
        let (is_good, warnings) = self.rustc.run(compile)?;
        if !is_good {
            return Err(self.explain(&warnings));
        }

        // It calls the program from the line on which that has its own `main`.
        let call = format!("fn main() -> std::process::ExitCode {{ {name}::__play() }}\n");
        write(&main.join(file_name), &("\n".repeat(self.source.line_of_main()) + &call))?;
        let program = self.folder.join(&name).with_extension(EXE_EXTENSION);
        let mut link = self.rustc("try_program", &main);
        link.arg("--extern").arg(assign(&name, &rlib));
        link.arg("-o").arg(&program).arg(main.join(file_name));
        match self.rustc.run(link)? {
            (true, _) => Ok(Program { path: program, warnings }),
            (false, said) => Err(Failure::Compiler(said)),
        }
    }

    /// A call of the compiler for a file in `folder`, which is shown where it really is.
    fn rustc(&self, name: &str, folder: &Path) -> Command {
        let shown = self.source.path.parent().unwrap_or(Path::new(""));
        let mut rustc = self.rustc.command(name, folder, shown);
        if self.source.folder != Path::new("") {
            rustc.current_dir(&self.source.folder);
        }
        rustc
    }

    /// Why the copy did not compile: for an error of the file's own, or for what was added.
    fn explain(&self, said: &str) -> Failure {
        let mut check = self.rustc(&self.source.crate_name(), self.folder);
        // Nobody calls its `main`.
        check.args(["--crate-type", "lib", "--emit", "metadata", "-A", "dead_code", "-o"]);
        check.arg(self.folder.join("checked")).arg(&self.source.path);
        match self.rustc.run(check) {
            Err(failure) => return failure,
            Ok((false, errors)) => {
                let hints = imports::missing(&errors, &self.source.text);
                return Failure::Compiler(errors + &hints);
            }
            Ok((true, _)) => {}
        }
        let plain = anstream::adapter::strip_str(said).to_string();
        let failed: Vec<usize> = plain.lines().filter_map(line_of_error).collect();
        // An empty file has one line as well, an empty one.
        let lines = self.source.text.trim_end_matches('\n').lines().count().max(1);
        let meaning = MEANINGS.iter().find(|(line, _)| failed.contains(&(lines + line)));
        match meaning {
            Some((_, meaning)) => {
                Failure::Said(format!("{}: {meaning}", self.source.path.display()))
            }
            None => Failure::Compiler(said.to_owned()),
        }
    }
}

/// The line to which the compiler points: 7 of ` --> kitchen.rs:7:5`.
fn line_of_error(line: &str) -> Option<usize> {
    let (_, place) = line.trim_start().split_once("--> ")?;
    place.rsplit(':').nth(1)?.parse().ok()
}
