//! The behaviours that must hold, a module a group.

mod abort;
mod abort_handle;
mod blocking;
mod checked;
mod clocks;
mod cost;
mod ecosystem;
mod fairness;
mod foreign;
mod gather;
mod hyper_on_our_loop;
mod interval;
mod join_handle;
#[cfg(target_os = "linux")]
mod many_connections;
mod nesting;
mod panics;
mod random_programs;
mod run_until;
mod scale;
mod shutdown;
mod sites;
mod sockets;
mod spawn_and_join;
mod spawner;
mod support;
mod table;
mod timeout;
mod timers;
mod wakes;
// For `sockets/reactor.rs`, which takes a file of the executor's in.
use executor::journal;
mod journal_rules;
mod journal_story;
mod life_of_a_wake_up;
mod readme;
mod stuck;
mod wheel;
