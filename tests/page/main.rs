//! The page that `--page` writes, in a browser.
//!
//! Without chromium and its driver (Debian's `chromium-driver`) the tests say so and pass; with
//! `REQUIRE_CHROMIUM=1` they fail.

#![cfg(target_os = "linux")]

mod browser;
mod endings;
mod keys;
mod long;
mod many;
mod moments;
mod pages;
mod picture;
mod sockets;
mod states;
mod story;
mod texts;

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};

/// Those that can be played under a simulated clock.
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

/// A phone, a tablet, a laptop.
const WIDTHS: [u32; 3] = [360, 768, 1280];

/// The lessons' program, as `cargo build` makes it; built here, because otherwise it might be that
/// from before the latest change.
static PROGRAM: LazyLock<PathBuf> = LazyLock::new(|| {
    let this = env::current_exe().expect("this program has a path");
    let target = this.ancestors().nth(3).expect("it is target/PROFILE/deps/NAME");
    let mut build = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    build.args(["build", "--quiet", "--package", "lessons", "--target-dir"]).arg(target);
    build.current_dir(env!("CARGO_MANIFEST_DIR"));
    assert!(build.status().expect("cargo can be started").success(), "the lessons do not build");
    target.join("debug/lessons")
});

/// What is printed goes into the one page that is written: a test that writes one itself keeps this
/// meanwhile.
fn only_page() -> MutexGuard<'static, ()> {
    static ONLY_PAGE: Mutex<()> = Mutex::new(());
    ONLY_PAGE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Where this test may write a file of that name.
fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(name)
}

/// What the lesson's program prints; and a page of that name, if it has one.
fn lesson(arguments: &[&str]) -> String {
    let mut program = Command::new(&*PROGRAM);
    program.args(arguments).args(["--clock", "simulated"]).env("LC_ALL", "C.UTF-8");
    let output = program.output().expect("the lessons can be started");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("it is text")
}

/// The page of a lesson, for the test of that name.
fn page_of(name: &str, test: &str) -> PathBuf {
    let page = file(&format!("{test}-{name}.html"));
    lesson(&[name, "--page", &page.to_string_lossy()]);
    page
}
