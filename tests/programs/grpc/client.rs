//! Our client, and a server of Google's.

use std::process::Command;
use std::task::{Context, Poll};

use executor::net::TcpStream;
use executor::{gather_all, spawn};
use futures::TryStreamExt;
use futures::future::LocalBoxFuture;
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http2;
use hyper::{Request, Response};
use programs::hyper::{Executor, Io, Timer};
use tonic::body::Body;
use tonic::client::Grpc;
use tonic::codegen::{Service, http::uri::PathAndQuery};
use tonic::{Code, Status};

use super::{COOK, COURSES, Raw};
use crate::peers::{Peer, bytes, with_python};

/// One connection, by as many as there are clones of it.
#[derive(Clone)]
struct Channel(http2::SendRequest<Body>);

impl Service<Request<Body>> for Channel {
    type Response = Response<Incoming>;
    type Error = hyper::Error;
    type Future = LocalBoxFuture<'static, hyper::Result<Response<Incoming>>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<hyper::Result<()>> {
        self.0.poll_ready(cx)
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        Box::pin(self.0.send_request(request))
    }
}

async fn connect(port: u16) -> Grpc<Channel> {
    let stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    stream.set_nodelay(true).unwrap();
    let mut http = http2::Builder::new(Executor);
    let (requests, connection) = http.timer(Timer::new()).handshake(Io(stream)).await.unwrap();
    drop(spawn(connection));
    Grpc::with_origin(Channel(requests), format!("http://127.0.0.1:{port}").parse().unwrap())
}

async fn cook(kitchen: &mut Grpc<Channel>, order: Bytes) -> Result<Bytes, Status> {
    kitchen.ready().await.unwrap();
    let cooked = kitchen.unary(tonic::Request::new(order), PathAndQuery::from_static(COOK), Raw);
    Ok(cooked.await?.into_inner())
}

#[test]
fn a_server_cooks_what_it_is_asked_for() {
    with_python("grpc", "python3-grpcio", async |python| {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/grpc/server.py");
        let mut server = Peer::start(Command::new(python).arg(script));
        let mut kitchen = connect(server.line().await.parse().unwrap()).await;
        for size in [0, 1, 1_000, 3_000_000] {
            let order = Bytes::from(bytes(size));
            assert!(cook(&mut kitchen, order.clone()).await.unwrap() == order, "{size}");
        }
        let at_once = (0..200_u8).map(|n| {
            let mut kitchen = kitchen.clone();
            async move {
                let order = Bytes::from(vec![n; n.into()]);
                assert_eq!(cook(&mut kitchen, order.clone()).await.unwrap(), order);
            }
        });
        gather_all(at_once).await;
        let orders = Vec::from_iter((0..100).map(|n| Bytes::from(bytes(n * 1_000))));
        kitchen.ready().await.unwrap();
        let request = tonic::Request::new(futures::stream::iter(orders.clone()));
        let courses = kitchen.streaming(request, PathAndQuery::from_static(COURSES), Raw).await;
        let courses: Vec<_> = courses.unwrap().into_inner().try_collect().await.unwrap();
        assert!(courses == orders, "not what was ordered");
        let refused = cook(&mut kitchen, "poison".into()).await.unwrap_err();
        assert_eq!(
            (refused.code(), refused.message()),
            (Code::InvalidArgument, "nobody eats that")
        );
    });
}
