//! Futures of other crates, most of which hide what they wait for.

use async_lock::{Mutex, Semaphore};
use async_stream::stream;
use async_trait::async_trait;
use executor::JoinHandle;
use executor::net::TcpListener;
use futures::StreamExt;
use tokio::sync;

use crate::{leaf, tasks_of};

pub fn tasks() -> Vec<JoinHandle<u32>> {
    tasks_of![
        accepting,
        async_channel_recv,
        async_channel_send,
        async_lock_mutex,
        async_lock_semaphore,
        tokio_oneshot,
        tokio_recv,
        tokio_send,
        tokio_mutex,
        tokio_semaphore,
        tokio_notified,
        tokio_changed,
        tokio_broadcast,
        tokio_write,
        trait_with_async,
        generated,
        generated_in_turn,
    ]
}

/// accepting at @1
/// -> accept's async block at executor/src/net/listener.rs:LINE
///    -> token N to be readable
async fn accepting() -> u32 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    u32::from(listener.accept().await.is_ok()) // @1
}

/// async_channel_recv at @1
/// -> async_channel::Recv
async fn async_channel_recv() -> u32 {
    let (_sender, receiver) = async_channel::bounded(1);
    receiver.recv().await.unwrap_or_default() // @1
}

/// async_channel_send at @1
/// -> async_channel::Send
async fn async_channel_send() -> u32 {
    let (sender, _receiver) = async_channel::bounded(1);
    let _ = sender.send(1).await;
    let _ = sender.send(2).await; // @1
    1
}

/// async_lock_mutex at @1
/// -> mutex::Lock
async fn async_lock_mutex() -> u32 {
    let mutex = Mutex::new(1);
    let held = mutex.lock().await;
    let more = mutex.lock().await; // @1
    *held + *more
}

/// async_lock_semaphore at @1
/// -> semaphore::Acquire
async fn async_lock_semaphore() -> u32 {
    let semaphore = Semaphore::new(0);
    let _permit = semaphore.acquire().await; // @1
    1
}

/// tokio_oneshot at @1
/// -> oneshot::Receiver
async fn tokio_oneshot() -> u32 {
    let (_sender, receiver) = sync::oneshot::channel();
    receiver.await.unwrap_or_default() // @1
}

/// tokio_recv at @1
/// -> recv at tokio/src/sync/mpsc/bounded.rs:LINE
///    -> poll_fn::PollFn of a closure in recv
async fn tokio_recv() -> u32 {
    let (_sender, mut receiver) = sync::mpsc::channel(1);
    receiver.recv().await.unwrap_or_default() // @1
}

/// tokio_send at @1
/// -> send at tokio/src/sync/mpsc/bounded.rs:LINE
///    -> reserve at tokio/src/sync/mpsc/bounded.rs:LINE
///       -> reserve_inner at tokio/src/sync/mpsc/bounded.rs:LINE
///          -> batch_semaphore::Acquire
async fn tokio_send() -> u32 {
    let (sender, _receiver) = sync::mpsc::channel(1);
    let _ = sender.send(1).await;
    let _ = sender.send(2).await; // @1
    1
}

/// tokio_mutex at @1
/// -> lock at tokio/src/sync/mutex.rs:LINE
///    -> lock's async block at tokio/src/sync/mutex.rs:LINE
///       -> acquire at tokio/src/sync/mutex.rs:LINE
///          -> batch_semaphore::Acquire
async fn tokio_mutex() -> u32 {
    let mutex = sync::Mutex::new(1);
    let held = mutex.lock().await;
    let more = mutex.lock().await; // @1
    *held + *more
}

/// tokio_semaphore at @1
/// -> acquire at tokio/src/sync/semaphore.rs:LINE
///    -> batch_semaphore::Acquire
async fn tokio_semaphore() -> u32 {
    let semaphore = sync::Semaphore::new(0);
    u32::from(semaphore.acquire().await.is_ok()) // @1
}

/// tokio_notified at @1
/// -> notify::Notified
async fn tokio_notified() -> u32 {
    let notify = sync::Notify::new();
    notify.notified().await; // @1
    1
}

/// tokio_changed at @1
/// -> changed at tokio/src/sync/watch.rs:LINE
///    -> changed_impl at tokio/src/sync/watch.rs:LINE
///       -> notify::Notified
async fn tokio_changed() -> u32 {
    let (_sender, mut receiver) = sync::watch::channel(1);
    u32::from(receiver.changed().await.is_ok()) // @1
}

/// tokio_broadcast at @1
/// -> recv at tokio/src/sync/broadcast.rs:LINE
///    -> coop::Coop of broadcast::Recv
async fn tokio_broadcast() -> u32 {
    let (_sender, mut receiver) = sync::broadcast::channel::<u32>(1);
    receiver.recv().await.unwrap_or_default() // @1
}

/// tokio_write at @1
/// -> write at tokio/src/sync/rwlock.rs:LINE
///    -> write's async block at tokio/src/sync/rwlock.rs:LINE
///       -> batch_semaphore::Acquire
async fn tokio_write() -> u32 {
    let lock = sync::RwLock::new(1);
    let held = lock.read().await;
    let more = lock.write().await; // @1
    *held + *more
}

#[async_trait]
trait Shop {
    async fn open(&self) -> u32;
}

struct Bakery;

#[async_trait]
impl Shop for Bakery {
    async fn open(&self) -> u32 {
        sync::Notify::new().notified().await; // @open
        1
    }
}

/// trait_with_async at @1
/// -> open's async block at @open
///    -> notify::Notified
async fn trait_with_async() -> u32 {
    Bakery.open().await // @1
}

/// generated at @1
/// -> generated's async block at @2
///    -> leaf at @leaf
///       -> sleep until 3600.000 s
async fn generated() -> u32 {
    let mut stream = Box::pin(stream! {
        yield leaf(1).await; // @2
    });
    stream.next().await.unwrap_or_default() // @1
}

/// generated_in_turn at @1
/// -> generated_in_turn's async block at @2
///    -> leaf at @leaf
///       -> sleep until 7200.000 s
async fn generated_in_turn() -> u32 {
    let inner = stream! {
        yield 2;
    };
    let mut outer = Box::pin(stream! {
        for await hours in inner {
            yield leaf(hours).await; // @2
        }
    });
    outer.next().await.unwrap_or_default() // @1
}
