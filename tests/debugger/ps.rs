//! `ps PID`: who waits for whom in a program that runs, and goes on.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Output, Stdio};

use crate::gdb;
use crate::programs::{LESSONS, OPTIMISED_WAITS, WAITS, ZOO_WITH_LINES_ALONE};

/// A program that is looked at. It is ended when the test is over, whatever the test has found.
struct Running(Child, BufReader<ChildStdout>);

impl Running {
    /// Starts it, and waits for the line with which it says that it is about to wait.
    fn start(program: &Path, arguments: &[&str]) -> Running {
        let mut command = Command::new(program);
        command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        output.read_line(&mut line).unwrap();
        assert!(line.starts_with("waiting"), "{line}");
        Running(child, output)
    }

    /// What `ps` tells of it, as soon as that has this in it: about the task that is polled last.
    fn told(&self, part: &str) -> Option<String> {
        let mut told = String::new();
        for _ in 0..50 {
            let output = ps(&[&self.0.id().to_string()]);
            told = [output.stdout, output.stderr]
                .map(|text| String::from_utf8(text).unwrap())
                .concat();
            if told.contains("does not let you attach") {
                gdb::skip("this machine does not let gdb attach to a process of the same user");
                return None;
            }
            if told.contains(part) {
                return Some(told);
            }
        }
        panic!("{part}\nis not in\n{told}");
    }

    /// Types the line for which it waits, and returns what it prints then, and its end.
    fn go_on(mut self) -> (String, Option<i32>) {
        writeln!(self.0.stdin.take().unwrap()).unwrap();
        let mut rest = String::new();
        self.1.read_to_string(&mut rest).unwrap();
        (rest, self.0.wait().unwrap().code())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = (self.0.kill(), self.0.wait());
    }
}

fn ps(arguments: &[&str]) -> Output {
    let mut timeout = Command::new("timeout");
    let ps = timeout.arg("120").arg(&*LESSONS).arg("ps").args(arguments).env("LC_ALL", "C");
    ps.output().unwrap()
}

/// That it refuses to tell anything of that process, and says why.
fn refused(process: &str) -> String {
    let output = ps(&[process]);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    assert_eq!(output.stdout, b"", "{output:?}");
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(told.starts_with("error: "), "{told}");
    told
}

/// Without the lines of the source, the process, and the time.
fn without_numbers(told: &str) -> String {
    let mut lines = Vec::new();
    for line in told.lines() {
        assert!(line.chars().count() <= 80, "{line}");
        let line = match line.split_once("waits.rs:") {
            Some((before, _)) => format!("{before}waits.rs:LINE"),
            None => line.to_owned(),
        };
        lines.push(match line.split_once(": waits") {
            Some((before, after)) if before.starts_with("process ") => {
                format!("process PID: waits{after}")
            }
            _ => line,
        });
    }
    let last = lines.pop().unwrap();
    let stopped = last.strip_prefix("The program was stopped for ");
    let seconds = stopped.and_then(|seconds| seconds.strip_suffix(" s."));
    let seconds: f64 = seconds.and_then(|seconds| seconds.parse().ok()).expect(&last);
    assert!(seconds > 0.0, "{last}");
    lines.join("\n")
}

fn look_at(program: &Path) {
    if !gdb::is_there() {
        return;
    }
    let running = Running::start(program, &["3"]);
    let Some(told) = running.told("\n 6  work      waiting ") else { return };
    let expected = "\
process PID: waits 3

id  name      state    polls  waits on                      spawned at
 0  waiting   waiting      1  the end of task 2 'reporter'  waits.rs:LINE
 1  foreman   waiting      1  3 tasks: 4, 5, 6              waits.rs:LINE
 2  reporter  waiting      1  the end of task 1 'foreman'   waits.rs:LINE
 3  apart     waiting      1  oneshot::Receiver             waits.rs:LINE
 4  work      waiting      1  oneshot::Receiver             waits.rs:LINE
 5  work      waiting      1  oneshot::Receiver             waits.rs:LINE
 6  work      waiting      1  oneshot::Receiver             waits.rs:LINE

task 0 'waiting', waiting: waiting at executor/examples/waits.rs:LINE
-> task 2 'reporter', waiting: report at executor/examples/waits.rs:LINE
   -> task 1 'foreman', waiting: gather_work at executor/examples/waits.rs:LINE
      -> gather_all
         |- task 4 'work', waiting: work at executor/examples/waits.rs:LINE
         |  -> Shared, around
         |     -> oneshot::Receiver
         |- task 5 'work', waiting: work at executor/examples/waits.rs:LINE
         |  -> Shared, around
         |     -> oneshot::Receiver
         `- task 6 'work', waiting: work at executor/examples/waits.rs:LINE
            -> Shared, around
               -> oneshot::Receiver
task 3 'apart', waiting: work at executor/examples/waits.rs:LINE
-> Shared, around
   -> oneshot::Receiver
";
    assert_eq!(without_numbers(&told), expected);
    assert_eq!(running.go_on(), ("3 of 3 workers are done\n".to_owned(), Some(0)));
}

#[test]
fn a_program_that_runs_tells_who_waits_for_whom_and_goes_on() {
    look_at(&WAITS);
}

#[test]
fn an_optimised_program_tells_the_same() {
    look_at(&OPTIMISED_WAITS);
}

#[test]
fn of_many_tasks_those_that_are_alike_are_told_once() {
    if !gdb::is_there() {
        return;
    }
    let running = Running::start(&WAITS, &["1000"]);
    let Some(told) = running.told("1000 x  work      waiting ") else { return };
    let expected = "\
process PID: waits 1000

id      name      state    polls  waits on                         spawned at
     0  waiting   waiting      1  the end of task 2 'reporter'     waits.rs:LINE
     1  foreman   waiting      1  1000 futures: the end of tas...  waits.rs:LINE
     2  reporter  waiting      1  the end of task 1 'foreman'      waits.rs:LINE
     3  apart     waiting      1  oneshot::Receiver                waits.rs:LINE
1000 x  work      waiting      1  oneshot::Receiver                waits.rs:LINE
1004 tasks

task 0 'waiting', waiting: waiting at executor/examples/waits.rs:LINE
-> task 2 'reporter', waiting: report at executor/examples/waits.rs:LINE
   -> task 1 'foreman', waiting: gather_work at executor/examples/waits.rs:LINE
      -> gather_all
         -> 1000 x task 4 ... 1003 'work', waiting: work at waits.rs:LINE
            -> Shared, around
               -> oneshot::Receiver
task 3 'apart', waiting: work at executor/examples/waits.rs:LINE
-> Shared, around
   -> oneshot::Receiver
";
    assert_eq!(without_numbers(&told), expected);
    assert_eq!(running.go_on(), ("1000 of 1000 workers are done\n".to_owned(), Some(0)));
}

#[test]
fn each_loop_is_told_of_and_what_a_task_does_that_blocks_one() {
    if !gdb::is_there() {
        return;
    }
    let running = Running::start(&WAITS, &["1", "two"]);
    let Some(told) = running.told("\n 4  work      waiting ") else { return };
    let told = without_numbers(&told);
    for part in [
        "\n\nThe loop of thread 1:\nid  name ",
        "\n\nThe loop of thread 2:\nid  name ",
        "\ntask 0 'blocking', running\n-> blocking at executor/examples/waits.rs:LINE\n",
    ] {
        assert!(told.contains(part), "{part}\nis not in\n{told}");
    }
    assert_eq!(running.go_on(), ("1 of 1 workers are done\n".to_owned(), Some(0)));
}

#[test]
fn a_process_that_does_not_exist_is_told() {
    if !gdb::is_there() {
        return;
    }
    // Larger than any that Linux gives.
    assert!(refused("4194305").contains("there is no process 4194305: "));
}

#[test]
fn a_process_that_has_ended_and_whose_parent_has_not_asked_is_told() {
    if !gdb::is_there() {
        return;
    }
    let mut child = Command::new("true").stdout(Stdio::piped()).spawn().unwrap();
    // Its end of the pipe is closed when it ends, a moment before it has no program any more.
    child.stdout.take().unwrap().read_to_end(&mut Vec::new()).unwrap();
    let there = format!("/proc/{}/exe", child.id());
    while std::fs::read_link(&there).is_ok() {
        std::thread::yield_now();
    }
    let told = refused(&child.id().to_string());
    child.wait().unwrap();
    assert!(told.contains("has no program: it has ended"), "{told}");
}

#[test]
fn a_process_that_ends_before_gdb_attaches_is_told() {
    if !gdb::is_there() {
        return;
    }
    let mut child = Command::new("true").spawn().unwrap();
    child.wait().unwrap();
    let told = gdb::outputs(&WAITS, &[], &[&format!("python ps({})", child.id())]).concat();
    assert!(told.contains(&format!("Process {} has ended meanwhile.\n", child.id())), "{told}");
}

#[test]
fn a_program_without_the_kit_is_told_apart() {
    if !gdb::is_there() {
        return;
    }
    let mut child = Command::new("sleep").arg("600").spawn().unwrap();
    let told = refused(&child.id().to_string());
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(told.contains("there is no debugger kit in process"), "{told}");
    assert!(told.contains("CARGO_PROFILE_RELEASE_DEBUG=2"), "{told}");
}

#[test]
fn a_program_whose_debug_information_has_no_types_is_not_even_stopped() {
    if !gdb::is_there() {
        return;
    }
    let running = Running::start(&ZOO_WITH_LINES_ALONE, &["hang"]);
    let told = refused(&running.0.id().to_string());
    assert!(told.contains("debug information has no types"), "{told}");
    assert!(told.contains("CARGO_PROFILE_RELEASE_DEBUG=2"), "{told}");
}

#[test]
fn a_process_that_another_debugger_holds_is_told() {
    if !gdb::is_there() {
        return;
    }
    let running = Running::start(&WAITS, &["1"]);
    let id = running.0.id().to_string();
    let mut other = Command::new("gdb");
    // It holds the process until its own input ends.
    other.args(["-nx", "-q", "-batch", "-iex", "set debuginfod enabled off", "-p", &id]);
    other.args(["-ex", "shell echo holds it; read line", "-ex", "detach"]);
    let mut other = other.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let lines = BufReader::new(other.stdout.take().unwrap()).lines();
    let holds = lines.map_while(Result::ok).any(|line| line == "holds it");
    let told = refused(&id);
    drop(other.stdin.take());
    other.wait().unwrap();
    assert!(holds);
    if told.contains("does not let you attach") {
        return gdb::skip("this machine does not let gdb attach to a process of the same user");
    }
    let holder = format!("in the hands of a debugger, process {}", other.id());
    assert!(told.split_whitespace().collect::<Vec<_>>().join(" ").contains(&holder), "{told}");
    assert_eq!(running.go_on(), ("1 of 1 workers are done\n".to_owned(), Some(0)));
}

#[test]
fn ps_asks_for_a_process_and_for_nothing_else() {
    for (arguments, part) in [
        (&[][..], "say which, `ps 1234`"),
        (&["breakfast"], "breakfast is none"),
        (&["0"], "0 is none"),
        (&["1", "--trace"], "leave out --trace"),
    ] {
        let output = ps(arguments);
        let told = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{told}");
        assert!(told.contains(part), "{part}\nis not in\n{told}");
    }
}

#[test]
fn without_gdb_ps_says_what_to_install() {
    let id = std::process::id().to_string();
    let output = Command::new(&*LESSONS).args(["ps", &id]).env("PATH", "").output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8(output.stderr).unwrap().contains("apt install gdb"));
}

#[test]
fn no_two_parts_of_the_kit_give_something_the_same_name() {
    // gdb reads them all into one module: the later one would take the place of the first.
    let mut names = std::collections::HashMap::new();
    for entry in std::fs::read_dir(crate::top().join("executor/debugger")).unwrap() {
        let part = entry.unwrap().path();
        let file = part.file_name().unwrap().to_str().unwrap().to_owned();
        if !file.starts_with(|c: char| c.is_ascii_digit()) || !file.ends_with(".py") {
            continue;
        }
        for line in std::fs::read_to_string(&part).unwrap().lines() {
            let named = line.strip_prefix("def ").or_else(|| line.strip_prefix("class "));
            let Some(name) = named.and_then(|rest| rest.split(['(', ':']).next()) else { continue };
            if let Some(other) = names.insert(name.to_owned(), file.clone()) {
                panic!("{name} is in {other} and in {file}");
            }
        }
    }
    assert!(names.contains_key("ps"));
}
