//! A task's end, against what another thread does with its handle.

use std::sync::Arc;
use std::task::{Context, Wake, Waker};

use super::{Dropped, check, outcome, start};
use crate::JoinError;

struct Ignored;

impl Wake for Ignored {
    fn wake(self: Arc<Self>) {}
}

/// B6.2: the handle is polled and dropped elsewhere while the task completes: neither the waker nor the
/// output stays behind.
#[test]
fn a_handle_dropped_on_another_thread_against_the_end_of_the_task() {
    check(4, |mut event_loop| {
        let (dropped, waker) = (Dropped::default(), Arc::new(Ignored));
        let output = dropped.guard();
        let mut handle = event_loop.spawn(async move { output });
        let foreign = Waker::from(waker.clone());
        let asking = start(move || {
            let _ = std::pin::pin!(&mut handle).poll(&mut Context::from_waker(&foreign));
        });
        event_loop.run(crate::yield_now());
        asking.join().unwrap();
        assert_eq!(dropped.times(), 1);
        assert_eq!(Arc::strong_count(&waker), 1);
    });
}

/// B2.2: a thread aborts a task that ends by itself meanwhile: it has ended one way or the other.
#[test]
fn an_abort_by_another_thread_against_the_end_of_the_task() {
    check(4, |mut event_loop| {
        let dropped = Dropped::default();
        let output = dropped.guard();
        let handle = event_loop.spawn(async move {
            crate::yield_now().await;
            output
        });
        let aborting = start(move || {
            handle.abort();
            handle
        });
        event_loop.run(async {
            for _ in 0..2 {
                crate::yield_now().await;
            }
        });
        assert!(matches!(outcome(aborting.join().unwrap()), Ok(_) | Err(JoinError::Cancelled)));
        assert_eq!(dropped.times(), 1);
    });
}
