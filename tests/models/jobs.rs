//! Jobs of the blocking pool, which has one thread here.

use std::cell::Cell;
use std::future::poll_fn;
use std::pin::pin;
use std::rc::Rc;
use std::task::Poll;
use std::time::Duration;

use super::{Dropped, check, outcome, start};
use crate::journal::Event;
use crate::primitives::channel::let_time_pass;
use crate::{EventLoop, JoinError, Observer};

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

/// Counts how many times the loop goes to sleep.
struct Sleeps(Rc<Cell<usize>>);

impl Observer for Sleeps {
    fn on_event(&mut self, _: Duration, event: &Event) {
        if let Event::Parked { .. } = event {
            self.0.set(self.0.get() + 1);
        }
    }
}

/// (g) The end of a job that a task waits for calls the loop once, by waking that task: there is no
/// call before it that would have the loop look, and find nothing, and sleep again. So it is in the
/// second run, too, though at its end the first one waited for all jobs that ran.
#[test]
fn the_end_of_a_job_that_is_awaited_calls_the_loop_once() {
    check(2, |_| {
        let sleeps = Rc::<Cell<usize>>::default();
        let builder = EventLoop::builder().blocking_threads(1).observer(Sleeps(sleeps.clone()));
        let mut event_loop = builder.build().unwrap();
        for run in 1..=2 {
            event_loop.run(async { crate::spawn_blocking(|| ()).await.unwrap() });
            assert!(sleeps.get() <= run, "run {run}: {} sleeps", sleeps.get());
        }
    });
}
