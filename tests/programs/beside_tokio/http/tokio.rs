//! On tokio's `current_thread`, by `hyper-util`.

use std::net::SocketAddr;

use hyper::server::conn::{http1, http2};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::spawn;
use tokio_rustls::TlsAcceptor;

use super::{Version, answer};
use crate::client::in_a_thread;
use crate::identity::Identity;
use crate::row::on_tokio;

pub fn serve(version: Version, load: fn(SocketAddr) -> f64) -> f64 {
    let acceptor = TlsAcceptor::from(Identity::new().server(&[b"h2", b"http/1.1"]));
    on_tokio(async move {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("there is a port");
        let address = listener.local_addr().expect("it has one");
        spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.expect("there are descriptors");
                stream.set_nodelay(true).expect("it is a TCP stream");
                spawn(serve_one(stream, version, acceptor.clone()));
            }
        });
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

async fn serve_http1<S: AsyncRead + AsyncWrite + Unpin + Send + 'static>(stream: S) {
    let stream = TokioIo::new(stream);
    let mut http = http1::Builder::new();
    let _ = http.timer(TokioTimer::new()).serve_connection(stream, service_fn(answer)).await;
}

async fn serve_http2<S: AsyncRead + AsyncWrite + Unpin + Send + 'static>(stream: S) {
    let stream = TokioIo::new(stream);
    let mut http = http2::Builder::new(TokioExecutor::new());
    let _ = http.timer(TokioTimer::new()).serve_connection(stream, service_fn(answer)).await;
}
