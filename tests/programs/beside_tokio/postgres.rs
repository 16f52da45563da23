//! tokio-postgres: queries.

use std::sync::Mutex;
use std::time::Instant;

use futures::stream::{self, StreamExt};
use tokio_postgres::{Client, NoTls};

use crate::peers::look_for;
use crate::row::{Row, bytes_each, on_tokio};
use crate::servers;
use crate::servers::postgres::{Postgres, config};

const QUERIES: i32 = 10_000;
/// So many wait for an answer at the same time.
const AT_ONCE: usize = 64;
const CONNECTIONS: usize = 50;

static SERVER: Mutex<Option<Postgres>> = Mutex::new(None);

pub fn rows() -> Vec<Row> {
    if look_for("postgres").is_none() {
        return Vec::new();
    }
    vec![
        Row {
            name: "tokio-postgres, queries a second",
            ours: || ours(one_by_one),
            tokio: || tokios(one_by_one),
        },
        Row {
            name: "tokio-postgres, the same, 64 at once",
            ours: || ours(at_once),
            tokio: || tokios(at_once),
        },
        Row {
            name: "tokio-postgres, bytes a connection",
            ours: || bytes_each(CONNECTIONS, |count| executor::run(open(count))),
            tokio: || bytes_each(CONNECTIONS, |count| on_tokio(open_tokios(count))),
        },
    ]
}

/// Ends the server.
pub fn end() {
    drop(SERVER.lock().unwrap().take());
}

/// Where the server is, which is started for the first who asks.
fn port() -> u16 {
    let mut server = SERVER.lock().unwrap();
    server.get_or_insert_with(|| Postgres::start().expect("it was found")).port
}

async fn connect() -> Client {
    servers::postgres::connect(port()).await.unwrap().0
}

async fn connect_tokios() -> Client {
    let stream = tokio::net::TcpStream::connect(("127.0.0.1", port())).await.unwrap();
    stream.set_nodelay(true).unwrap();
    let (client, connection) = config().connect_raw(stream, NoTls).await.unwrap();
    tokio::spawn(connection);
    client
}

fn ours(program: impl AsyncFnOnce(Client) -> f64) -> f64 {
    executor::run(async { program(connect().await).await })
}

fn tokios(program: impl AsyncFnOnce(Client) -> f64) -> f64 {
    on_tokio(async { program(connect_tokios().await).await })
}

async fn one_by_one(client: Client) -> f64 {
    let double = client.prepare("select $1::int4 * 2").await.unwrap();
    let start = Instant::now();
    for number in 0..QUERIES {
        let row = client.query_one(&double, &[&number]).await.unwrap();
        assert_eq!(row.get::<_, i32>(0), number * 2);
    }
    f64::from(QUERIES) / start.elapsed().as_secs_f64()
}

async fn at_once(client: Client) -> f64 {
    let double = client.prepare("select $1::int4 * 2").await.unwrap();
    let start = Instant::now();
    let (client, double) = (&client, &double);
    let queries = stream::iter(0..5 * QUERIES).map(async |number| {
        let row = client.query_one(double, &[&number]).await.unwrap();
        assert_eq!(row.get::<_, i32>(0), number * 2);
    });
    queries.buffer_unordered(AT_ONCE).for_each(async |()| {}).await;
    f64::from(5 * QUERIES) / start.elapsed().as_secs_f64()
}

async fn open(count: usize) {
    let mut clients = Vec::with_capacity(count);
    for _ in 0..count {
        clients.push(connect().await);
    }
}

async fn open_tokios(count: usize) {
    let mut clients = Vec::with_capacity(count);
    for _ in 0..count {
        clients.push(connect_tokios().await);
    }
}
