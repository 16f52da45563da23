//! What the loop and its pool share with other threads is made of these. Under `--cfg short_order_loom` they are loom's, which tries
//! every interleaving of the threads: see `tests/models`.

#[cfg(not(short_order_loom))]
pub(crate) use {
    crossbeam_channel as channel, parking_lot::Mutex, std::sync::atomic, std::thread::Builder,
    std::thread_local,
};

#[cfg(short_order_loom)]
pub(crate) use parts::{Builder, Mutex, atomic, channel, thread_local};

#[cfg(all(test, short_order_loom))]
pub(crate) use parts::{THING, touch, touch_count};

#[cfg(short_order_loom)]
#[path = "../../tests/models/parts/executor.rs"]
mod parts;
