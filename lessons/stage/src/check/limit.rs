//! No check takes longer than two seconds: one that does is ended, and says how far it came.

use std::io::{Write, stdout};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::time::Duration;
use std::{process, thread};

use super::latest;
use super::shown::Failure;

/// By the real clock: the clock of the checks stands still in a hang.
const LONGEST: Duration = Duration::from_secs(2);
/// More polls than any exercise needs.
const MANY: u64 = 1000;

/// Ends the program, unless it is dropped in time.
pub(super) struct Limit(#[expect(dead_code, reason = "its drop is the news")] Sender<()>);

impl Limit {
    pub(super) fn begin(failure: Failure) -> Self {
        let (in_time, is_in_time) = mpsc::channel();
        thread::spawn(move || {
            if is_in_time.recv_timeout(LONGEST) == Err(RecvTimeoutError::Timeout) {
                failure.tell(&format!("it was ended after two seconds. {}", why()));
                // The reader may have gone away.
                let _ = stdout().flush();
                process::exit(1);
            }
        });
        Self(in_time)
    }
}

/// What is known of why it goes on for so long.
fn why() -> String {
    let Some(latest) = latest::known() else {
        return "It does not return: it waits for something, or runs in a circle".to_owned();
    };
    if latest.sleeps {
        "The loop sleeps: a waker is kept somewhere, and nobody calls it".to_owned()
    } else if latest.polls > MANY {
        format!("There were more than {MANY} polls: a task wakes itself, again and again")
    } else if latest.is_polling {
        "A poll does not return: it waits for something, or runs in a circle".to_owned()
    } else {
        "The loop was at work all the time".to_owned()
    }
}
