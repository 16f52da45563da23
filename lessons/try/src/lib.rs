//! The crates that a program of one's own has under `cargo run -- try FILE.rs`.
//!
//! The program is compiled by rustc alone, against what cargo has built of the dependencies here.

#![forbid(unsafe_code)]
