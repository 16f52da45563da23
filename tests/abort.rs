//! B2: tasks are cancelled.

use std::cell::{Cell, OnceCell, RefCell};
use std::future::{pending, poll_fn};
use std::rc::Rc;
use std::sync::{Arc, mpsc};
use std::task::{Poll, Waker};
use std::thread;

use crossbeam_channel::unbounded;
use executor::{JoinError, JoinHandle, spawn, spawn_blocking, spawner, tasks, yield_now};
use futures::channel::oneshot;
use parking_lot::Mutex;

use crate::checked::{EventLoop, run};
use crate::support::{
    Drop1, Drops, TellParked, Wakes, on_drop, pending_with, poll, simulate, text,
    until_nothing_is_ready,
};

fn is_cancelled<T>(outcome: Result<T, JoinError>) -> bool {
    matches!(outcome, Err(JoinError::Cancelled))
}

/// Never ends, counts its polls, and shows by the token when it is dropped.
fn waiting(polls: &Rc<Cell<u32>>, token: Drop1) -> impl Future<Output = ()> + use<> {
    let polls = polls.clone();
    poll_fn(move |_| {
        let _held = &token;
        polls.set(polls.get() + 1);
        Poll::Pending
    })
}

/// A place for a handle that the task itself can reach.
type Own<T> = Rc<OnceCell<JoinHandle<T>>>;

/// Spawns a task that can abort itself.
fn spawn_with_handle<F: Future + 'static>(
    make: impl FnOnce(Own<F::Output>) -> F,
) -> Own<F::Output> {
    let own = Own::default();
    let handle = spawn(make(own.clone()));
    assert!(own.set(handle).is_ok());
    own
}

/// The outcome of a task that is finished.
fn outcome<T>(own: Own<T>) -> Result<T, JoinError> {
    let mut handle =
        Rc::into_inner(own).and_then(OnceCell::into_inner).expect("the future is gone");
    match poll(&mut handle, Waker::noop()) {
        Poll::Ready(outcome) => outcome,
        Poll::Pending => panic!("{} is not finished", handle.id()),
    }
}

/// B2.1
#[test]
fn a_task_aborted_before_its_first_poll_is_never_polled_and_dropped_once() {
    run(async {
        let (polls, drops) = (Rc::new(Cell::new(0)), Drops::default());
        let handle = spawn(waiting(&polls, drops.one()));
        handle.abort();
        assert!(is_cancelled(handle.await));
        assert_eq!((polls.get(), drops.count()), (0, 1));
    });
}

/// B2.1
#[test]
fn a_task_aborted_before_the_loop_runs_is_never_polled() {
    let mut event_loop = EventLoop::new().unwrap();
    let (polls, drops) = (Rc::new(Cell::new(0)), Drops::default());
    let handle = event_loop.spawn(waiting(&polls, drops.one()));
    handle.abort();
    assert!(is_cancelled(event_loop.run(handle)));
    assert_eq!((polls.get(), drops.count()), (0, 1));
}

/// B2.1
#[test]
fn a_task_from_another_thread_is_aborted_before_the_loop_has_taken_it_in() {
    let mut event_loop = EventLoop::new().unwrap();
    let spawner = event_loop.spawner();
    event_loop.run(async move {
        let drops = Drops::default();
        let token = drops.one();
        // The loop cannot look into its inbox before this poll is over.
        let spawn = move || spawner.spawn(async move { drop(token) });
        let handle = thread::spawn(spawn).join().unwrap();
        handle.abort();
        assert_eq!(drops.count(), 0);
        assert!(is_cancelled(handle.await));
        assert_eq!(drops.count(), 1);
    });
}

/// B2.2
#[test]
fn an_idle_task_that_is_aborted_is_not_polled_again() {
    simulate(async {
        let (polls, drops) = (Rc::new(Cell::new(0)), Drops::default());
        let handle = spawn(waiting(&polls, drops.one()));
        until_nothing_is_ready().await;
        handle.abort();
        until_nothing_is_ready().await;
        assert!(handle.is_finished());
        assert_eq!((polls.get(), drops.count()), (1, 1));
        assert!(is_cancelled(handle.await));
    });
}

/// B2.2
#[test]
fn a_queued_task_that_is_aborted_is_not_polled_again() {
    simulate(async {
        let (drops, polls) = (Drops::default(), Rc::new(Cell::new(0)));
        let (token, counter) = (drops.one(), polls.clone());
        let handle = spawn(async move {
            let _token = token;
            loop {
                counter.set(counter.get() + 1);
                yield_now().await;
            }
        });
        yield_now().await;
        let before = polls.get();
        handle.abort();
        assert!(is_cancelled(handle.await));
        assert_eq!((polls.get(), drops.count()), (before, 1));
    });
}

/// B2.2
#[test]
fn an_abort_during_a_poll_that_returns_pending_takes_effect_after_it() {
    simulate(async {
        let drops = Drops::default();
        let (token, seen) = (drops.one(), drops.clone());
        let task = spawn_with_handle(|own: Own<()>| {
            poll_fn(move |_| {
                let _held = &token;
                own.get().unwrap().abort();
                assert_eq!(seen.count(), 0, "it is being polled");
                Poll::Pending
            })
        });
        yield_now().await;
        assert_eq!(drops.count(), 1, "it is cancelled in the same turn");
        assert!(is_cancelled(outcome(task)));
    });
}

/// B2.2: if that poll ends the task, its output wins (B12.1).
#[test]
fn an_abort_during_the_poll_that_returns_ready_is_too_late() {
    simulate(async {
        let task = spawn_with_handle(|own| async move {
            own.get().unwrap().abort();
            "the value wins"
        });
        until_nothing_is_ready().await;
        assert_eq!(outcome(task).unwrap(), "the value wins");
    });
}

/// B2.2: a panic wins as an output does.
#[test]
fn an_abort_during_the_poll_that_panics_is_too_late() {
    simulate(async {
        let task = spawn_with_handle(|own: Own<()>| async move {
            own.get().unwrap().abort();
            panic!("the panic wins");
        });
        until_nothing_is_ready().await;
        match outcome(task) {
            Err(JoinError::Panicked(panic)) => assert_eq!(text(&*panic), "the panic wins"),
            other => panic!("{other:?}"),
        }
    });
}

/// B2.2
#[test]
fn an_abort_from_another_thread_during_a_poll_takes_effect_after_it() {
    for (last, cancelled) in [(Poll::Pending, true), (Poll::Ready("the value wins"), false)] {
        run(async {
            let (give, take) = mpsc::channel::<JoinHandle<&str>>();
            let (aborted, is_aborted) = mpsc::channel();
            let (begun, has_begun) = mpsc::channel();
            let thread = spawn_blocking(move || {
                let handle = take.recv().unwrap();
                has_begun.recv().unwrap();
                handle.abort();
                aborted.send(()).unwrap();
                handle
            });
            let polls = Rc::new(Cell::new(0));
            let counter = polls.clone();
            let task = spawn(poll_fn(move |_| {
                counter.set(counter.get() + 1);
                begun.send(()).unwrap();
                is_aborted.recv().unwrap();
                last
            }));
            give.send(task).unwrap();
            let outcome = thread.await.unwrap().await;
            assert_eq!(polls.get(), 1);
            assert_eq!(is_cancelled(outcome), cancelled);
        });
    }
}

/// B2.2
#[test]
fn an_abort_after_the_end_changes_nothing() {
    simulate(async {
        let drops = Drops::default();
        let token = drops.one();
        let handle = spawn(async { token });
        until_nothing_is_ready().await;
        handle.abort();
        until_nothing_is_ready().await;
        assert_eq!(drops.count(), 0, "the output is kept");
        assert!(handle.await.is_ok());
        assert_eq!(drops.count(), 1);
    });
}

/// B2.2
#[test]
fn an_abort_after_the_loop_is_gone_changes_nothing() {
    let (mut done, mut left) = run(async {
        (spawn(async { 1 }), {
            yield_now().await;
            spawn(pending::<()>())
        })
    });
    done.abort();
    left.abort();
    assert!(matches!(poll(&mut done, Waker::noop()), Poll::Ready(Ok(1))));
    assert!(matches!(poll(&mut left, Waker::noop()), Poll::Ready(Err(JoinError::Cancelled))));
}

/// B2.3
#[test]
fn an_abort_wakes_the_joiner_once_also_if_it_is_called_twice() {
    simulate(async {
        let (wakes, waker) = Wakes::new();
        let drops = Drops::default();
        let mut handle = spawn(waiting(&Rc::default(), drops.one()));
        assert!(poll(&mut handle, &waker).is_pending());
        handle.abort();
        handle.abort();
        assert_eq!(wakes.count(), 0, "not inside the call");
        until_nothing_is_ready().await;
        handle.abort();
        until_nothing_is_ready().await;
        assert_eq!((wakes.count(), drops.count()), (1, 1));
        assert!(is_cancelled(handle.await));
    });
}

/// B2.3
#[test]
fn an_abort_from_another_thread_ends_the_sleep_of_the_loop() {
    let (parked, is_parked) = unbounded();
    let mut event_loop = EventLoop::builder().observer(TellParked(parked)).build().unwrap();
    let (dropped, is_dropped) = oneshot::channel::<()>();
    let handle = event_loop.spawn(pending_with(dropped));
    let thread = thread::spawn(move || {
        is_parked.recv().unwrap();
        handle.abort();
        handle
    });
    assert!(event_loop.run(is_dropped).is_err(), "the sender was dropped");
    let mut handle = thread.join().unwrap();
    assert!(matches!(poll(&mut handle, Waker::noop()), Poll::Ready(Err(JoinError::Cancelled))));
}

/// B2.3: our abort handle is the join handle, here in another thread's hands. An abort is no wake:
/// so that the loop does not call itself stuck, a thread that means to abort keeps a spawner.
#[test]
fn an_abort_wakes_the_joiner_even_if_the_handle_is_the_last_thing_alive() {
    let (parked, is_parked) = unbounded();
    let mut event_loop = EventLoop::builder().observer(TellParked(parked)).build().unwrap();
    let (give, take) = mpsc::channel::<JoinHandle<()>>();
    let spawner = event_loop.spawner();
    let thread = thread::spawn(move || {
        let handle = take.recv().unwrap();
        is_parked.recv().unwrap();
        handle.abort();
        drop(spawner);
        handle // without a handle nobody would wait any longer
    });
    // No waker of the task exists, and the only one of this future is the joiner's.
    let mut handle = Some(event_loop.spawn(pending()));
    event_loop.run(poll_fn(|cx| {
        let Some(mut handle) = handle.take() else { return Poll::Ready(()) };
        assert!(poll(&mut handle, cx.waker()).is_pending());
        give.send(handle).unwrap();
        Poll::Pending
    }));
    drop(thread.join().unwrap());
}

/// B2.4
#[test]
fn the_destructor_runs_on_the_loops_thread_whichever_thread_aborts() {
    let (tell, told) = mpsc::channel();
    run(async {
        let task = spawn(pending_with(on_drop(move || tell.send(thread::current().id()).unwrap())));
        let job = spawn_blocking(move || {
            task.abort();
            task
        });
        assert!(is_cancelled(job.await.unwrap().await));
    });
    assert_eq!(told.iter().collect::<Vec<_>>(), [thread::current().id()]);
}

/// B2.4
#[test]
fn a_task_may_be_aborted_under_a_lock_that_its_destructor_takes() {
    run(async {
        let lock = Arc::new(Mutex::new(0));
        let taken = lock.clone();
        let handle = spawn(pending_with(on_drop(move || {
            *taken.try_lock().expect("nobody holds the lock") += 1;
        })));
        yield_now().await;
        let guard = lock.lock();
        handle.abort();
        drop(guard);
        assert!(is_cancelled(handle.await));
        assert_eq!(*lock.lock(), 1);
    });
}

/// B2.4
#[test]
fn the_destructor_may_use_the_loop_for_it_runs_outside_every_borrow() {
    simulate(async {
        let other = spawn(pending::<()>());
        let other_id = other.id();
        let seen = Rc::new(RefCell::new(None));
        let tell = seen.clone();
        let handle = spawn(pending_with(on_drop(move || {
            other.abort();
            let known = tasks().iter().any(|task| task.id == other.id());
            *tell.borrow_mut() = Some((known, other, spawn(async { "spawned" })));
        })));
        yield_now().await;
        handle.abort();
        assert!(is_cancelled(handle.await));
        let (known, other, spawned) = seen.borrow_mut().take().expect("the destructor has run");
        assert!(known && other.id() == other_id);
        assert!(is_cancelled(other.await));
        assert_eq!(spawned.await.unwrap(), "spawned");
    });
}

/// A task that wakes and aborts itself in its first poll, in this order.
fn a_task_of_one_poll(first: impl Fn(&Waker, &JoinHandle<()>) + 'static) {
    simulate(async {
        let (drops, polls) = (Drops::default(), Rc::new(Cell::new(0)));
        let (token, counter) = (drops.one(), polls.clone());
        let kept = Rc::new(OnceCell::<Waker>::new());
        let keep = kept.clone();
        let task = spawn_with_handle(|own: Own<()>| {
            poll_fn(move |cx| {
                let _held = &token;
                counter.set(counter.get() + 1);
                let _ = keep.set(cx.waker().clone());
                first(cx.waker(), own.get().unwrap());
                Poll::Pending
            })
        });
        until_nothing_is_ready().await;
        kept.get().unwrap().wake_by_ref();
        until_nothing_is_ready().await;
        assert_eq!((polls.get(), drops.count()), (1, 1));
        assert!(is_cancelled(outcome(task)));
    });
}

/// B2.5
#[test]
fn a_wake_and_then_an_abort_during_a_poll_drop_the_task_once_without_another_poll() {
    a_task_of_one_poll(|waker, handle| {
        waker.wake_by_ref();
        handle.abort();
    });
}

/// B2.5
#[test]
fn an_abort_and_then_a_wake_during_a_poll_drop_the_task_once_without_another_poll() {
    a_task_of_one_poll(|waker, handle| {
        handle.abort();
        waker.wake_by_ref();
        waker.wake_by_ref();
    });
}

/// B2.5
#[test]
fn a_wake_from_another_thread_and_an_abort_during_a_poll_drop_the_task_once() {
    a_task_of_one_poll(|waker, handle| {
        thread::scope(|scope| scope.spawn(|| waker.wake_by_ref()).join().unwrap());
        handle.abort();
    });
}

/// B2.6: a handle cannot be cloned; it may be dropped before the abort has taken effect.
#[test]
fn an_abort_stands_when_the_handle_is_dropped_right_after_it() {
    simulate(async {
        let (polls, drops) = (Rc::new(Cell::new(0)), Drops::default());
        let handle = spawn(waiting(&polls, drops.one()));
        handle.abort();
        drop(handle);
        until_nothing_is_ready().await;
        assert_eq!((polls.get(), drops.count()), (0, 1));
    });
}

/// B2.6
#[test]
fn a_handle_dropped_after_its_aborted_task_leaves_nothing_behind() {
    let (wakes, waker) = Wakes::new();
    simulate(async {
        let mut handle = spawn(pending::<()>());
        assert!(poll(&mut handle, &waker).is_pending());
        handle.abort();
        until_nothing_is_ready().await;
        drop(handle);
        assert_eq!(tasks().len(), 1);
    });
    drop(waker);
    assert_eq!(Arc::strong_count(&wakes), 1);
}

/// B2.6
#[test]
fn an_old_handle_does_not_abort_the_task_that_came_after_its_own() {
    simulate(async {
        let old = spawn(async {});
        until_nothing_is_ready().await;
        // It takes the place in the slab that has become free.
        let new = spawn(async {
            until_nothing_is_ready().await;
            "untouched"
        });
        old.abort();
        until_nothing_is_ready().await;
        old.abort();
        assert_eq!(new.await.unwrap(), "untouched");
    });
}

/// B2.6
#[test]
fn handles_on_other_threads_abort_and_go_before_and_after_their_tasks() {
    run(async {
        let drops = Drops::default();
        let (give, take) = mpsc::channel::<JoinHandle<()>>();
        let spawner = spawner();
        let aborter = spawn_blocking(move || {
            let _spawner = spawner;
            take.into_iter().for_each(|handle| handle.abort());
        });
        for _ in 0..200 {
            let token = drops.one();
            give.send(spawn(async move {
                let _token = token;
                yield_now().await;
                yield_now().await;
            }))
            .unwrap();
            yield_now().await;
        }
        drop(give);
        aborter.await.unwrap();
        while tasks().len() > 1 {
            yield_now().await;
        }
        assert_eq!(drops.count(), 200, "each once, whether it was done or cancelled");
    });
}
