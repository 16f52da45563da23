//! The behaviours that must hold, a module a group.

mod abort;
mod blocking;
mod clocks;
mod fairness;
mod gather;
mod interval;
mod join_handle;
mod nesting;
mod panics;
mod scale;
mod shutdown;
mod spawn_and_join;
mod spawner;
mod step;
mod support;
mod timeout;
mod timers;
mod wakes;
mod ecosystem;
mod hyper_on_our_loop;
mod sockets;
// For `sockets/reactor.rs`, which takes a file of the executor's in.
use executor::journal;
mod stuck;
mod wheel;
mod readme;
