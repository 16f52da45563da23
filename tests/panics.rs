//! B3: panics end what panicked, and nothing else. All combinations are in `grid`.

mod grid;

use std::cell::Cell;
use std::fmt;
use std::future::{pending, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind, panic_any};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::mpsc;
use std::task::{Poll, Waker};
use std::thread;

use executor::{JoinError, JoinHandle, spawn, spawn_blocking, tasks, yield_now};
use futures::channel::oneshot;

use crate::checked::{EventLoop, run};
use crate::support::{
    Drops, PanicsInDrop, PanicsInWake, Wakes, alone, ms, on_drop, panic_of, pending_with, poll,
    simulate, text, until_nothing_is_ready,
};

/// The text with which a task has panicked.
fn text_of<T: fmt::Debug>(outcome: Result<T, JoinError>) -> String {
    match outcome {
        Err(JoinError::Panicked(panic)) => text(&*panic).to_owned(),
        other => panic!("{other:?}"),
    }
}

/// B3.1
#[test]
fn a_panic_in_a_task_goes_to_its_handle_and_the_others_go_on() {
    run(async {
        let drops = Drops::default();
        let token = drops.one();
        let before = spawn(yield_now());
        let panics = spawn(async move {
            let _token = token;
            yield_now().await;
            panic!("in a task")
        });
        let after = spawn(yield_now());
        assert_eq!(text_of::<()>(panics.await), "in a task");
        assert_eq!(drops.count(), 1, "its future is dropped");
        assert!(before.await.is_ok());
        assert!(after.await.is_ok());
        assert_eq!(tasks().len(), 1);
    });
}

/// B3.1
#[test]
fn the_payload_of_a_panic_arrives_as_it_was_thrown() {
    let outcome = run(async { spawn(async { panic_any(42_u32) }).await });
    match outcome {
        Err(JoinError::Panicked(panic)) => assert_eq!(panic.downcast_ref(), Some(&42_u32)),
        Err(JoinError::Cancelled) => panic!("cancelled"),
    }
}

/// B3.1
#[test]
fn a_panic_that_nobody_awaits_ends_its_task_alone() {
    simulate(async {
        let handle = spawn(async { panic!("nobody awaits it") });
        drop(handle);
        let neighbour = spawn(yield_now());
        until_nothing_is_ready().await;
        assert!(neighbour.is_finished());
    });
}

/// B3.1
#[test]
fn a_payload_that_panics_in_its_drop_is_contained_when_nobody_takes_it() {
    simulate(async {
        drop(spawn(async { panic_any(PanicsInDrop("a payload")) }));
        let handle = spawn(async { panic_any(PanicsInDrop("a payload")) });
        until_nothing_is_ready().await;
        drop(handle);
        assert_eq!(spawn(async { "goes on" }).await.unwrap(), "goes on");
    });
}

/// A task that does `first` in its first poll, and panics then: it is dropped once, and for good.
fn a_task_that_panics_in_its_first_poll(first: impl Fn(&Waker) + 'static) {
    simulate(async {
        let (drops, polls) = (Drops::default(), Rc::new(Cell::new(0)));
        let (token, counter) = (drops.one(), polls.clone());
        let handle: JoinHandle<()> = spawn(poll_fn(move |cx| {
            let _held = &token;
            counter.set(counter.get() + 1);
            first(cx.waker());
            panic!("in its first poll")
        }));
        until_nothing_is_ready().await;
        assert_eq!((polls.get(), drops.count()), (1, 1));
        assert_eq!(tasks().len(), 1);
        assert_eq!(text_of(handle.await), "in its first poll");
    });
}

/// B3.2
#[test]
fn a_task_that_wakes_itself_and_panics_is_dropped_once_and_not_polled_again() {
    a_task_that_panics_in_its_first_poll(|waker| waker.wake_by_ref());
}

/// B3.2
#[test]
fn a_task_woken_by_another_thread_that_panics_is_dropped_once_and_not_polled_again() {
    a_task_that_panics_in_its_first_poll(|waker| {
        thread::scope(|scope| scope.spawn(|| waker.wake_by_ref()).join().unwrap());
    });
}

/// B3.2: the panic wins, as an output does (B12.1).
#[test]
fn a_task_aborted_by_another_thread_in_the_poll_that_panics_is_dropped_once() {
    run(async {
        let drops = Drops::default();
        let token = drops.one();
        let (give, take) = mpsc::channel::<JoinHandle<()>>();
        let (begun, has_begun) = mpsc::channel();
        let (aborted, is_aborted) = mpsc::channel();
        let aborter = spawn_blocking(move || {
            let handle = take.recv().unwrap();
            has_begun.recv().unwrap();
            handle.abort();
            aborted.send(()).unwrap();
            handle
        });
        let task = spawn(async move {
            let _token = token;
            begun.send(()).unwrap();
            is_aborted.recv().unwrap();
            panic!("the panic wins")
        });
        give.send(task).unwrap();
        assert_eq!(text_of(aborter.await.unwrap().await), "the panic wins");
        assert_eq!(drops.count(), 1);
    });
}

/// Ready in its second poll; its destructor panics.
fn ready_then_panics_in_drop() -> impl Future<Output = &'static str> {
    let (panics, mut polls) = (PanicsInDrop("a future's drop"), 0);
    poll_fn(move |cx| {
        let _held = &panics;
        polls += 1;
        cx.waker().wake_by_ref();
        if polls < 2 { Poll::Pending } else { Poll::Ready("the output") }
    })
}

/// B3.3
#[test]
fn a_panic_in_the_drop_of_a_future_that_is_done_leaves_its_output() {
    run(async {
        assert_eq!(spawn(ready_then_panics_in_drop()).await.unwrap(), "the output");
        assert_eq!(spawn(async { "goes on" }).await.unwrap(), "goes on");
    });
}

/// B3.3
#[test]
fn a_panic_in_the_drop_of_an_aborted_future_is_contained_and_the_rest_of_it_dropped() {
    run(async {
        let drops = Drops::default();
        let handle = spawn(pending_with((PanicsInDrop("a future's drop"), drops.one())));
        yield_now().await;
        handle.abort();
        assert!(matches!(handle.await, Err(JoinError::Cancelled)));
        assert_eq!(drops.count(), 1);
    });
}

/// B3.3
#[test]
fn panics_in_drops_at_the_end_of_run_are_contained_and_the_other_tasks_dropped() {
    let drops = Drops::default();
    let output = run(async {
        for _ in 0..3 {
            drop(spawn(pending_with(drops.one())));
            drop(spawn(pending_with(PanicsInDrop("a future's drop at the end of run"))));
        }
        yield_now().await;
        "the output of run"
    });
    assert_eq!((output, drops.count()), ("the output of run", 3));
}

/// B3.3
#[test]
fn panics_in_drops_of_tasks_never_polled_are_contained_when_the_loop_is_dropped() {
    let drops = Drops::default();
    let event_loop = EventLoop::new().unwrap();
    for _ in 0..3 {
        drop(event_loop.spawn(pending_with(drops.one())));
        drop(event_loop.spawn(pending_with(PanicsInDrop("a future's drop with its loop"))));
    }
    drop(event_loop);
    assert_eq!(drops.count(), 3);
}

/// B3.3
#[test]
fn a_panic_in_the_drop_of_a_task_refused_at_the_end_is_contained() {
    let output = run(async {
        let spawns = on_drop(|| drop(spawn(pending_with(PanicsInDrop("a refused task")))));
        drop(spawn(pending_with(spawns)));
        yield_now().await;
        "the output of run"
    });
    assert_eq!(output, "the output of run");
}

/// B3.4
#[test]
fn a_panic_in_the_drop_of_an_output_is_contained_when_the_handle_was_dropped_before_the_end() {
    simulate(async {
        let drops = Drops::default();
        let output = (PanicsInDrop("an output's drop"), drops.one());
        drop(spawn(async { output }));
        until_nothing_is_ready().await;
        assert_eq!(drops.count(), 1);
        assert_eq!(spawn(async { "goes on" }).await.unwrap(), "goes on");
    });
}

/// B3.4
#[test]
fn a_panic_in_the_drop_of_an_output_is_contained_when_the_handle_is_dropped_after_the_end() {
    simulate(async {
        let drops = Drops::default();
        let output = (PanicsInDrop("an output's drop"), drops.one());
        let handle = spawn(async { output });
        until_nothing_is_ready().await;
        assert!(catch_unwind(AssertUnwindSafe(|| drop(handle))).is_ok());
        assert_eq!(drops.count(), 1);
    });
}

/// B3.4
#[test]
fn an_output_that_panics_in_its_drop_is_contained_when_its_handle_is_dropped_by_a_panic() {
    let name = "panics::an_output_that_panics_in_its_drop_is_contained_when_its_handle_is_dropped_by_a_panic";
    alone(name, || {
        simulate(async {
            let outer = spawn(async {
                let _handle = spawn(async { PanicsInDrop("an output's drop") });
                until_nothing_is_ready().await;
                panic!("with a handle")
            });
            assert_eq!(text_of::<()>(outer.await), "with a handle");
        });
    });
}

/// B3.4
#[test]
fn a_task_that_panics_in_its_poll_and_again_in_its_drop_keeps_the_first_panic() {
    run(async {
        let panics = PanicsInDrop("its drop");
        let handle: JoinHandle<()> = spawn(poll_fn(move |_| {
            let _held = &panics;
            panic!("its poll")
        }));
        assert_eq!(text_of(handle.await), "its poll");
    });
}

/// B3.4
#[test]
fn a_future_and_an_output_may_both_panic_in_their_drops() {
    alone("panics::a_future_and_an_output_may_both_panic_in_their_drops", || {
        simulate(async {
            let panics = PanicsInDrop("a future's drop");
            drop(spawn(poll_fn(move |_| {
                let _held = &panics;
                Poll::Ready(PanicsInDrop("its output's drop"))
            })));
            until_nothing_is_ready().await;
            assert_eq!(spawn(async { "goes on" }).await.unwrap(), "goes on");
        });
    });
}

/// B3.5
#[test]
fn a_waker_that_panics_at_the_end_of_a_task_is_contained_and_its_count_right() {
    let (foreign, waker) = PanicsInWake::new();
    simulate(async {
        let mut handle = spawn(async {
            yield_now().await;
            "the output"
        });
        assert!(poll(&mut handle, &waker).is_pending());
        drop(waker);
        until_nothing_is_ready().await;
        assert_eq!(Arc::strong_count(&foreign), 1);
        assert_eq!(handle.await.unwrap(), "the output");
        assert_eq!(spawn(async { "goes on" }).await.unwrap(), "goes on");
    });
}

/// B3.5
#[test]
fn a_waker_that_panics_in_a_channel_ends_the_task_that_called_it_and_no_other() {
    simulate(async {
        let (foreign, waker) = PanicsInWake::new();
        let (send, mut receive) = oneshot::channel();
        assert!(poll(&mut receive, &waker).is_pending());
        drop(waker);
        let sender = spawn(async move { send.send("sent") });
        let neighbour = spawn(yield_now());
        assert_eq!(text_of(sender.await), "a foreign waker");
        assert!(neighbour.await.is_ok());
        assert_eq!(receive.await, Ok("sent"), "the channel is sane as well");
        assert_eq!(Arc::strong_count(&foreign), 1);
    });
}

/// B3.5
#[test]
fn a_waker_that_panics_in_a_timer_is_contained_and_the_other_timers_fire() {
    simulate(async {
        let (foreign, foreign_waker) = PanicsInWake::new();
        let (wakes, waker) = Wakes::new();
        let deadline = timer::now() + ms(1);
        let mut sleeps = [(); 3].map(|()| timer::sleep_until(deadline));
        for (sleep, waker) in sleeps.iter_mut().zip([&waker, &foreign_waker, &waker]) {
            assert!(poll(sleep, waker).is_pending());
        }
        drop(foreign_waker);
        timer::sleep_until(deadline).await;
        assert_eq!(wakes.count(), 2);
        assert_eq!(Arc::strong_count(&foreign), 1);
    });
}

/// B3.5
#[test]
fn a_waker_that_panics_on_the_blocking_pool_leaves_the_result_and_the_thread() {
    let mut event_loop = EventLoop::builder().blocking_threads(1).build().unwrap();
    event_loop.run(async {
        let (_foreign, waker) = PanicsInWake::new();
        let (go, may_go) = mpsc::channel();
        let mut job = spawn_blocking(move || may_go.recv());
        assert!(poll(&mut job, &waker).is_pending());
        go.send(()).unwrap();
        assert_eq!(spawn_blocking(|| "the next job").await.unwrap(), "the next job");
        assert_eq!(job.await.unwrap(), Ok(()));
    });
}

/// B3.6
#[test]
fn a_panic_of_the_future_given_to_run_propagates_after_the_tasks_are_dropped() {
    let mut event_loop = EventLoop::new().unwrap();
    let drops = Drops::default();
    let token = drops.one();
    let panic = panic_of(|| {
        event_loop.run(async {
            drop(spawn(pending_with(token)));
            yield_now().await;
            panic!("in run");
        })
    });
    assert_eq!((panic.as_str(), drops.count()), ("in run", 1));
}

/// B3.6
#[test]
fn a_loop_runs_again_after_a_panic_of_the_future_given_to_run() {
    let mut event_loop = EventLoop::new().unwrap();
    let left = event_loop.spawn(pending::<()>());
    assert_eq!(panic_of(|| event_loop.run(async { panic!("in run") })), "in run");
    let again = event_loop.spawn(async { "again" });
    event_loop.run(async {
        assert_eq!(again.await.unwrap(), "again");
        assert_eq!(tasks().len(), 1);
        assert!(matches!(left.await, Err(JoinError::Cancelled)));
    });
    assert_eq!(run(async { "another loop" }), "another loop");
}

/// B3.6
#[test]
fn panics_in_drops_after_the_panic_of_run_are_contained() {
    let drops = Drops::default();
    let panic = panic_of(|| {
        run(async {
            drop(spawn(pending_with((PanicsInDrop("a future's drop"), drops.one()))));
            drop(spawn(pending_with(drops.one())));
            yield_now().await;
            panic!("in run");
        })
    });
    assert_eq!((panic.as_str(), drops.count()), ("in run", 2));
}

/// B3.6
#[test]
fn a_drop_after_the_panic_of_run_may_wake_other_tasks() {
    let drops = Drops::default();
    let panic = panic_of(|| {
        run(async {
            let (send, receive) = oneshot::channel::<()>();
            let token = drops.one();
            drop(spawn(async move {
                let _token = token;
                let _ = receive.await;
            }));
            // The destructor of the sender wakes the task that receives.
            drop(spawn(pending_with((send, drops.one()))));
            yield_now().await;
            panic!("in run");
        })
    });
    assert_eq!((panic.as_str(), drops.count()), ("in run", 2));
}

/// B3.6: the panic of the poll is the one that says what went wrong.
#[test]
fn a_future_given_to_run_that_panics_again_in_its_drop_propagates_the_first_panic() {
    let drops = Drops::default();
    let token = drops.one();
    let panics = PanicsInDrop("its drop");
    let panic = panic_of(|| {
        let mut first = Some(token);
        run(poll_fn(move |_| -> Poll<()> {
            let _held = &panics;
            if let Some(token) = first.take() {
                drop(spawn(pending_with(token)));
            }
            panic!("its poll")
        }))
    });
    assert_eq!((panic.as_str(), drops.count()), ("its poll", 1));
}

/// B3.6. As with a task, a panic in the drop does not change the outcome.
#[test]
fn a_panic_in_the_drop_of_the_future_given_to_run_is_contained_after_ready() {
    let mut event_loop = EventLoop::new().unwrap();
    event_loop.run(ready_then_panics_in_drop());
    assert_eq!(event_loop.run(async { "again" }), "again");
}
