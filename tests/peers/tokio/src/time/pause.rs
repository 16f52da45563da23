//! `pause` and `advance`: a simulated clock. A clock of ours is simulated from the start or never, so a
//! case that pauses a real one is run again by the runner, on a loop with a simulated one.

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
        eprintln!("peers: this case pauses the clock");
        std::process::exit(101);
    }
    assert!(!handle.0.paused.swap(true, Relaxed), "time is already frozen");
}

#[track_caller]
pub fn resume() {
    let handle = Handle::current();
    assert!(handle.0.paused.swap(false, Relaxed), "time is not frozen");
    eprintln!("a simulated clock of ours does not become a real one");
    std::process::exit(101);
}

pub async fn advance(duration: Duration) {
    let handle = Handle::current();
    assert!(handle.0.paused.load(Relaxed), "time is not frozen");
    handle.0.clock.advance(duration);
    executor::yield_now().await;
}
