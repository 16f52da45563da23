//! The row of hyper: a server here, its clients in another process.

use std::convert::Infallible;
use std::thread;

use futures::channel::oneshot;
use http_body_util::Full;
use hyper::body::Bytes;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};

use super::{accept, detach, io, listen, run, spawn};
use crate::process;
use crate::rows::Measured;

pub const ROWS: &[Measured] = &[Measured { row: "hyper hello", measure: hellos }];

fn hellos(n: u64) -> f64 {
    run(async move {
        let (listener, address) = listen().await;
        detach(spawn(async move {
            loop {
                let connection = io(accept(&listener).await);
                let service = service_fn(hello);
                detach(spawn(async move {
                    // A client that goes away is no error here.
                    let _ = http1::Builder::new().serve_connection(connection, service).await;
                }));
            }
        }));
        let (done, measured) = oneshot::channel();
        thread::spawn(move || done.send(process::load(address, n)));
        measured.await.expect("the thread says what it has measured")
    })
}

async fn hello<B>(_request: Request<B>) -> Result<Response<Full<Bytes>>, Infallible> {
    Ok(Response::new(Full::new(Bytes::from_static(b"Hello, world!"))))
}
