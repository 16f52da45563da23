//! A loop that falls asleep while the last one goes who could have woken it. It must not sleep for
//! ever: it has to find that it is stuck.

use std::cell::Cell;
use std::future::{pending, poll_fn};
use std::pin::Pin;
use std::rc::Rc;
use std::task::Poll;
use std::time::Duration;

use super::{check, start};
use crate::journal::Event;
use crate::primitives::{Builder, touch};
use crate::{EventLoop, Observer};

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

/// Told of everything, and makes nothing of it.
struct Quiet;

impl Observer for Quiet {
    fn on_event(&mut self, _: Duration, _: &Event) {}
}

#[test]
fn a_handle_polled_in_an_observed_loop_against_the_sleep_of_its_own() {
    check(3, |mut event_loop| {
        let mut handle = event_loop.spawn(pending::<()>());
        let other = Builder::new().spawn(move || {
            touch();
            let mut other = EventLoop::builder().observer(Quiet).build().unwrap();
            other.run(poll_fn(|cx| {
                let _ = Pin::new(&mut handle).poll(cx);
                Poll::Ready(())
            }));
        });
        assert!(event_loop.try_run(pending::<()>()).is_err());
        other.unwrap().join().unwrap();
    });
}

#[test]
fn a_handle_dropped_in_another_loop_against_the_question_of_its_own() {
    check(3, |mut event_loop| {
        let mut handle = Some(event_loop.spawn(pending::<()>()));
        let other = Builder::new().spawn(move || {
            touch();
            let mut other = EventLoop::new().unwrap();
            let stuck = other.try_run(poll_fn(|cx| {
                if let Some(mut handle) = handle.take() {
                    let _ = Pin::new(&mut handle).poll(cx);
                }
                Poll::<()>::Pending
            }));
            assert!(stuck.is_err());
        });
        assert!(event_loop.try_run(pending::<()>()).is_err());
        other.unwrap().join().unwrap();
    });
}

#[test]
fn a_joiner_that_goes_while_the_loop_asks_hides_no_other_waker() {
    check(3, |mut event_loop| {
        let mut handle = Some(event_loop.spawn(pending::<()>()));
        drop(event_loop.spawn(pending::<()>()));
        let outcome = event_loop.try_run(poll_fn(|cx| {
            let Some(mut handle) = handle.take() else { return Poll::Ready(()) };
            let _ = Pin::new(&mut handle).poll(cx);
            let waker = cx.waker().clone();
            start(move || {
                drop(handle);
                waker.wake();
            });
            Poll::Pending
        }));
        assert!(outcome.is_ok(), "{outcome:?}");
    });
}

/// While it goes, the handle's count looks like a waker's.
#[test]
fn a_handle_dropped_on_another_thread_against_the_question_of_its_loop() {
    check(4, |mut event_loop| {
        let handle = event_loop.spawn(pending::<()>());
        start(move || drop(handle));
        let stuck = event_loop.try_run(pending::<()>()).unwrap_err();
        assert_eq!(stuck.tasks.len(), 2);
    });
}

/// A count that is read after the handle has gone must not be taken for the handle's.
#[test]
fn a_handle_dropped_while_the_loop_asks_hides_no_waker_of_its_task() {
    check(3, |mut event_loop| {
        let handle = Rc::<Cell<_>>::default();
        let (is_woken, own) = (Rc::<Cell<bool>>::default(), handle.clone());
        let told = is_woken.clone();
        let task = event_loop.spawn(poll_fn(move |cx| {
            let Some(handle) = own.take() else {
                told.set(true);
                return Poll::Ready(());
            };
            let waker = cx.waker().clone();
            start(move || {
                drop::<crate::JoinHandle<()>>(handle);
                waker.wake();
            });
            Poll::Pending
        }));
        handle.set(Some(task));
        let stuck = event_loop.try_run(pending::<()>()).unwrap_err();
        assert!(is_woken.get(), "the waker was out still");
        assert_eq!(stuck.tasks.len(), 1);
    });
}
