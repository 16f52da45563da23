//! Programs nobody here wrote run on our loop: what the ecosystem builds on `std`'s futures, on
//! `futures_io` and on `futures_task` needs nothing of ours but a waker that wakes.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use async_tungstenite::tungstenite::Message;
use async_tungstenite::{accept_async, client_async};
use executor::net::{TcpListener, TcpStream};
use executor::{gather_all, spawn, spawn_blocking, yield_now};
use futures::channel::{mpsc, oneshot};
use futures::stream::FuturesUnordered;
use futures::task::{LocalSpawnExt, SpawnExt};
use futures::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, FutureExt, SinkExt, StreamExt};
use timer::{now, sleep, timeout};

use crate::checked::run;
use crate::support::{HOUR, ends, ms, simulate};

#[test]
fn a_bounded_channel_of_futures_carries_everything_in_order_and_holds_the_sender_back() {
    let received = simulate(async {
        let (mut sender, receiver) = mpsc::channel(2);
        let sent = Rc::new(Cell::new(0));
        let counted = sent.clone();
        drop(spawn(async move {
            for n in 0..1000 {
                sender.send(n).await.unwrap();
                counted.set(n + 1);
            }
        }));
        sleep(ms(1)).await;
        assert!(sent.get() <= 3, "{} were sent to nobody", sent.get());
        receiver.collect::<Vec<_>>().await
    });
    assert_eq!(received, Vec::from_iter(0..1000));
}

#[test]
fn a_channel_of_futures_carries_messages_from_other_threads() {
    let mut received = ends(|| {
        run(async {
            let (sender, receiver) = mpsc::unbounded();
            for thread in 0..4 {
                let sender = sender.clone();
                drop(spawn_blocking(move || {
                    (0..1000).for_each(|n| sender.unbounded_send(thread * 1000 + n).unwrap());
                }));
            }
            drop(sender);
            receiver.collect::<Vec<_>>().await
        })
    });
    received.sort_unstable();
    assert_eq!(received, Vec::from_iter(0..4000));
}

#[test]
fn a_oneshot_of_futures_brings_the_answer_or_says_that_there_will_be_none() {
    simulate(async {
        let (question, asked) = oneshot::channel();
        let (answer, answered) = oneshot::channel();
        drop(spawn(async move { answer.send(asked.await.unwrap() * 2).unwrap() }));
        question.send(21).unwrap();
        assert_eq!(answered.await, Ok(42));
        let (never, answered) = oneshot::channel::<()>();
        drop(spawn(async move {
            sleep(HOUR).await;
            drop(never);
        }));
        assert!(answered.await.is_err());
    });
}

/// It wakes and polls only those of its futures that were woken, by wakers of its own.
#[test]
fn futures_unordered_yields_by_time_and_polls_only_who_was_woken() {
    simulate(async {
        let polls = Rc::new(Cell::new(0));
        let sleepers: FuturesUnordered<_> = (0..500u64)
            .map(|n| {
                let polls = polls.clone();
                let mut nap = Box::pin(sleep(ms(1 + n * 7919 % 500)));
                std::future::poll_fn(move |cx| {
                    polls.set(polls.get() + 1);
                    nap.poll_unpin(cx).map(|()| n)
                })
            })
            .collect();
        let order: Vec<u64> = sleepers.collect().await;
        let mut expected = Vec::from_iter(0..500u64);
        expected.sort_by_key(|n| n * 7919 % 500);
        assert_eq!(order, expected);
        assert_eq!(polls.get(), 2 * 500);
    });
}

#[test]
fn buffered_streams_run_so_many_at_once_and_keep_their_order() {
    simulate(async {
        let beginning = now();
        let running = Cell::new(0);
        let jobs = futures::stream::iter(0..20u64).map(|n| {
            let running = &running;
            async move {
                running.set(running.get() + 1);
                assert!(running.get() <= 5);
                sleep(ms(10)).await;
                running.set(running.get() - 1);
                n
            }
        });
        let done: Vec<u64> = jobs.buffered(5).collect().await;
        assert_eq!(done, Vec::from_iter(0..20));
        assert_eq!(now() - beginning, ms(40));
    });
}

#[test]
fn select_takes_the_first_and_join_takes_all() {
    simulate(async {
        let beginning = now();
        let (mut coffee, mut toast) =
            (Box::pin(sleep(ms(20)).fuse()), Box::pin(sleep(ms(10)).fuse()));
        let first = futures::select! {
            () = coffee => "coffee",
            () = toast => "toast",
        };
        assert_eq!((first, now() - beginning), ("toast", ms(10)));
        futures::select! {
            () = coffee => assert_eq!(now() - beginning, ms(20)),
            complete => unreachable!("the coffee is still to come"),
        }
        let both = futures::join!(async { sleep(ms(5)).await }, spawn(async { 7 }));
        assert_eq!(both.1.unwrap(), 7);
        assert_eq!(now() - beginning, ms(25));
    });
}

/// A shared future is polled by one of those who wait, and wakes all.
#[test]
fn a_shared_future_gives_its_output_to_every_task() {
    simulate(async {
        let runs = Rc::new(Cell::new(0));
        let counted = runs.clone();
        let shared = async move {
            sleep(ms(10)).await;
            counted.set(counted.get() + 1);
            "toast"
        };
        let shared = shared.boxed_local().shared();
        let all = gather_all((0..50).map(|_| shared.clone())).await;
        assert_eq!((all, runs.get()), (vec!["toast"; 50], 1));
    });
}

#[test]
fn an_async_channel_shares_its_messages_out_and_ends() {
    simulate(async {
        let (sender, receiver) = async_channel::bounded(4);
        let workers = (0..5).map(|_| {
            let receiver = receiver.clone();
            spawn(async move {
                let mut taken = Vec::new();
                while let Ok(n) = receiver.recv().await {
                    taken.push(n);
                    yield_now().await;
                }
                taken
            })
        });
        let workers: Vec<_> = workers.collect();
        for n in 0..500 {
            sender.send(n).await.unwrap();
        }
        drop((sender, receiver));
        let shares: Vec<Vec<_>> =
            gather_all(workers).await.into_iter().map(|share| share.unwrap()).collect();
        assert!(shares.iter().filter(|share| !share.is_empty()).count() > 1);
        let mut all = shares.concat();
        all.sort_unstable();
        assert_eq!(all, Vec::from_iter(0..500));
    });
}

#[test]
fn an_async_lock_lets_one_in_at_a_time_also_across_an_await() {
    simulate(async {
        let stove = Rc::new(async_lock::Mutex::new(0));
        let seats = Rc::new(async_lock::Semaphore::new(3));
        let beginning = now();
        let cooks = (0..12).map(|_| {
            let (stove, seats) = (stove.clone(), seats.clone());
            async move {
                {
                    let mut used = stove.lock().await;
                    let before = *used;
                    sleep(ms(10)).await;
                    *used = before + 1;
                }
                let _seat = seats.acquire().await;
                sleep(ms(100)).await;
            }
        });
        gather_all(cooks).await;
        assert_eq!(*stove.lock().await, 12);
        // Twelve times ten, one after the other; meanwhile, three by three, the meals.
        assert!((ms(400)..ms(500)).contains(&(now() - beginning)));
    });
}

#[test]
fn an_async_lock_is_passed_on_when_a_waiter_gives_up() {
    simulate(async {
        let stove = Rc::new(async_lock::Mutex::new(()));
        let held = stove.lock().await;
        assert!(timeout(ms(10), stove.lock()).await.is_err());
        let next = spawn({
            let stove = stove.clone();
            async move { drop(stove.lock().await) }
        });
        sleep(ms(10)).await;
        drop(held);
        next.await.unwrap();
    });
}

#[test]
fn the_spawn_helpers_of_futures_run_on_our_spawners() {
    ends(|| {
        run(async {
            let local = executor::local_spawner();
            let not_send = Rc::new(7);
            let handle = local.spawn_local_with_handle(async move { *not_send }).unwrap();
            assert_eq!(handle.await, 7);
            let (done, is_done) = oneshot::channel();
            local.spawn_local(async move { done.send("done").unwrap() }).unwrap();
            assert_eq!(is_done.await, Ok("done"));

            let spawner = executor::spawner();
            let from_afar = spawn_blocking(move || {
                (spawner.spawn_with_handle(async { executor::current_task().is_some() })).unwrap()
            });
            assert!(from_afar.await.unwrap().await);
        });
    });
}

/// Where `futures` spawns by itself: through whatever spawner it is given.
#[test]
fn a_remote_handle_that_is_dropped_cancels_its_task() {
    simulate(async {
        let ended = Rc::new(Cell::new(false));
        let tell = ended.clone();
        let local = executor::local_spawner();
        let handle = local.spawn_local_with_handle(async move {
            let _tell = crate::support::on_drop(move || tell.set(true));
            sleep(HOUR).await;
        });
        sleep(ms(1)).await;
        assert!(!ended.get());
        drop(handle);
        sleep(ms(1)).await;
        assert!(ended.get());
    });
}

/// A server and its address; each connection is a task.
async fn serve<F: Future<Output = ()> + 'static>(
    serve_one: impl Fn(TcpStream) -> F + 'static,
) -> std::net::SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(spawn(async move {
        loop {
            drop(spawn(serve_one(listener.accept().await.unwrap().0)));
        }
    }));
    address
}

/// The helpers of `futures` for `AsyncRead` and `AsyncWrite`.
#[test]
fn lines_are_read_and_copied_by_the_helpers_of_futures() {
    ends(|| {
        run(async {
            let address = serve(|stream| async move {
                let (reader, mut writer) = (&stream, &stream);
                let mut lines = futures::io::BufReader::new(reader).lines();
                while let Some(line) = lines.next().await {
                    let shouted = line.unwrap().to_uppercase() + "\n";
                    writer.write_all(shouted.as_bytes()).await.unwrap();
                }
                writer.close().await.unwrap();
            })
            .await;
            let (mut reader, mut writer) = TcpStream::connect(address).await.unwrap().split();
            let order = "an egg\n".repeat(10_000);
            let mut answer = String::new();
            let wrote = async {
                futures::io::copy(order.as_bytes(), &mut writer).await.unwrap();
                writer.close().await.unwrap();
            };
            let (read, ()) = futures::join!(reader.read_to_string(&mut answer), wrote);
            read.unwrap();
            assert!(answer == "AN EGG\n".repeat(10_000));
        });
    });
}

/// async-tungstenite's own example: an echo.
#[test]
fn a_websocket_server_echoes_to_its_clients() {
    ends(|| {
        run(async {
            let address = serve(|stream| async move {
                let mut socket = accept_async(stream).await.unwrap();
                while let Some(message) = socket.next().await {
                    let message = message.unwrap();
                    if message.is_text() || message.is_binary() {
                        socket.send(message).await.unwrap(); // it answers the others itself
                    }
                }
            })
            .await;
            let clients = (0..10).map(|client| async move {
                let stream = TcpStream::connect(address).await.unwrap();
                let url = format!("ws://{address}/echo");
                let (mut socket, answer) = client_async(url, stream).await.unwrap();
                assert_eq!(answer.status(), 101);
                for length in [0, 1, 125, 126, 65_535, 65_536, 300_000] {
                    let text = Message::text(format!("{client}").repeat(length));
                    socket.send(text.clone()).await.unwrap();
                    assert!(socket.next().await.unwrap().unwrap() == text);
                }
                socket.send(Message::Ping(vec![1, 2, 3].into())).await.unwrap();
                let pong = socket.next().await.unwrap().unwrap();
                assert_eq!(pong, Message::Pong(vec![1, 2, 3].into()));
                socket.close(None).await.unwrap();
                assert!(socket.next().await.unwrap().unwrap().is_close());
                assert!(socket.next().await.is_none());
            });
            let done = timeout(Duration::from_secs(60), gather_all(clients)).await;
            assert_eq!(done.expect("a client hangs").len(), 10);
        });
    });
}
