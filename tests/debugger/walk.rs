//! From line to line in one task, whatever runs meanwhile.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::programs::{LESSONS, OPTIMISED_WALK, WALK};
use crate::{gdb, session, top};

fn play(name: &str) {
    session::play(&[&top().join("tests/debugger/expected").join(name)], &WALK, &[]);
}

#[test]
fn async_next_goes_over_awaits_to_the_next_line_of_the_same_task() {
    play("next.txt");
}

#[test]
fn async_finish_goes_to_the_end_of_an_async_function_and_tells_what_it_returns() {
    play("async_finish.txt");
}

#[test]
fn async_frame_stands_in_a_task_that_waits() {
    play("standing.txt");
}

#[test]
fn async_break_stops_in_the_body_of_an_async_function() {
    play("bodies.txt");
}

#[test]
fn async_why_tells_the_causes_of_a_tasks_wakes_from_when_it_looks() {
    play("why.txt");
}

#[test]
fn async_why_tells_of_other_threads_and_of_sockets() {
    let file = |name| top().join("tests/debugger/expected").join(name);
    let arguments = ["lost-wake-up", "--plain", "--clock", "simulated"];
    session::play(&[&file("why_threads.txt")], &LESSONS, &arguments);
    session::play(&[&file("why_sockets.txt")], &LESSONS, &["echo", "--plain"]);
}

#[test]
fn in_an_optimised_program_one_stands_in_tasks_and_sees_their_wakes() {
    let file = top().join("tests/debugger/expected/walk_optimised.txt");
    session::play(&[&file], &OPTIMISED_WALK, &[]);
}

#[test]
fn async_layout_shows_tasks_and_timers_in_windows_at_each_stop() {
    let typed = "async layout\nasync until fired 1\nbt 2\n";
    let Some(told) = in_a_terminal(&WALK, 24, 80, typed) else { return };
    for part in [
        "ready queue",
        "wheel",
        "1 serving: sleep until 1.000 s",
        "1.000 s -> 1 serving",
        "the clock shows 1.000 s",
    ] {
        assert!(told.contains(part), "{part}\nis not in\n{told}");
    }
    // What gdb itself prints is in its window, too, and not written over all of them.
    assert!(told.contains("#1  ") && !told.replace("\r\n", "").contains("\n#1  "), "{told}");
}

#[test]
fn async_layout_outlives_a_program_that_is_built_anew() {
    if !gdb::is_there() {
        return;
    }
    let program = WALK.with_file_name(format!("walk-anew-{}", std::process::id()));
    fs::copy(&**WALK, &program).unwrap();
    let anew = format!("shell touch -d tomorrow {}", program.display());
    let typed = format!("async layout\n{anew}\nrun\nasync until spawned 2\n");
    let told = in_a_terminal(&program, 24, 80, &typed);
    fs::remove_file(&program).unwrap();
    let Some(told) = told else { return };
    // A word of it may be broken at the end of a line.
    assert!(["has changed", "re-reading"].iter().any(|part| told.contains(part)), "{told}");
    assert!(told.contains("1 serving: ready"), "{told}");
}

#[test]
fn async_layout_says_when_there_is_no_room() {
    let Some(told) = in_a_terminal(&WALK, 20, 60, "async layout\n") else { return };
    assert!(told.contains("The terminal has 60 columns and 20 lines"), "{told}");
    let outputs = gdb::outputs(&WALK, &[], &["async layout"]);
    assert_eq!(outputs, ["gdb is not in a terminal: there is no room for windows.\n"]);
}

#[test]
fn the_help_of_each_command_fits_a_terminal() {
    if !gdb::is_there() {
        return;
    }
    let names = [
        "break", "down", "finish", "frame", "layout", "list", "next", "print", "step", "until",
        "up", "why",
    ];
    let commands = names.map(|name| format!("help async {name}"));
    let told = gdb::outputs(&WALK, &[], &commands.each_ref().map(String::as_str));
    for (command, help) in commands.iter().zip(told) {
        assert!(help.ends_with(".\n") && !help.contains("Undefined"), "{command}: {help}");
        assert!(help.lines().all(|line| line.chars().count() <= 80), "{command}: {help}");
    }
}

/// What gdb shows in a terminal of that size, when this is typed while the loop sleeps.
fn in_a_terminal(program: &Path, rows: u16, columns: u16, typed: &str) -> Option<String> {
    if !gdb::is_there() {
        return None;
    }
    if Command::new("script").arg("--version").output().is_err() {
        gdb::skip("there is no `script`, which makes a terminal");
        return None;
    }
    let folder = program.parent().unwrap().display();
    let session = format!(
        "stty rows {rows} cols {columns}; rust-gdb -nx -q -iex 'add-auto-load-safe-path {folder}' \
         -ex 'set confirm off' -ex 'set debuginfod enabled off' -ex 'set startup-with-shell off' \
         -ex 'async until parked' {}",
        program.display()
    );
    let mut terminal = Command::new("timeout");
    terminal.args(["300", "script", "-qec", &session, "/dev/null"]);
    terminal.env("LC_ALL", "C.UTF-8").env("TERM", "xterm");
    let mut terminal = terminal.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let typed = format!("{typed}quit\n");
    terminal.stdin.take().unwrap().write_all(typed.as_bytes()).unwrap();
    let told = terminal.wait_with_output().unwrap().stdout;
    Some(String::from_utf8_lossy(&told).into_owned())
}
