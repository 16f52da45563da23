//! The crate `redis`: commands.

use std::sync::Mutex;
use std::time::Instant;

use futures::stream::{self, StreamExt};
use redis::aio::MultiplexedConnection;
use redis::{AsyncCommands, RedisConnectionInfo, pipe};

use crate::peers::look_for;
use crate::row::{Row, bytes_each, on_tokio};
use crate::servers;
use crate::servers::redis::{Redis, config};

const COMMANDS: i32 = 10_000;
/// So many wait for an answer at the same time, or are in one pipeline.
const AT_ONCE: usize = 64;
const CONNECTIONS: usize = 200;

static SERVER: Mutex<Option<Redis>> = Mutex::new(None);

pub fn rows() -> Vec<Row> {
    if look_for("redis-server").is_none() {
        return Vec::new();
    }
    vec![
        Row {
            name: "redis, commands a second",
            ours: || ours(one_by_one),
            tokio: || tokios(one_by_one),
        },
        Row {
            name: "redis, the same, 64 at once",
            ours: || ours(at_once),
            tokio: || tokios(at_once),
        },
        Row {
            name: "redis, the same, in pipelines of 64",
            ours: || ours(pipelined),
            tokio: || tokios(pipelined),
        },
        Row {
            name: "redis, bytes a connection",
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
    server.get_or_insert_with(|| Redis::start().expect("it was found")).port
}

async fn connect() -> MultiplexedConnection {
    let info = RedisConnectionInfo::default();
    servers::redis::connect(port(), &info, config()).await.unwrap().0
}

async fn connect_tokios() -> MultiplexedConnection {
    let stream = tokio::net::TcpStream::connect(("127.0.0.1", port())).await.unwrap();
    stream.set_nodelay(true).unwrap();
    let info = RedisConnectionInfo::default();
    let made = MultiplexedConnection::new_with_config(&info, stream, config()).await;
    let (connection, driver) = made.unwrap();
    tokio::spawn(driver);
    connection
}

fn ours(program: impl AsyncFnOnce(MultiplexedConnection) -> f64) -> f64 {
    executor::run(async { program(connect().await).await })
}

fn tokios(program: impl AsyncFnOnce(MultiplexedConnection) -> f64) -> f64 {
    on_tokio(async { program(connect_tokios().await).await })
}

async fn one_by_one(mut connection: MultiplexedConnection) -> f64 {
    let start = Instant::now();
    for number in 0..COMMANDS {
        let () = connection.set("dish", number).await.unwrap();
        assert_eq!(connection.get::<_, i32>("dish").await.unwrap(), number);
    }
    f64::from(2 * COMMANDS) / start.elapsed().as_secs_f64()
}

async fn at_once(connection: MultiplexedConnection) -> f64 {
    let start = Instant::now();
    let commands = stream::iter(0..10 * COMMANDS).map(|number| {
        let mut connection = connection.clone();
        async move {
            let command = redis::cmd("ECHO").arg(number).take();
            assert_eq!(command.query_async::<i32>(&mut connection).await.unwrap(), number);
        }
    });
    commands.buffer_unordered(AT_ONCE).for_each(async |()| {}).await;
    f64::from(10 * COMMANDS) / start.elapsed().as_secs_f64()
}

async fn pipelined(mut connection: MultiplexedConnection) -> f64 {
    let start = Instant::now();
    let mut count = 0;
    while count < 20 * COMMANDS {
        let mut commands = pipe();
        for number in 0..AT_ONCE {
            commands.cmd("ECHO").arg(number);
        }
        let answers: Vec<usize> = commands.query_async(&mut connection).await.unwrap();
        assert!(answers.into_iter().eq(0..AT_ONCE));
        count += 64;
    }
    f64::from(count) / start.elapsed().as_secs_f64()
}

async fn open(count: usize) {
    let mut connections = Vec::with_capacity(count);
    for _ in 0..count {
        connections.push(connect().await);
    }
}

async fn open_tokios(count: usize) {
    let mut connections = Vec::with_capacity(count);
    for _ in 0..count {
        connections.push(connect_tokios().await);
    }
}
