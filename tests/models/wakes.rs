//! Wakes by other threads, against all that a loop does meanwhile.

use std::cell::RefCell;
use std::future::poll_fn;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Poll, Waker};

use futures_task::{FutureObj, Spawn};
use loom::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use super::{Dropped, check, outcome, start};
use crate::JoinError;
use crate::primitives::atomic::STORES_INSTEAD;

fn a_thread_writes_and_wakes_twice() {
    check(4, |mut event_loop| {
        let written = Arc::new(AtomicUsize::new(0));
        let mut thread = Some(|waker: Waker| {
            let written = written.clone();
            start(move || {
                for count in 1..=2 {
                    written.store(count, Relaxed);
                    waker.wake_by_ref();
                }
            });
        });
        event_loop.run(poll_fn(|cx| {
            if let Some(thread) = thread.take() {
                thread(cx.waker().clone());
            }
            if written.load(Relaxed) == 2 { Poll::Ready(()) } else { Poll::Pending }
        }));
    });
}

/// (a) A wake that finds the task on its way already sends nothing. What its thread wrote before
/// it is seen by the poll all the same.
#[test]
fn a_poll_sees_what_was_written_before_a_wake_that_it_is_not_for() {
    a_thread_writes_and_wakes_twice();
}

/// (a) The model would notice.
#[test]
#[should_panic = "nothing can ever happen again"]
fn with_the_flag_cleared_by_a_store_a_wake_is_lost() {
    STORES_INSTEAD.set(true);
    a_thread_writes_and_wakes_twice();
}

/// (b) B4.1, B4.3: two threads, and the task itself, wake it while it is polled or just afterwards.
#[test]
fn wakes_from_everywhere_mean_a_poll_after_each_and_not_one_too_many() {
    check(2, |mut event_loop| {
        let written = Arc::new(AtomicUsize::new(0));
        let mut polls = 0;
        event_loop.run(poll_fn(|cx| {
            polls += 1;
            if polls == 1 {
                for _ in 0..2 {
                    let (written, waker) = (written.clone(), cx.waker().clone());
                    start(move || {
                        written.fetch_add(1, Relaxed);
                        waker.wake();
                    });
                }
                cx.waker().wake_by_ref();
                cx.waker().wake_by_ref();
            }
            if polls > 1 && written.load(Relaxed) == 2 { Poll::Ready(()) } else { Poll::Pending }
        }));
        assert!((2..=4).contains(&polls));
    });
}

/// (d) B4.5: a thread wakes a task while the task's loop comes to its end, and after.
#[test]
fn a_wake_against_the_end_of_the_loop_does_nothing_and_leaves_nothing() {
    check(4, |mut event_loop| {
        let (dropped, place) = (Dropped::default(), Rc::<RefCell<Option<Waker>>>::default());
        let (guard, mut empty) = (dropped.guard(), Some(place.clone()));
        let task = event_loop.spawn(poll_fn(move |cx| {
            let _ = &guard;
            if let Some(place) = empty.take() {
                place.replace(Some(cx.waker().clone()));
            }
            Poll::<()>::Pending
        }));
        let count = {
            let tasks = event_loop.core.tasks.borrow();
            Arc::downgrade(tasks.iter().next().unwrap().task.as_ref().unwrap())
        };
        let waking = event_loop.run(async {
            let waker = place.take().unwrap();
            start(move || waker.wake())
        });
        let remote = Arc::downgrade(&event_loop.core.remote);
        drop(event_loop);
        assert_eq!(dropped.times(), 1);
        waking.join().unwrap();
        assert!(matches!(outcome(task), Err(JoinError::Cancelled)));
        assert_eq!((count.strong_count(), remote.strong_count()), (0, 0));
    });
}

/// (d) B5.2: a thread spawns a task while the loop comes to its end, and after.
#[test]
fn a_spawn_against_the_end_of_the_loop_is_run_or_refused() {
    check(4, |mut event_loop| {
        let dropped = Dropped::default();
        let (spawner, guard) = (event_loop.spawner(), dropped.guard());
        let spawning = start(move || spawner.spawn(async move { drop(guard) }));
        event_loop.run(async {});
        drop(event_loop);
        let handle = spawning.join().unwrap();
        assert_eq!(dropped.times(), 1);
        let _ = outcome(handle);
    });
}

/// (d) B5.2: whoever is told that a future was refused has it back by then, dropped; it never ran.
#[test]
fn a_spawn_that_is_refused_at_the_end_of_the_loop_was_dropped_once_and_never_ran() {
    check(4, |mut event_loop| {
        let (dropped, ran) = (Dropped::default(), Dropped::default());
        let (spawner, guard, run) = (event_loop.spawner(), dropped.guard(), ran.clone());
        let seen = dropped.clone();
        let spawning = start(move || {
            let future = async move {
                drop(run.guard());
                drop(guard);
            };
            let outcome = spawner.spawn_obj(FutureObj::new(Box::new(future)));
            outcome.is_err().then(|| seen.times())
        });
        event_loop.run(async {});
        drop(event_loop);
        let dropped_when_refused = spawning.join().unwrap();
        assert_eq!(dropped.times(), 1);
        if let Some(times) = dropped_when_refused {
            assert_eq!((times, ran.times()), (1, 0));
        }
    });
}
