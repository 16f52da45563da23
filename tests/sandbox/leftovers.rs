//! After each way out there is no process, and no folder.

use std::fs;

use crate::client::{Run, Sandbox, wait_until};
use crate::family::Family;

/// A family of three, which runs.
fn start(sandbox: &Sandbox) -> (Run, Family) {
    let mut family = Family::new();
    let run = sandbox.run("a", &family.program(3));
    family.gather(3);
    (run, family)
}

/// The folders of runs in that of the sandbox.
fn runs(sandbox: &Sandbox) -> usize {
    let all = fs::read_dir(&sandbox.folder).into_iter().flatten().flatten();
    all.filter(|entry| entry.path().is_dir()).count()
}

/// D2.5
#[test]
fn stop_ends_the_children_wherever_they_have_gone() {
    let sandbox = Sandbox::start(&["--limit", "3600"]);
    let (mut run, family) = start(&sandbox);
    assert_eq!(runs(&sandbox), 1);
    assert!(sandbox.stop("a"));
    assert_eq!(run.end()[0], "stopped");
    family.are_gone();
    wait_until("the folder is gone", || runs(&sandbox) == 0);
}

/// D2.5
#[test]
fn with_the_tab_goes_its_program() {
    let sandbox = Sandbox::start(&["--limit", "3600"]);
    let (run, family) = start(&sandbox);
    drop(run);
    family.are_gone();
    wait_until("the folder is gone", || runs(&sandbox) == 0);
}

/// D2.5
#[test]
fn a_program_that_ends_leaves_no_children() {
    let sandbox = Sandbox::start(&["--limit", "3600"]);
    let (mut run, mut family) = start(&sandbox);
    family.end_first();
    assert_eq!(run.end()[0], "done");
    family.are_gone();
}

/// D2.5
#[test]
fn ctrl_c_and_sigterm_end_the_sandbox_cleanly() {
    for signal in ["-INT", "-TERM"] {
        let mut sandbox = Sandbox::start(&["--limit", "3600"]);
        let (_run, family) = start(&sandbox);
        assert!(sandbox.folder.is_dir());
        sandbox.signal(signal);
        assert_eq!(sandbox.process.wait().unwrap().code(), Some(0), "{signal}");
        family.are_gone();
        assert!(!sandbox.folder.exists(), "{signal}");
    }
}

/// D2.5
#[test]
fn what_a_killed_sandbox_has_left_ends_by_itself_or_is_cleared_by_the_next() {
    let mut killed = Sandbox::start(&["--limit", "3600"]);
    let (_run, family) = start(&killed);
    let other = Sandbox::another(&[], &[]);
    assert!(killed.folder.is_dir(), "the folder of one that lives is left alone");
    killed.signal("-KILL");
    killed.process.wait().unwrap();
    family.are_gone();
    assert!(killed.folder.is_dir(), "there is something to clear");
    let next = Sandbox::another(&[], &[]);
    assert!(!killed.folder.exists());
    assert!(other.folder.is_dir() && next.folder.is_dir());
}
