//! The programs to look at. They are built here, because otherwise they might be missing, or be
//! those from before the latest change.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use crate::top;

/// The zoo, as `cargo build` makes it.
pub static ZOO: LazyLock<PathBuf> = LazyLock::new(|| {
    build(cargo().args(["--package", "executor", "--example", "zoo"]), &target());
    target().join("debug/examples/zoo")
});

/// Awaits to step over.
pub static WALK: LazyLock<PathBuf> = LazyLock::new(|| {
    build(cargo().args(["--package", "executor", "--example", "walk"]), &target());
    target().join("debug/examples/walk")
});

/// Tasks that wait for one another.
pub static WAITS: LazyLock<PathBuf> = LazyLock::new(|| {
    build(cargo().args(["--package", "executor", "--example", "waits"]), &target());
    target().join("debug/examples/waits")
});

/// The same in release, with debug information.
pub static OPTIMISED_WAITS: LazyLock<PathBuf> = LazyLock::new(|| optimised("waits"));

/// The zoo in release, with debug information.
pub static OPTIMISED_ZOO: LazyLock<PathBuf> = LazyLock::new(|| optimised("zoo"));

/// The awaits to step over, in release, with debug information.
pub static OPTIMISED_WALK: LazyLock<PathBuf> = LazyLock::new(|| optimised("walk"));

/// The zoo with debug information that is not enough: lines alone.
pub static ZOO_WITH_LINES_ALONE: LazyLock<PathBuf> =
    LazyLock::new(|| other_zoo("with-lines-alone", "CARGO_PROFILE_DEV_DEBUG", "1"));

/// The zoo with its debug information in a file beside it.
pub static ZOO_WITH_SPLIT_DEBUGINFO: LazyLock<PathBuf> = LazyLock::new(|| {
    other_zoo("with-split-debuginfo", "CARGO_PROFILE_DEV_SPLIT_DEBUGINFO", "packed")
});

fn other_zoo(folder: &str, setting: &str, value: &str) -> PathBuf {
    let target = target().join(folder);
    let mut cargo = cargo();
    cargo.args(["--package", "executor", "--example", "zoo"]);
    build(cargo.env(setting, value), &target);
    target.join("debug/examples/zoo")
}

/// Many kinds of futures, as `cargo build` makes them.
pub static KINDS: LazyLock<PathBuf> = LazyLock::new(|| {
    build(cargo().args(["--package", "kinds"]), &target());
    target().join("debug/kinds")
});

/// The same in release, with debug information.
pub static OPTIMISED_KINDS: LazyLock<PathBuf> = LazyLock::new(|| {
    let target = target().join("with-debuginfo");
    let mut cargo = cargo();
    cargo.args(["--package", "kinds", "--release"]);
    build(cargo.env("CARGO_PROFILE_RELEASE_DEBUG", "2"), &target);
    target.join("release/kinds")
});

/// The lessons, as `cargo run` makes them.
pub static LESSONS: LazyLock<PathBuf> = LazyLock::new(|| {
    build(cargo().args(["--package", "lessons"]), &target());
    target().join("debug/lessons")
});

fn optimised(example: &str) -> PathBuf {
    let target = target().join("with-debuginfo");
    let mut cargo = cargo();
    cargo.args(["--package", "executor", "--example", example, "--release"]);
    build(cargo.env("CARGO_PROFILE_RELEASE_DEBUG", "2"), &target);
    target.join("release/examples").join(example)
}

/// The workspace's target folder, in which this program lies as well.
fn target() -> PathBuf {
    let this = env::current_exe().expect("this program has a path");
    this.ancestors().nth(3).expect("it is target/PROFILE/deps/NAME").to_owned()
}

fn cargo() -> Command {
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args(["build", "--quiet"]).current_dir(top());
    cargo
}

fn build(cargo: &mut Command, target: &Path) {
    let status = cargo.arg("--target-dir").arg(target).status();
    assert!(status.expect("cargo can be started").success(), "the program does not build");
}
