//! The crate `redis` on our loop, with a Redis.

use std::collections::HashMap;

use executor::{gather_all, run, spawn};
use futures::StreamExt;
use futures::channel::mpsc;
use redis::{AsyncCommands, Msg, ProtocolVersion, RedisConnectionInfo, Value, pipe};

use crate::servers::redis::{Redis, config, connect};

/// Bytes that follow from a number: any value, lines' ends and zeros among them.
fn dish(number: usize) -> Vec<u8> {
    (0..number * number % 20_011).map(|at| (at * 7 + at / 251 + number) as u8).collect()
}

#[test]
fn what_is_set_is_got() {
    let Some(redis) = Redis::start() else { return };
    run(async {
        let (mut connection, driver) = redis.connect().await.unwrap();
        for number in 0..1000 {
            let () = connection.set(format!("dish:{number}"), dish(number)).await.unwrap();
        }
        for number in 0..1000 {
            let got: Vec<u8> = connection.get(format!("dish:{number}")).await.unwrap();
            assert!(got == dish(number), "dish {number}");
        }
        let large = b"\r\n\0soup".repeat(4_000_000);
        let () = connection.set("large", &large).await.unwrap();
        let got: Vec<u8> = connection.get("large").await.unwrap();
        assert!(got == large, "not what was set");
        drop(connection);
        driver.await.unwrap();
    });
}

#[test]
fn a_pipeline_of_twenty_thousand_commands_is_answered_in_its_order() {
    let Some(redis) = Redis::start() else { return };
    run(async {
        let (mut connection, _driver) = redis.connect().await.unwrap();
        let mut commands = pipe();
        for number in 0..10_000 {
            commands.set(number, number * 3).ignore().get(number);
        }
        let got: Vec<usize> = commands.query_async(&mut connection).await.unwrap();
        assert_eq!(got, (0..10_000).map(|number| number * 3).collect::<Vec<_>>());
        let transaction: (usize, usize) = pipe()
            .atomic()
            .incr("tables", 4)
            .incr("tables", 1)
            .query_async(&mut connection)
            .await
            .unwrap();
        assert_eq!(transaction, (4, 5));
    });
}

#[test]
fn a_thousand_tasks_share_a_connection_and_each_gets_its_own_answer() {
    let Some(redis) = Redis::start() else { return };
    run(async {
        let (connection, _driver) = redis.connect().await.unwrap();
        let tasks = (0..1000).map(|number| {
            let mut connection = connection.clone();
            async move {
                let key = format!("table:{number}");
                let () = connection.hset(&key, "guests", number).await.unwrap();
                executor::yield_now().await;
                let () = connection.hset(&key, "dish", dish(number)).await.unwrap();
                let all: HashMap<String, Vec<u8>> = connection.hgetall(&key).await.unwrap();
                all["guests"] == number.to_string().as_bytes() && all["dish"] == dish(number)
            }
        });
        assert!(gather_all(tasks).await.into_iter().all(|is_right| is_right));
    });
}

#[test]
fn who_has_subscribed_hears_all_that_is_published_in_its_order() {
    let Some(redis) = Redis::start() else { return };
    run(async {
        let (heard, calls) = mpsc::unbounded();
        let info = RedisConnectionInfo::default().set_protocol(ProtocolVersion::RESP3);
        let config = config().set_push_sender(move |call| heard.unbounded_send(call));
        let (mut waiter, _waiters) = connect(redis.port, &info, config).await.unwrap();
        waiter.subscribe("kitchen").await.unwrap();
        waiter.psubscribe("bar:*").await.unwrap();
        let (mut cook, _driver) = redis.connect().await.unwrap();
        let publisher = spawn(async move {
            for number in 0..1000 {
                let channel = if number % 2 == 0 { "kitchen" } else { "bar:left" };
                let heard: usize = cook.publish(channel, number).await.unwrap();
                assert_eq!(heard, 1);
            }
        });
        let messages = calls.filter_map(async |call| Msg::from_push_info(call));
        let numbers = messages.map(|message| message.get_payload::<usize>().unwrap());
        let numbers: Vec<usize> = numbers.take(1000).collect().await;
        assert_eq!(numbers, (0..1000).collect::<Vec<_>>());
        publisher.await.unwrap();
        waiter.unsubscribe("kitchen").await.unwrap();
    });
}

#[test]
fn a_command_that_blocks_waits_for_what_another_client_does() {
    let Some(redis) = Redis::start() else { return };
    run(async {
        let (mut waiter, _waiters) = redis.connect().await.unwrap();
        let (mut cook, _cooks) = redis.connect().await.unwrap();
        let waits = spawn(async move {
            let mut served = Vec::new();
            for _ in 0..100 {
                let (_, dish): (String, usize) = waiter.blpop("counter", 0.0).await.unwrap();
                served.push(dish);
            }
            let nothing: Option<(String, usize)> = waiter.blpop("counter", 0.01).await.unwrap();
            (served, nothing)
        });
        for number in 0..100 {
            // The waiter waits before each dish is served.
            loop {
                let clients: String =
                    redis::cmd("CLIENT").arg("LIST").query_async(&mut cook).await.unwrap();
                if clients.contains("flags=b") {
                    break;
                }
            }
            let () = cook.rpush("counter", number).await.unwrap();
        }
        let (served, nothing) = waits.await.unwrap();
        assert_eq!(served, (0..100).collect::<Vec<_>>());
        assert_eq!(nothing, None);
    });
}

#[test]
fn a_server_that_is_restarted_is_an_error_and_then_serves_again() {
    let Some(mut redis) = Redis::start() else { return };
    run(async {
        let (connection, driver) = redis.connect().await.unwrap();
        let mut waits = connection.clone();
        let waits = spawn(async move { waits.blpop::<_, Value>("counter", 0.0).await });
        let mut another = connection.clone();
        let () = another.ping().await.unwrap();
        redis.stop();
        let error = waits.await.unwrap().unwrap_err();
        assert!(error.is_unrecoverable_error(), "{error}");
        driver.await.unwrap();
        let error = another.ping::<()>().await.unwrap_err();
        assert!(error.is_unrecoverable_error(), "{error}");
        assert!(redis.connect().await.is_err(), "nobody listens");

        redis.start_again();
        let (mut connection, _driver) = redis.connect().await.unwrap();
        let () = connection.set("dish", "soup").await.unwrap();
        assert_eq!(connection.get::<_, String>("dish").await.unwrap(), "soup");
    });
}
