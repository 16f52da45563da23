//! The row of jobs that block.

use std::hint::black_box;
use std::time::Instant;

use super::{run, spawn_blocking};
use crate::rows::{Measured, per};

pub const ROWS: &[Measured] = &[Measured { row: "spawn_blocking", measure: round_trips }];

fn round_trips(n: u64) -> f64 {
    run(async move {
        // The thread is started before the clock is.
        spawn_blocking(|| ()).await;
        let start = Instant::now();
        for i in 0..n {
            assert_eq!(spawn_blocking(move || black_box(i)).await, i);
        }
        per(start.elapsed(), n)
    })
}
