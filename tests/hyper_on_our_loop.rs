//! hyper 1, a server and its clients, on our loop that is watched. `programs` has peers of another
//! make.

use std::io;
use std::net::SocketAddr;
use std::process::Command;
use std::time::Duration;

use executor::net::{TcpListener, TcpStream};
use executor::{gather_all, spawn, spawn_blocking};
use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt, Full, StreamBody};
use hyper::body::{Bytes, Frame, Incoming};
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode, client::conn as client, server::conn as server};

use adapter::{Executor, Io, Timer};

use crate::checked::run;
use crate::support::{ends, ms, simulate};

/// What stands between hyper and our loop, as it is shown to those who copy it.
#[path = "programs/adapters/hyper.rs"]
mod adapter;

type Body = BoxBody<Bytes, hyper::Error>;

fn whole(bytes: impl Into<Bytes>) -> Body {
    Full::new(bytes.into()).map_err(|never| match never {}).boxed()
}

/// The kitchen: `/echo` sends the body back as it comes, `/slow` after a while its path and
/// query, `/hello` at once, and there is nothing else.
async fn answer(request: Request<Incoming>) -> Result<Response<Body>, hyper::Error> {
    Ok(match request.uri().path() {
        "/echo" => Response::new(request.into_body().boxed()),
        "/slow" => {
            timer::sleep(ms(5)).await;
            Response::new(whole(request.uri().to_string()))
        }
        "/hello" => Response::new(whole("hello")),
        path => {
            let mut nothing = Response::new(whole(format!("there is no {path}")));
            *nothing.status_mut() = StatusCode::NOT_FOUND;
            nothing
        }
    })
}

#[derive(Clone, Copy)]
enum Version {
    Http1,
    Http2,
}

async fn serve_one(stream: TcpStream, version: Version) -> hyper::Result<()> {
    match version {
        Version::Http1 => {
            let mut http = server::http1::Builder::new();
            http.timer(Timer::new()).header_read_timeout(Duration::from_secs(30));
            http.serve_connection(Io(stream), service_fn(answer)).await
        }
        Version::Http2 => {
            let mut http = server::http2::Builder::new(Executor);
            http.timer(Timer::new());
            http.serve_connection(Io(stream), service_fn(answer)).await
        }
    }
}

async fn serve(version: Version) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            drop(spawn(serve_one(stream, version)));
        }
    }));
    address
}

fn post(path: &str, body: Body) -> Request<Body> {
    Request::post(path).header("host", "localhost").body(body).unwrap()
}

async fn text(response: Response<Incoming>) -> (StatusCode, String) {
    let status = response.status();
    let body = response.into_body().collect().await.unwrap().to_bytes();
    (status, String::from_utf8(body.to_vec()).unwrap())
}

async fn http1(address: SocketAddr) -> client::http1::SendRequest<Body> {
    let stream = TcpStream::connect(address).await.unwrap();
    let (requests, connection) = client::http1::handshake(Io(stream)).await.unwrap();
    drop(spawn(connection));
    requests
}

async fn http2(address: SocketAddr) -> client::http2::SendRequest<Body> {
    let stream = TcpStream::connect(address).await.unwrap();
    let mut http = client::http2::Builder::new(Executor);
    let (requests, connection) = http.timer(Timer::new()).handshake(Io(stream)).await.unwrap();
    drop(spawn(connection));
    requests
}

#[test]
fn every_request_of_every_client_gets_its_own_answer() {
    ends(|| {
        run(async {
            let address = serve(Version::Http1).await;
            let clients = (0..50).map(|client| async move {
                let mut requests = http1(address).await;
                for n in 0..10 {
                    let path = format!("/slow?client={client}&n={n}");
                    requests.ready().await.unwrap();
                    let answer = requests.send_request(post(&path, whole(""))).await.unwrap();
                    assert_eq!(text(answer).await, (StatusCode::OK, path));
                }
                let answer = requests.send_request(post("/menu", whole(""))).await.unwrap();
                let nothing = (StatusCode::NOT_FOUND, "there is no /menu".to_owned());
                assert_eq!(text(answer).await, nothing);
            });
            assert_eq!(gather_all(clients).await.len(), 50);
        });
    });
}

/// A body of a length that is not known, longer than all buffers together.
fn long_body() -> (Vec<u8>, Body) {
    let bytes = Vec::from_iter((0..5_000_000).map(|n: usize| (n ^ (n >> 8) ^ (n >> 16)) as u8));
    let pieces: Vec<_> =
        bytes.chunks(60_001).map(|piece| Ok(Frame::data(Bytes::copy_from_slice(piece)))).collect();
    (bytes, BodyExt::boxed(StreamBody::new(futures::stream::iter(pieces))))
}

#[test]
fn a_long_body_comes_back_whole_while_it_is_still_being_sent() {
    ends(|| {
        run(async {
            let address = serve(Version::Http1).await;
            let (sent, body) = long_body();
            let answer = http1(address).await.send_request(post("/echo", body)).await.unwrap();
            let back = answer.into_body().collect().await.unwrap().to_bytes();
            assert!(back == sent, "not what was sent");
        });
    });
}

/// HTTP/2, where hyper spawns tasks of its own: a hundred requests at once on one connection.
#[test]
fn many_requests_share_one_connection() {
    ends(|| {
        run(async {
            let requests = http2(serve(Version::Http2).await).await;
            let (sent, body) = long_body();
            let mut echo = requests.clone();
            let echo = spawn(async move {
                let answer = echo.send_request(post("/echo", body)).await.unwrap();
                answer.into_body().collect().await.unwrap().to_bytes()
            });
            let all = (0..100).map(|n| {
                let mut requests = requests.clone();
                async move {
                    let path = format!("/slow?n={n}");
                    let answer = requests.send_request(post(&path, whole(""))).await.unwrap();
                    let (status, text) = text(answer).await;
                    assert_eq!(status, StatusCode::OK);
                    assert!(text.ends_with(&path), "{text}");
                }
            });
            gather_all(all).await;
            assert!(echo.await.unwrap() == sent, "not what was sent");
        });
    });
}

/// hyper's own timeout on our clock: half a minute, which passes at once.
#[test]
fn a_client_that_never_ends_its_request_is_turned_away_by_hypers_timer() {
    let (error, waited) = ends(|| {
        simulate(async {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let address = listener.local_addr().unwrap();
            let mut peer = std::net::TcpStream::connect(address).unwrap();
            io::Write::write_all(&mut peer, b"GET /slow HTTP/1.1\r\nhost: loc").unwrap();
            let (stream, _) = listener.accept().await.unwrap();
            let beginning = timer::now();
            let error = serve_one(stream, Version::Http1).await.unwrap_err();
            (error, timer::now() - beginning)
        })
    });
    assert!(error.is_timeout(), "{error:?}");
    assert_eq!(waited, Duration::from_secs(30));
}

/// A client that goes away ends its connection and nobody else's.
#[test]
fn a_client_that_goes_away_in_the_middle_leaves_the_server_working() {
    ends(|| {
        run(async {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let address = listener.local_addr().unwrap();
            let mut peer = std::net::TcpStream::connect(address).unwrap();
            let half = b"POST /echo HTTP/1.1\r\nhost: localhost\r\ncontent-length: 9\r\n\r\nhalf";
            io::Write::write_all(&mut peer, half).unwrap();
            let served = spawn(serve_one(listener.accept().await.unwrap().0, Version::Http1));
            drop(peer);
            assert!(served.await.unwrap().is_err());
            let next = spawn(async move { listener.accept().await.unwrap().0 });
            let mut requests = http1(address).await;
            let served = spawn(serve_one(next.await.unwrap(), Version::Http1));
            let answer = requests.send_request(post("/echo", whole("still here"))).await.unwrap();
            assert_eq!(text(answer).await.1, "still here");
            drop(requests);
            served.await.unwrap().unwrap();
        });
    });
}

/// A load that is not ours: Apache's `ab`, 64 connections at a time, each request on its own
/// connection and then on ones that are kept. Where there is no `ab` it is left out, unless
/// REQUIRE_AB is set.
#[test]
fn every_request_of_a_load_from_outside_is_answered() {
    if Command::new("ab").arg("-V").output().is_err() {
        assert!(std::env::var_os("REQUIRE_AB").is_none(), "there is no ab: install apache2-utils");
        return eprintln!("left out: there is no ab (it is in Debian's apache2-utils)");
    }
    for (requests, kept) in [(2_000, None), (10_000, Some("-k"))] {
        let report = ends(move || {
            executor::run(async move {
                let address = serve(Version::Http1).await;
                let mut load = Command::new("ab");
                load.args(["-n", &requests.to_string(), "-c", "64", "-s", "30"]).args(kept);
                load.arg(format!("http://{address}/hello"));
                spawn_blocking(move || load.output()).await.unwrap().unwrap()
            })
        });
        let text = String::from_utf8_lossy(&report.stdout);
        let figure = |name: &str| {
            let line = text.lines().find_map(|line| line.strip_prefix(name));
            line.unwrap_or_else(|| panic!("no {name}\n{text}")).trim().to_owned()
        };
        assert_eq!(figure("Complete requests:"), requests.to_string(), "{text}");
        assert_eq!(figure("Failed requests:"), "0", "{text}");
        assert!(!text.contains("Non-2xx"), "{text}");
        if kept.is_some() {
            assert_eq!(figure("Keep-Alive requests:"), requests.to_string(), "{text}");
        }
    }
}
