//! README's table of the names that people look for: each of its lines is in a test here, and runs.

mod io;
mod sync;
mod tasks;
