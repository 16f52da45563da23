//! What `.vscode/launch.json` asks the debuggers to do, done without the editor.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::programs::{KINDS, LESSONS, ZOO};
use crate::{gdb, top};

const ARGUMENTS: [&str; 3] = ["breakfast", "--clock", "simulated"];

/// The configuration for that kind of debugger, to start a program or to attach to one.
fn configuration(kind: &str, request: &str) -> Value {
    let text = fs::read_to_string(top().join(".vscode/launch.json")).unwrap();
    let text = text.replace("${workspaceFolder}", &top().display().to_string());
    let text =
        text.replace("${input:lesson}", ARGUMENTS[0]).replace("${input:clock}", ARGUMENTS[2]);
    let file: Value = serde_json::from_str(&text).unwrap();
    let of_kind = |one: &&Value| one["type"] == kind && one["request"] == request;
    let found =
        file["configurations"].as_array().unwrap().iter().filter(of_kind).collect::<Vec<_>>();
    assert_eq!(found.len(), 1, "of {kind} and {request}");
    if request == "attach" {
        return found[0].clone();
    }
    assert_eq!(found[0]["args"], serde_json::json!(ARGUMENTS));
    found[0].clone()
}

fn texts<'a>(list: &'a Value, text: impl Fn(&'a Value) -> &'a Value) -> Vec<&'a str> {
    list.as_array().unwrap().iter().map(|one| text(one).as_str().unwrap()).collect()
}

#[test]
fn the_settings_for_cpptools_stop_at_the_first_poll_and_load_the_kit() {
    if !gdb::is_there() {
        return;
    }
    let settings = configuration("cppdbg", "launch");
    let program = settings["program"].as_str().unwrap();
    assert!(LESSONS.ends_with("target/debug/lessons") && program.ends_with("target/debug/lessons"));
    let mut setup = texts(&settings["setupCommands"], |one| &one["text"]).join("\n");
    // This program may lie in another folder than an editor's would.
    let safe_path = format!("add-auto-load-safe-path {}", LESSONS.parent().unwrap().display());
    setup.push_str(&format!("\n{safe_path}"));
    let told = gdb::in_an_editor(&LESSONS, &ARGUMENTS, &setup, "async tasks");
    assert!(told.contains(r#"reason="breakpoint-hit""#), "{told}");
    assert!(told.contains("breakfast  ready"), "{told}");
}

#[test]
fn the_settings_to_attach_load_the_kit_as_those_to_start_a_program_do() {
    let texts_of = |request| {
        texts(&configuration("cppdbg", request)["setupCommands"], |one| &one["text"])
            .into_iter()
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    assert!(texts_of("launch").starts_with(&texts_of("attach")));
    let commands = |request| configuration("lldb", request)["initCommands"][0].clone();
    assert_eq!(commands("launch"), commands("attach"));
}

#[test]
fn the_editor_offers_each_lesson_that_a_debugger_can_show() {
    let file = fs::read_to_string(top().join(".vscode/launch.json")).unwrap();
    let file: Value = serde_json::from_str(&file).unwrap();
    let offered = texts(&file["inputs"][0]["options"], |one| one);
    let list = Command::new(&*LESSONS).arg("list").output().unwrap();
    let list = String::from_utf8(list.stdout).unwrap();
    let lines = list.lines().filter_map(|line| line.strip_prefix("  "));
    let lessons = lines.filter_map(|line| line.split(' ').next());
    // The tour starts gdb itself.
    assert_eq!(offered, lessons.filter(|name| *name != "tour").collect::<Vec<_>>());
}

/// lldb understands Rust's enums from version 19 on.
fn lldb() -> Option<&'static str> {
    ["lldb-19", "lldb-20", "lldb-21", "lldb"].into_iter().find(|lldb| {
        let version = Command::new(lldb).arg("--version").output();
        let version = version.map(|version| String::from_utf8_lossy(&version.stdout).into_owned());
        let digits =
            |text: &str| text.split(|c: char| !c.is_ascii_digit()).find_map(|n| n.parse().ok());
        version.ok().and_then(|text| digits(&text)).is_some_and(|major: u32| major >= 19)
    })
}

#[test]
fn the_settings_for_codelldb_stop_at_the_first_poll_and_load_the_commands() {
    let Some(lldb) = lldb() else {
        return gdb::skip("there is no lldb, or none of version 19 or newer");
    };
    let settings = configuration("lldb", "launch");
    let mut program = Command::new("timeout");
    program.args(["300", lldb, "--no-use-colors", "--no-lldbinit", "--batch"]);
    for list in ["initCommands", "preRunCommands"] {
        for command in texts(&settings[list], |one| one) {
            program.args(["-o", command]);
        }
    }
    // At the third stop it is the toast's first turn.
    let run = format!("process launch --disable-aslr false -- {}", ARGUMENTS.join(" "));
    program.args(["-o", &run, "-o", "continue", "-o", "continue", "-o", "async-tasks"]);
    program.args(["-o", "async-bt", "-o", "kill"]).arg(&*LESSONS).stdin(Stdio::null());
    let told = program.current_dir(top()).output().unwrap();
    let told = String::from_utf8_lossy(&told.stdout).into_owned();
    for part in [
        "stop reason = breakpoint",
        "brew_coffee       waiting      1  sleep until 2.000 s",
        "-> the end of task 2 'toast_bread'",
        "-> brew_coffee at lessons/src/breakfast.rs:",
        "-> toast_bread, not polled yet, at lessons/src/breakfast.rs:",
    ] {
        assert!(told.contains(part), "{part}\nis not in\n{told}");
    }
}

/// What lldb cannot show it says; it does not make something up.
#[test]
fn lldb_says_what_it_cannot_show() {
    let Some(lldb) = lldb() else {
        return gdb::skip("there is no lldb, or none of version 19 or newer");
    };
    let script =
        format!("command script import {}/executor/debugger/lldb_commands.py", top().display());
    let told = |program: &Path, function: &str, argument: &str| {
        let mut lldb_of = Command::new("timeout");
        lldb_of.args(["300", lldb, "--no-use-colors", "--no-lldbinit", "--batch", "-o", &script]);
        let stop = format!("breakpoint set --name {function}");
        let run = format!("process launch --disable-aslr false -- {argument}");
        lldb_of.args(["-o", &stop, "-o", &run, "-o", "async-bt", "-o", "kill"]).arg(program);
        let told = lldb_of.stdin(Stdio::null()).output().unwrap();
        String::from_utf8_lossy(&told.stdout).into_owned()
    };
    let kinds = told(&KINDS, "kinds::look", "");
    for part in [
        "which is a thread's",
        "futures_util::future::join_all::JoinAll, whose futures lldb does not show",
        "shared::Shared, whose futures lldb does not show",
        "-> its future, of a type that lldb does not find",
        "-> sleep until 3600.000 s",
    ] {
        assert!(kinds.contains(part), "{part}\nis not in\n{kinds}");
    }
    let mut tasks = kinds.split("\ntask ").filter(|task| task.contains(" 'many', "));
    assert!(!tasks.next().unwrap().contains("leaf"), "{kinds}");
    let two_loops = told(&ZOO, "zoo::look", "two");
    for part in ["The loop of thread 1:", "The loop of thread 2:", "task 0 'blocking', running"] {
        assert!(two_loops.contains(part), "{part}\nis not in\n{two_loops}");
    }
}
