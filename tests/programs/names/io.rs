//! The outside: streams of bytes, files, processes, signals.

use std::net::ToSocketAddrs;
use std::os::unix::net::UnixStream;

use async_process::Command;
use async_signal::{Signal, Signals};
use executor::net::{Async, TcpListener, TcpStream};
use executor::{run, spawn_blocking};
use futures::io::BufReader;
use futures::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, StreamExt};
use tokio::io::AsyncReadExt as _;
use tokio_util::compat::FuturesAsyncReadCompatExt;

async fn connection() -> (TcpStream, TcpStream) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let client = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
    (client, listener.accept().await.unwrap().0)
}

#[test]
fn lines_of_a_stream() {
    run(async {
        let (client, mut server) = connection().await;
        server.write_all(b"soup\ntoast\n").await.unwrap();
        let mut lines = BufReader::new(client).lines();
        assert_eq!(lines.next().await.unwrap().unwrap(), "soup");
    });
}

#[test]
fn the_traits_of_tokio() {
    run(async {
        let (client, mut server) = connection().await;
        server.write_all(b"soup").await.unwrap();
        let mut stream = client.compat();
        let mut dish = [0; 4];
        stream.read_exact(&mut dish).await.unwrap();
        assert_eq!(&dish, b"soup");
    });
}

#[test]
fn unix_sockets_and_pipes() {
    run(async {
        let (one, other) = UnixStream::pair().unwrap();
        let (mut one, mut other) = (Async::new(one).unwrap(), Async::new(other).unwrap());
        one.write_all(b"soup").await.unwrap();
        let mut dish = [0; 4];
        AsyncReadExt::read_exact(&mut other, &mut dish).await.unwrap();
        assert_eq!(&dish, b"soup");
    });
}

#[test]
fn names_of_hosts() {
    run(async {
        let lookup = spawn_blocking(|| "localhost:80".to_socket_addrs());
        let mut addresses = lookup.await.unwrap().unwrap();
        assert!(addresses.all(|address| address.ip().is_loopback()));
    });
}

#[test]
fn files() {
    run(async {
        let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
        let text = async_fs::read_to_string(manifest).await.unwrap();
        let read = spawn_blocking(move || std::fs::read_to_string(manifest));
        assert_eq!(read.await.unwrap().unwrap(), text);
    });
}

#[test]
fn processes() {
    run(async {
        let output = Command::new("echo").arg("soup").output().await.unwrap();
        assert_eq!(output.stdout, b"soup\n");
    });
}

/// The signal is sent to this process; it is one that nobody else here waits for.
#[test]
fn signals() {
    run(async {
        let mut signals = Signals::new([Signal::Usr1]).unwrap();
        let me = std::process::id().to_string();
        let sent = Command::new("kill").args(["-USR1", &me]).status().await.unwrap();
        assert!(sent.success());
        assert_eq!(signals.next().await.unwrap().unwrap(), Signal::Usr1);
    });
}
