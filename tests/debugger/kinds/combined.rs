//! What the crate `futures` makes of futures.

use std::future;
use std::panic::AssertUnwindSafe;
use std::pin::pin;

use executor::JoinHandle;
use futures::SinkExt;
use futures::channel::{mpsc, oneshot};
use futures::future::{
    AbortHandle, Abortable, FutureExt, OptionFuture, TryFutureExt, join, join_all, join3,
    maybe_done, select, select_all, select_ok, try_join, try_join_all, try_select,
};
use futures::lock::Mutex;

use crate::{leaf, tasks_of};

pub fn tasks() -> Vec<JoinHandle<u32>> {
    tasks_of![
        mapped,
        then_first,
        then_second,
        and_then,
        or_else,
        fused,
        shared,
        boxed_local,
        caught,
        inspected,
        flattened,
        optional,
        abortable,
        maybe,
        both,
        three,
        one_is_done,
        trying,
        all,
        many,
        trying_all,
        raced,
        raced_all,
        first_ok,
        raced_trying,
        received,
        next_received,
        sent,
        locked,
    ]
}

async fn good(hours: u32) -> Result<u32, u32> {
    Ok(leaf(hours).await) // @good
}

/// mapped at @1
/// -> leaf at @leaf
///    -> sleep until 3600.000 s
async fn mapped() -> u32 {
    leaf(1).map(|hours| hours + 1).await // @1
}

/// then_first at @1
/// -> leaf at @leaf
///    -> sleep until 7200.000 s
async fn then_first() -> u32 {
    leaf(2).then(leaf).await // @1
}

/// then_second at @1
/// -> leaf at @leaf
///    -> sleep until 10800.000 s
async fn then_second() -> u32 {
    future::ready(3).then(leaf).await // @1
}

/// and_then at @1
/// -> good at @good
///    -> leaf at @leaf
///       -> sleep until 14400.000 s
async fn and_then() -> u32 {
    good(4).and_then(good).await.unwrap_or_default() // @1
}

/// or_else at @1
/// -> good at @good
///    -> leaf at @leaf
///       -> sleep until 18000.000 s
async fn or_else() -> u32 {
    good(5).map_err(|hours| hours + 1).or_else(good).await.unwrap_or_default() // @1
}

/// fused at @1
/// -> leaf at @leaf
///    -> sleep until 21600.000 s
async fn fused() -> u32 {
    leaf(6).fuse().await // @1
}

/// shared at @1
/// -> Shared, around
///    -> leaf at @leaf
///       -> sleep until 25200.000 s
async fn shared() -> u32 {
    let shared = leaf(7).shared();
    shared.clone().await // @1
}

/// boxed_local at @1
/// -> leaf at @leaf
///    -> sleep until 28800.000 s
async fn boxed_local() -> u32 {
    leaf(8).boxed_local().await // @1
}

/// caught at @1
/// -> leaf at @leaf
///    -> sleep until 32400.000 s
async fn caught() -> u32 {
    AssertUnwindSafe(leaf(9)).catch_unwind().await.unwrap_or_default() // @1
}

/// inspected at @1
/// -> leaf at @leaf
///    -> sleep until 36000.000 s
async fn inspected() -> u32 {
    leaf(10).inspect(|_| ()).await // @1
}

/// flattened at @1
/// -> leaf at @leaf
///    -> sleep until 39600.000 s
async fn flattened() -> u32 {
    future::ready(leaf(11)).flatten().await // @1
}

/// optional at @1
/// -> leaf at @leaf
///    -> sleep until 43200.000 s
async fn optional() -> u32 {
    OptionFuture::from(Some(leaf(12))).await.unwrap_or_default() // @1
}

/// abortable at @1
/// -> leaf at @leaf
///    -> sleep until 46800.000 s
async fn abortable() -> u32 {
    let (_handle, registration) = AbortHandle::new_pair();
    Abortable::new(leaf(13), registration).await.unwrap_or_default() // @1
}

/// maybe at @1
/// -> leaf at @leaf
///    -> sleep until 50400.000 s
async fn maybe() -> u32 {
    pin!(maybe_done(leaf(14))).await; // @1
    1
}

/// both at @1
/// |- leaf at @leaf
/// |  -> sleep until 54000.000 s
/// `- leaf at @leaf
///    -> sleep until 57600.000 s
async fn both() -> u32 {
    join(leaf(15), leaf(16)).await.0 // @1
}

/// three at @1
/// |- leaf at @leaf
/// |  -> sleep until 61200.000 s
/// |- leaf at @leaf
/// |  -> sleep until 64800.000 s
/// `- good at @good
///    -> leaf at @leaf
///       -> sleep until 68400.000 s
async fn three() -> u32 {
    join3(leaf(17), leaf(18), good(19)).await.0 // @1
}

/// one_is_done at @1
/// -> leaf at @leaf
///    -> sleep until 72000.000 s
async fn one_is_done() -> u32 {
    join(future::ready(1), leaf(20)).await.0 // @1
}

/// trying at @1
/// |- good at @good
/// |  -> leaf at @leaf
/// |     -> sleep until 75600.000 s
/// `- good at @good
///    -> leaf at @leaf
///       -> sleep until 79200.000 s
async fn trying() -> u32 {
    try_join(good(21), good(22)).await.unwrap_or_default().0 // @1
}

/// all at @1
/// |- leaf at @leaf
/// |  -> sleep until 82800.000 s
/// `- leaf at @leaf
///    -> sleep until 86400.000 s
async fn all() -> u32 {
    join_all([leaf(23), leaf(24)]).await[0] // @1
}

/// many at @1
/// -> FuturesUnordered
///    -> 40 x leaf at @leaf
///       -> sleep until 90000.000 s
async fn many() -> u32 {
    join_all((0..40).map(|_| leaf(25))).await[0] // @1
}

/// trying_all at @1
/// |- good at @good
/// |  -> leaf at @leaf
/// |     -> sleep until 93600.000 s
/// `- good at @good
///    -> leaf at @leaf
///       -> sleep until 97200.000 s
async fn trying_all() -> u32 {
    try_join_all([good(26), good(27)]).await.unwrap_or_default()[0] // @1
}

/// raced at @1
/// |- leaf at @leaf
/// |  -> sleep until 100800.000 s
/// `- good at @good
///    -> leaf at @leaf
///       -> sleep until 104400.000 s
async fn raced() -> u32 {
    let _ = select(pin!(leaf(28)), pin!(good(29))).await; // @1
    1
}

/// raced_all at @1
/// |- leaf at @leaf
/// |  -> sleep until 108000.000 s
/// `- leaf at @leaf
///    -> sleep until 111600.000 s
async fn raced_all() -> u32 {
    select_all([Box::pin(leaf(30)), Box::pin(leaf(31))]).await.0 // @1
}

/// first_ok at @1
/// |- good at @good
/// |  -> leaf at @leaf
/// |     -> sleep until 115200.000 s
/// `- good at @good
///    -> leaf at @leaf
///       -> sleep until 118800.000 s
async fn first_ok() -> u32 {
    select_ok([Box::pin(good(32)), Box::pin(good(33))]).await.map_or(0, |found| found.0) // @1
}

/// raced_trying at @1
/// |- good at @good
/// |  -> leaf at @leaf
/// |     -> sleep until 122400.000 s
/// `- good at @good
///    -> leaf at @leaf
///       -> sleep until 126000.000 s
async fn raced_trying() -> u32 {
    u32::from(try_select(pin!(good(34)), pin!(good(35))).await.is_ok()) // @1
}

/// received at @1
/// -> oneshot::Receiver
async fn received() -> u32 {
    let (_sender, receiver) = oneshot::channel();
    receiver.await.unwrap_or_default() // @1
}

/// next_received at @1
/// -> next::Next of mpsc::Receiver
async fn next_received() -> u32 {
    use futures::StreamExt;
    let (_sender, mut receiver) = mpsc::channel(1);
    receiver.next().await.unwrap_or_default() // @1
}

/// sent at @1
/// -> send::Send of mpsc::Sender
async fn sent() -> u32 {
    let (mut sender, _receiver) = mpsc::channel(0);
    // It is sent when it is on its way, with room for the next one.
    let _ = sender.send(1).await; // @1
    1
}

/// locked at @1
/// -> mutex::MutexLockFuture
async fn locked() -> u32 {
    let mutex = Mutex::new(1);
    let held = mutex.lock().await;
    let more = mutex.lock().await; // @1
    *held + *more
}
