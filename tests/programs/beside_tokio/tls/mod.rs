//! TLS: a server, and clients of rustls's own that block.

mod ours;
mod tokio;

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;

use futures_rustls::rustls::{ClientConfig, ClientConnection, StreamOwned};

use crate::client::{fill, rate, skip};
use crate::identity::Identity;
use crate::row::{Row, bytes_each};

pub fn rows() -> Vec<Row> {
    vec![
        Row {
            name: "rustls, handshakes a second",
            ours: || ours::serve(Kind::Echo, handshakes),
            tokio: || tokio::serve(Kind::Echo, handshakes),
        },
        Row {
            name: "rustls, megabytes a second out",
            ours: || ours::serve(Kind::Source, download),
            tokio: || tokio::serve(Kind::Source, download),
        },
        Row {
            name: "rustls, megabytes a second in",
            ours: || ours::serve(Kind::Sink, upload),
            tokio: || tokio::serve(Kind::Sink, upload),
        },
        Row {
            name: "rustls, echoes a second",
            ours: || ours::serve(Kind::Echo, echoes),
            tokio: || tokio::serve(Kind::Echo, echoes),
        },
        Row {
            name: "rustls, bytes an idle connection",
            ours: || bytes_each(IDLE, |count| ours::serve(Kind::Echo, idlers(count))),
            tokio: || bytes_each(IDLE, |count| tokio::serve(Kind::Echo, idlers(count))),
        },
    ]
}

/// What a server does with each connection.
#[derive(Clone, Copy)]
enum Kind {
    Echo,
    /// It sends [`TOTAL`] bytes.
    Source,
    /// It takes [`TOTAL`] bytes, and sends one when it has them.
    Sink,
}

const TOTAL: usize = 200_000_000;
const MEGABYTES: u64 = TOTAL as u64 / 1_000_000;
const PIECE: usize = 64 * 1024;

type Client = StreamOwned<ClientConnection, TcpStream>;
type Load = fn(SocketAddr, Arc<ClientConfig>) -> f64;

/// The configurations of both ends.
fn ends() -> (Arc<futures_rustls::rustls::ServerConfig>, Arc<ClientConfig>) {
    let identity = Identity::new();
    (identity.server(&[]), identity.client(&[]))
}

fn connect(address: SocketAddr, config: &Arc<ClientConfig>) -> Client {
    let name = "localhost".try_into().expect("it is a good name");
    let stream = TcpStream::connect(address).expect("the server listens");
    stream.set_nodelay(true).expect("it is a TCP stream");
    StreamOwned::new(ClientConnection::new(config.clone(), name).expect("it is new"), stream)
}

/// Says a little and hears it again: not before that both know that the handshake is over.
fn say(client: &mut Client) {
    client.write_all(b"soup").expect("the server takes it");
    client.read_exact(&mut [0; 4]).expect("the server sends it back");
}

fn handshakes(address: SocketAddr, config: Arc<ClientConfig>) -> f64 {
    // A session that is known takes a shorter one.
    let mut config = ClientConfig::clone(&config);
    config.resumption = futures_rustls::rustls::client::Resumption::disabled();
    let config = Arc::new(config);
    rate(500, || {
        for _ in 0..500 {
            say(&mut connect(address, &config));
        }
    })
}

fn download(address: SocketAddr, config: Arc<ClientConfig>) -> f64 {
    let mut client = connect(address, &config);
    rate(MEGABYTES, || skip(&mut client, TOTAL as u64))
}

fn upload(address: SocketAddr, config: Arc<ClientConfig>) -> f64 {
    let mut client = connect(address, &config);
    rate(MEGABYTES, || {
        fill(&mut client, TOTAL as u64);
        skip(&mut client, 1);
    })
}

/// 32 connections, which have each something to say at once.
fn echoes(address: SocketAddr, config: Arc<ClientConfig>) -> f64 {
    let mut clients = Vec::from_iter((0..32).map(|_| connect(address, &config)));
    clients.iter_mut().for_each(say);
    rate(32_000, || {
        for _ in 0..1_000 {
            for client in &mut clients {
                client.write_all(b"soup").expect("the server takes it");
            }
            for client in &mut clients {
                client.read_exact(&mut [0; 4]).expect("the server sends it back");
            }
        }
    })
}

/// Each has said something, and then it is silent.
const IDLE: usize = 400;

/// The load that is so many of them: one, or all.
fn idlers(count: usize) -> Load {
    if count == 1 {
        |address, config| idle(1, address, config)
    } else {
        |address, config| idle(1 + IDLE, address, config)
    }
}

fn idle(count: usize, address: SocketAddr, config: Arc<ClientConfig>) -> f64 {
    let mut clients = Vec::from_iter((0..count).map(|_| connect(address, &config)));
    clients.iter_mut().for_each(say);
    0.0
}
