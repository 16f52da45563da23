//! `tokio::process`: `std`'s, with its pipes in our `Async`, and the end of a child from its `pidfd`.

mod child;
mod command;

pub use child::{Child, ChildStderr, ChildStdin, ChildStdout};
pub use command::Command;
