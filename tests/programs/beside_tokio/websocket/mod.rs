//! WebSockets: an echo server, and clients of tungstenite's own that block.

mod ours;
mod tokio;

use std::net::{SocketAddr, TcpStream};

use async_tungstenite::tungstenite::{Message, WebSocket, client};

use crate::client::rate;
use crate::row::{Row, bytes_each};

pub fn rows() -> Vec<Row> {
    vec![
        Row {
            name: "tungstenite, echoes a second",
            ours: || ours::serve(echoes),
            tokio: || tokio::serve(echoes),
        },
        Row {
            name: "tungstenite, echoed megabytes a second",
            ours: || ours::serve(megabytes),
            tokio: || tokio::serve(megabytes),
        },
        Row {
            name: "tungstenite, bytes an idle connection",
            ours: || bytes_each(IDLE, |count| ours::serve(idlers(count))),
            tokio: || bytes_each(IDLE, |count| tokio::serve(idlers(count))),
        },
    ]
}

type Load = fn(SocketAddr) -> f64;
type Client = WebSocket<TcpStream>;

fn connect(address: SocketAddr) -> Client {
    let stream = TcpStream::connect(address).expect("the server listens");
    stream.set_nodelay(true).expect("it is a TCP stream");
    client("ws://localhost/", stream).expect("the server talks WebSocket").0
}

fn hear(client: &mut Client, said: &Message) {
    assert!(client.read().expect("the server sends it back") == *said);
}

/// 64 connections, which have each something to say at once.
fn echoes(address: SocketAddr) -> f64 {
    let mut clients = Vec::from_iter((0..64).map(|_| connect(address)));
    let said = Message::text("soup");
    rate(32_000, || {
        for _ in 0..500 {
            for client in &mut clients {
                client.send(said.clone()).expect("the server takes it");
            }
            for client in &mut clients {
                hear(client, &said);
            }
        }
    })
}

fn megabytes(address: SocketAddr) -> f64 {
    let mut client = connect(address);
    let said = Message::binary(vec![7; 1_000_000]);
    rate(100, || {
        for _ in 0..100 {
            client.send(said.clone()).expect("the server takes it");
            hear(&mut client, &said);
        }
    })
}

/// Each has said something, and then it is silent.
const IDLE: usize = 400;

/// The load that is so many of them: one, or all.
fn idlers(count: usize) -> Load {
    if count == 1 { |address| idle(1, address) } else { |address| idle(1 + IDLE, address) }
}

fn idle(count: usize, address: SocketAddr) -> f64 {
    let mut clients = Vec::from_iter((0..count).map(|_| connect(address)));
    for client in &mut clients {
        client.send(Message::text("soup")).expect("the server takes it");
        hear(client, &Message::text("soup"));
    }
    0.0
}
