//! Our server, and `openssl s_client`.

use std::io;
use std::net::SocketAddr;
use std::process::Command;

use executor::net::{TcpListener, TcpStream};
use executor::spawn;
use futures::io::{AsyncReadExt, AsyncWriteExt};
use futures_rustls::TlsAcceptor;
use futures_rustls::server::TlsStream;

use super::{LONG, echo, is_cut};
use crate::identity::Identity;
use crate::peers::{Folder, Peer, bytes, command, with};

/// A server, and a client that believes nobody else.
struct Kitchen {
    listener: TcpListener,
    acceptor: TlsAcceptor,
    folder: Folder,
}

impl Kitchen {
    async fn open() -> Self {
        let (identity, folder) = (Identity::new(), Folder::new().unwrap());
        folder.file("certificate", identity.0.cert.pem());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        Self { listener, acceptor: identity.server(&[]).into(), folder }
    }

    fn address(&self) -> SocketAddr {
        self.listener.local_addr().unwrap()
    }

    fn client(&self) -> Command {
        let mut client = command("openssl");
        client.args([
            "s_client",
            "-quiet",
            "-verify_return_error",
            "-verify_hostname",
            "localhost",
        ]);
        client.arg("-CAfile").arg(self.folder.path().join("certificate"));
        client.args(["-connect", &self.address().to_string()]);
        client
    }

    async fn accept(&self) -> io::Result<TlsStream<TcpStream>> {
        self.acceptor.accept(self.listener.accept().await?.0).await
    }
}

#[test]
fn s_client_gets_back_what_it_sends() {
    with(&["openssl"], async {
        let kitchen = Kitchen::open().await;
        for version in ["-tls1_2", "-tls1_3"] {
            let mut client = Peer::start(kitchen.client().arg(version));
            let mut into = client.into.take().unwrap();
            // "-quiet" lets it stay after the end of its input, until we end the connection.
            let sent = async {
                let sent = bytes(LONG);
                into.write_all(&sent).await.unwrap();
                sent
            };
            let served = async { echo(kitchen.accept().await.unwrap(), LONG).await };
            let (sent, served, back) = futures::join!(sent, served, client.output());
            served.unwrap();
            assert!(back == sent, "not what was sent, {version}");
        }
    });
}

#[test]
fn an_end_that_is_told_is_seen_as_one() {
    with(&["openssl"], async {
        let kitchen = Kitchen::open().await;
        let mut client = Peer::start(kitchen.client().arg("-no_ign_eof"));
        client.into.as_mut().unwrap().write_all(b"soup").await.unwrap();
        client.into = None;
        let mut stream = kitchen.accept().await.unwrap();
        let mut order = String::new();
        stream.read_to_string(&mut order).await.unwrap();
        assert_eq!(order, "soup");
        stream.close().await.unwrap();
        client.output().await;
    });
}

#[test]
fn a_client_that_is_cut_off_is_no_end_of_what_it_sends() {
    with(&["openssl"], async {
        let kitchen = Kitchen::open().await;
        let mut client = Peer::start(&mut kitchen.client());
        client.into.as_mut().unwrap().write_all(b"half of").await.unwrap();
        let mut stream = kitchen.accept().await.unwrap();
        let mut order = [0; 7];
        stream.read_exact(&mut order).await.unwrap();
        client.cut();
        let error = stream.read(&mut order).await.unwrap_err();
        assert!(is_cut(&error), "{error:?}");
    });
}

#[test]
fn a_server_that_writes_to_a_client_that_is_cut_off_is_told() {
    with(&["openssl"], async {
        let kitchen = Kitchen::open().await;
        let mut client = Peer::start(&mut kitchen.client());
        let mut stream = kitchen.accept().await.unwrap();
        let write_on = async {
            let piece = bytes(100_000);
            loop {
                if let Err(error) = stream.write_all(&piece).await {
                    return error;
                }
            }
        };
        // It reads no more than a piece of what there is, and then it is gone.
        let cut = async {
            client.out.read_exact(&mut [0; 10_000]).await.unwrap();
            client.cut();
        };
        let (error, ()) = futures::join!(write_on, cut);
        let kinds = [io::ErrorKind::BrokenPipe, io::ErrorKind::ConnectionReset];
        assert!(kinds.contains(&error.kind()), "{error:?}");
    });
}

#[test]
fn a_client_that_talks_no_tls_is_turned_away_and_nobody_else() {
    with(&["curl", "openssl"], async {
        let kitchen = Kitchen::open().await;
        let mut curl = command("curl");
        curl.args(["--silent", &format!("http://{}/", kitchen.address())]);
        let _curl = Peer::start(&mut curl);
        let error = kitchen.accept().await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::InvalidData, "{error:?}");
        let mut client = Peer::start(&mut kitchen.client());
        client.into.as_mut().unwrap().write_all(b"bread").await.unwrap();
        echo(kitchen.accept().await.unwrap(), 5).await.unwrap();
        assert_eq!(client.output().await, b"bread");
    });
}

/// Each a process, all at once.
#[test]
fn many_clients_are_served_at_once() {
    with(&["openssl"], async {
        let kitchen = Kitchen::open().await;
        let clients: Vec<_> = (0..30).map(|_| Peer::start(&mut kitchen.client())).collect();
        let all = async {
            for mut client in clients {
                client.into.as_mut().unwrap().write_all(b"bread").await.unwrap();
                assert_eq!(client.output().await, b"bread");
            }
        };
        let serve = async {
            for _ in 0..30 {
                let stream = kitchen.listener.accept().await.unwrap().0;
                let accepted = kitchen.acceptor.accept(stream);
                drop(spawn(async move { echo(accepted.await?, 5).await }));
            }
        };
        futures::join!(all, serve);
    });
}
