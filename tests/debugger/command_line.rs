//! What the program itself does about gdb.

use std::fs;
use std::io::Write;
use std::process::{Command, Output, Stdio};

use crate::gdb;
use crate::programs::LESSONS;
use crate::tour::stops;

fn output(program: &mut Command, typed: &str) -> Output {
    program.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = program.env("TERM", "dumb").spawn().unwrap();
    child.stdin.take().unwrap().write_all(typed.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

fn lessons(arguments: &[&str], typed: &str) -> Output {
    output(Command::new("timeout").arg("300").arg(&*LESSONS).args(arguments), typed)
}

#[test]
fn debug_stops_a_lesson_at_its_first_poll_and_the_clock_with_it() {
    if !gdb::is_there() {
        return;
    }
    let told = lessons(&["debug", "breakfast", "--plain"], "async tasks\nasync wheel\nquit\n");
    let told = String::from_utf8(told.stdout).unwrap();
    for part in [
        "Station `polled`: task 0 'breakfast': its turn has come",
        "breakfast  running      1",
        "the simulated clock shows 0.000 s",
    ] {
        assert!(told.contains(part), "{part}\nis not in\n{told}");
    }
}

#[test]
fn of_a_poll_that_a_debugger_holds_up_it_is_not_said_that_it_does_not_return() {
    if !gdb::is_there() {
        return;
    }
    // The poll goes on for a second: meanwhile all threads run, so also the one that would say so.
    let commands = ["async until polled", "async step", "shell sleep 7", "continue"];
    let told = gdb::outputs(&LESSONS, &["dinner"], &commands).concat();
    assert!(told.contains("The water boils") && told.contains("exited normally"), "{told}");
    assert!(!told.contains("has not returned"), "{told}");
}

#[test]
fn debug_stops_a_program_of_ones_own_at_its_first_poll() {
    if !gdb::is_there() {
        return;
    }
    let file = LESSONS.with_file_name("debugged.rs");
    let source =
        "async fn main() {\n    timer::sleep(std::time::Duration::from_secs(1)).await;\n}\n";
    fs::write(&file, source).unwrap();
    let typed = "async tasks\nasync wheel\nasync until parked\nasync bt\nquit\n";
    let told = lessons(&["debug", file.to_str().unwrap(), "--plain"], typed);
    let told = String::from_utf8(told.stdout).unwrap();
    let place = format!("main at {}:2", file.display());
    for part in [
        "Station `polled`: task 0 'main': its turn has come",
        "the simulated clock shows 0.000 s",
        "-> sleep until 1.000 s",
        &place,
    ] {
        assert!(told.contains(part), "{part}\nis not in\n{told}");
    }
}

#[test]
fn debug_asks_for_a_lesson() {
    let told = lessons(&["debug"], "");
    assert_eq!(told.status.code(), Some(2));
    assert!(String::from_utf8(told.stderr).unwrap().contains("`debug breakfast`"));
}

#[test]
fn without_gdb_debug_says_what_to_install() {
    let told = output(Command::new(&*LESSONS).args(["debug", "breakfast"]).env("PATH", ""), "");
    assert_eq!(told.status.code(), Some(1));
    assert!(String::from_utf8(told.stderr).unwrap().contains("apt install gdb"));
}

#[test]
fn without_a_terminal_the_tour_is_printed() {
    let told = String::from_utf8(lessons(&["tour"], "").stdout).unwrap();
    for stop in stops() {
        let text = fs::read_to_string(&stop).unwrap();
        assert!(told.contains(&text), "{} is not in\n{told}", stop.display());
    }
}

#[test]
fn in_a_terminal_the_tour_goes_on_when_what_it_asks_for_was_typed() {
    let mut texts =
        stops().iter().map(|stop| fs::read_to_string(stop).unwrap()).collect::<String>();
    texts.push_str("(gdb) quit\n");
    let typed: Vec<_> = texts.lines().filter_map(|line| line.strip_prefix("(gdb) ")).collect();
    // What is repeated is left to the Enter key.
    let keys = |n: usize| if n > 0 && typed[n] == typed[n - 1] { "" } else { typed[n] };
    let keys: Vec<_> = (0..typed.len()).map(keys).collect();
    let prose: Vec<_> = texts.lines().filter_map(|line| line.strip_prefix("# ")).collect();
    assert_tour(&keys, &prose);
}

#[test]
fn the_tour_goes_on_only_where_its_text_is_true() {
    let keys = [
        "async until spawned 2",
        // Does nothing: the Enter key does not repeat it.
        "",
        "bt 5",
        "async tasks",
        "async until polled 2",
        // Too far: now it is one of the steps to the waker, and not the toast's beginning.
        "async until fired",
        "async step",
        "tour",
        "tour here",
        "async step",
        "",
        "continue",
        "tour again",
        "async until spawned 2",
        "quit",
    ];
    let lines = [
        "  bt 5",
        "  async tasks",
        "Stop 2 of 6: the first poll",
        "taken the toast out of the ready queue. From here it is a few calls into the",
        "You have passed this stop: the program is in executor::event_loop::Core::fire",
        "You have passed this stop: the program is in executor::event_loop::Core::fire",
        "taken the toast out of the ready queue. From here it is a few calls into the",
        "toast_bread at lessons/src/breakfast.rs:",
        "That is the toast's own code, at its beginning. What does the kit say of it?",
        "That was one step more than the tour asks for. `tour here` takes it back.",
        "Finished in 2.00 seconds",
        "You have passed this stop: the program has ended. `tour here` takes it back to",
        "Stop 1 of 6: a future becomes a task",
        "  bt 5",
    ];
    assert_tour(&keys, &lines);
}

#[test]
fn the_tour_takes_gdbs_short_forms_and_says_where_a_reader_has_gone_on_his_own() {
    let keys = [
        "async until spawned 2",
        // As good as the `bt 5` and the `async tasks` that it asks for.
        "bt",
        "async task",
        "next",
        "next",
        "tour",
        "info locals",
        "info args",
        "tour here",
        "quit",
    ];
    let lines = [
        "  bt 5",
        "  async tasks",
        "Stop 2 of 6: the first poll",
        "The program has gone on since this was said: it is in",
        "Stop 2 of 6: the first poll",
        "Back again: the program is in executor::event_loop::Core::add",
        "Stop 2 of 6: the first poll",
    ];
    assert_tour(&keys, &lines);
}

#[test]
fn the_tour_says_how_to_find_it_after_commands_of_ones_own() {
    let keys = ["info line", "info sharedlibrary", "help x", "async unil polled", "quit"];
    let lines = [
        "There is no `async unil`. Perhaps `async until`?",
        "(`tour` shows again where the tour is, and what to type there.)",
    ];
    assert_tour(&keys, &lines);
}

/// In a terminal, with these lines typed, the tour shows lines that begin so, in this order.
fn assert_tour(keys: &[&str], lines: &[&str]) {
    if !gdb::is_there() {
        return;
    }
    if Command::new("script").arg("--version").output().is_err() {
        return gdb::skip("there is no `script`, which makes a terminal");
    }
    let keys: String = keys.iter().map(|key| format!("{key}\n")).collect();
    let mut terminal = Command::new("timeout");
    terminal.args(["300", "script", "-qec", &format!("'{}' tour", LESSONS.display()), "/dev/null"]);
    let told = String::from_utf8_lossy(&output(&mut terminal, &keys).stdout).replace('\r', "");
    let mut shown = told.lines();
    for expected in lines {
        let follows = shown.any(|line| line.starts_with(expected));
        assert!(follows, "{expected}\ndoes not follow in\n{told}");
    }
}
