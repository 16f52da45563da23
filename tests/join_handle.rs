//! B6: handles are dropped, passed on, and awaited elsewhere.

use std::cell::{Cell, RefCell};
use std::error::Error;
use std::future::{pending, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::mpsc;
use std::task::{Poll, Wake, Waker};
use std::thread;

use executor::{JoinError, JoinHandle, spawn, spawn_blocking, spawner, tasks, yield_now};
use futures::channel::oneshot;
use futures::future::select;

use crate::checked::{EventLoop, run};
use crate::support::{
    Drops, PanicsInDrop, TellParked, Wakes, ends, on_a_thread, on_drop, pending_with, poll,
    simulate, until_nothing_is_ready,
};

/// Polled `polls` times, with an output that shows when it is dropped.
fn task_of(polls: u32, drops: &Drops) -> impl Future<Output = impl Sized + use<>> + use<> {
    let token = drops.one();
    async move {
        for _ in 1..polls {
            yield_now().await;
        }
        token
    }
}

/// B6.1: a task without its handle runs on (B12.1).
#[test]
fn a_task_whose_handle_is_dropped_before_its_first_poll_runs_to_its_end() {
    simulate(async {
        let (ended, has_ended) = oneshot::channel();
        drop(spawn(async move {
            yield_now().await;
            ended.send("ended")
        }));
        assert_eq!(has_ended.await, Ok("ended"));
    });
}

/// B6.1
#[test]
fn a_task_whose_handle_is_dropped_while_it_waits_runs_to_its_end() {
    simulate(async {
        let (ended, has_ended) = oneshot::channel();
        let mut handle = spawn(async move {
            until_nothing_is_ready().await;
            ended.send("ended")
        });
        yield_now().await;
        assert!(poll(&mut handle, Waker::noop()).is_pending());
        drop(handle);
        assert_eq!(has_ended.await, Ok("ended"));
    });
}

/// B6.1
#[test]
fn an_output_that_nobody_wants_is_dropped_once_when_the_task_ends() {
    simulate(async {
        let drops = Drops::default();
        drop(spawn(task_of(2, &drops)));
        yield_now().await;
        assert_eq!(drops.count(), 0, "it has been polled once");
        yield_now().await;
        assert_eq!(drops.count(), 1, "it is done");
        until_nothing_is_ready().await;
        assert_eq!(drops.count(), 1);
    });
}

/// B6.1
#[test]
fn an_output_that_nobody_wants_is_dropped_after_its_future() {
    simulate(async {
        let story = Rc::new(RefCell::new(Vec::new()));
        let tell = |what| {
            let story = story.clone();
            on_drop(move || story.borrow_mut().push(what))
        };
        let (future, mut output) = (tell("the future"), Some(tell("its output")));
        drop(spawn(poll_fn(move |_| {
            let _held = &future;
            Poll::Ready(output.take())
        })));
        until_nothing_is_ready().await;
        assert_eq!(*story.borrow(), ["the future", "its output"]);
    });
}

/// B6.1
#[test]
fn an_output_is_kept_until_the_handle_is_dropped_and_dropped_with_it() {
    simulate(async {
        let drops = Drops::default();
        let handle = spawn(task_of(1, &drops));
        until_nothing_is_ready().await;
        assert!(handle.is_finished());
        assert_eq!(drops.count(), 0);
        drop(handle);
        assert_eq!(drops.count(), 1);
    });
}

#[test]
fn the_destructor_of_an_output_is_the_tasks_own_whoever_drops_the_handle() {
    let seen = Rc::new(Cell::new(None));
    let told = seen.clone();
    simulate(async {
        let task = spawn(async move { on_drop(move || told.set(executor::current_task())) });
        let (id, me) = (task.id(), executor::current_task());
        until_nothing_is_ready().await;
        assert!(task.is_finished() && seen.get().is_none());
        drop(task);
        assert_eq!(seen.get(), Some(id));
        assert_eq!(executor::current_task(), me);
    });
}

/// B6.1
#[test]
fn an_output_that_was_taken_is_not_dropped_with_the_handle() {
    simulate(async {
        let drops = Drops::default();
        let mut handle = spawn(task_of(1, &drops));
        let output = (&mut handle).await;
        drop(handle);
        assert_eq!(drops.count(), 0);
        drop(output);
        assert_eq!(drops.count(), 1);
    });
}

/// B6.1: the task is dropped with the loop all the same (B12.3).
#[test]
fn a_detached_task_that_never_ends_is_dropped_at_the_end_of_run() {
    let drops = Drops::default();
    run(async {
        drop(spawn(pending_with(drops.one())));
        yield_now().await;
        assert_eq!(drops.count(), 0);
    });
    assert_eq!(drops.count(), 1);
}

/// B6.2
#[test]
fn handles_dropped_on_another_thread_while_their_tasks_end_leave_nothing_behind() {
    let (wakes, waker) = Wakes::new();
    let drops = Drops::default();
    run(async {
        let (give, take) = mpsc::channel::<JoinHandle<_>>();
        let dropper = spawn_blocking(move || take.into_iter().for_each(drop));
        for _ in 0..500 {
            let mut handle = spawn(task_of(2, &drops));
            assert!(poll(&mut handle, &waker).is_pending());
            yield_now().await;
            give.send(handle).unwrap();
            yield_now().await;
        }
        drop(give);
        dropper.await.unwrap();
        while tasks().len() > 1 {
            yield_now().await;
        }
    });
    drop(waker);
    assert_eq!(drops.count(), 500, "each output once, here or there");
    assert_eq!(Arc::strong_count(&wakes), 1, "no waker of a joiner is kept");
}

/// B6.2
#[test]
fn a_handle_dropped_before_the_end_of_its_task_wakes_nobody() {
    simulate(async {
        let (wakes, waker) = Wakes::new();
        let mut handle = spawn(yield_now());
        assert!(poll(&mut handle, &waker).is_pending());
        drop(handle);
        until_nothing_is_ready().await;
        assert_eq!(wakes.count(), 0);
    });
}

/// B6.2
#[test]
fn a_dropped_handle_keeps_no_waker() {
    simulate(async {
        let (wakes, waker) = Wakes::new();
        let mut handle = spawn(pending::<()>());
        assert!(poll(&mut handle, &waker).is_pending());
        drop((handle, waker));
        assert_eq!(Arc::strong_count(&wakes), 1);
    });
}

/// B6.2
#[test]
fn a_task_that_gave_up_waiting_for_another_is_not_polled_at_its_end() {
    simulate(async {
        let slow = spawn(timer::sleep(std::time::Duration::from_millis(5)));
        let polls = Rc::new(Cell::new(0));
        let counter = polls.clone();
        drop(spawn(async move {
            assert!(timer::timeout(std::time::Duration::from_millis(1), slow).await.is_err());
            poll_fn(|_| {
                counter.set(counter.get() + 1);
                Poll::<()>::Pending
            })
            .await
        }));
        timer::sleep(std::time::Duration::from_millis(10)).await;
        assert_eq!(polls.get(), 1);
    });
}

/// B6.3
#[test]
fn of_two_that_poll_a_handle_in_turn_the_latest_is_woken() {
    simulate(async {
        let ((first, first_waker), (second, second_waker)) = (Wakes::new(), Wakes::new());
        let mut handle = spawn(yield_now());
        assert!(poll(&mut handle, &first_waker).is_pending());
        assert!(poll(&mut handle, &second_waker).is_pending());
        drop(first_waker);
        assert_eq!(Arc::strong_count(&first), 1, "the first is let go at once");
        until_nothing_is_ready().await;
        assert_eq!((first.count(), second.count()), (0, 1));
    });
}

/// B6.3
#[test]
fn a_handle_passed_from_one_task_to_another_is_joined_by_the_second() {
    simulate(async {
        let (pass, passed) = oneshot::channel();
        let mut handle = spawn(async {
            until_nothing_is_ready().await;
            "the output"
        });
        let polls = Rc::new(Cell::new(0));
        let counter = polls.clone();
        let mut pass = Some(pass);
        drop(spawn(poll_fn(move |cx| {
            counter.set(counter.get() + 1);
            if let Some(pass) = pass.take() {
                assert!(poll(&mut handle, cx.waker()).is_pending());
                let handle = std::mem::replace(&mut handle, spawn(pending()));
                assert!(pass.send(handle).is_ok());
            }
            Poll::<()>::Pending
        })));
        let second = spawn(async { passed.await.unwrap().await });
        assert_eq!(second.await.unwrap().unwrap(), "the output");
        assert_eq!(polls.get(), 1, "the first is not woken for it");
    });
}

/// B6.3
#[test]
fn a_handle_polled_again_by_the_same_task_still_wakes_it_once() {
    simulate(async {
        let (wakes, waker) = Wakes::new();
        let mut handle = spawn(yield_now());
        for _ in 0..3 {
            assert!(poll(&mut handle, &waker).is_pending());
        }
        assert_eq!(Arc::strong_count(&wakes), 3, "ours, the waker's and the handle's");
        until_nothing_is_ready().await;
        assert_eq!(wakes.count(), 1);
    });
}

/// B6.4
#[test]
fn a_handle_is_awaited_in_a_loop_on_another_thread() {
    run(async {
        let (go, may_go) = oneshot::channel::<()>();
        let handle = spawn(async move {
            may_go.await.unwrap();
            thread::current().id()
        });
        let here = thread::current().id();
        let elsewhere = spawn_blocking(move || {
            run(async {
                // The other loop waits already when the task may go on.
                drop(spawn(async { go.send(()).unwrap() }));
                handle.await
            })
        });
        assert_eq!(elsewhere.await.unwrap().unwrap(), here);
    });
}

/// B6.4
#[test]
fn a_blocking_job_is_awaited_in_a_loop_on_another_thread() {
    run(async {
        let (go, may_go) = mpsc::channel();
        let job = spawn_blocking(move || may_go.recv());
        let elsewhere = spawn_blocking(move || {
            run(async {
                drop(spawn(async move { go.send("went").unwrap() }));
                job.await
            })
        });
        assert_eq!(elsewhere.await.unwrap().unwrap(), Ok("went"));
    });
}

/// B6.4: the value outlives its loop, on whichever thread (B12.3).
#[test]
fn finished_and_unfinished_handles_are_awaited_after_their_loop_is_gone() {
    let (finished, left) = on_a_thread(|| {
        run(async {
            let (finished, left) = (spawn(async { "kept" }), spawn(pending::<()>()));
            yield_now().await;
            (finished, left)
        })
    });
    assert!(finished.is_finished() && left.is_finished());
    run(async {
        assert_eq!(finished.await.unwrap(), "kept");
        assert!(matches!(left.await, Err(JoinError::Cancelled)));
    });
}

/// B6.4
#[test]
fn a_loop_that_ends_wakes_who_waits_for_its_tasks_in_another() {
    run(async {
        let (pass, passed) = oneshot::channel();
        let spawner = spawner();
        let other = spawn_blocking(move || {
            run(async {
                let left = spawn(pending::<()>());
                // It ends only when the joiner waits.
                let (waits, has_waited) = oneshot::channel::<()>();
                assert!(pass.send((left, waits)).is_ok());
                has_waited.await.unwrap();
            });
            drop(spawner);
        });
        let (mut left, waits) = passed.await.unwrap();
        let mut waits = Some(waits);
        let outcome = poll_fn(|cx| {
            let polled = poll(&mut left, cx.waker());
            if let Some(waits) = waits.take() {
                assert!(polled.is_pending());
                waits.send(()).unwrap();
            }
            polled
        });
        assert!(matches!(outcome.await, Err(JoinError::Cancelled)));
        other.await.unwrap();
    });
}

/// B6.4: what is spawned once the loop is gone is dropped where it was spawned.
#[test]
fn the_handle_of_a_task_spawned_after_the_end_of_its_loop_is_cancelled() {
    let drops = Drops::default();
    let spawner = EventLoop::new().unwrap().spawner();
    let mut handle = spawner.spawn(pending_with(drops.one()));
    assert_eq!(drops.count(), 1);
    assert!(matches!(poll(&mut handle, Waker::noop()), Poll::Ready(Err(JoinError::Cancelled))));
}

/// B6.1
#[test]
fn a_handle_lost_in_a_race_leaves_its_task_running() {
    simulate(async {
        let (ended, has_ended) = oneshot::channel();
        let slow = spawn(async move {
            until_nothing_is_ready().await;
            ended.send("ended")
        });
        drop(select(slow, spawn(async {})).await);
        assert_eq!(has_ended.await, Ok("ended"));
    });
}

/// The kinds of `JoinError`.
#[test]
fn a_join_error_says_what_happened_and_is_an_error() {
    run(async {
        let cancelled = spawn(pending::<()>());
        cancelled.abort();
        let cancelled = cancelled.await.unwrap_err();
        assert_eq!(cancelled.to_string(), "the task was cancelled");
        assert_eq!(format!("{cancelled:?}"), "Cancelled");

        let burned: Box<dyn Error> =
            spawn(async { panic!("burned {}", "toast") }).await.unwrap_err().into();
        assert_eq!(burned.to_string(), "the task panicked: burned toast");
        assert_eq!(format!("{burned:?}"), "Panicked(\"burned toast\")");

        let odd = spawn(async { std::panic::panic_any(7) }).await.unwrap_err();
        assert_eq!(odd.to_string(), "the task panicked: (no message)");
    });
}

/// B6.1
#[test]
fn a_handle_shows_its_task_and_whether_that_is_finished() {
    run(async {
        let handle = spawn(async {});
        let id = handle.id().number();
        assert_eq!(handle.id().to_string(), format!("task {id}"));
        assert_eq!(
            format!("{handle:?}"),
            format!("JoinHandle {{ id: TaskId({id}), finished: false }}")
        );
        yield_now().await;
        assert_eq!(
            format!("{handle:?}"),
            format!("JoinHandle {{ id: TaskId({id}), finished: true }}")
        );
    });
}

/// B6.1
#[test]
fn a_panic_in_the_drop_of_a_detached_output_does_not_reach_the_next_task() {
    simulate(async {
        let story = Rc::new(Cell::new(0));
        let counter = story.clone();
        drop(spawn(async { PanicsInDrop("an output") }));
        drop(spawn(async move { counter.set(counter.get() + 1) }));
        until_nothing_is_ready().await;
        assert_eq!(story.get(), 1);
    });
}

/// Panics when it is dropped, and is never called.
struct PanicsInItsDrop;

impl Wake for PanicsInItsDrop {
    fn wake(self: Arc<Self>) {}
}

impl Drop for PanicsInItsDrop {
    fn drop(&mut self) {
        panic!("a foreign waker's destructor");
    }
}

/// B6.3: and its count is not taken for another waker's.
#[test]
fn a_handle_whose_foreign_waker_panics_as_it_goes_is_gone_all_the_same() {
    ends(|| {
        let (parks, parked) = crossbeam_channel::unbounded();
        let mut event_loop = EventLoop::builder().observer(TellParked(parks)).build().unwrap();
        let (is_woken, is_gone) = (Rc::<Cell<bool>>::default(), Rc::<Cell<bool>>::default());
        let (told, dropped) = (is_woken.clone(), is_gone.clone());
        let outcome = event_loop.try_run(async move {
            let mut parked = Some(parked);
            let mut task = spawn(poll_fn(move |cx| {
                let Some(parked) = parked.take() else {
                    told.set(true);
                    return Poll::Ready(());
                };
                let waker = cx.waker().clone();
                thread::spawn(move || {
                    // The loop has asked whether it is stuck.
                    let _ = parked.recv();
                    waker.wake();
                });
                Poll::Pending
            }));
            yield_now().await;
            assert!(poll(&mut task, &Arc::new(PanicsInItsDrop).into()).is_pending());
            dropped.set(catch_unwind(AssertUnwindSafe(|| drop(task))).is_ok());
            pending::<()>().await;
        });
        assert!(outcome.is_err());
        assert!(is_woken.get(), "the task's waker is taken for its handle");
        assert!(is_gone.get(), "the panic leaves the handle's destructor");
    });
}
