//! Stands for `cargo` and `rustc` where Wine plays a Windows that has neither: a copy of this program
//! is called as one of the two, has Debian's do the work, and ends as it has ended.
//!
//! Wine starts programs of the system that it runs on, but lends them no pipe, and does not tell how
//! they end. So a shell there connects to this program: what is written comes by one connection, the
//! errors and at last the exit code by another. When this program is gone, so are the connections,
//! by which the shell knows that it has to end the other.

#![forbid(unsafe_code)]

use std::io::{self, BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::{env, fs, thread};

use serde_json::Value;

/// What is built.
const TARGET: &str = "x86_64-pc-windows-gnu";

/// Called with a port, and the command.
const SHELL: &str = r#"
exec 3<>/dev/tcp/127.0.0.1/$1 4<>/dev/tcp/127.0.0.1/$1; shift
unset CARGO RUSTC; export RUSTC_BOOTSTRAP=1 PATH=/usr/bin:$PATH
"$@" </dev/null >&3 2>&4 3>&- 4>&- & program=$!
{ read -r; kill $program; } <&4 2>/dev/null 3>&- 4>&- & watcher=$!
wait $program; printf '\n%s' $? >&4; kill $watcher
"#;

/// The crates of `std`: cargo builds them, and rustc has to be told where they are.
const STD: [&str; 7] =
    ["alloc", "compiler_builtins", "core", "panic_unwind", "proc_macro", "std", "test"];

fn main() -> ExitCode {
    match run() {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            eprintln!("the bridge to the compiler is broken: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> io::Result<u8> {
    let this = env::current_exe()?;
    let name = this.file_stem().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
    let given: Vec<String> = env::args().skip(1).collect();
    let list = this.with_file_name("std");
    let arguments = if name == "cargo" { for_cargo(given) } else { for_rustc(given, &list) };
    let listener = TcpListener::bind(("127.0.0.1", 0))?;
    let mut shell = Command::new(r"Z:\bin\bash");
    shell.args(["-c", SHELL, "bash", &listener.local_addr()?.port().to_string(), &name]);
    shell.args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    shell.spawn()?;
    let (output, _) = listener.accept()?;
    let (errors, _) = listener.accept()?;
    let errors = thread::spawn(move || relay_errors(errors));
    let mut std = String::new();
    for line in BufReader::new(output).lines() {
        let line = line?;
        std.extend(path_of_std(&line).map(|path| path + "\n"));
        writeln!(io::stdout(), "{line}")?;
    }
    if !std.is_empty() {
        fs::write(list, std)?;
    }
    errors.join().expect("it does not panic")
}

/// Passes on what comes, up to the last end of a line: behind that comes the exit code.
fn relay_errors(from: TcpStream) -> io::Result<u8> {
    let mut from = BufReader::new(from);
    let mut held = Vec::new();
    loop {
        let mut line = Vec::new();
        from.read_until(b'\n', &mut line)?;
        if !line.ends_with(b"\n") {
            return Ok(String::from_utf8_lossy(&line).parse().unwrap_or(1));
        }
        line.pop();
        io::stderr().write_all(&held)?;
        io::stderr().write_all(&line)?;
        held = vec![b'\n'];
    }
}

/// Cargo on Windows builds for Windows without being told, in the target folder itself.
fn for_cargo(given: Vec<String>) -> Vec<String> {
    let mut arguments: Vec<String> = given.iter().map(|argument| unix(argument)).collect();
    if arguments.first().is_some_and(|command| command == "build") {
        arguments.extend(["-Zbuild-std", "-Zwarnings", "--target", TARGET].map(str::to_owned));
        if let Some(at) = arguments.iter().position(|argument| argument == "--target-dir") {
            let folder = PathBuf::from(&arguments[at + 1]);
            let above = folder.parent().unwrap_or(&folder);
            arguments[at + 1] = above.display().to_string();
        }
    }
    arguments
}

fn for_rustc(given: Vec<String>, list: &Path) -> Vec<String> {
    let paths = fs::read_to_string(list).unwrap_or_default();
    let of_std =
        paths.lines().flat_map(|line| ["--extern".to_owned(), format!("noprelude:{line}")]);
    let target = ["-Zunstable-options", "--target", TARGET].map(str::to_owned);
    let given: Vec<_> = given.iter().map(|argument| unix(argument)).collect();
    // Macros are of the system that compiles, so cargo puts them elsewhere.
    let macros = given.iter().filter_map(|argument| {
        argument.strip_prefix("dependency=").filter(|folder| folder.contains(TARGET))
    });
    let macros = macros.map(|folder| folder.replace(&format!("{TARGET}/"), ""));
    let macros = macros.map(|folder| format!("-Ldependency={folder}")).collect::<Vec<_>>();
    given.into_iter().chain(macros).chain(target).chain(of_std).collect()
}

/// `name=path`, if cargo tells of a crate of `std`.
fn path_of_std(message: &str) -> Option<String> {
    let message: Value = serde_json::from_str(message).ok()?;
    let name = message["target"]["name"].as_str().filter(|name| STD.contains(name))?;
    let mut files = message["filenames"].as_array()?.iter().filter_map(Value::as_str);
    files.find(|file| file.ends_with(".rlib")).map(|file| format!("{name}={file}"))
}

/// An argument, with its path as it is called on the system that Wine runs on: one that is absolute,
/// or that has a backslash. What is behind a second `=` is what a path is to be called.
fn unix(argument: &str) -> String {
    let (path, called) = match argument.split_once('=') {
        Some((path, called)) if path.contains('\\') => (path, format!("={called}")),
        _ => (argument, String::new()),
    };
    let path = path.replace(r"\\?\", "").replace("Z:", "").replace('\\', "/");
    path + &called
}
