//! `tokio::io`: tokio's own traits and helpers; `AsyncFd` is our `Async`.

mod async_fd;
mod async_fd_guard;
mod async_fd_traits;
mod stdio;

pub use real_tokio::io::*;
pub use stdio::{Stderr, Stdin, Stdout, stderr, stdin, stdout};

pub mod unix {
    pub use super::async_fd::AsyncFd;
    pub use super::async_fd_guard::{AsyncFdReadyGuard, AsyncFdReadyMutGuard, TryIoError};
    pub use super::async_fd_traits::AsyncFdRegisterError;
}
