//! async-tungstenite, as server and as client, on a `TcpStream` as it is: there is no adapter.

mod client;
mod server;
mod upgrade;

use async_tungstenite::tungstenite::Message;
use async_tungstenite::tungstenite::protocol::CloseFrame;
use async_tungstenite::tungstenite::protocol::frame::Frame;
use async_tungstenite::tungstenite::protocol::frame::coding::{CloseCode, Data, OpCode};
use executor::net::TcpStream;

type WebSocket = async_tungstenite::WebSocketStream<TcpStream>;

/// A message of several frames: a text of so many pieces, or bytes.
async fn send_in_pieces(socket: &mut WebSocket, kind: Data, pieces: &[&[u8]]) {
    for (at, piece) in pieces.iter().enumerate() {
        let kind = if at == 0 { kind } else { Data::Continue };
        let is_last = at + 1 == pieces.len();
        let frame = Frame::message(piece.to_vec(), OpCode::Data(kind), is_last);
        socket.send(Message::Frame(frame)).await.unwrap();
    }
}

fn close_frame(code: u16, reason: &'static str) -> CloseFrame {
    CloseFrame { code: CloseCode::from(code), reason: reason.into() }
}
