//! A program that hangs, looked at from outside.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use crate::gdb;
use crate::programs::ZOO;

#[test]
fn a_program_that_hangs_tells_who_waits_for_what() {
    if !gdb::is_there() {
        return;
    }
    let mut program = Command::new(&*ZOO);
    let mut process = program.arg("hang").stdout(Stdio::piped()).spawn().unwrap();
    // It says when it is about to hang; soon after it sleeps, in whichever function.
    let mut line = String::new();
    BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let mut told = String::new();
    for _ in 0..50 {
        told = gdb::attached(&ZOO, process.id(), "async bt");
        if told.contains("task 2 'reader', waiting") || told.contains("ptrace") {
            break;
        }
    }
    process.kill().unwrap();
    process.wait().unwrap();
    if told.contains("ptrace: Operation not permitted") {
        eprintln!("skipped: this machine does not let gdb attach to a process of the same user");
        return;
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
