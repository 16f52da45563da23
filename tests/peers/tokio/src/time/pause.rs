//! `pause` and `advance`: a simulated clock. A clock of ours is simulated from the start or never, so a
//! case that pauses a real one is run again by the runner, on a loop with a simulated one.

use std::io::Write;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use crate::runtime::{Handle, RuntimeFlavor};

#[track_caller]
pub fn pause() {
    let handle = Handle::current();
    assert!(
        handle.0.flavor == RuntimeFlavor::CurrentThread,
        "`time::pause()` requires the `current_thread` Tokio runtime"
    );
    if !handle.0.is_simulated() {
        end("peers: this case pauses the clock");
    }
    assert!(!handle.0.paused.swap(true, Relaxed), "time is already frozen");
}

#[track_caller]
pub fn resume() {
    let handle = Handle::current();
    assert!(handle.0.paused.swap(false, Relaxed), "time is not frozen");
    end("a simulated clock of ours does not become a real one");
}

/// Ends the process: a panic might be what a case expects. (Not by `eprintln`, which a test keeps.)
fn end(text: &str) -> ! {
    let _ = writeln!(std::io::stderr(), "{text}");
    std::process::exit(101);
}

pub async fn advance(duration: Duration) {
    let handle = Handle::current();
    assert!(handle.0.paused.load(Relaxed), "time is not frozen");
    handle.0.clock.advance(duration);
    executor::yield_now().await;
}
