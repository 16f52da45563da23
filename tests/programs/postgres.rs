//! tokio-postgres on our loop, with a PostgreSQL.

use std::future::poll_fn;
use std::os::unix::net::UnixStream;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::Duration;

use bytes::Bytes;
use executor::journal::{Event, Observer, Operation};
use executor::net::{Async, TcpStream};
use executor::{EventLoop, gather_all, run, spawn};
use futures::channel::mpsc;
use futures::{SinkExt, StreamExt, TryStreamExt};
use tokio_postgres::error::SqlState;
use tokio_postgres::{AsyncMessage, Client, Error, NoTls, Row};
use tokio_util::compat::FuturesAsyncReadCompatExt;

use crate::servers::postgres::{Postgres, config};

const ROWS: i32 = 1000;

/// So many bytes, which follow from a number.
fn bytes(seed: i32, length: usize) -> Vec<u8> {
    let mut state = u64::from(seed.unsigned_abs()) + 1;
    let next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()[0]
    };
    std::iter::repeat_with(next).take(length).collect()
}

/// What the table has in row `id`: no byte up to some 10,000.
fn dish(id: i32) -> (String, Vec<u8>, Option<f64>) {
    let length = usize::try_from(id * id % 9973).unwrap();
    let price = (id % 3 != 0).then(|| f64::from(id) / 7.0);
    (format!("dish {id} – “{}”", id * 31), bytes(id, length), price)
}

fn as_dish(row: &Row) -> (String, Vec<u8>, Option<f64>) {
    (row.get("name"), row.get("picture"), row.get("price"))
}

#[test]
fn a_thousand_rows_come_back_as_they_went() {
    let Some(postgres) = Postgres::shared() else { return };
    run(async {
        let (client, connection) = postgres.connect().await.unwrap();
        let table =
            "create temp table menu (id int primary key, name text, picture bytea, price float8)";
        client.batch_execute(table).await.unwrap();
        let insert = client.prepare("insert into menu values ($1, $2, $3, $4)").await.unwrap();
        for id in 0..ROWS {
            let (name, picture, price) = dish(id);
            client.execute(&insert, &[&id, &name, &picture, &price]).await.unwrap();
        }
        let rows = client.query("select * from menu order by id", &[]).await.unwrap();
        let dishes: Vec<_> = rows.iter().map(as_dish).collect();
        assert_eq!(dishes, (0..ROWS).map(dish).collect::<Vec<_>>());
        drop(client); // says goodbye
        connection.await.unwrap().unwrap();
    });
}

/// Counts the writes to sockets.
struct Writes(Arc<AtomicUsize>);

impl Observer for Writes {
    fn on_event(&mut self, _at: Duration, event: &Event) {
        if let Event::IoDone { did: Operation::Wrote { .. }, .. } = event {
            self.0.fetch_add(1, Relaxed);
        }
    }
}

#[test]
fn queries_that_are_asked_at_once_go_out_together_and_each_gets_its_own_answer() {
    let Some(postgres) = Postgres::shared() else { return };
    let writes = Arc::new(AtomicUsize::new(0));
    let mut event_loop = EventLoop::builder().observer(Writes(writes.clone())).build().unwrap();
    event_loop.run(async {
        let (client, _connection) = postgres.connect().await.unwrap();
        let client = Rc::new(client);
        let double = client.prepare("select $1::int4 * 2").await.unwrap();
        let before = writes.load(Relaxed);
        let queries = (0..ROWS).map(|number| {
            let (client, double) = (client.clone(), double.clone());
            async move { client.query_one(&double, &[&number]).await.unwrap().get::<_, i32>(0) }
        });
        let doubles = gather_all(queries).await;
        assert_eq!(doubles, (0..ROWS).map(|number| number * 2).collect::<Vec<_>>());
        let writes = writes.load(Relaxed) - before;
        assert!(writes < 100, "they took {writes} writes");
    });
}

#[test]
fn what_is_copied_in_is_copied_out() {
    let Some(postgres) = Postgres::shared() else { return };
    run(async {
        let (client, _connection) = postgres.connect().await.unwrap();
        client.batch_execute("create temp table lines (id int, line text)").await.unwrap();
        let lines: Vec<String> =
            (0..200_000).map(|id| format!("{id}\tline {} of many\n", id * 7919)).collect();
        let mut sink = Box::pin(client.copy_in::<_, Bytes>("copy lines from stdin").await.unwrap());
        for some in lines.chunks(1000) {
            sink.send(some.concat().into()).await.unwrap();
        }
        assert_eq!(sink.as_mut().finish().await.unwrap(), 200_000);
        let out = "copy (select * from lines order by id) to stdout";
        let copied: Vec<Bytes> = client.copy_out(out).await.unwrap().try_collect().await.unwrap();
        assert!(copied.concat() == lines.concat().into_bytes(), "not what was copied in");
    });
}

/// Waits until the server is busy with a query that has these words.
async fn is_at_work(client: &Client, words: &str) {
    let active = "select 1 from pg_stat_activity where state = 'active' \
                  and pid <> pg_backend_pid() and query like '%' || $1 || '%'";
    while client.query_opt(active, &[&words]).await.unwrap().is_none() {
        timer::sleep(Duration::from_millis(10)).await;
    }
}

#[test]
fn a_query_is_cancelled_and_its_connection_goes_on() {
    let Some(postgres) = Postgres::shared() else { return };
    run(async {
        let (client, _connection) = postgres.connect().await.unwrap();
        let (observer, _observers) = postgres.connect().await.unwrap();
        let (cancel, port) = (client.cancel_token(), postgres.port);
        let canceller = spawn(async move {
            is_at_work(&observer, "pg_sleep(1800)").await;
            let stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
            cancel.cancel_query_raw(stream.compat(), NoTls).await.unwrap();
        });
        let error = client.query_one("select pg_sleep(1800)", &[]).await.unwrap_err();
        assert_eq!(error.code(), Some(&SqlState::QUERY_CANCELED), "{error}");
        canceller.await.unwrap();
        assert_eq!(client.query_one("select 7", &[]).await.unwrap().get::<_, i32>(0), 7);
    });
}

#[test]
fn notifications_come_in_their_order() {
    let Some(postgres) = Postgres::shared() else { return };
    run(async {
        let stream = TcpStream::connect(("127.0.0.1", postgres.port)).await.unwrap();
        let (listener, mut connection) =
            config().connect_raw(stream.compat(), NoTls).await.unwrap();
        let (told, mut calls) = mpsc::unbounded();
        let listening = spawn(async move {
            while let Some(message) = poll_fn(|cx| connection.poll_message(cx)).await {
                if let AsyncMessage::Notification(notification) = message.unwrap() {
                    told.unbounded_send(notification.payload().to_owned()).unwrap();
                }
            }
        });
        listener.batch_execute("listen kitchen").await.unwrap();
        let (caller, _connection) = postgres.connect().await.unwrap();
        for number in 0..100 {
            let call = format!("notify kitchen, 'table {number}'");
            caller.batch_execute(&call).await.unwrap();
        }
        for number in 0..100 {
            assert_eq!(calls.next().await.unwrap(), format!("table {number}"));
        }
        drop(listener);
        listening.await.unwrap();
    });
}

#[test]
fn a_unix_socket_serves_as_well() {
    let Some(postgres) = Postgres::shared() else { return };
    run(async {
        let stream = Async::new(UnixStream::connect(postgres.socket()).unwrap()).unwrap();
        let (client, connection) = config().connect_raw(stream.compat(), NoTls).await.unwrap();
        let connection = spawn(connection);
        let text = "soup".repeat(1_000_000);
        let echo = client.query_one("select $1::text", &[&text]).await.unwrap();
        assert!(echo.get::<_, &str>(0) == text, "not what was sent");
        drop(client);
        connection.await.unwrap().unwrap();
    });
}

/// The server goes while a query waits, which is told by an error that says so.
fn restart(signal: &str, says_so: impl Fn(&Error) -> bool) {
    let Some(mut postgres) = Postgres::start() else { return };
    run(async {
        let (client, connection) = postgres.connect().await.unwrap();
        client.batch_execute("create table kept as select 42 as answer").await.unwrap();
        let (observer, _observers) = postgres.connect().await.unwrap();
        let query = spawn(async move {
            let error = client.query_one("select pg_sleep(1800)", &[]).await.unwrap_err();
            (client, error)
        });
        is_at_work(&observer, "pg_sleep(1800)").await;
        postgres.stop(signal);
        let (client, error) = query.await.unwrap();
        assert!(says_so(&error), "{error}");
        // The task that moves the bytes is told by the end of the stream, and ends.
        assert!(connection.await.is_ok());
        let error = client.query_one("select 7", &[]).await.unwrap_err();
        assert!(error.is_closed() && client.is_closed(), "{error}");

        postgres.start_again();
        let (client, _connection) = postgres.connect().await.unwrap();
        let kept = client.query_one("select answer from kept", &[]).await.unwrap();
        assert_eq!(kept.get::<_, i32>(0), 42);
    });
}

#[test]
fn a_server_that_is_restarted_is_an_error_and_then_serves_again() {
    restart("INT", |error| error.code() == Some(&SqlState::ADMIN_SHUTDOWN));
}

#[test]
fn a_server_that_crashes_is_an_error_and_then_serves_again() {
    restart("QUIT", Error::is_closed);
}
