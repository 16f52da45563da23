//! HTTP/3, by h3 and quinn on our loop, with ngtcp2's client and server.

use std::fs;
use std::future::poll_fn;
use std::net::SocketAddr;
use std::process::{Command, Stdio};
use std::sync::Arc;

use bytes::{Buf, Bytes};
use executor::{run, spawn, spawn_blocking};
use http::{Request, Response};
use programs::quinn::OurLoop;
use quinn::Endpoint;

use super::ends::{Ends, connect};
use super::piece;
use crate::peers::{Folder, free_address, look_for};
use crate::servers::Server;

/// Ten megabytes, or a little more.
fn dish() -> Vec<u8> {
    (0..170).flat_map(piece).collect()
}

/// Serves the dish at every path.
async fn serve(server: Endpoint) {
    while let Some(incoming) = server.accept().await {
        let connection = h3_quinn::Connection::new(incoming.await.unwrap());
        let mut connection = h3::server::Connection::new(connection).await.unwrap();
        drop(spawn(async move {
            while let Ok(Some(request)) = connection.accept().await {
                let (_, mut stream) = request.resolve_request().await.unwrap();
                drop(spawn(async move {
                    stream.send_response(Response::new(())).await.unwrap();
                    for piece in dish().chunks(100_000) {
                        stream.send_data(Bytes::copy_from_slice(piece)).await.unwrap();
                    }
                    stream.finish().await.unwrap();
                }));
            }
        }));
    }
}

#[test]
fn gtlsclient_gets_five_files_at_once_of_a_server_on_our_loop() {
    let Some(program) = look_for("gtlsclient") else { return };
    run(async {
        let server = Ends::new("h3").server(Arc::new(OurLoop::new()));
        let port = server.local_addr().unwrap().port().to_string();
        drop(spawn(serve(server)));
        let folder = Folder::new().unwrap();
        let mut client = Command::new(program);
        client.args(["-q", "--exit-on-all-streams-close", "--download"]).arg(folder.path());
        client.args(["127.0.0.1", &port]);
        client.args((0..5).map(|number| format!("https://localhost/dish{number}")));
        client.stdin(Stdio::null());
        let output = spawn_blocking(move || client.output().unwrap()).await.unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let expected = dish();
        for number in 0..5 {
            let got = fs::read(folder.path().join(format!("dish{number}"))).unwrap();
            assert!(got == expected, "dish {number}: {} bytes", got.len());
        }
    });
}

/// Gets a file as a client on our loop.
async fn get(client: &Endpoint, from: SocketAddr, path: &str) -> Vec<u8> {
    let connection = h3_quinn::Connection::new(connect(client, from).await);
    let (mut driver, mut requests) = h3::client::new(connection).await.unwrap();
    let driver = spawn(async move { poll_fn(|cx| driver.poll_close(cx)).await });
    let request = Request::get(format!("https://localhost/{path}")).body(()).unwrap();
    let mut stream = requests.send_request(request).await.unwrap();
    stream.finish().await.unwrap();
    assert_eq!(stream.recv_response().await.unwrap().status(), 200);
    let mut body = Vec::new();
    while let Some(mut data) = stream.recv_data().await.unwrap() {
        while data.has_remaining() {
            let chunk = data.chunk();
            body.extend_from_slice(chunk);
            let length = chunk.len();
            data.advance(length);
        }
    }
    drop((stream, requests));
    driver.await.unwrap();
    body
}

#[test]
fn a_client_on_our_loop_gets_a_file_of_gtlsserver_also_when_that_loses_datagrams() {
    let Some(program) = look_for("gtlsserver") else { return };
    let (folder, ends) = (Folder::new().unwrap(), Ends::new("h3"));
    let key = folder.file("key", ends.identity.0.signing_key.serialize_pem());
    let certificate = folder.file("certificate", ends.identity.0.cert.pem());
    folder.file("dish", dish());
    for losses in ["0", "0.02"] {
        let port = free_address().port();
        let mut command = Command::new(&program);
        command.args(["-q", "-t", losses, "-r", losses, "-d"]).arg(folder.path());
        command.args(["127.0.0.1", &port.to_string()]).args([&key, &certificate]);
        let _server = Server::start(&command, "KILL", folder.path().join("log"));
        run(async {
            let client = ends.client(Arc::new(OurLoop::new()));
            let body = get(&client, ([127, 0, 0, 1], port).into(), "dish").await;
            assert!(body == dish(), "with losses of {losses}: {} bytes", body.len());
        });
    }
}
