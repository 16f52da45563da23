//! Other threads: those of the pool for calls that block, and those that spawn tasks on a loop.

mod blocking;
pub(crate) mod pool;
pub(crate) mod spawner;
