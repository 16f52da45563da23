//! A loop that falls asleep while the last one goes who could have woken it. It must not sleep for
//! ever: it has to find that it is stuck.

use std::future::{pending, poll_fn};
use std::task::Poll;

use super::{check, start};

#[test]
fn the_last_waker_dropped_against_the_sleep_of_the_loop() {
    check(4, |mut event_loop| {
        let stuck = event_loop.try_run(poll_fn(|cx| {
            let waker = cx.waker().clone();
            start(move || drop(waker));
            Poll::<()>::Pending
        }));
        assert!(stuck.is_err());
    });
}

#[test]
fn the_last_spawner_dropped_against_the_sleep_of_the_loop() {
    check(4, |mut event_loop| {
        let spawner = event_loop.spawner();
        start(move || drop(spawner));
        assert!(event_loop.try_run(pending::<()>()).is_err());
    });
}

#[test]
fn the_last_job_done_against_the_sleep_of_the_loop() {
    check(4, |mut event_loop| {
        let stuck = event_loop.try_run(async {
            drop(crate::spawn_blocking(|| ()));
            pending::<()>().await;
        });
        assert!(stuck.is_err());
    });
}
