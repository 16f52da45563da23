//! On our loop.

use std::net::SocketAddr;

use executor::net::{TcpListener, TcpStream};
use executor::spawn;
use futures::io::{AsyncRead, AsyncWrite};
use futures_rustls::TlsAcceptor;
use hyper::server::conn::{http1, http2};
use hyper::service::service_fn;
use programs::hyper::{Executor, Io, Timer};

use super::{Version, answer};
use crate::client::in_a_thread;
use crate::identity::Identity;

pub fn serve(version: Version, load: fn(SocketAddr) -> f64) -> f64 {
    let acceptor = TlsAcceptor::from(Identity::new().server(&[b"h2", b"http/1.1"]));
    executor::run(async move {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("there is a port");
        let address = listener.local_addr().expect("it has one");
        drop(spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.expect("there are descriptors");
                stream.set_nodelay(true).expect("it is a TCP stream");
                drop(spawn(serve_one(stream, version, acceptor.clone())));
            }
        }));
        in_a_thread(move || load(address)).await
    })
}

/// A client that goes away is no error here.
async fn serve_one(stream: TcpStream, version: Version, acceptor: TlsAcceptor) {
    match version {
        Version::Http1 => serve_http1(stream).await,
        Version::Http2 => serve_http2(stream).await,
        Version::Tls => {
            let stream = acceptor.accept(stream).await.expect("h2load talks TLS");
            if stream.get_ref().1.alpn_protocol() == Some(b"h2") {
                serve_http2(stream).await;
            } else {
                serve_http1(stream).await;
            }
        }
    }
}

async fn serve_http1<S: AsyncRead + AsyncWrite + Unpin + 'static>(stream: S) {
    let mut http = http1::Builder::new();
    let _ = http.timer(Timer::new()).serve_connection(Io(stream), service_fn(answer)).await;
}

async fn serve_http2<S: AsyncRead + AsyncWrite + Unpin + 'static>(stream: S) {
    let mut http = http2::Builder::new(Executor);
    let _ = http.timer(Timer::new()).serve_connection(Io(stream), service_fn(answer)).await;
}
