//! A task's end, against what another thread does with its handle.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::task::{Context, Wake, Waker};

use super::{Dropped, check, outcome, start};
use crate::JoinError;

#[derive(Default)]
struct Told(AtomicBool);

impl Wake for Told {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Relaxed);
    }
}

/// B6.2: the handle is polled and dropped elsewhere while the task completes: neither the waker
/// nor the output stays behind.
#[test]
fn a_handle_dropped_on_another_thread_against_the_end_of_the_task() {
    check(4, |mut event_loop| {
        let (dropped, told) = (Dropped::default(), Arc::<Told>::default());
        let output = dropped.guard();
        let mut handle = event_loop.spawn(async move { output });
        let waker = Waker::from(told.clone());
        let asking = start(move || {
            let _ = Pin::new(&mut handle).poll(&mut Context::from_waker(&waker));
        });
        event_loop.run(crate::yield_now());
        asking.join().unwrap();
        assert_eq!(dropped.times(), 1);
        assert_eq!(Arc::strong_count(&told), 1);
    });
}

/// B6.4: the handle is polled elsewhere while the task completes: it is ready, or will be told.
#[test]
fn a_handle_polled_on_another_thread_against_the_end_of_the_task() {
    check(4, |mut event_loop| {
        let told = Arc::<Told>::default();
        let mut handle = event_loop.spawn(async {});
        let waker = Waker::from(told.clone());
        let asking = start(move || {
            let polled = Pin::new(&mut handle).poll(&mut Context::from_waker(&waker));
            (handle, polled.is_ready())
        });
        event_loop.run(crate::yield_now());
        let (handle, was_ready) = asking.join().unwrap();
        assert!(was_ready || told.0.load(Relaxed));
        assert!(was_ready || outcome(handle).is_ok());
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
