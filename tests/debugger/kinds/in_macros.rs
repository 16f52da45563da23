//! Awaits in macros: the line is that of the macro in the user's own source.

use std::pin::pin;

use executor::JoinHandle;
use futures::{FutureExt, join, pending, select, select_biased, try_join};

use crate::{leaf, tasks_of};

pub fn tasks() -> Vec<JoinHandle<u32>> {
    tasks_of![
        selecting,
        selecting_biased,
        joining,
        joining_twice,
        trying_to_join,
        left_pending,
        own_macro
    ]
}

async fn good(hours: u32) -> Result<u32, u32> {
    Ok(leaf(hours).await) // @good
}

/// selecting at @1, inside `select!`
/// |- leaf at @leaf
/// |  -> sleep until 3600.000 s
/// `- leaf at @leaf
///    -> sleep until 7200.000 s
async fn selecting() -> u32 {
    let mut one = pin!(leaf(1).fuse());
    let mut other = pin!(leaf(2).fuse());
    select! { // @1
        hours = one => hours,
        hours = other => hours + 1,
    }
}

/// selecting_biased at @1, inside `select_biased!`
/// |- leaf at @leaf
/// |  -> sleep until 10800.000 s
/// `- leaf at @leaf
///    -> sleep until 14400.000 s
async fn selecting_biased() -> u32 {
    let mut one = pin!(leaf(3).fuse());
    let mut other = pin!(leaf(4).fuse());
    select_biased! { // @1
        hours = one => hours,
        hours = other => hours + 1,
    }
}

/// joining at @1, inside `join!`
/// |- leaf at @leaf
/// |  -> sleep until 18000.000 s
/// `- leaf at @leaf
///    -> sleep until 21600.000 s
async fn joining() -> u32 {
    let (one, other) = join!(leaf(5), leaf(6)); // @1
    one + other
}

/// joining_twice at @1, inside `join!`
/// |- leaf at @leaf
/// |  -> sleep until 25200.000 s
/// `- leaf at @leaf
///    -> sleep until 28800.000 s
async fn joining_twice() -> u32 {
    let (one, other) = join!(async { 1 }, async { 2 });
    let (two, more) = join!(leaf(7), leaf(8)); // @1
    one + other + two + more
}

/// trying_to_join at @1, inside `try_join!`
/// |- good at @good
/// |  -> leaf at @leaf
/// |     -> sleep until 32400.000 s
/// `- good at @good
///    -> leaf at @leaf
///       -> sleep until 36000.000 s
async fn trying_to_join() -> u32 {
    try_join!(good(9), good(10)).map_or(0, |both| both.0) // @1
}

/// left_pending at @1, inside `pending!`
/// -> pending::PendingOnce
async fn left_pending() -> u32 {
    pending!(); // @1
    1
}

macro_rules! twice {
    ($future:expr) => {
        $future.await + 1
    };
}

/// own_macro at @1, inside `twice!`
/// -> leaf at @leaf
///    -> sleep until 39600.000 s
async fn own_macro() -> u32 {
    let more = 1;
    twice!(leaf(11)) + more // @1
}
