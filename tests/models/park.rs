//! Models of the park handshake, as those of `mod.rs` next to this: a driver that falls asleep,
//! against the thread that calls it.

use std::sync::Arc;

use loom::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use loom::thread;

use crate::{Clock, Driver, Unparker};

/// Two messages are put into the inbox of a loop that sleeps whenever it finds nothing. Relaxed,
/// the inbox does nothing for the order: the handshake has to.
fn two_messages(send: fn(&AtomicUsize, usize, &Unparker)) {
    on_a_thread(move || {
        let driver = Driver::new(Clock::real()).unwrap();
        let inbox = Arc::new(AtomicUsize::new(0));
        let (unparker, door) = (driver.unparker().clone(), inbox.clone());
        start(move || {
            for message in 1..=2 {
                send(&door, message, &unparker);
            }
        });
        let mut received = 0;
        while received < 2 {
            driver.wait(true).unwrap();
            if driver.unparker().take_call() {
                received = inbox.load(Relaxed);
            }
        }
    });
}

/// With a stack on which a deadlock can be told in full.
fn start(work: impl FnOnce() + Send + 'static) -> thread::JoinHandle<()> {
    thread::Builder::new().stack_size(0x8000).spawn(work).unwrap()
}

fn on_a_thread(model: impl Fn() + Copy + Send + Sync + 'static) {
    loom::model(move || start(model).join().unwrap());
}

/// (c) B4.3: whenever the call comes, the loop finds what it was called for.
#[test]
fn a_call_against_the_sleep_is_not_lost() {
    two_messages(|inbox, message, unparker| {
        inbox.store(message, Relaxed);
        unparker.unpark();
    });
}

/// (c) The model would notice.
#[test]
#[should_panic = "deadlock"]
fn called_before_the_message_is_there_the_loop_sleeps_for_ever() {
    two_messages(|inbox, message, unparker| {
        unparker.unpark();
        inbox.store(message, Relaxed);
    });
}
