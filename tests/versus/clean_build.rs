//! How long a small program takes to build from nothing, and how many crates that are.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// What building one program has taken.
#[derive(Debug)]
pub struct Build {
    pub runtime: &'static str,
    pub time: Duration,
    pub crates: usize,
}

/// The same program three times: it has the runtime's tasks, timers and TCP at hand.
const PROGRAMS: &[(&str, &str, &str)] = &[
    (
        "ours",
        "executor = { path = \"TOP/executor\" }\ntimer = { path = \"TOP/timer\" }",
        "fn main() {
    executor::run(async {
        let task = executor::spawn(timer::sleep(std::time::Duration::from_millis(1)));
        task.await.unwrap();
        println!(\"{:?}\", executor::net::TcpListener::bind(\"127.0.0.1:0\").await.is_ok());
    });
}
",
    ),
    (
        "tokio",
        "tokio = { version = \"1\", features = [\"macros\", \"net\", \"rt\", \"time\"] }",
        "#[tokio::main(flavor = \"current_thread\")]
async fn main() {
    let task = tokio::spawn(tokio::time::sleep(std::time::Duration::from_millis(1)));
    task.await.unwrap();
    println!(\"{:?}\", tokio::net::TcpListener::bind(\"127.0.0.1:0\").await.is_ok());
}
",
    ),
    (
        "smol",
        "smol = \"2\"",
        "fn main() {
    let tasks = smol::LocalExecutor::new();
    smol::block_on(tasks.run(async {
        tasks.spawn(smol::Timer::after(std::time::Duration::from_millis(1))).await;
        println!(\"{:?}\", smol::net::TcpListener::bind(\"127.0.0.1:0\").await.is_ok());
    }));
}
",
    ),
];

/// Builds the programs, the crates already downloaded, as `cargo build` does it.
pub fn measure() -> io::Result<Vec<Build>> {
    let top = fs::canonicalize(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))?;
    let folder = std::env::temp_dir().join(format!("versus-{}", std::process::id()));
    let build = |&(runtime, dependencies, main): &(&'static str, &str, &str)| {
        let program = folder.join(runtime);
        fs::create_dir_all(program.join("src"))?;
        let dependencies = dependencies.replace("TOP", &top.display().to_string());
        let manifest = format!(
            "[package]\nname = \"hello\"\nedition = \"2024\"\n\n[dependencies]\n{dependencies}\n\n\
             [workspace]\n"
        );
        fs::write(program.join("Cargo.toml"), manifest)?;
        fs::write(program.join("src/main.rs"), main)?;
        fs::copy(top.join("Cargo.lock"), program.join("Cargo.lock"))?;
        cargo(&program, &["fetch"])?;
        let start = Instant::now();
        cargo(&program, &["build", "--offline"])?;
        let time = start.elapsed();
        Ok(Build { runtime, time, crates: crates(&program)? })
    };
    let builds = PROGRAMS.iter().map(build).collect();
    fs::remove_dir_all(&folder)?;
    builds
}

/// How many crates the program is made of, besides itself.
fn crates(program: &Path) -> io::Result<usize> {
    let tree = ["tree", "--offline", "--prefix", "none", "--edges", "normal,build"];
    let printed = cargo(program, &tree)?;
    let lines = printed.lines().filter_map(|line| line.split(" (").next()).map(str::trim);
    let crates: std::collections::BTreeSet<_> = lines.filter(|line| !line.is_empty()).collect();
    Ok(crates.len() - 1)
}

fn cargo(program: &Path, args: &[&str]) -> io::Result<String> {
    let mut command = Command::new("cargo");
    command.current_dir(program).args(args).stdin(Stdio::null()).stderr(Stdio::piped());
    command.env("CARGO_TARGET_DIR", PathBuf::from(program).join("target"));
    let output = command.output()?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(io::Error::other(format!("cargo {} failed: {said}", args.join(" "))));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}
