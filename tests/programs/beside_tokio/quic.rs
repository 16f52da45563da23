//! quinn: both ends in one loop.

#[path = "../quic/ends.rs"]
mod ends;

use std::sync::Arc;
use std::time::Instant;

use futures::{FutureExt, join};
use programs::quinn::OurLoop;
use quinn::{Connection, Endpoint, Runtime, TokioRuntime};

use crate::row::{Row, bytes_each, on_tokio};
use ends::{Ends, connect};

const MEGABYTES: usize = 200;
const ECHOES: u32 = 10_000;
const CONNECTIONS: usize = 100;

pub fn rows() -> Vec<Row> {
    vec![
        Row { name: "quinn, megabytes a second", ours: || ours(bulk), tokio: || tokios(bulk) },
        Row { name: "quinn, echoes a second", ours: || ours(echo), tokio: || tokios(echo) },
        Row {
            name: "quinn, bytes a connection, both ends",
            ours: || bytes_each(CONNECTIONS, |count| ours(async |pair| idle(pair, count).await)),
            tokio: || bytes_each(CONNECTIONS, |count| tokios(async |pair| idle(pair, count).await)),
        },
    ]
}

/// A server's end and a client's.
type Pair = (Endpoint, Endpoint);

fn pair(runtime: Arc<dyn Runtime>) -> Pair {
    let ends = Ends::new("bench");
    (ends.server(runtime.clone()), ends.client(runtime))
}

fn ours<T>(program: impl AsyncFnOnce(Pair) -> T) -> T {
    executor::run(async { program(pair(Arc::new(OurLoop::new()))).await })
}

fn tokios<T>(program: impl AsyncFnOnce(Pair) -> T) -> T {
    on_tokio(async { program(pair(Arc::new(TokioRuntime))).await })
}

/// A connection's two ends.
async fn meet((server, client): &Pair) -> (Connection, Connection) {
    let accepted = server.accept().then(|incoming| incoming.expect("it is open").into_future());
    let (accepted, connected) = join!(accepted, connect(client, server.local_addr().unwrap()));
    (accepted.unwrap(), connected)
}

async fn bulk(pair: Pair) -> f64 {
    let (server, client) = meet(&pair).await;
    let bytes = vec![7; 1_000_000];
    let start = Instant::now();
    let send = async {
        let mut to = client.open_uni().await.unwrap();
        for _ in 0..MEGABYTES {
            to.write_all(&bytes).await.unwrap();
        }
        to.finish().unwrap();
    };
    let receive = async {
        let mut from = server.accept_uni().await.unwrap();
        let mut received = 0;
        while let Some(chunk) = from.read_chunk(usize::MAX, true).await.unwrap() {
            received += chunk.bytes.len();
        }
        received
    };
    let ((), received) = join!(send, receive);
    assert_eq!(received, MEGABYTES * bytes.len());
    MEGABYTES as f64 / start.elapsed().as_secs_f64()
}

/// A message there and back, each on a stream of its own.
async fn echo(pair: Pair) -> f64 {
    let (server, client) = meet(&pair).await;
    let start = Instant::now();
    let answer = async {
        for _ in 0..ECHOES {
            let (mut to, mut from) = server.accept_bi().await.unwrap();
            let message = from.read_to_end(64).await.unwrap();
            to.write_all(&message).await.unwrap();
            to.finish().unwrap();
        }
    };
    let ask = async {
        for _ in 0..ECHOES {
            let (mut to, mut from) = client.open_bi().await.unwrap();
            to.write_all(&[7; 64]).await.unwrap();
            to.finish().unwrap();
            assert_eq!(from.read_to_end(64).await.unwrap(), [7; 64]);
        }
    };
    join!(answer, ask);
    f64::from(ECHOES) / start.elapsed().as_secs_f64()
}

async fn idle(pair: Pair, count: usize) {
    let mut connections = Vec::with_capacity(count);
    for _ in 0..count {
        connections.push(meet(&pair).await);
    }
}
