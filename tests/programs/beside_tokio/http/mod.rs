//! hyper as a server, of `h2load`.

mod ours;
mod tokio;

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};

use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::{Request, Response};

use crate::client::h2load;
use crate::row::{Row, bytes_each};

pub fn rows() -> Vec<Row> {
    vec![
        Row {
            name: "hyper, HTTP/1, requests",
            ours: || ours::serve(Version::Http1, http1),
            tokio: || tokio::serve(Version::Http1, http1),
        },
        Row {
            name: "hyper, HTTP/2, requests",
            ours: || ours::serve(Version::Http2, http2),
            tokio: || tokio::serve(Version::Http2, http2),
        },
        Row {
            name: "hyper, HTTP/1 over TLS, requests",
            ours: || ours::serve(Version::Tls, tls1),
            tokio: || tokio::serve(Version::Tls, tls1),
        },
        Row {
            name: "hyper, HTTP/2 over TLS, requests",
            ours: || ours::serve(Version::Tls, tls2),
            tokio: || tokio::serve(Version::Tls, tls2),
        },
        Row {
            name: "hyper, HTTP/1, megabytes out",
            ours: || ours::serve(Version::Http1, http1_out),
            tokio: || tokio::serve(Version::Http1, http1_out),
        },
        Row {
            name: "hyper, HTTP/1, megabytes in",
            ours: || ours::serve(Version::Http1, http1_in),
            tokio: || tokio::serve(Version::Http1, http1_in),
        },
        Row {
            name: "hyper, HTTP/2, megabytes out",
            ours: || ours::serve(Version::Http2, http2_out),
            tokio: || tokio::serve(Version::Http2, http2_out),
        },
        Row {
            name: "hyper, HTTP/2, megabytes in",
            ours: || ours::serve(Version::Http2, http2_in),
            tokio: || tokio::serve(Version::Http2, http2_in),
        },
        Row {
            name: "hyper, HTTP/1, bytes an idle connection",
            ours: || bytes_each(IDLE, |count| ours::serve(Version::Http1, idlers(count))),
            tokio: || bytes_each(IDLE, |count| tokio::serve(Version::Http1, idlers(count))),
        },
    ]
}

#[derive(Clone, Copy)]
enum Version {
    Http1,
    Http2,
    Tls,
}

/// The size of a body, in and out.
const MEGABYTE: usize = 1_000_000;

async fn answer(request: Request<Incoming>) -> hyper::Result<Response<Full<Bytes>>> {
    static LARGE: [u8; MEGABYTE] = [7; MEGABYTE];
    let body = match request.uri().path() {
        "/large" => Bytes::from_static(&LARGE),
        "/count" => {
            let mut body = request.into_body();
            let mut bytes = 0;
            while let Some(frame) = body.frame().await {
                bytes += frame?.data_ref().map_or(0, Bytes::len);
            }
            assert_eq!(bytes, MEGABYTE);
            Bytes::from_static(b"all of it")
        }
        _ => Bytes::from_static(b"Hello, world!"),
    };
    Ok(Response::new(Full::new(body)))
}

fn http1(address: SocketAddr) -> f64 {
    h2load(&format!("http://{address}/"), 50_000, &["--h1", "-c", "64"])
}

fn http2(address: SocketAddr) -> f64 {
    h2load(&format!("http://{address}/"), 50_000, &["-c", "16", "-m", "16"])
}

fn tls1(address: SocketAddr) -> f64 {
    h2load(&format!("https://{address}/"), 50_000, &["--npn-list=http/1.1", "-c", "64"])
}

fn tls2(address: SocketAddr) -> f64 {
    h2load(&format!("https://{address}/"), 50_000, &["-c", "16", "-m", "16"])
}

fn http1_out(address: SocketAddr) -> f64 {
    h2load(&format!("http://{address}/large"), 2_000, &["--h1", "-c", "8"])
}

fn http2_out(address: SocketAddr) -> f64 {
    h2load(&format!("http://{address}/large"), 1_000, &["-c", "8", "-w", "20", "-W", "22"])
}

fn http1_in(address: SocketAddr) -> f64 {
    upload(address, 2_000, &["--h1", "-c", "8"])
}

fn http2_in(address: SocketAddr) -> f64 {
    upload(address, 1_000, &["-c", "8"])
}

fn upload(address: SocketAddr, requests: u64, options: &[&str]) -> f64 {
    let file = std::env::temp_dir().join(format!("short-order-body-{}", std::process::id()));
    std::fs::write(&file, [7; MEGABYTE]).expect("there is room for a megabyte");
    let data = format!("--data={}", file.display());
    let figure =
        h2load(&format!("http://{address}/count"), requests, &[options, &[&data]].concat());
    std::fs::remove_file(file).expect("it is there");
    figure
}

/// Connections that have had an answer, and are kept.
const IDLE: usize = 400;

/// The load that is so many of them: one, or all.
fn idlers(count: usize) -> fn(SocketAddr) -> f64 {
    if count == 1 { |address| idle(1, address) } else { |address| idle(1 + IDLE, address) }
}

fn idle(count: usize, address: SocketAddr) -> f64 {
    let mut streams = Vec::new();
    for _ in 0..count {
        let mut stream = TcpStream::connect(address).expect("the server listens");
        stream.write_all(b"GET / HTTP/1.1\r\nhost: localhost\r\n\r\n").expect("it takes it");
        let mut answer = Vec::new();
        while !answer.ends_with(b"Hello, world!") {
            let mut byte = [0];
            stream.read_exact(&mut byte).expect("the server answers");
            answer.extend(byte);
        }
        streams.push(stream);
    }
    0.0
}
