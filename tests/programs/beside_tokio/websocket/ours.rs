//! On our loop, by async-tungstenite.

use async_tungstenite::accept_async;
use executor::net::{TcpListener, TcpStream};
use executor::spawn;
use futures::{SinkExt, StreamExt};

use super::Load;
use crate::client::in_a_thread;

pub fn serve(load: Load) -> f64 {
    executor::run(async move {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("there is a port");
        let address = listener.local_addr().expect("it has one");
        drop(spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.expect("there are descriptors");
                stream.set_nodelay(true).expect("it is a TCP stream");
                drop(spawn(serve_one(stream)));
            }
        }));
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
