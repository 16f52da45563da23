//! Real servers, as Debian has them, each for as long as somebody needs it.

pub mod dnsmasq;
pub mod postgres;
pub mod redis;

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::Write;
use std::os::unix::fs::MetadataExt;
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::peers::Folder;

/// Starts a program, and ends it when the input ends: so it ends with the process that asked for it,
/// however that ends. The input may name the signal; `$0` is the usual one.
const WATCH: &str = r#""$@" </dev/null & read -r signal; kill -"${signal:-$0}" $!; wait $!"#;
/// The slowest start on a busy machine takes seconds.
const PATIENCE: Duration = Duration::from_secs(60);
/// Whoever is root runs servers as this user: PostgreSQL refuses to be root's.
const NOBODY: u32 = 65534;

/// A server that runs; to drop it ends it.
#[derive(Debug)]
pub struct Server {
    watch: Child,
    log: PathBuf,
}

impl Server {
    /// Starts `command`, which `signal` ends; what it prints is in the file `log`.
    pub fn start(command: &Command, signal: &str, log: PathBuf) -> Self {
        let output = File::create(&log).unwrap();
        let mut watch = as_a_user("sh");
        watch.args(["-c", WATCH, signal]).arg(command.get_program()).args(command.get_args());
        watch.stdin(Stdio::piped()).stdout(output.try_clone().unwrap()).stderr(output);
        Self { watch: watch.spawn().unwrap(), log }
    }

    /// Waits until it has printed `sentence`.
    #[track_caller]
    pub fn wait_for(&self, sentence: &str) {
        let start = Instant::now();
        loop {
            let log = fs::read_to_string(&self.log).unwrap_or_default();
            if log.contains(sentence) {
                return;
            }
            assert!(start.elapsed() < PATIENCE, "it does not say {sentence:?}, but: {log}");
            thread::sleep(Duration::from_millis(10));
        }
    }

    /// Ends it by another signal than the usual one.
    pub fn end_by(mut self, signal: &str) {
        writeln!(self.watch.stdin.as_mut().expect("nobody has taken it"), "{signal}").unwrap();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // The end of its input is what the watch waits for.
        drop(self.watch.stdin.take());
        let _ = self.watch.wait();
    }
}

/// A command of a user who is not root.
pub fn as_a_user(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    if is_root() {
        command.uid(NOBODY).gid(NOBODY);
    }
    command
}

/// A folder of that user's.
pub fn folder() -> Folder {
    let folder = Folder::new().unwrap();
    if is_root() {
        std::os::unix::fs::chown(folder.path(), Some(NOBODY), Some(NOBODY)).unwrap();
    }
    folder
}

fn is_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|own| own.uid() == 0)
}
