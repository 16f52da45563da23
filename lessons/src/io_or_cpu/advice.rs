//! What the table means.

use std::thread;

use crate::stage::{println, wrapped};

const ADVICE: &[(&str, &str)] = &[("network", "x")];

/// Says which tool is for which work, and why.
pub(super) fn give() {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    println!("{cores}");
    for (_, text) in ADVICE {
        println!("{}", wrapped(text, ""));
    }
}
