//! A blocking call, moved out.
//!
//! `chop` is work for a thread: it takes 300 milliseconds, and does not
//! await. While it is called in a task, the loop can do nothing else: no other
//! task is polled, no timer fires. (`stage::block` is `thread::sleep`, by the
//! clock of the check.)
//!
//! Hand the call to the pool for blocking calls, and await its end.

use std::time::Duration;

pub fn chop(what: &'static str) -> String {
    stage::block(Duration::from_millis(300));
    format!("chopped {what}")
}

pub async fn cook(what: &'static str) -> String {
    let chopped = chop(what);
    format!("{chopped}, fried")
}
