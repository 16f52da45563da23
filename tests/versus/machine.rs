//! What the figures were measured on, and with.

use std::fs;
use std::process::Command;
use std::thread;

/// The machine and the tools, a line each.
pub fn describe() -> Vec<String> {
    let cores = thread::available_parallelism().map_or(0, usize::from);
    let cpu = cpu().unwrap_or_else(|| "unknown".to_owned());
    let uring = if has_io_uring() { "with io_uring" } else { "without io_uring" };
    vec![
        format!("machine: {cores} cores, {cpu}"),
        format!("system: {}, {uring}", said("uname", &["-sr"])),
        format!("date: {}", said("date", &["-u", "+%Y-%m-%d"])),
        format!("rustc: {}", said("rustc", &["--version"])),
        format!("python: {}", python().unwrap_or_else(|| "none".to_owned())),
    ]
}

/// The versions of the crates that are compared, and of what ours and theirs stand on.
pub fn crates() -> Vec<String> {
    const COMPARED: &[&str] =
        &["tokio", "smol", "async-executor", "async-io", "futures", "monoio", "hyper", "mio"];
    let lock = include_str!("../../Cargo.lock");
    let mut crates = Vec::new();
    for package in lock.split("[[package]]") {
        let value = |key: &str| {
            let line = package.lines().find_map(|line| line.strip_prefix(key))?;
            Some(line.trim_start_matches(" = ").trim_matches('"'))
        };
        if let Some((name, version)) = value("name").zip(value("version"))
            && COMPARED.contains(&name)
        {
            crates.push(format!("{name} {version}"));
        }
    }
    crates
}

/// `None` where there is no Python, or none that has all that the rows use.
pub fn python() -> Option<String> {
    let version = said("python3", &["-c", "import sys; print(*sys.version_info[:3], sep='.')"]);
    let minor: u32 = version.strip_prefix("3.")?.split('.').next()?.parse().ok()?;
    (minor >= 9).then_some(version)
}

/// Whether the kernel has io_uring, and lets us have it.
pub fn has_io_uring() -> bool {
    monoio::utils::detect_uring()
}

fn cpu() -> Option<String> {
    let info = fs::read_to_string("/proc/cpuinfo").ok()?;
    let line = info.lines().find(|line| line.starts_with("model name"))?;
    Some(line.split_once(": ")?.1.to_owned())
}

/// What a command prints; nothing if it cannot be run.
fn said(program: &str, args: &[&str]) -> String {
    let output = Command::new(program).args(args).output();
    let printed = output.map(|output| output.stdout).unwrap_or_default();
    String::from_utf8_lossy(&printed).trim().to_owned()
}
