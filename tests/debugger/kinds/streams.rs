//! Streams of the crate `futures`.

use executor::JoinHandle;
use futures::stream::{self, FuturesOrdered, FuturesUnordered, StreamExt, TryStreamExt};

use crate::{leaf, tasks_of};

pub fn tasks() -> Vec<JoinHandle<u32>> {
    tasks_of![
        unordered,
        ordered,
        then_next,
        unfolded,
        buffered,
        buffer_unordered,
        for_each,
        for_each_concurrent,
        collected,
        folded,
        selected,
        peeked,
        boxed_stream,
        tried,
        merged,
    ]
}

/// unordered at @1
/// -> FuturesUnordered
///    |- leaf at @leaf
///    |  -> sleep until 3600.000 s
///    `- leaf at @leaf
///       -> sleep until 7200.000 s
async fn unordered() -> u32 {
    let mut herd: FuturesUnordered<_> = [1, 2].into_iter().map(leaf).collect();
    herd.next().await.unwrap_or_default() // @1
}

/// ordered at @1
/// -> FuturesUnordered
///    |- leaf at @leaf
///    |  -> sleep until 10800.000 s
///    `- leaf at @leaf
///       -> sleep until 14400.000 s
async fn ordered() -> u32 {
    let mut herd: FuturesOrdered<_> = [3, 4].into_iter().map(leaf).collect();
    herd.next().await.unwrap_or_default() // @1
}

/// then_next at @1
/// -> leaf at @leaf
///    -> sleep until 18000.000 s
async fn then_next() -> u32 {
    let mut stream = Box::pin(stream::iter([5]).then(leaf));
    stream.next().await.unwrap_or_default() // @1
}

/// unfolded at @1
/// -> unfolded's async block at @2
///    -> leaf at @leaf
///       -> sleep until 21600.000 s
async fn unfolded() -> u32 {
    let steps = stream::unfold(6, |hours| async move {
        let hours = leaf(hours).await; // @2
        Some((hours, hours + 1))
    });
    Box::pin(steps).next().await.unwrap_or_default() // @1
}

/// buffered at @1
/// -> FuturesUnordered
///    |- leaf at @leaf
///    |  -> sleep until 25200.000 s
///    `- leaf at @leaf
///       -> sleep until 28800.000 s
async fn buffered() -> u32 {
    let mut stream = Box::pin(stream::iter([7, 8, 9]).map(leaf).buffered(2));
    stream.next().await.unwrap_or_default() // @1
}

/// buffer_unordered at @1
/// -> FuturesUnordered
///    |- leaf at @leaf
///    |  -> sleep until 36000.000 s
///    `- leaf at @leaf
///       -> sleep until 39600.000 s
async fn buffer_unordered() -> u32 {
    let mut stream = Box::pin(stream::iter([10, 11, 12]).map(leaf).buffer_unordered(2));
    stream.next().await.unwrap_or_default() // @1
}

/// for_each at @1
/// -> for_each's async block at @2
///    -> leaf at @leaf
///       -> sleep until 46800.000 s
async fn for_each() -> u32 {
    let each = |hours| async move {
        leaf(hours).await; // @2
    };
    stream::iter([13]).for_each(each).await; // @1
    1
}

/// for_each_concurrent at @1
/// -> FuturesUnordered
///    |- for_each_concurrent's async block at @2
///    |  -> leaf at @leaf
///    |     -> sleep until 50400.000 s
///    `- for_each_concurrent's async block at @2
///       -> leaf at @leaf
///          -> sleep until 54000.000 s
async fn for_each_concurrent() -> u32 {
    let each = |hours| async move {
        leaf(hours).await; // @2
    };
    stream::iter([14, 15]).for_each_concurrent(None, each).await; // @1
    1
}

/// collected at @1
/// -> leaf at @leaf
///    -> sleep until 57600.000 s
async fn collected() -> u32 {
    stream::iter([16, 17]).then(leaf).collect::<Vec<_>>().await[0] // @1
}

/// folded at @1
/// -> leaf at @leaf
///    -> sleep until 64800.000 s
async fn folded() -> u32 {
    stream::iter([18]).fold(0, |_, hours| leaf(hours)).await // @1
}

/// selected at @1
/// |- leaf at @leaf
/// |  -> sleep until 68400.000 s
/// `- leaf at @leaf
///    -> sleep until 72000.000 s
async fn selected() -> u32 {
    let one = Box::pin(stream::iter([19]).then(leaf));
    let other = Box::pin(stream::iter([20]).then(leaf));
    stream::select(one, other).next().await.unwrap_or_default() // @1
}

/// peeked at @1
/// -> leaf at @leaf
///    -> sleep until 75600.000 s
async fn peeked() -> u32 {
    let stream = stream::iter([21]).then(leaf).peekable();
    let mut stream = Box::pin(stream);
    stream.as_mut().peek().await.copied().unwrap_or_default() // @1
}

/// boxed_stream at @1
/// -> leaf at @leaf
///    -> sleep until 79200.000 s
async fn boxed_stream() -> u32 {
    stream::iter([22]).then(leaf).boxed_local().next().await.unwrap_or_default() // @1
}

/// tried at @1
/// -> tried's async block at @2
///    -> leaf at @leaf
///       -> sleep until 82800.000 s
async fn tried() -> u32 {
    let each = |hours| async move {
        leaf(hours).await; // @2
        Ok(())
    };
    stream::iter([Ok::<_, ()>(23)]).try_for_each(each).await.map_or(0, |()| 1) // @1
}

/// merged at @1
/// -> FuturesUnordered
///    |- leaf at @leaf
///    |  -> sleep until 86400.000 s
///    `- leaf at @leaf
///       -> sleep until 90000.000 s
async fn merged() -> u32 {
    let streams = [24, 25].map(|hours| Box::pin(stream::once(leaf(hours))));
    stream::select_all(streams).next().await.unwrap_or_default() // @1
}
