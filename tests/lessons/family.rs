//! Programs with children, of which can be seen on every system whether they live: each of them has
//! a connection to here, which the system closes at its end.

use std::io::{ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

/// Nothing takes so long, unless it hangs.
const HANGS: Duration = Duration::from_secs(300);

/// A program, its child, and a child of that, which has a session of its own where there are any.
const TEXT: &str = r#"
use std::io::Read;
use std::net::TcpStream;
use std::process::Command;

async fn main() {
    let mut held = TcpStream::connect(("127.0.0.1", PORT)).unwrap();
    let generation = std::env::var("GENERATION").map_or(1, |number| number.parse().unwrap());
    if generation < SIZE {
        let this = std::env::current_exe().unwrap();
        let mut child = Command::new(&this);
        if cfg!(target_os = "linux") && generation == 2 {
            child = Command::new("setsid");
            child.arg(this);
        }
        drop(child.env("GENERATION", (generation + 1).to_string()).spawn().unwrap());
    }
    let _ = held.read(&mut [0]);
}
"#;

pub(crate) struct Family {
    listener: TcpListener,
    members: Vec<TcpStream>,
}

impl Family {
    pub(crate) fn new() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        listener.set_nonblocking(true).unwrap();
        Self { listener, members: Vec::new() }
    }

    /// The program of a family of so many.
    pub(crate) fn program(&self, size: usize) -> String {
        let port = self.listener.local_addr().unwrap().port().to_string();
        TEXT.replace("PORT", &port).replace("SIZE", &size.to_string())
    }

    /// Waits until that many live.
    #[track_caller]
    pub(crate) fn gather(&mut self, size: usize) {
        let began = Instant::now();
        while self.members.len() < size {
            match self.listener.accept() {
                Ok((member, _)) => {
                    member.set_nonblocking(false).unwrap();
                    self.members.push(member);
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    assert!(began.elapsed() < HANGS, "{} live", self.members.len());
                    thread::sleep(Duration::from_millis(10));
                }
                Err(error) => panic!("{error}"),
            }
        }
        for member in &mut self.members {
            member.set_read_timeout(Some(Duration::from_millis(1))).unwrap();
            let error = member.read(&mut [0]).expect_err("it has ended");
            assert!(matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut), "{error}");
        }
    }

    /// The program itself is to end; it is the first to be there.
    #[allow(dead_code)] // for the sandbox's tests
    pub(crate) fn end_first(&mut self) {
        self.members[0].write_all(b".").unwrap();
    }

    /// Waits until all have ended.
    #[track_caller]
    pub(crate) fn are_gone(self) {
        for (nth, mut member) in self.members.into_iter().enumerate() {
            member.set_read_timeout(Some(HANGS)).unwrap();
            let is_gone = match member.read(&mut [0]) {
                Ok(length) => length == 0,
                Err(error) => error.kind() == ErrorKind::ConnectionReset,
            };
            assert!(is_gone, "of generation {} one lives on", nth + 1);
        }
    }
}
