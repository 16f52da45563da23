//! Numbers and times, as the story says them.

use std::time::Duration;

use timer::Instant;

/// A duration, or a time of a loop's clock, in seconds.
pub(crate) fn seconds(time: Duration) -> String {
    format!("{:.3}", time.as_secs_f64())
}

/// A moment, as the time column shows it.
pub(crate) fn moment(instant: Instant) -> String {
    if instant == Instant::NEVER { "never".to_owned() } else { seconds(instant.since_start()) }
}

/// Says how long it took, if it took any time.
pub(crate) fn after(took: Duration) -> String {
    if took < Duration::from_millis(1) {
        String::new()
    } else {
        format!(" after {} s", seconds(took))
    }
}

/// 1st, 2nd and so on.
pub(crate) fn nth(number: u64) -> String {
    let ending = match (number % 10, number % 100) {
        (1, other) if other != 11 => "st",
        (2, other) if other != 12 => "nd",
        (3, other) if other != 13 => "rd",
        _ => "th",
    };
    format!("{number}{ending}")
}
