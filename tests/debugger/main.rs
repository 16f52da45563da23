//! The debugger kit, as gdb shows it.
//!
//! A session is a file: after `(gdb) ` stands a command, below it what it printed; lines that begin
//! with `# ` are prose. The test types the commands and compares what they print with the file.
//! `UPDATE_EXPECT=1 cargo test -p tests --test debugger` writes the files anew. Without gdb the
//! tests say so and pass; with `REQUIRE_GDB=1` they fail.

#![cfg(target_os = "linux")]

mod attach;
mod command_line;
mod editors;
mod gdb;
mod kinds;
mod programs;
mod ps;
mod session;
mod tour;
mod walk;
mod zoo;

use std::path::Path;

/// The workspace.
fn top() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("this crate lies in the workspace")
}
