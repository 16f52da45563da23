//! What the driver shares with other threads is made of these. Under `--cfg short_order_loom` they are loom's, which tries
//! every interleaving of the threads: see `tests/models`.

#[cfg(not(short_order_loom))]
pub(crate) use {::coarsetime, ::mio, std::sync::atomic, std::thread_local};

#[cfg(short_order_loom)]
pub(crate) use parts::{atomic, coarsetime, mio, thread_local};

#[cfg(short_order_loom)]
#[path = "../../tests/models/parts/timer.rs"]
mod parts;
