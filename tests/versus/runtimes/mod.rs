//! The runtimes, a file each: how each of them does what the rows ask for. The rows are compiled
//! once for every runtime, with its own functions and types: nothing stands in between.

mod local_pool;
mod monoio;
mod monoio_epoll;
mod monoio_uring;
mod ours;
mod smol;
mod tokio;
mod tokio_local_runtime;
mod tokio_local_set;

use crate::rows::{Beside, Measured};

/// A runtime, and what it can be measured in.
#[derive(Debug)]
pub struct Runtime {
    pub name: &'static str,
    rows: &'static [&'static [Measured]],
}

impl Runtime {
    /// How it is measured in this row, if it has it.
    pub fn find(&self, row: &str) -> Option<&Measured> {
        self.rows.iter().copied().flatten().find(|measured| measured.row == row)
    }

    pub fn has(&self, row: &str) -> bool {
        self.find(row).is_some()
    }
}

/// asyncio is not among them: its rows are in `asyncio_rows.py`.
pub const ALL: &[Runtime] = &[
    Runtime { name: OURS, rows: ours::ROWS },
    Runtime { name: PEER, rows: tokio::ROWS },
    Runtime { name: "LocalRuntime", rows: tokio_local_runtime::ROWS },
    Runtime { name: "LocalSet", rows: tokio_local_set::ROWS },
    Runtime { name: "smol", rows: smol::ROWS },
    Runtime { name: "LocalPool", rows: local_pool::ROWS },
    Runtime { name: "monoio epoll", rows: monoio_epoll::ROWS },
    Runtime { name: "monoio uring", rows: monoio_uring::ROWS },
];

/// Those that are measured next to idle tasks, timers and connections.
pub const BESIDE: &[(&str, &[Beside])] = &[(OURS, ours::BESIDE), (PEER, tokio::BESIDE)];

pub const OURS: &str = "ours";
pub const PEER: &str = "tokio";
