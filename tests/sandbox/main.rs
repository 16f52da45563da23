//! The sandbox, as the built program serves it: to clients that send what they like, and to a
//! browser.
//!
//! `LESSONS_EXE` names a program that is built for Windows: then Wine runs that one, and it is asked
//! from here. `.ci/systems` says which of the tests hold there as well.
//!
//! What is waited for comes, however long it takes; how long a test waits decides only how soon it
//! says that it hangs.

#![cfg(target_os = "linux")]

#[allow(dead_code)]
#[path = "../page/browser.rs"]
mod browser;
mod client;
mod connections;
mod editor;
mod examples;
#[path = "../lessons/family.rs"]
mod family;
mod guards;
mod leftovers;
mod limits;
mod runs;

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

/// A call of the lessons' program.
fn program() -> Command {
    if !is_windows() {
        return Command::new(&*PROGRAM);
    }
    let mut wine = Command::new("wine");
    // Whoever has set them means others than Windows' own.
    wine.arg(&*PROGRAM).env_remove("CARGO").env_remove("RUSTC");
    wine
}

/// Whether the program is one for Windows.
fn is_windows() -> bool {
    env::var_os("LESSONS_EXE").is_some()
}

/// The lessons' program, as `cargo build` makes it; built here, because otherwise it might be that
/// from before the latest change.
static PROGRAM: LazyLock<PathBuf> = LazyLock::new(|| {
    if let Some(program) = env::var_os("LESSONS_EXE") {
        return program.into();
    }
    let this = env::current_exe().expect("this program has a path");
    let target = this.ancestors().nth(3).expect("it is target/PROFILE/deps/NAME");
    let mut build = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    build.args(["build", "--quiet", "--package", "lessons", "--target-dir"]).arg(target);
    build.current_dir(env!("CARGO_MANIFEST_DIR"));
    assert!(build.status().expect("cargo can be started").success(), "the lessons do not build");
    target.join("debug/lessons")
});

/// Where this test may write a file of that name.
fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("sandbox-{name}"))
}
