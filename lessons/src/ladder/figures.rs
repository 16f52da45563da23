//! How the figures of the ladder are written.

use std::time::Duration;

use stage::output::{hanging, wrapped};
use stage::println;

pub(super) fn say(text: &str) {
    println!("{}", wrapped(text, ""));
}

/// What came out, by whom.
pub(super) fn figure(who: &str, what: &str) {
    println!("{}", hanging(what, &format!("  {who:<8} "), "           "));
}

/// A number as people read it.
pub(super) fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let groups = digits.as_bytes().rchunks(3).rev();
    let groups: Vec<_> = groups.map(|group| String::from_utf8_lossy(group)).collect();
    groups.join(",")
}

pub(super) fn seconds(duration: Duration) -> String {
    format!("{:.2} s", duration.as_secs_f64())
}

pub(super) fn plural(number: usize, one: &str) -> String {
    format!("{} {one}{}", grouped(number), if number == 1 { "" } else { "s" })
}

/// The time for which this thread has had a core; `None` where the system does not say.
pub(super) fn core_time() -> Option<Duration> {
    #[cfg(unix)]
    {
        let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
        Duration::try_from(time).ok()
    }
    #[cfg(not(unix))]
    None
}
