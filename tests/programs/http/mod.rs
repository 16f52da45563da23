//! hyper 1, as server and as client.

mod client;
mod load;
mod server;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use executor::net::{TcpListener, TcpStream};
use executor::spawn;
use futures::io::{AsyncRead, AsyncWrite};
use futures_rustls::TlsAcceptor;
use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode, server::conn};
use programs::hyper::{Executor, Io, Timer};

use crate::identity::Identity;

type Body = BoxBody<Bytes, hyper::Error>;

fn whole(bytes: impl Into<Bytes>) -> Body {
    Full::new(bytes.into()).map_err(|never| match never {}).boxed()
}

/// The kitchen: `/echo` sends the body back as it comes, `/slow` after a while its path and query,
/// `/hello` at once, and there is nothing else.
async fn answer(request: Request<Incoming>) -> Result<Response<Body>, hyper::Error> {
    Ok(match request.uri().path() {
        "/echo" => Response::new(request.into_body().boxed()),
        "/slow" => {
            timer::sleep(Duration::from_millis(5)).await;
            let uri = request.uri().path_and_query();
            Response::new(whole(uri.map(ToString::to_string).unwrap_or_default()))
        }
        "/hello" => Response::new(whole("hello")),
        path => {
            let mut nothing = Response::new(whole(format!("there is no {path}")));
            *nothing.status_mut() = StatusCode::NOT_FOUND;
            nothing
        }
    })
}

/// What a server talks.
#[derive(Clone, Copy, Debug)]
enum Version {
    Http1,
    /// From the first byte on.
    Http2,
}

/// What the server and the client of a TLS connection have agreed on.
fn agreed(protocol: Option<&[u8]>) -> Version {
    if protocol == Some(b"h2") { Version::Http2 } else { Version::Http1 }
}

async fn serve_one<S>(stream: S, version: Version) -> hyper::Result<()>
where
    S: AsyncRead + AsyncWrite + Unpin + 'static,
{
    match version {
        Version::Http1 => {
            let mut http = conn::http1::Builder::new();
            http.timer(Timer::new()).header_read_timeout(Duration::from_secs(30));
            http.serve_connection(Io(stream), service_fn(answer)).await
        }
        Version::Http2 => {
            let mut http = conn::http2::Builder::new(Executor);
            http.timer(Timer::new());
            http.serve_connection(Io(stream), service_fn(answer)).await
        }
    }
}

/// The next connection. What hyper writes is sent at once: else each answer of several pieces
/// waits until its first has been acknowledged, which takes the other end 40 ms.
async fn accept(listener: &TcpListener) -> TcpStream {
    let (stream, _) = listener.accept().await.unwrap();
    stream.set_nodelay(true).unwrap();
    stream
}

/// A server of that version; it ends with the loop.
async fn serve(version: Version) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(spawn(async move {
        loop {
            drop(spawn(serve_one(accept(&listener).await, version)));
        }
    }));
    address
}

/// A server over TLS, of the version that the client asks for.
async fn serve_tls(identity: &Identity) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let acceptor = Arc::new(TlsAcceptor::from(identity.server(&[b"h2", b"http/1.1"])));
    drop(spawn(async move {
        loop {
            let stream = accept(&listener).await;
            let acceptor = acceptor.clone();
            drop(spawn(async move {
                let stream = acceptor.accept(stream).await?;
                let version = agreed(stream.get_ref().1.alpn_protocol());
                serve_one(stream, version).await.map_err(io::Error::other)
            }));
        }
    }));
    address
}
