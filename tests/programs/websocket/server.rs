//! Our server, and clients made with Python's `websockets`.

use std::process::Command;

use async_tungstenite::accept_async;
use async_tungstenite::tungstenite::protocol::frame::coding::{CloseCode, Data};
use async_tungstenite::tungstenite::{Error, Message};
use executor::net::TcpListener;
use executor::{JoinHandle, spawn};
use futures::StreamExt;

use super::{WebSocket, close_frame, send_in_pieces};
use crate::peers::{text, with_python};

/// What a connection has come to.
#[derive(Debug)]
pub enum End {
    /// The close that the client has sent, or sent back.
    Closed(Option<CloseCode>, String),
    Failed(Error),
}

/// The waiter: it says what it is told, but for what begins a wish.
pub async fn wait_on(mut socket: WebSocket) -> End {
    let mut end = End::Failed(Error::ConnectionClosed);
    while let Some(message) = socket.next().await {
        match message {
            Ok(Message::Text(wish)) if wish == "in pieces, please" => {
                // The two bytes of a letter are in two frames.
                send_in_pieces(&mut socket, Data::Text, &[b"s\xc3", b"", b"\xb3up"]).await;
                let all = Vec::from_iter(0..=255);
                send_in_pieces(&mut socket, Data::Binary, &[&all, &all, &all]).await;
            }
            Ok(Message::Text(wish)) if wish == "ping me, please" => {
                socket.send(Message::Ping("soup".into())).await.unwrap();
            }
            Ok(Message::Pong(bytes)) => {
                let said = format!("pong: {}", String::from_utf8_lossy(&bytes));
                socket.send(Message::text(said)).await.unwrap();
            }
            Ok(Message::Text(wish)) if wish == "the bill, please" => {
                socket.close(Some(close_frame(4000, "paid"))).await.unwrap();
            }
            Ok(Message::Ping(_)) => {} // it has been answered
            Ok(Message::Close(frame)) => {
                let reason = frame.as_ref().map(|frame| frame.reason.to_string());
                end = End::Closed(frame.map(|frame| frame.code), reason.unwrap_or_default());
            }
            Ok(message) => socket.send(message).await.unwrap(),
            Err(error) => return End::Failed(error),
        }
    }
    end
}

/// Serves the client of that name until it is gone, and says how each connection ended.
async fn serve(python: std::path::PathBuf, client: &str) -> Vec<End> {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("ws://{}", listener.local_addr().unwrap());
    let serving: JoinHandle<Vec<End>> = spawn(async move {
        let mut waiters = Vec::new();
        // The last guest to come is the test itself.
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            let mut first = [0];
            if stream.peek(&mut first).await.unwrap() == 0 {
                break;
            }
            let waiter = async { wait_on(accept_async(stream).await.unwrap()).await };
            waiters.push(spawn(waiter));
        }
        let mut ends = Vec::new();
        for waiter in waiters {
            ends.push(waiter.await.unwrap());
        }
        ends
    });
    let mut command = Command::new(python);
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/websocket/client.py");
    assert_eq!(text(command.args([script, &url, client])).await, "all is well\n");
    let address = url.trim_start_matches("ws://");
    drop(executor::net::TcpStream::connect(address).await.unwrap());
    serving.await.unwrap()
}

/// What a client closes with that has nothing to say.
fn is_normal(end: &End) -> bool {
    matches!(end, End::Closed(Some(CloseCode::Normal), reason) if reason.is_empty())
}

#[test]
fn messages_of_every_length_come_back() {
    with_python("websockets", "python3-websockets", async |python| {
        let ends = serve(python, "echoes").await;
        assert!(ends.len() == 1 && is_normal(&ends[0]), "{ends:?}");
    });
}

#[test]
fn messages_in_pieces_are_one_message_both_ways() {
    with_python("websockets", "python3-websockets", async |python| {
        let ends = serve(python, "pieces").await;
        assert!(ends.len() == 1 && is_normal(&ends[0]), "{ends:?}");
    });
}

#[test]
fn pings_are_answered_both_ways() {
    with_python("websockets", "python3-websockets", async |python| {
        let ends = serve(python, "pings").await;
        assert!(ends.len() == 1 && is_normal(&ends[0]), "{ends:?}");
    });
}

#[test]
fn each_end_hears_why_the_other_closes() {
    with_python("websockets", "python3-websockets", async |python| {
        let ends = serve(python.clone(), "bill").await;
        let expected = (CloseCode::from(4000), "paid");
        assert!(
            matches!(&ends[..], [End::Closed(Some(code), reason)]
            if (*code, &reason[..]) == expected),
            "{ends:?}"
        );
        let ends = serve(python, "leaves").await;
        let expected = (CloseCode::from(4001), "not hungry");
        assert!(
            matches!(&ends[..], [End::Closed(Some(code), reason)]
            if (*code, &reason[..]) == expected),
            "{ends:?}"
        );
    });
}

#[test]
fn a_client_that_vanishes_is_an_error_and_no_close() {
    with_python("websockets", "python3-websockets", async |python| {
        let ends = serve(python, "vanishes").await;
        assert!(matches!(&ends[..], [End::Failed(Error::Protocol(_) | Error::Io(_))]), "{ends:?}");
    });
}

#[test]
fn each_of_many_clients_gets_its_own_answers() {
    with_python("websockets", "python3-websockets", async |python| {
        let ends = serve(python, "crowd").await;
        assert!(ends.len() == 100 && ends.iter().all(is_normal), "{ends:?}");
    });
}
