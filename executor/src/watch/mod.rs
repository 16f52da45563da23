//! Watching the loop: what has happened, which poll took too long, and why nothing can happen any
//! more. Nothing here is needed to understand the core.

pub(crate) mod info;
pub mod journal;
pub(crate) mod stuck;
mod watchdog;
