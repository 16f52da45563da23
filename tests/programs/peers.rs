//! The programs that nobody here wrote: whether they are there, and how they are run.

use std::fs::{self, File};
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::Duration;

use executor::net::{Async, TcpStream};
use executor::yield_now;
use futures::io::{AsyncBufReadExt, BufReader, copy_buf};
use timer::{sleep, timeout};

/// Debian's packages of the programs that the tests ask for.
const PACKAGES: &[(&str, &str)] = &[
    ("ab", "apache2-utils"),
    ("curl", "curl"),
    ("dnsmasq", "dnsmasq-base"),
    ("gtlsclient", "ngtcp2-client"),
    ("gtlsserver", "ngtcp2-server"),
    ("h2load", "nghttp2-client"),
    ("nghttp", "nghttp2-client"),
    ("nghttpd", "nghttp2-server"),
    ("nginx", "nginx-light"),
    ("openssl", "openssl"),
    ("postgres", "postgresql"),
    ("redis-server", "redis-server"),
];

/// Runs `test` on a loop of ours if these programs are there. If one is not, the test says so and
/// passes; with `REQUIRE_PROGRAMS=1` it fails.
#[track_caller]
pub fn with<T>(programs: &[&str], test: impl Future<Output = T>) {
    if programs.iter().all(|program| look_for(program).is_some()) {
        ends(test);
    }
}

/// A program, if it is there. If it is not, that is said; with `REQUIRE_PROGRAMS=1` it fails.
#[track_caller]
pub fn look_for(program: &str) -> Option<PathBuf> {
    let found = find(program);
    if found.is_none() {
        let package = PACKAGES.iter().find(|(name, _)| *name == program);
        leave_out(program, package.expect("it has a row").1);
    }
    found
}

/// [`with`], of a Python that has the module.
#[track_caller]
pub fn with_python<F: Future>(module: &str, package: &str, test: impl FnOnce(PathBuf) -> F) {
    let has_it = |python: &str| {
        let mut command = Command::new(python);
        // Not from here, where a folder of ours may have the name.
        command.args(["-c", &format!("import {module}")]).current_dir("/");
        let tried = command.output();
        tried.is_ok_and(|tried| tried.status.success())
    };
    // The first in the path need not be the system's, which has Debian's modules.
    match ["python3", "/usr/bin/python3"].into_iter().find(|python| has_it(python)) {
        Some(python) => ends(test(python.into())),
        None => leave_out(module, package),
    }
}

fn leave_out(missing: &str, package: &str) {
    let is_required = std::env::var_os("REQUIRE_PROGRAMS").is_some();
    assert!(!is_required, "there is no {missing}: install {package}");
    eprintln!("left out: there is no {missing} (it is in Debian's {package})");
}

/// Servers lie where only root's path leads, those of PostgreSQL in a folder a version.
fn find(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::env::split_paths(&path).chain(["/usr/sbin".into()]);
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let versions = versions.map(|version| version.path().join("bin"));
    folders.chain(versions).map(|folder| folder.join(program)).find(|file| file.is_file())
}

/// A command of a program that is there.
pub fn command(program: &str) -> Command {
    Command::new(find(program).unwrap_or_else(|| panic!("there is no {program}")))
}

/// For a test whose failure is that it hangs. How long it waits decides nothing but how soon it
/// says so.
#[track_caller]
fn ends<T>(test: impl Future<Output = T>) {
    let ended = executor::run(async { timeout(Duration::from_secs(100), test).await });
    assert!(ended.is_ok(), "it hangs");
}

/// The file with a peer's stderr.
const ERRORS: &str = "errors";

/// A process that ends with the test, however that ends.
pub struct Peer {
    child: Child,
    /// What it reads; dropped, it has read all.
    pub into: Option<Async<File>>,
    /// What it prints.
    pub out: BufReader<Async<File>>,
    /// Where its stderr goes, for when the test fails.
    folder: Folder,
}

impl Peer {
    pub fn start(command: &mut Command) -> Self {
        let folder = Folder::new().unwrap();
        let errors = File::create(folder.path().join(ERRORS)).unwrap();
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(errors);
        let started = command.spawn();
        let mut child = started.unwrap_or_else(|error| panic!("{command:?}: {error}"));
        let into = child.stdin.take().map(pipe);
        let out = BufReader::new(pipe(child.stdout.take().expect("it was asked for")));
        Self { child, into, out, folder }
    }

    /// The next line that it prints.
    pub async fn line(&mut self) -> String {
        let mut line = String::new();
        self.out.read_line(&mut line).await.unwrap();
        line.trim_end().to_owned()
    }

    /// All that it prints, when it has ended well.
    pub async fn output(mut self) -> Vec<u8> {
        let mut bytes = Vec::new();
        copy_buf(&mut self.out, &mut bytes).await.unwrap();
        // It has closed its output, so its end is near.
        let status = loop {
            match self.child.try_wait().unwrap() {
                Some(status) => break status,
                None => yield_now().await,
            }
        };
        assert!(status.success(), "{status}");
        bytes
    }

    /// Ends it at once, with no word to whom it talks with.
    pub fn cut(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        // If it has ended already, there is nothing to end.
        let _ = self.child.kill();
        let _ = self.child.wait();
        if std::thread::panicking() {
            let errors = fs::read_to_string(self.folder.path().join(ERRORS));
            eprintln!("{}", errors.unwrap_or_default());
        }
    }
}

/// An end of a pipe, in the loop.
fn pipe(end: impl Into<OwnedFd>) -> Async<File> {
    Async::new(File::from(end.into())).unwrap()
}

/// What a program prints, when it has ended well.
pub async fn output(command: &mut Command) -> Vec<u8> {
    Peer::start(command).output().await
}

/// [`output`] of a program that prints text.
pub async fn text(command: &mut Command) -> String {
    String::from_utf8(output(command).await).unwrap()
}

/// An address that was free just now, for servers that cannot choose one and say which.
pub fn free_address() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}

/// A connection to there, as soon as somebody accepts it.
pub async fn connected(address: SocketAddr) -> TcpStream {
    loop {
        match TcpStream::connect(address).await {
            Ok(stream) => return stream,
            Err(_) => sleep(Duration::from_millis(5)).await,
        }
    }
}

/// A folder for what the programs read and write, which goes with the test.
#[derive(Debug)]
pub struct Folder(PathBuf);

impl Folder {
    pub fn new() -> io::Result<Self> {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let name = format!("short-order-{}-{}", std::process::id(), COUNT.fetch_add(1, Relaxed));
        let path = std::env::temp_dir().join(name);
        fs::create_dir(&path)?;
        Ok(Self(path))
    }

    pub fn path(&self) -> &Path {
        &self.0
    }

    /// A new file of that name.
    pub fn file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.0.join(name);
        fs::write(&path, content).unwrap();
        path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// So many bytes of which no two pieces are the same, near each other or far.
pub fn bytes(count: usize) -> Vec<u8> {
    let mut state = 1_u32;
    let next = |_| {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        state as u8
    };
    (0..count).map(next).collect()
}
