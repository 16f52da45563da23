//! Our client, and a server made with Python's `websockets`.

use std::path::PathBuf;
use std::process::Command;

use async_tungstenite::client_async;
use async_tungstenite::tungstenite::protocol::frame::coding::{CloseCode, Data};
use async_tungstenite::tungstenite::{Error, Message};
use executor::gather_all;
use executor::net::TcpStream;
use futures::StreamExt;

use super::{WebSocket, close_frame, send_in_pieces};
use crate::peers::{Peer, bytes, with_python};

const LONGEST: usize = 5_000_000;

struct Server {
    port: u16,
    _process: Peer,
}

impl Server {
    async fn start(python: PathBuf) -> Self {
        Self::that_takes(LONGEST, python).await
    }

    async fn that_takes(longest: usize, python: PathBuf) -> Self {
        let mut command = Command::new(python);
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/websocket/server.py");
        let mut process = Peer::start(command.args([script, &longest.to_string()]));
        Self { port: process.line().await.parse().unwrap(), _process: process }
    }

    async fn connect(&self) -> WebSocket {
        connect(self.port).await
    }
}

async fn connect(port: u16) -> WebSocket {
    let stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    client_async("ws://localhost/", stream).await.unwrap().0
}

/// Says something, and what the answer is.
async fn ask(socket: &mut WebSocket, message: Message) -> Message {
    socket.send(message).await.unwrap();
    next(socket).await
}

async fn next(socket: &mut WebSocket) -> Message {
    socket.next().await.unwrap().unwrap()
}

#[test]
fn a_server_says_what_messages_of_every_length_say() {
    with_python("websockets", "python3-websockets", async |python| {
        let server = Server::start(python).await;
        let mut socket = server.connect().await;
        for size in [0, 1, 125, 126, 65_535, 65_536, LONGEST] {
            let sent = Message::binary(bytes(size));
            assert!(ask(&mut socket, sent.clone()).await == sent, "{size}");
            let text = Message::text("s\u{f3}up".repeat(size / 5));
            assert!(ask(&mut socket, text.clone()).await == text, "{size}");
        }
    });
}

#[test]
fn a_server_gets_and_sends_messages_in_pieces() {
    with_python("websockets", "python3-websockets", async |python| {
        let server = Server::start(python).await;
        let mut socket = server.connect().await;
        let sent = bytes(100_000);
        let pieces = [&sent[..1], &sent[1..70_000], &[], &sent[70_000..]];
        send_in_pieces(&mut socket, Data::Binary, &pieces).await;
        assert!(next(&mut socket).await == Message::binary(sent));
        send_in_pieces(&mut socket, Data::Text, &[b"s\xc3", b"\xb3up"]).await;
        assert_eq!(next(&mut socket).await, Message::text("sóup"));
        assert_eq!(ask(&mut socket, "in pieces, please".into()).await, Message::text("sóup"));
        let thrice = Vec::from_iter(0..=255).repeat(3);
        assert_eq!(next(&mut socket).await, Message::binary(thrice));
    });
}

#[test]
fn a_server_pings_and_is_pinged() {
    with_python("websockets", "python3-websockets", async |python| {
        let server = Server::start(python).await;
        let mut socket = server.connect().await;
        let pong = ask(&mut socket, Message::Ping("bread".into())).await;
        assert_eq!(pong, Message::Pong("bread".into()));
        let ping = ask(&mut socket, "ping me, please".into()).await;
        assert_eq!(ping, Message::Ping("soup".into()));
        // It was answered while we looked at it, or is now.
        assert_eq!(next(&mut socket).await, Message::text("a pong came"));
    });
}

#[test]
fn a_server_that_closes_says_why() {
    with_python("websockets", "python3-websockets", async |python| {
        let server = Server::start(python).await;
        let mut socket = server.connect().await;
        let close = ask(&mut socket, "the bill, please".into()).await;
        assert_eq!(close, Message::Close(Some(close_frame(4000, "paid"))));
        assert!(socket.next().await.is_none());
    });
}

#[test]
fn a_server_that_is_told_too_much_closes() {
    with_python("websockets", "python3-websockets", async |python| {
        let server = Server::that_takes(1_000, python).await;
        let mut socket = server.connect().await;
        let Message::Close(Some(close)) = ask(&mut socket, bytes(1_001).into()).await else {
            panic!("it has taken it")
        };
        assert_eq!(close.code, CloseCode::Size);
    });
}

#[test]
fn a_server_answers_a_close_with_the_same() {
    with_python("websockets", "python3-websockets", async |python| {
        let server = Server::start(python).await;
        let mut socket = server.connect().await;
        let not_hungry = close_frame(4001, "not hungry");
        socket.close(Some(not_hungry.clone())).await.unwrap();
        assert_eq!(next(&mut socket).await, Message::Close(Some(not_hungry)));
        assert!(socket.next().await.is_none());
    });
}

#[test]
fn a_server_that_vanishes_is_an_error_and_no_close() {
    with_python("websockets", "python3-websockets", async |python| {
        let server = Server::start(python).await;
        let mut socket = server.connect().await;
        socket.send("vanish, please".into()).await.unwrap();
        let error = socket.next().await.unwrap().unwrap_err();
        assert!(matches!(error, Error::Protocol(_) | Error::Io(_)), "{error:?}");
    });
}

#[test]
fn many_connections_of_one_loop_get_their_own_answers() {
    with_python("websockets", "python3-websockets", async |python| {
        let server = Server::start(python).await;
        let port = server.port;
        let guests = (0..100).map(|guest| async move {
            let mut socket = connect(port).await;
            for course in 0..20 {
                let said = Message::text(format!("guest {guest}, course {course}"));
                assert_eq!(ask(&mut socket, said.clone()).await, said);
            }
            socket.close(None).await.unwrap();
        });
        assert_eq!(gather_all(guests).await.len(), 100);
    });
}
