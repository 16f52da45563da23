//! The lessons, as the built program plays them.

mod characters;
mod chrome;
mod echo;
mod exercises;
mod family;
mod fetch;
mod measured;
mod outputs;
mod step;
mod stumbles;
mod tries;
mod try_anywhere;
mod try_file;
mod try_watch;
mod twins;

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};

/// Those that can be played under a simulated clock: not `fetch` and `io-or-cpu`, which have tests
/// of their own.
const LESSONS: [&str; 19] = [
    "dinner",
    "hello",
    "breakfast",
    "spawn",
    "blocking",
    "waker",
    "stuck",
    "lost-wake-up",
    "cancel",
    "errors",
    "collect",
    "locks",
    "channel",
    "nested",
    "fairness",
    "wheel",
    "files",
    "echo",
    "reactor",
];

/// Those without an asyncio twin. They say so, and why.
const WITHOUT_TWIN: [&str; 4] = ["collect", "fairness", "wheel", "reactor"];

/// The program lies beside this one. It is built here, because otherwise it might be missing, or
/// be that from before the latest change.
static PROGRAM: LazyLock<PathBuf> = LazyLock::new(|| {
    let built = build().status().expect("cargo can be started");
    assert!(built.success(), "the lessons do not build");
    profile().join("lessons").with_extension(env::consts::EXE_EXTENSION)
});

/// The folder in which cargo puts its programs.
fn profile() -> PathBuf {
    let this = env::current_exe().expect("this program has a path");
    let profile = this.parent().and_then(Path::parent);
    profile.expect("it is target/PROFILE/deps/NAME").to_owned()
}

/// The call of cargo that builds the lessons there.
fn build() -> Command {
    let profile = profile();
    let name = profile.file_name().and_then(|name| name.to_str()).expect("a profile's name");
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut build = Command::new(cargo);
    build.args(["build", "--quiet", "--package", "lessons", "--profile"]);
    build.arg(if name == "debug" { "dev" } else { name });
    build.arg("--target-dir").arg(profile.parent().expect("a profile lies in target"));
    build.current_dir(env!("CARGO_MANIFEST_DIR"));
    build
}

/// For programs that live by the machine's clock: the figures of those that measure its work and of
/// those that are to be on time would be each other's.
fn alone() -> MutexGuard<'static, ()> {
    static MACHINE: Mutex<()> = Mutex::new(());
    MACHINE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Those that mirror an asyncio program.
fn with_a_twin() -> impl Iterator<Item = &'static str> {
    LESSONS.into_iter().filter(|lesson| !WITHOUT_TWIN.contains(lesson))
}

/// The names of the lessons, and of the tour, as `list` prints them: a line that begins with blanks
/// names one.
fn names_in(list: &str) -> impl Iterator<Item = &str> {
    list.lines()
        .filter(|line| line.starts_with("  "))
        .filter_map(|line| line.split_whitespace().next())
}

/// What the program prints under a simulated clock, with these arguments.
fn output(arguments: &[&str]) -> String {
    let mut program = Command::new(&*PROGRAM);
    program.args(arguments).args(["--clock", "simulated"]).env("LC_ALL", "C.UTF-8");
    let output = program.output().expect("the lessons can be started");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("it is text")
}
