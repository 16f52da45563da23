//! A sandbox that was started, and clients of it.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::{PROGRAM, program};

/// One at a time: compilers are a load of their own.
static ONLY_ONE: Mutex<()> = Mutex::new(());
/// Nothing takes so long, unless it hangs.
const HANGS: Duration = Duration::from_secs(300);

pub struct Sandbox {
    pub process: Child,
    pub port: u16,
    pub token: String,
    /// Where its programs lie.
    pub folder: PathBuf,
    _only_one: Option<MutexGuard<'static, ()>>,
}

impl Sandbox {
    pub fn start(options: &[&str]) -> Self {
        let only_one = ONLY_ONE.lock().unwrap_or_else(PoisonError::into_inner);
        let mut sandbox = Self::another(options, &[]);
        sandbox._only_one = Some(only_one);
        sandbox
    }

    /// One more than there is.
    pub fn another(options: &[&str], variables: &[(&str, &str)]) -> Self {
        let before = folders();
        let mut command = program();
        command.args(["sandbox", "--no-browser", "--port", "0"]).args(options);
        command.env("CARGO_NET_OFFLINE", "true").env("LC_ALL", "C.UTF-8");
        command.envs(variables.iter().copied()).stdout(Stdio::piped());
        let mut process = command.spawn().expect("it can be started");
        let mut line = String::new();
        let mut told = BufReader::new(process.stdout.take().expect("it is piped"));
        told.read_line(&mut line).expect("it prints its address");
        let address = line.split("http://127.0.0.1:").nth(1).expect("an address").trim();
        let mut parts = address.split('/');
        let port = parts.next().and_then(|port| port.parse().ok()).expect("a port");
        let token = parts.next().expect("a token").to_owned();
        let folder = folders().into_iter().find(|folder| !before.contains(folder));
        let folder = folder.expect("it has made a folder");
        Self { process, port, token, folder, _only_one: None }
    }

    pub fn address(&self) -> String {
        format!("http://127.0.0.1:{}/{}/", self.port, self.token)
    }

    pub fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(("127.0.0.1", self.port)).expect("it listens");
        stream.set_read_timeout(Some(HANGS)).unwrap();
        stream
    }

    /// What comes back for these bytes, to the end of it.
    pub fn send(&self, bytes: &[u8]) -> Answer {
        let mut stream = self.connect();
        stream.write_all(bytes).expect("it reads");
        Answer::read(stream)
    }

    /// A path behind the token; fields are `Name: value`, of which Host is one.
    pub fn ask(&self, method: &str, path: &str, fields: &[&str], body: &str) -> Answer {
        let fields: String = fields.iter().map(|field| format!("{field}\r\n")).collect();
        let token = &self.token;
        self.send(format!("{method} /{token}/{path} HTTP/1.1\r\n{fields}\r\n{body}").as_bytes())
    }

    pub fn host(&self) -> String {
        format!("Host: 127.0.0.1:{}", self.port)
    }

    fn acting(&self, path: &str, body: &str) -> String {
        format!(
            "POST /{0}/{path} HTTP/1.1\r\n{1}\r\nContent-Type: application/json\r\nX-Token: {0}\r\n\
             Content-Length: {2}\r\n\r\n{body}",
            self.token,
            self.host(),
            body.len()
        )
    }

    /// A request that acts, as the page sends it.
    pub fn post(&self, path: &str, body: &Value) -> Answer {
        self.send(self.acting(path, &body.to_string()).as_bytes())
    }

    /// A program of the tab `tab`, which is running from now on.
    pub fn run(&self, tab: &str, text: &str) -> Run {
        let body = json!({"tab": tab, "name": "pot", "text": text}).to_string();
        let mut stream = self.connect();
        stream.write_all(self.acting("run", &body).as_bytes()).expect("it reads");
        let mut stream = BufReader::new(stream);
        let mut line = String::new();
        while line != "\r\n" {
            line.clear();
            assert!(stream.read_line(&mut line).expect("an answer") > 0, "it has no head");
            assert!(!line.starts_with("HTTP/1.1 ") || line.contains(" 200 "), "{line}");
        }
        Run { stream, told: Vec::new() }
    }

    pub fn stop(&self, tab: &str) -> bool {
        self.post("stop", &json!({"tab": tab})).body == "{\"stopped\":true}"
    }

    pub fn signal(&self, signal: &str) {
        let sent = Command::new("kill").arg(signal).arg(self.process.id().to_string()).status();
        assert!(sent.expect("kill can be started").success());
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        if self.process.try_wait().is_ok_and(|ended| ended.is_none()) {
            self.signal("-TERM");
            let _ = self.process.wait();
        }
    }
}

/// The folders of all sandboxes that there are.
fn folders() -> Vec<PathBuf> {
    let target = PROGRAM.ancestors().nth(2).expect("it is target/debug/lessons");
    let all = fs::read_dir(target.join("try/sandbox")).into_iter().flatten().flatten();
    all.map(|entry| entry.path()).filter(|path| path.is_dir()).collect()
}

pub struct Answer {
    pub code: u16,
    pub head: String,
    pub body: String,
}

impl Answer {
    /// All that comes; without an answer, that the connection ends, the code is 0.
    pub fn read(mut stream: TcpStream) -> Self {
        let mut all = Vec::new();
        if let Err(error) = stream.read_to_end(&mut all) {
            let is_late = error.kind() == std::io::ErrorKind::WouldBlock;
            assert!(!is_late, "neither an answer nor an end");
        }
        let all = String::from_utf8_lossy(&all).into_owned();
        let (head, body) = all.split_once("\r\n\r\n").unwrap_or((&all, ""));
        let code = head.split(' ').nth(1).and_then(|code| code.parse().ok()).unwrap_or(0);
        Self { code, head: head.to_owned(), body: body.to_owned() }
    }
}

/// A program that was run, and what is told of it.
pub struct Run {
    stream: BufReader<TcpStream>,
    told: Vec<Value>,
}

impl Run {
    /// The next that is told; `None` at the end.
    fn next(&mut self) -> Option<&Value> {
        let mut length = String::new();
        self.stream.read_line(&mut length).expect("the next piece");
        let length = usize::from_str_radix(length.trim(), 16).ok().filter(|length| *length > 0)?;
        let mut piece = vec![0; length + 2];
        self.stream.read_exact(&mut piece).expect("all of the piece");
        self.told.push(serde_json::from_slice(&piece[..length]).expect("a line of JSON"));
        self.told.last()
    }

    /// What was told so far for that place.
    pub fn text(&self, place: &str) -> String {
        let lines = self.told.iter().filter(|line| line["is"] == place);
        lines.filter_map(|line| line["text"].as_str()).collect()
    }

    /// Waits until the program has printed that; returns all it has printed.
    pub fn wait_for(&mut self, words: &str) -> String {
        while !self.text("output").contains(words) {
            assert!(self.next().is_some(), "'{words}' does not come: {:?}", self.told);
        }
        self.text("output")
    }

    /// Waits for the end; returns how it ended, and the sentence for that.
    pub fn end(&mut self) -> [String; 2] {
        while self.next().is_some() {}
        let mut ended = self.told.iter().filter(|line| line["is"] == "ended");
        let last = ended.next().expect("it says how it ended");
        ["how", "say"].map(|field| last[field].as_str().expect("it is text").to_owned())
    }
}

#[track_caller]
pub fn wait_until(what: &str, is_so: impl Fn() -> bool) {
    let began = Instant::now();
    while !is_so() {
        assert!(began.elapsed() < HANGS, "it never comes that {what}");
        thread::sleep(Duration::from_millis(10));
    }
}
