//! Our server, and a client of Google's.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::process::Command;
use std::time::Duration;

use executor::net::TcpListener;
use executor::spawn;
use futures::future::LocalBoxFuture;
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http2;
use hyper::service::service_fn;
use programs::hyper::{Executor, Io, Timer};
use tonic::body::Body;
use tonic::server::{Grpc, StreamingService, UnaryService};
use tonic::{Request, Response, Status, Streaming};

use super::{COOK, COURSES, Raw};
use crate::peers::{text, with_python};

struct Cook;

impl UnaryService<Bytes> for Cook {
    type Response = Bytes;
    type Future = LocalBoxFuture<'static, Result<Response<Bytes>, Status>>;

    fn call(&mut self, order: Request<Bytes>) -> Self::Future {
        Box::pin(async {
            if order.get_ref() == "poison" {
                return Err(Status::invalid_argument("nobody eats that"));
            }
            timer::sleep(Duration::from_millis(5)).await;
            Ok(Response::new(order.into_inner()))
        })
    }
}

struct Courses;

impl StreamingService<Bytes> for Courses {
    type Response = Bytes;
    type ResponseStream = Streaming<Bytes>;
    type Future = Ready<Result<Response<Streaming<Bytes>>, Status>>;

    fn call(&mut self, orders: Request<Streaming<Bytes>>) -> Self::Future {
        ready(Ok(Response::new(orders.into_inner())))
    }
}

async fn answer(request: hyper::Request<Incoming>) -> Result<hyper::Response<Body>, Infallible> {
    Ok(match request.uri().path() {
        COOK => Grpc::new(Raw).unary(Cook, request).await,
        COURSES => Grpc::new(Raw).streaming(Courses, request).await,
        _ => Status::unimplemented("the kitchen does not know how").into_http(),
    })
}

#[test]
fn a_client_gets_what_it_asks_for() {
    with_python("grpc", "python3-grpcio", async |python| {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        drop(spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                stream.set_nodelay(true).unwrap();
                let mut http = http2::Builder::new(Executor);
                http.timer(Timer::new());
                drop(spawn(http.serve_connection(Io(stream), service_fn(answer))));
            }
        }));
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/grpc/client.py");
        assert_eq!(text(Command::new(python).args([script, &address])).await, "all is well\n");
    });
}
