//! Our client, and `openssl s_server`.

use std::io;
use std::net::SocketAddr;
use std::process::Command;

use executor::net::TcpStream;
use futures::io::{AsyncReadExt, AsyncWriteExt};
use futures_rustls::TlsConnector;
use futures_rustls::client::TlsStream;

use super::{LONG, is_cut};
use crate::identity::Identity;
use crate::peers::{Folder, Peer, bytes, command, connected, free_address, with};

/// The files of a server, and a client that believes nobody else.
struct Table {
    identity: Identity,
    folder: Folder,
}

impl Table {
    fn new() -> Self {
        let (identity, folder) = (Identity::new(), Folder::new().unwrap());
        folder.file("certificate", identity.0.cert.pem());
        folder.file("key", identity.0.signing_key.serialize_pem());
        Self { identity, folder }
    }

    /// A server for one client.
    fn server(&self, address: SocketAddr) -> Command {
        let mut server = command("openssl");
        server.current_dir(self.folder.path());
        server.args(["s_server", "-cert", "certificate", "-key", "key", "-naccept", "1"]);
        server.args(["-accept", &address.to_string()]);
        server
    }

    async fn connect(&self, stream: TcpStream) -> io::Result<TlsStream<TcpStream>> {
        let connector = TlsConnector::from(self.identity.client(&[]));
        connector.connect("localhost".try_into().unwrap(), stream).await
    }
}

/// Starts a server that chooses its address, and connects to it.
async fn meet(server: &mut Command) -> (Peer, TcpStream) {
    let mut server = Peer::start(server);
    let address = loop {
        if let Some(address) = server.line().await.strip_prefix("ACCEPT ") {
            break address.parse::<SocketAddr>().unwrap();
        }
    };
    (server, TcpStream::connect(address).await.unwrap())
}

fn any() -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], 0))
}

#[test]
fn s_server_answers_line_by_line() {
    with(&["openssl"], async {
        let table = Table::new();
        for version in ["-tls1_2", "-tls1_3"] {
            let (_server, stream) = meet(table.server(any()).args(["-rev", version])).await;
            let mut stream = table.connect(stream).await.unwrap();
            for (said, answer) in [("soup\n", "puos\n"), ("bread\n", "daerb\n")] {
                stream.write_all(said.as_bytes()).await.unwrap();
                let mut back = vec![0; answer.len()];
                stream.read_exact(&mut back).await.unwrap();
                assert_eq!(back, answer.as_bytes());
            }
        }
    });
}

#[test]
fn s_server_gets_all_that_is_sent_up_to_the_end_that_is_told() {
    with(&["openssl"], async {
        let (table, address) = (Table::new(), free_address());
        let server = Peer::start(table.server(address).arg("-quiet"));
        let sent = bytes(LONG);
        let send = async {
            let mut stream = table.connect(connected(address).await).await.unwrap();
            stream.write_all(&sent).await.unwrap();
            stream.close().await.unwrap();
            // What was not read when a socket is dropped makes the system reset the connection, and
            // what is still on its way is lost. Here it is the session's tickets.
            assert_eq!(stream.read(&mut [0]).await.unwrap(), 0);
        };
        let (got, ()) = futures::join!(server.output(), send);
        assert!(got == sent, "not what was sent");
    });
}

#[test]
fn a_file_of_s_server_comes_whole_with_its_end() {
    with(&["openssl"], async {
        let table = Table::new();
        let file = bytes(LONG);
        table.folder.file("menu", &file);
        let (_server, stream) = meet(table.server(any()).arg("-WWW")).await;
        let mut stream = table.connect(stream).await.unwrap();
        stream.write_all(b"GET /menu HTTP/1.0\r\n\r\n").await.unwrap();
        let mut answer = Vec::new();
        futures::io::copy(&mut stream, &mut answer).await.unwrap();
        assert!(answer.starts_with(b"HTTP/1.0 200 ok\r\n"));
        assert!(answer.ends_with(&file), "not the whole file, or more");
    });
}

#[test]
fn a_server_that_is_cut_off_is_no_end_of_what_it_sends() {
    with(&["openssl"], async {
        let table = Table::new();
        table.folder.file("menu", bytes(LONG));
        let (mut server, stream) = meet(table.server(any()).arg("-WWW")).await;
        let mut stream = table.connect(stream).await.unwrap();
        stream.write_all(b"GET /menu HTTP/1.0\r\n\r\n").await.unwrap();
        stream.read_exact(&mut [0; 100_000]).await.unwrap();
        server.cut();
        // More than the system can have kept on the way must not come.
        let error = futures::io::copy(&mut stream, &mut futures::io::sink()).await.unwrap_err();
        assert!(is_cut(&error), "{error:?}");
    });
}

#[test]
fn a_server_whose_certificate_is_somebody_elses_is_not_believed() {
    with(&["openssl"], async {
        let (table, stranger) = (Table::new(), Table::new());
        let (_server, stream) = meet(stranger.server(any()).arg("-rev")).await;
        let error = table.connect(stream).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::InvalidData, "{error:?}");
        assert!(error.to_string().contains("invalid peer certificate"), "{error}");
    });
}
