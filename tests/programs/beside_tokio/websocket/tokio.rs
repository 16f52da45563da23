//! On tokio's `current_thread`, by tokio-tungstenite.

use futures::{SinkExt, StreamExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::spawn;
use tokio_tungstenite::accept_async;

use super::Load;
use crate::client::in_a_thread;
use crate::row::on_tokio;

pub fn serve(load: Load) -> f64 {
    on_tokio(async move {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("there is a port");
        let address = listener.local_addr().expect("it has one");
        spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.expect("there are descriptors");
                stream.set_nodelay(true).expect("it is a TCP stream");
                spawn(serve_one(stream));
            }
        });
        in_a_thread(move || load(address)).await
    })
}

async fn serve_one(stream: TcpStream) {
    let mut socket = accept_async(stream).await.expect("the client talks WebSocket");
    while let Some(Ok(message)) = socket.next().await {
        if SinkExt::send(&mut socket, message).await.is_err() {
            return;
        }
    }
}
