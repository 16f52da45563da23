//! A program that runs, or hangs, or has left a core dump, looked at from outside.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::LazyLock;

use crate::gdb;
use crate::programs::{OPTIMISED_ZOO, WALK, ZOO};

#[test]
fn a_program_that_hangs_tells_who_waits_for_what() {
    look_at(&ZOO);
}

#[test]
fn an_optimised_program_that_hangs_tells_the_same() {
    look_at(&OPTIMISED_ZOO);
}

fn look_at(zoo: &LazyLock<PathBuf>) {
    if !gdb::is_there() {
        return;
    }
    let mut process = Command::new(&**zoo).arg("hang").stdout(Stdio::piped()).spawn().unwrap();
    // It says when it is about to hang; soon after it sleeps, in whichever function.
    let mut line = String::new();
    BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let mut told = String::new();
    for _ in 0..50 {
        told = gdb::attached(zoo, process.id(), &["async bt"]);
        if told.contains("task 2 'reader', waiting") || told.contains("ptrace") {
            break;
        }
    }
    process.kill().unwrap();
    process.wait().unwrap();
    if told.contains("ptrace: Operation not permitted") {
        return gdb::skip("this machine does not let gdb attach to a process of the same user");
    }
    let found: Vec<_> = told.lines().skip_while(|line| !line.starts_with("task 0")).collect();
    let expected = "\
task 0 'hanging', waiting, 1 poll, spawned at executor/examples/zoo.rs:LINE
  hanging at executor/examples/zoo.rs:LINE
  -> the end of task 2 'reader'

task 1 'listener', waiting, 1 poll, spawned at executor/examples/zoo.rs:LINE
  listening at executor/examples/zoo.rs:LINE
  -> oneshot::Receiver

task 2 'reader', waiting, 1 poll, spawned at executor/examples/zoo.rs:LINE
  joining at executor/examples/zoo.rs:LINE
  -> the end of task 1 'listener'";
    let without_lines = |line: &&str| {
        let Some((file, _)) = line.rsplit_once("zoo.rs:") else { return line.to_string() };
        format!("{file}zoo.rs:LINE")
    };
    let found: Vec<_> = found.iter().take(11).map(without_lines).collect();
    assert_eq!(found.join("\n"), expected, "{told}");
}

#[test]
fn a_program_that_runs_is_followed_over_its_awaits() {
    if !gdb::is_there() {
        return;
    }
    let mut process = Command::new(&**WALK).arg("forever").stdout(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let commands = ["async until count", "async finish", "async next", "async until parked"];
    let more = ["async frame 0", "async print to", "async list"];
    let told = gdb::attached(&WALK, process.id(), &[&commands[..], &more].concat());
    process.kill().unwrap();
    process.wait().unwrap();
    if told.contains("ptrace: Operation not permitted") {
        return gdb::skip("this machine does not let gdb attach to a process of the same user");
    }
    for part in [
        ", in task 0 'counting':\ncount at executor/examples/walk.rs:",
        "count has returned $async_returned = 1.\ncounting at executor/examples/walk.rs:",
        "black_box(counted);\nStation `parked`",
        "  0  counting at executor/examples/walk.rs:",
        "\nto = 1\n",
        "\tasync fn count(to: u32) -> u32 {",
    ] {
        assert!(told.contains(part), "{part}\nis not in\n{told}");
    }
}

#[test]
fn a_core_dump_is_looked_at_and_does_not_run_on() {
    if !gdb::is_there() {
        return;
    }
    let core = WALK.with_file_name(format!("core-of-walk-{}", std::process::id()));
    let (save, load) = (format!("generate-core-file {0}", core.display()), core.display());
    let load = format!("core-file {load}");
    let look = ["async bt 1", "async frame 1", "async print to"];
    let run_on =
        ["async step", "async next", "async finish", "async until parked", "async watch 1"];
    let start = ["async until parked", &save, "kill", &load];
    let last = ["async why 1", "finish", "run"];
    let commands = [&start[..], &look, &run_on, &last].concat();
    let told = gdb::outputs(&WALK, &[], &commands);
    std::fs::remove_file(&core).unwrap();
    let [bt, frame, print] = &told[4..7] else { unreachable!() };
    assert!(bt.contains("-> count at executor/examples/walk.rs:"), "{bt}");
    assert!(frame.contains("* 1  count at executor/examples/walk.rs:"), "{frame}");
    assert_eq!(print, "to = 1\n");
    for (command, said) in run_on.iter().zip(&told[7..12]) {
        assert!(said.starts_with("This is a core dump"), "{command}: {said}");
    }
    assert!(told[12].contains("nobody has noted wakes"), "{}", told[12]);
    assert_eq!(told[13], "The program is not being run.\n");
    assert!(told[14].contains("exited normally"), "{}", told[14]);
}
