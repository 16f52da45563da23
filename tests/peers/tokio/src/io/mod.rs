//! `tokio::io`: tokio's own traits and helpers; `AsyncFd` is our `Async`.

mod async_fd;
mod stdio;

pub use real_tokio::io::*;
pub use stdio::{Stderr, Stdin, Stdout, stderr, stdin, stdout};

pub mod unix {
    pub use super::async_fd::{
        AsyncFd, AsyncFdReadyGuard, AsyncFdReadyMutGuard, AsyncFdRegisterError, TryIoError,
    };
}
