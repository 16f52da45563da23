//! hyper has the connection first, and gives it up to a WebSocket.

use std::convert::Infallible;
use std::process::Command;

use async_tungstenite::WebSocketStream;
use async_tungstenite::tungstenite::handshake::derive_accept_key;
use async_tungstenite::tungstenite::protocol::Role;
use executor::net::{TcpListener, TcpStream};
use executor::spawn;
use http_body_util::Empty;
use hyper::body::{Bytes, Incoming};
use hyper::header::{CONNECTION, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, UPGRADE};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use programs::hyper::Io;

use super::server::wait_on;
use crate::peers::{text, with_python};

async fn answer(mut request: Request<Incoming>) -> Result<Response<Empty<Bytes>>, Infallible> {
    let mut response = Response::new(Empty::new());
    let Some(key) = request.headers().get(SEC_WEBSOCKET_KEY) else {
        *response.status_mut() = StatusCode::BAD_REQUEST;
        return Ok(response);
    };
    let accepts = derive_accept_key(key.as_bytes()).parse().expect("it is base64");
    *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
    response.headers_mut().insert(SEC_WEBSOCKET_ACCEPT, accepts);
    response.headers_mut().insert(CONNECTION, "upgrade".parse().expect("it is a value"));
    response.headers_mut().insert(UPGRADE, "websocket".parse().expect("it is a value"));
    drop(spawn(async move {
        let upgraded = hyper::upgrade::on(&mut request).await.unwrap();
        let parts = upgraded.downcast::<Io<TcpStream>>().expect("it is what hyper was given");
        let (Io(stream), read) = (parts.io, parts.read_buf.to_vec());
        wait_on(WebSocketStream::from_partially_read(stream, read, Role::Server, None).await).await
    }));
    Ok(response)
}

#[test]
fn clients_of_hyper_become_those_of_a_websocket() {
    with_python("websockets", "python3-websockets", async |python| {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("ws://{}", listener.local_addr().unwrap());
        drop(spawn(async move {
            loop {
                let stream = Io(listener.accept().await.unwrap().0);
                let http = http1::Builder::new().serve_connection(stream, service_fn(answer));
                drop(spawn(http.with_upgrades()));
            }
        }));
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/websocket/client.py");
        for client in ["echoes", "pieces", "pings", "bill", "crowd"] {
            let mut command = Command::new(&python);
            assert_eq!(text(command.args([script, &url, client])).await, "all is well\n");
        }
    });
}
