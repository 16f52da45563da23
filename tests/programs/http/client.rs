//! Our client, and servers that nobody here wrote.

use std::net::SocketAddr;
use std::sync::Arc;

use executor::net::TcpStream;
use executor::{gather_all, spawn};
use futures::io::{AsyncRead, AsyncWrite};
use futures_rustls::TlsConnector;
use http_body_util::{BodyExt, Empty, StreamBody};
use hyper::body::{Bytes, Frame, Incoming};
use hyper::client::conn::{http1, http2};
use hyper::{Method, Request, Response, StatusCode};
use programs::hyper::{Executor, Io, Timer};

use super::Version::{self, Http1, Http2};
use super::{Body, agreed, whole};
use crate::identity::Identity;
use crate::peers::{Folder, Peer, bytes, command, connected, free_address, with, with_python};

const LONG: usize = 20_000_000;

/// Requests of either version, on one connection.
enum Requests {
    Http1(http1::SendRequest<Body>),
    Http2(http2::SendRequest<Body>),
}

impl Requests {
    async fn on<S>(stream: S, version: Version) -> Self
    where
        S: AsyncRead + AsyncWrite + Unpin + 'static,
    {
        let stream = Io(stream);
        match version {
            Http1 => {
                let (requests, connection) = http1::handshake(stream).await.unwrap();
                drop(spawn(connection));
                Self::Http1(requests)
            }
            Http2 => {
                let mut http = http2::Builder::new(Executor);
                let (requests, connection) =
                    http.timer(Timer::new()).handshake(stream).await.unwrap();
                drop(spawn(connection));
                Self::Http2(requests)
            }
        }
    }

    async fn to(address: SocketAddr, version: Version) -> Self {
        let stream = TcpStream::connect(address).await.unwrap();
        stream.set_nodelay(true).unwrap();
        Self::on(stream, version).await
    }

    async fn send(&mut self, mut request: Request<Body>) -> Response<Incoming> {
        match self {
            Self::Http1(requests) => {
                requests.ready().await.unwrap();
                requests.send_request(request).await.unwrap()
            }
            Self::Http2(requests) => {
                // The host is a part of the URI there, and told once.
                request.headers_mut().remove("host");
                let whole = format!("https://localhost{}", request.uri());
                *request.uri_mut() = whole.parse().unwrap();
                requests.ready().await.unwrap();
                requests.send_request(request).await.unwrap()
            }
        }
    }
}

fn request(method: Method, path: &str, body: Body) -> Request<Body> {
    let request = Request::builder().method(method).uri(path);
    request.header("host", "localhost").body(body).unwrap()
}

fn get(path: &str) -> Request<Body> {
    request(Method::GET, path, Empty::new().map_err(|never| match never {}).boxed())
}

/// A body of a length that is not told.
fn in_pieces(bytes: &[u8]) -> Body {
    let piece = |piece| Ok(Frame::data(Bytes::copy_from_slice(piece)));
    let pieces: Vec<_> = bytes.chunks(60_001).map(piece).collect();
    BodyExt::boxed(StreamBody::new(futures::stream::iter(pieces)))
}

async fn body(answer: Response<Incoming>) -> Bytes {
    answer.into_body().collect().await.unwrap().to_bytes()
}

/// nginx: HTTP/1 at one address, and over TLS HTTP/2 at another.
struct Nginx {
    plain: SocketAddr,
    tls: SocketAddr,
    _folder: Folder,
    _process: Peer,
}

impl Nginx {
    async fn start(identity: &Identity) -> Self {
        let folder = Folder::new().unwrap();
        let (plain, tls) = (free_address(), free_address());
        folder.file("certificate", identity.0.cert.pem());
        folder.file("key", identity.0.signing_key.serialize_pem());
        let settings = include_str!("nginx.conf")
            .replace("FOLDER", folder.path().to_str().unwrap())
            .replace("PLAIN", &plain.to_string())
            .replace("TLS", &tls.to_string());
        let mut nginx = command("nginx");
        nginx.arg("-c").arg(folder.file("settings", settings)).args(["-e", "stderr"]);
        let process = Peer::start(&mut nginx);
        drop(connected(tls).await);
        Self { plain, tls, _folder: folder, _process: process }
    }

    async fn tls(&self, identity: &Identity, protocols: &[&[u8]]) -> Requests {
        let connector = TlsConnector::from(identity.client(protocols));
        let stream = TcpStream::connect(self.tls).await.unwrap();
        let stream = connector.connect("localhost".try_into().unwrap(), stream).await.unwrap();
        let version = agreed(stream.get_ref().1.alpn_protocol());
        assert_eq!(matches!(version, Http2), protocols[0] == b"h2");
        Requests::on(stream, version).await
    }
}

/// Puts a long body there, and gets it again.
async fn put_and_get(requests: &mut Requests, path: &str) {
    let sent = bytes(LONG);
    let put = request(Method::PUT, path, in_pieces(&sent));
    assert_eq!(requests.send(put).await.status(), StatusCode::CREATED);
    assert!(body(requests.send(get(path)).await).await == sent, "not what was sent");
}

#[test]
fn nginx_keeps_what_it_is_sent() {
    with(&["nginx"], async {
        let identity = Identity::new();
        let nginx = Nginx::start(&identity).await;
        let mut plain = Requests::to(nginx.plain, Http1).await;
        put_and_get(&mut plain, "/plain").await;
        let mut tls = nginx.tls(&identity, &[b"http/1.1"]).await;
        put_and_get(&mut tls, "/tls").await;
        let mut http2 = nginx.tls(&identity, &[b"h2"]).await;
        put_and_get(&mut http2, "/http2").await;
    });
}

/// It closes each connection after a hundred requests, as its settings say.
#[test]
fn nginx_answers_each_request_and_its_end_is_seen() {
    with(&["nginx"], async {
        let nginx = Nginx::start(&Identity::new()).await;
        let (path, bread) = ("/bread", "rye");
        let mut first = Requests::to(nginx.plain, Http1).await;
        let put = request(Method::PUT, path, whole(bread));
        assert_eq!(first.send(put).await.status(), StatusCode::CREATED);
        let clients = (0..20).map(|_| async {
            let mut requests = Requests::to(nginx.plain, Http1).await;
            for _ in 0..100 {
                assert_eq!(body(requests.send(get(path)).await).await, bread);
            }
            let Requests::Http1(mut requests) = requests else { unreachable!() };
            assert!(requests.ready().await.unwrap_err().is_closed());
        });
        futures::future::join_all(clients).await;
    });
}

#[test]
fn nghttpd_sends_back_what_it_is_sent() {
    with(&["nghttpd"], async {
        let address = free_address();
        let mut nghttpd = command("nghttpd");
        nghttpd.args(["--no-tls", "--echo-upload", "--address", "127.0.0.1"]);
        let _process = Peer::start(nghttpd.arg(address.port().to_string()));
        drop(connected(address).await);
        let Requests::Http2(requests) = Requests::to(address, Http2).await else { unreachable!() };
        // On one connection at once: the frames of all bodies are mixed.
        let sent = Arc::new(bytes(LONG));
        let echoes = (0..8).map(|n| {
            let (sent, mut requests) = (sent.clone(), requests.clone());
            async move {
                let own = &sent[n * 1000..LONG / (n + 1)];
                let post = request(Method::POST, "http://localhost/", in_pieces(own));
                let answer = requests.send_request(post).await.unwrap();
                assert!(body(answer).await == own, "not what was sent");
            }
        });
        gather_all(echoes).await;
    });
}

#[test]
fn a_file_of_pythons_server_comes_whole() {
    with_python("http.server", "python3", |python| async move {
        let folder = Folder::new().unwrap();
        let file = bytes(LONG);
        folder.file("menu", &file);
        let mut server = std::process::Command::new(python);
        server.args(["-u", "-m", "http.server", "0", "--bind", "127.0.0.1", "--directory"]);
        let mut server = Peer::start(server.arg(folder.path()));
        // "Serving HTTP on 127.0.0.1 port 40123 (http://127.0.0.1:40123/) ..."
        let line = server.line().await;
        let port = line.split(' ').skip_while(|word| *word != "port").nth(1);
        let address = SocketAddr::new([127, 0, 0, 1].into(), port.unwrap().parse().unwrap());
        let mut requests = Requests::to(address, Http1).await;
        assert!(body(requests.send(get("/menu")).await).await == file);
        let mut requests = Requests::to(address, Http1).await;
        let answer = requests.send(get("/bill")).await;
        assert_eq!(answer.status(), StatusCode::NOT_FOUND);
    });
}
