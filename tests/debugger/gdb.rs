//! Starts gdb, as the README says, and makes what it prints the same on every machine.

use std::env;
use std::io::{self, Read, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::LazyLock;

/// What keeps a session short and the same every time.
const SETTINGS: &[&str] = &[
    "set width 0",
    "set height 0",
    "set confirm off",
    "set style enabled off",
    "set debuginfod enabled off",
    "set print thread-events off",
    "set startup-with-shell off",
];

/// Says what it is before the output of a command.
const MARK: &str = "----8<----";

/// Whether gdb is there; if not, says so.
pub fn is_there() -> bool {
    static THERE: LazyLock<bool> = LazyLock::new(|| {
        let there = Command::new("gdb").arg("--version").stdout(Stdio::null()).status().is_ok();
        if !there {
            skip("gdb is not installed");
        }
        there
    });
    assert!(*THERE || env::var_os("REQUIRE_GDB").is_none(), "gdb is missing: apt install gdb");
    *THERE
}

/// Says why a test looks at nothing; also when it is run with others, whose output is not shown.
pub fn skip(why: &str) {
    let _ = writeln!(io::stderr(), "tests of the debugger kit skipped: {why}");
}

/// Types the commands, and returns what each of them printed.
pub fn outputs(program: &Path, arguments: &[&str], commands: &[&str]) -> Vec<String> {
    let mut gdb = gdb(program);
    for command in commands {
        gdb.args(["-ex", &format!("echo {MARK}\\n"), "-ex", command]);
    }
    gdb.arg("--args").arg(program).args(arguments);
    printed(gdb).split(&format!("{MARK}\n")).skip(1).map(normalised).collect()
}

/// Attaches to a process, and returns what the commands printed there, and gdb before.
pub fn attached(program: &Path, process: u32, commands: &[&str]) -> String {
    let mut gdb = gdb(program);
    gdb.args(["-p", &process.to_string()]);
    gdb.args(commands.iter().flat_map(|command| ["-ex", command]));
    gdb.args(["-ex", "detach"]);
    printed(gdb)
}

/// Does what an editor does after this setup: starts the program, and returns all that gdb says
/// until the command at the first stop is done.
pub fn in_an_editor(program: &Path, arguments: &[&str], setup: &str, command: &str) -> String {
    let start = format!("-file-exec-and-symbols {}", program.display());
    let arguments = format!("-exec-arguments {}", arguments.join(" "));
    let typed = [setup, &start, &arguments, "-exec-run", command, "-gdb-exit", ""].join("\n");
    let (reader, mut writer) = io::pipe().unwrap();
    writer.write_all(typed.as_bytes()).unwrap();
    let mut gdb = Command::new("timeout");
    gdb.args(["60", "rust-gdb", "-nx", "-q", "-i=mi", "-ex", "set startup-with-shell off"]);
    gdb.env("LC_ALL", "C.UTF-8").env("TERM", "dumb").stdin(reader);
    drop(writer);
    printed(gdb)
}

fn gdb(program: &Path) -> Command {
    let folder = program.parent().expect("a program lies in a folder").display();
    let mut gdb = Command::new("timeout");
    gdb.args(["60", "rust-gdb", "-nx", "-q", "-batch"]);
    gdb.args(["-iex", &format!("add-auto-load-safe-path {folder}")]);
    gdb.args(SETTINGS.iter().flat_map(|setting| ["-ex", setting]));
    gdb.env("LC_ALL", "C.UTF-8").env("TERM", "dumb").stdin(Stdio::null());
    gdb
}

/// What it prints, with what it complains about, in order.
fn printed(mut gdb: Command) -> String {
    let (mut reader, writer) = io::pipe().unwrap();
    gdb.stdout(writer.try_clone().unwrap()).stderr(writer);
    let mut child = gdb.spawn().expect("timeout and rust-gdb can be started");
    // This end of the pipe goes with the command.
    drop(gdb);
    let mut output = Vec::new();
    reader.read_to_end(&mut output).unwrap();
    child.wait().unwrap();
    String::from_utf8_lossy(&output).into_owned()
}

/// Without addresses, processes, and what depends on the machine's own libraries.
fn normalised(output: &str) -> String {
    let unstable = ["[Thread debugging", "Using host libthread_db", "warning: ", "Breakpoint 1 at"];
    let lines = output.lines().filter(|line| !unstable.iter().any(|start| line.starts_with(start)));
    lines.map(|line| without_numbers(line.trim_end()) + "\n").collect()
}

fn without_numbers(line: &str) -> String {
    let line = match line.split_once("(process ") {
        Some((before, after)) => {
            format!("{before}(process N{}", after.trim_start_matches(|c: char| c.is_ascii_digit()))
        }
        None => line.to_owned(),
    };
    let mut parts = line.split("0x");
    let mut kept = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        kept += "0x...";
        kept += part.trim_start_matches(|c: char| c.is_ascii_hexdigit());
    }
    kept
}
