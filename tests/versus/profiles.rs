//! The two ways in which the comparison is built: as one whole, and as `cargo build --release` does.

use std::env;
use std::io;
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// All that is measured, built in one way.
#[derive(Clone, Debug)]
pub struct Profile {
    pub name: &'static str,
    pub meaning: &'static str,
    pub program: PathBuf,
}

/// This program, which is built with the profile `bench`.
///
/// # Errors
/// When the system does not tell where it lies.
pub fn own() -> io::Result<Profile> {
    let meaning = "built as one whole: `lto = \"fat\"`, one codegen unit";
    Ok(Profile { name: "bench", meaning, program: env::current_exe()? })
}

/// The same one, built as cargo builds what is optimised if nothing else is asked for. That takes a
/// minute the first time.
///
/// # Errors
/// When cargo cannot build it.
pub fn release() -> io::Result<Profile> {
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(env!("CARGO_MANIFEST_DIR")).args(["bench", "--no-run", "-p", "versus"]);
    cargo.args(["--profile", "release", "--message-format", "json-render-diagnostics"]);
    let output = cargo.stdin(Stdio::null()).stderr(Stdio::inherit()).output()?;
    let messages = String::from_utf8_lossy(&output.stdout);
    let mut programs = messages.lines().filter_map(|line| {
        let message: serde_json::Value = serde_json::from_str(line).ok()?;
        let is_ours = message["target"]["name"] == "versus";
        message["executable"].as_str().filter(|_| is_ours).map(PathBuf::from)
    });
    let program = programs.next_back().ok_or_else(|| {
        io::Error::other("cargo has not built the comparison with the profile `release`")
    })?;
    Ok(Profile { name: "release", meaning: "cargo's default for `--release`", program })
}
