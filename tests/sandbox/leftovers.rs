//! After each way out there is no process, and no folder.

use std::fs;

use crate::client::{Run, Sandbox, lives, wait_until};

/// A program with a child, and one that has gone to a session of its own; it prints their numbers.
const FAMILY: &str = r#"
use std::process::Command;
async fn main() {
    let child = Command::new("sleep").arg("100000").spawn().unwrap();
    let lost = Command::new("setsid").args(["sleep", "100000"]).spawn().unwrap();
    println!("pids {} {} {} all", std::process::id(), child.id(), lost.id());
    loop {
        timer::sleep(std::time::Duration::from_secs(1)).await;
    }
}
"#;

/// The numbers of the family, once all of them run.
fn family(run: &mut Run) -> Vec<String> {
    let told = run.wait_for(" all");
    let all: Vec<_> = told.split_whitespace().skip(1).take(3).map(str::to_owned).collect();
    assert!(all.iter().all(|process| lives(process)), "{all:?}");
    all
}

#[track_caller]
fn all_are_gone(family: &[String]) {
    wait_until("nobody is left", || !family.iter().any(|process| lives(process)));
}

/// The folders of runs in that of the sandbox.
fn runs(sandbox: &Sandbox) -> usize {
    let all = fs::read_dir(sandbox.folder()).into_iter().flatten().flatten();
    all.filter(|entry| entry.path().is_dir()).count()
}

/// D2.5
#[test]
fn stop_ends_the_children_wherever_they_have_gone() {
    let sandbox = Sandbox::start(&["--limit", "3600"]);
    let mut run = sandbox.run("a", FAMILY);
    let family = family(&mut run);
    assert_eq!(runs(&sandbox), 1);
    assert!(sandbox.stop("a"));
    assert_eq!(run.end()[0], "stopped");
    all_are_gone(&family);
    wait_until("the folder is gone", || runs(&sandbox) == 0);
}

/// D2.5
#[test]
fn with_the_tab_goes_its_program() {
    let sandbox = Sandbox::start(&["--limit", "3600"]);
    let mut run = sandbox.run("a", FAMILY);
    let family = family(&mut run);
    drop(run);
    all_are_gone(&family);
    wait_until("the folder is gone", || runs(&sandbox) == 0);
}

/// D2.5
#[test]
fn a_program_that_ends_leaves_no_children() {
    let sandbox = Sandbox::start(&["--limit", "3600"]);
    let mut run = sandbox.run("a", &FAMILY.replace("loop {", "if false {"));
    assert_eq!(run.end()[0], "done");
    let told = run.text("output");
    let family: Vec<_> = told.split_whitespace().skip(1).take(3).map(str::to_owned).collect();
    all_are_gone(&family);
}

/// D2.5
#[test]
fn ctrl_c_and_sigterm_end_the_sandbox_cleanly() {
    for signal in ["-INT", "-TERM"] {
        let mut sandbox = Sandbox::start(&["--limit", "3600"]);
        let mut run = sandbox.run("a", FAMILY);
        let family = family(&mut run);
        let folder = sandbox.folder();
        assert!(folder.is_dir());
        sandbox.signal(signal);
        assert_eq!(sandbox.process.wait().unwrap().code(), Some(0), "{signal}");
        all_are_gone(&family);
        assert!(!folder.exists(), "{signal}");
    }
}

/// D2.5
#[test]
fn what_a_killed_sandbox_has_left_ends_by_itself_or_is_cleared_by_the_next() {
    let mut killed = Sandbox::start(&["--limit", "3600"]);
    let mut run = killed.run("a", FAMILY);
    let family = family(&mut run);
    let folder = killed.folder();
    let other = Sandbox::another(&[], &[]);
    assert!(folder.is_dir(), "the folder of one that lives is left alone");
    killed.signal("-KILL");
    killed.process.wait().unwrap();
    all_are_gone(&family);
    assert!(folder.is_dir(), "there is something to clear");
    let next = Sandbox::another(&[], &[]);
    assert!(!folder.exists());
    assert!(other.folder().is_dir() && next.folder().is_dir());
}
