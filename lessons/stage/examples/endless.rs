//! A program of one's own that never ends by itself: Ctrl+C ends it, and shows its picture.
//!
//! `cargo run -p stage --example endless`

use std::process::ExitCode;
use std::time::Duration;

async fn tick() {
    loop {
        stage::println!("tick");
        timer::sleep(Duration::from_millis(250)).await;
    }
}

fn main() -> ExitCode {
    stage::main("endless", tick)
}
