//! Connections in great numbers to an echo server, all in one process and on one thread.

use std::net::SocketAddr;
use std::process::Command;

use executor::net::{TcpListener, TcpStream};
use executor::{gather_all, spawn};
use futures::{AsyncReadExt, AsyncWriteExt};

use crate::checked::run;
use crate::sockets::descriptors::descriptors;
use crate::support::{alone_with, ends};

const WANTED: usize = 10_000;
const MESSAGES: usize = 10;
const LENGTH: usize = 64;
/// Connecting stops here for those before: a listener's queue is short, and a connection that
/// finds it full tries again only a second later.
const AT_ONCE: usize = 100;
/// Each has its own address, and so as many connections as there are ports.
const LISTENERS: usize = 4;

/// For a process that may open as many descriptors as the system allows.
fn with_many_descriptors(test: Command) -> Command {
    let mut shell = Command::new("sh");
    shell.args(["-c", "ulimit -n \"$(ulimit -H -n)\"; exec \"$0\" \"$@\""]);
    shell.arg(test.get_program()).args(test.get_args());
    shell.envs(test.get_envs().filter_map(|(name, value)| Some((name, value?))));
    shell
}

/// How many connections, of two descriptors each, a process can have.
fn possible() -> usize {
    let limits = std::fs::read_to_string("/proc/self/limits").unwrap();
    let files = limits.lines().find_map(|line| line.strip_prefix("Max open files")).unwrap();
    let hard = files.split_whitespace().nth(1).unwrap();
    // Or it is "unlimited".
    hard.parse::<usize>().map_or(WANTED, |limit| WANTED.min((limit - 100) / 2))
}

async fn listen(address: &'static str) -> SocketAddr {
    let listener = TcpListener::bind(address).await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            drop(spawn(async move { futures::io::copy(&stream, &mut &stream).await.unwrap() }));
        }
    }));
    address
}

/// What no other connection sends, and this one in no other message.
fn message(connection: usize, message: usize) -> [u8; LENGTH] {
    let text = format!("connection {connection}, message {message}");
    let mut bytes = [b'.'; LENGTH];
    bytes[..text.len()].copy_from_slice(text.as_bytes());
    bytes
}

/// Ten messages there and back.
async fn talk(connection: usize, mut stream: TcpStream) -> TcpStream {
    for n in 0..MESSAGES {
        let sent = message(connection, n);
        stream.write_all(&sent).await.unwrap();
        let mut back = [0; LENGTH];
        stream.read_exact(&mut back).await.unwrap();
        assert!(back == sent, "{} came back", String::from_utf8_lossy(&back));
    }
    stream
}

#[test]
fn ten_thousand_connections_at_once_lose_nothing_mix_nothing_up_and_leave_nothing_open() {
    const NAME: &str = "many_connections::\
         ten_thousand_connections_at_once_lose_nothing_mix_nothing_up_and_leave_nothing_open";
    let connections = possible();
    println!("{connections} connections at once, of {WANTED} wanted");
    alone_with(NAME, with_many_descriptors, || {
        let before = descriptors();
        ends(move || {
            run(async move {
                let addresses: [_; LISTENERS] = [
                    listen("127.0.0.1:0").await,
                    listen("127.0.0.2:0").await,
                    listen("127.0.0.3:0").await,
                    listen("127.0.0.4:0").await,
                ];
                let mut streams = Vec::new();
                while streams.len() < connections {
                    let next = streams.len()..connections.min(streams.len() + AT_ONCE);
                    let connects = next.map(|n| TcpStream::connect(addresses[n % LISTENERS]));
                    let stand = gather_all(connects).await.into_iter();
                    streams.extend(stand.map(|stream| stream.unwrap()));
                }
                // All stand before the first talks, and the last has talked before one ends.
                let talks = streams.into_iter().enumerate().map(|(n, stream)| talk(n, stream));
                let streams = gather_all(talks).await;
                assert_eq!(streams.len(), connections);
                assert!(descriptors().len() >= 2 * connections);
            });
        });
        assert_eq!(descriptors(), before);
    });
}
