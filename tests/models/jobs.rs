//! Jobs of the blocking pool, which has one thread here.

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;

use super::{Dropped, check, outcome, start};
use crate::JoinError;
use crate::primitives::channel::let_time_pass;

/// (e) The handle is dropped while the job comes to its end.
#[test]
fn a_dropped_handle_against_the_end_of_its_job() {
    check(4, |mut event_loop| {
        let dropped = Dropped::default();
        let output = dropped.guard();
        event_loop.run(async move {
            let mut handle = crate::spawn_blocking(move || output);
            poll_fn(|cx| {
                let _ = pin!(&mut handle).poll(cx);
                Poll::Ready(())
            })
            .await;
            drop(handle);
        });
        // A job that runs is waited for at the end of `run`, and one that does not is cancelled.
        assert_eq!(dropped.times(), 1);
    });
}

/// (f) The job is aborted while it comes to its end.
#[test]
fn an_abort_against_the_end_of_a_job() {
    check(4, |mut event_loop| {
        let dropped = Dropped::default();
        let output = dropped.guard();
        let outcome = event_loop.run(async move {
            let handle = crate::spawn_blocking(move || output);
            handle.abort();
            handle.await
        });
        assert!(matches!(outcome, Ok(_) | Err(JoinError::Cancelled)));
        drop(outcome);
        assert_eq!(dropped.times(), 1);
    });
}

/// (g) B11.3: a job is handed in while the pool's only thread has waited long enough for one.
#[test]
fn a_job_against_the_end_of_an_idle_thread_is_not_stranded() {
    check(2, |mut event_loop| {
        event_loop.run(async {
            crate::spawn_blocking(|| ()).await.unwrap();
            start(let_time_pass);
            crate::spawn_blocking(|| ()).await.unwrap();
        });
    });
}

/// (g) B11.4: a job is handed in while the loop comes to its end, and an idle thread to its own.
#[test]
fn a_job_against_the_end_of_the_loop_is_run_or_cancelled() {
    check(3, |mut event_loop| {
        let dropped = Dropped::default();
        let guard = dropped.guard();
        let handle = event_loop.run(async {
            start(let_time_pass);
            crate::spawn_blocking(move || drop(guard))
        });
        drop(event_loop);
        assert_eq!(dropped.times(), 1);
        assert!(matches!(outcome(handle), Ok(()) | Err(JoinError::Cancelled)));
    });
}
