//! A peer's tests, copied from the registry into the target folder, as a package against our shim.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// Whose tests they are.
pub struct Peer {
    pub name: &'static str,
    /// The version whose tests are taken; the shim's real parts are of the same one.
    pub version: &'static str,
    /// The crate that the shim stands in for.
    shim: &'static str,
    /// How the files begin whose tests are of the peer's own code, which our loop only drives; and
    /// those of them that are not.
    own: (&'static [&'static str], &'static [&'static str]),
    /// What the tests use besides.
    dependencies: &'static str,
}

pub const PEERS: [Peer; 3] = [
    Peer {
        name: "tokio",
        version: "1.54.1",
        shim: "tokio",
        own: (
            &["duplex_stream", "io_", "macros_", "sync_", "task_local::"],
            &["io_async_fd", "io_driver", "io_panic"],
        ),
        dependencies: r#"
async-stream = "0.3"
bytes = "1"
futures = "0.3"
futures-concurrency = "7"
futures-test = "0.3"
libc = "0.2"
mockall = "0.13"
nix = { version = "0.31", features = ["aio", "fs", "socket"] }
pin-project-lite = "0.2"
proptest = "1"
rand = "0.9"
socket2 = "0.6"
tempfile = "3"
tokio-stream = "0.1"
tokio-test = "0.4"
"#,
    },
    Peer {
        name: "futures",
        version: "0.3.34",
        shim: "futures-executor",
        own: (&[], &[]),
        dependencies: r#"
assert_matches = "1"
futures = { version = "0.3", features = ["thread-pool"] }
futures-core = "0.3"
futures-task = "0.3"
futures-util = "0.3"
futures-test = "0.3"
pin-project = "1"
static_assertions = "1"
"#,
    },
    Peer {
        name: "futures-executor",
        version: "0.3.34",
        shim: "futures-executor",
        own: (&[], &[]),
        dependencies: r#"
futures = { version = "0.3", features = ["thread-pool"] }
"#,
    },
];

impl Peer {
    /// Whether a case is of the peer's own code.
    pub fn is_own(&self, case: &str) -> bool {
        let begins = |with: &[&str]| with.iter().any(|with| case.starts_with(with));
        begins(self.own.0) && !begins(self.own.1)
    }
}

/// A peer's tests as a package.
pub struct Suite {
    pub folder: PathBuf,
    /// The files as they are now: without what was cut out.
    pub texts: BTreeMap<PathBuf, String>,
    /// The one file that is wanted, if not all are.
    pub only: Option<String>,
}

impl Suite {
    /// Writes the package, with an untouched copy of the tests.
    pub fn of(peer: &Peer, only: Option<String>) -> io::Result<Self> {
        let peers = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize()?;
        let folder = peers.join("target/suites").join(peer.name);
        fs::create_dir_all(folder.join("src"))?;
        write(&folder.join("src/lib.rs"), "")?;
        write(&folder.join("Cargo.toml"), &manifest(peer, &peers))?;
        let mut texts = BTreeMap::new();
        let (from, to) = (source_of(peer, &folder)?.join("tests"), folder.join("tests"));
        copy(&from, &to, &mut texts)?;
        Ok(Self { folder, texts, only })
    }
}

/// The features that the tests ask for by `cfg`. The shims have no features.
const FEATURES: [&str; 17] = [
    "alloc",
    "async-await",
    "executor",
    "fs",
    "full",
    "io-util",
    "macros",
    "net",
    "process",
    "rt",
    "rt-multi-thread",
    "signal",
    "std",
    "sync",
    "test-util",
    "thread-pool",
    "time",
];

/// The shim stands in for the peer, for the crates that the tests use besides, too.
fn manifest(peer: &Peer, peers: &Path) -> String {
    let Peer { name, shim, dependencies, .. } = peer;
    let shim_folder = peers.join(shim);
    let features = FEATURES.map(|feature| format!("{feature} = []")).join("\n");
    format!(
        r#"[workspace]

[package]
name = "suite-of-{name}"
version = "0.1.0"
edition = "2021"
# A test reads this file, and looks for the line.
homepage = "https://tokio.rs"

[features]
default = {FEATURES:?}
{features}

[dependencies]
{shim} = {{ path = {shim_folder:?} }}
{dependencies}
[patch.crates-io]
{shim} = {{ path = {shim_folder:?} }}

[profile.dev]
debug = false
incremental = false

# Some tests count on a fast runtime.
[profile.dev.package.executor]
opt-level = 2
[profile.dev.package.timer]
opt-level = 2
"#
    )
}

/// Where cargo keeps the peer's sources.
fn source_of(peer: &Peer, folder: &Path) -> io::Result<PathBuf> {
    let metadata = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version=1"])
        .current_dir(folder)
        .output()?;
    let metadata: Value = serde_json::from_slice(&metadata.stdout)
        .map_err(|_| io::Error::other(String::from_utf8_lossy(&metadata.stderr).into_owned()))?;
    let packages = metadata["packages"].as_array().into_iter().flatten();
    let mut found = packages
        .filter(|package| package["name"] == peer.name && package["version"] == peer.version)
        .filter_map(|package| Path::new(package["manifest_path"].as_str()?).parent());
    let found = found.next().map(Path::to_path_buf);
    found.ok_or_else(|| io::Error::other(format!("no sources of {} {}", peer.name, peer.version)))
}

/// Leaves a file alone that is as it should be: cargo need not build it again.
fn write(path: &Path, text: &str) -> io::Result<()> {
    if fs::read_to_string(path).is_ok_and(|before| before == text) {
        return Ok(());
    }
    fs::write(path, text)
}

fn copy(from: &Path, to: &Path, texts: &mut BTreeMap<PathBuf, String>) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let from = entry?.path();
        let to = to.join(from.file_name().expect("it was listed by its name"));
        if from.is_dir() {
            copy(&from, &to, texts)?;
        } else {
            let text = fs::read_to_string(&from)?;
            write(&to, &text)?;
            texts.insert(to, text);
        }
    }
    Ok(())
}
