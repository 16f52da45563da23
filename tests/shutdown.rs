//! The end of `run`, and of the loop (B5): what becomes of what is left.

use std::cell::{Cell, RefCell};
use std::future::{pending, poll_fn, ready};
use std::rc::Rc;
use std::sync::Arc;
use std::task::Poll;
use std::thread;

use crossbeam_channel::bounded;
use executor::journal::Event;
use executor::{JoinError, JoinHandle, spawn, yield_now};
use futures::FutureExt;
use parking_lot::Mutex;
use timer::sleep;

use crate::checked::{EventLoop, run};
use crate::support::{
    Drops, HOUR, PanicsInDrop, alone, ends, on_drop, panic_of, pending_with, simulate,
    simulate_and_record, simulated, until_nothing_is_ready,
};

fn is_cancelled<T>(handle: JoinHandle<T>) -> bool {
    matches!(handle.now_or_never(), Some(Err(JoinError::Cancelled)))
}

/// B5.1
#[test]
fn the_end_of_run_drops_every_future_once_also_those_never_polled() {
    let drops = Drops::default();
    simulate(async {
        for _ in 0..10 {
            drop(spawn(pending_with(drops.one())));
        }
        yield_now().await;
        for _ in 0..10 {
            drop(spawn(pending_with(drops.one())));
        }
        assert_eq!(drops.count(), 0);
    });
    assert_eq!(drops.count(), 20);
}

/// B5.1
#[test]
fn the_drop_of_a_loop_that_never_ran_drops_every_future_once() {
    let drops = Drops::default();
    let event_loop = simulated();
    for _ in 0..10 {
        drop(event_loop.spawn(pending_with(drops.one())));
    }
    assert_eq!(drops.count(), 0);
    drop(event_loop);
    assert_eq!(drops.count(), 10);
}

/// B5.1
#[test]
fn futures_are_dropped_on_the_loops_thread_with_the_loop_still_entered() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let mut expected = Vec::new();
    let look = || {
        let seen = seen.clone();
        on_drop(move || {
            timer::now();
            seen.lock().push((executor::current_task(), thread::current().id()));
        })
    };
    let mut event_loop = simulated();
    event_loop.run(async {
        let task = spawn(pending_with(look()));
        yield_now().await;
        expected.push((Some(task.id()), thread::current().id()));
    });
    let task = event_loop.spawn(pending_with(look()));
    expected.push((Some(task.id()), thread::current().id()));
    drop(event_loop);
    assert_eq!(*seen.lock(), expected);
}

/// B5.1. The one is dropped by the end of its task, as nobody wants it, the other by its reader.
#[test]
fn an_output_is_dropped_in_the_name_of_whoever_drops_it() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let look = || {
        let seen = seen.clone();
        on_drop(move || seen.lock().push(executor::current_task().map(executor::TaskId::number)))
    };
    simulated().run(async {
        drop(spawn(ready(look())));
        yield_now().await;
        drop(spawn(ready(look())).await);
    });
    assert_eq!(*seen.lock(), [Some(1), Some(0)]);
}

/// B5.1
#[test]
fn timers_are_cancelled_by_the_drop_of_their_futures_as_the_loop_ends() {
    let ((), record) = simulate_and_record(async {
        for _ in 0..10 {
            drop(spawn(sleep(HOUR)));
        }
        yield_now().await;
    });
    assert_eq!(record.count(|event| matches!(event, Event::TimerArmed { .. })), 10);
    assert_eq!(record.count(|event| matches!(event, Event::TimerCancelled { .. })), 10);
}

/// B5.1
#[test]
fn the_main_future_is_dropped_before_the_tasks_are_cancelled() {
    let order = Rc::new(RefCell::new(Vec::new()));
    let note = |what| {
        let order = order.clone();
        on_drop(move || order.borrow_mut().push(what))
    };
    simulate(async {
        let _mine = note("main");
        drop(spawn(pending_with(note("task"))));
    });
    assert_eq!(*order.borrow(), ["main", "task"]);
}

/// B5.2
#[test]
fn a_task_spawned_by_a_destructor_at_the_end_is_refused() {
    let drops = Drops::default();
    let handle = Rc::new(RefCell::new(None));
    let mut event_loop = simulated();
    event_loop.run(async {
        let (late, handle) = (drops.one(), handle.clone());
        let spawn_late = on_drop(move || {
            handle.replace(Some(spawn(pending_with(late))));
        });
        drop(spawn(pending_with(spawn_late)));
        yield_now().await;
    });
    assert_eq!(drops.count(), 1);
    assert!(is_cancelled(handle.take().unwrap()));
    event_loop.run(yield_now());
    assert_eq!(drops.count(), 1, "nothing of it is left for the next run");
}

/// B5.2. A destructor spawns a future whose destructor spawns a future, and so on.
#[test]
fn destructors_that_go_on_spawning_at_the_end_come_to_an_end() {
    fn chain(left: usize, drops: Drops) {
        let counted = drops.one();
        if left > 0 {
            drop(spawn(pending_with((counted, on_drop(move || chain(left - 1, drops))))));
        }
    }
    let drops = Drops::default();
    simulate(async { chain(100, drops.clone()) });
    assert_eq!(drops.count(), 101);
}

/// B5.2
#[test]
fn a_task_spawned_by_a_destructor_while_the_loop_runs_is_a_task_like_any_other() {
    let ran = Rc::new(Cell::new(false));
    simulate(async {
        let ran_late = ran.clone();
        let task = spawn(pending_with(on_drop(move || {
            drop(spawn(async move { ran_late.set(true) }));
        })));
        yield_now().await;
        task.abort();
        until_nothing_is_ready().await;
    });
    assert!(ran.get());
}

/// B5.2
#[test]
fn destructors_may_lock_what_another_task_locks_in_its_own() {
    ends(|| {
        let mutex = Arc::new(Mutex::new(0));
        simulate(async {
            let lock = || {
                let mutex = mutex.clone();
                on_drop(move || *mutex.lock() += 1)
            };
            let tasks = [spawn(pending_with(lock())), spawn(pending_with(lock()))];
            yield_now().await;
            // An abort drops nothing here and now, where the lock is taken.
            let locked = mutex.lock();
            tasks.iter().for_each(JoinHandle::abort);
            drop(locked);
            drop((spawn(pending_with(lock())), spawn(pending_with(lock()))));
        });
        assert_eq!(*mutex.lock(), 4);
    });
}

/// B5.2
#[test]
fn destructors_that_abort_one_another_drop_each_task_once() {
    let drops = Drops::default();
    simulate(async {
        let handles: Rc<RefCell<Vec<JoinHandle<()>>>> = Rc::default();
        for _ in 0..10 {
            let (all, counted) = (handles.clone(), drops.one());
            let abort_all = on_drop(move || all.borrow().iter().for_each(JoinHandle::abort));
            handles.borrow_mut().push(spawn(pending_with((abort_all, counted))));
        }
        yield_now().await;
    });
    assert_eq!(drops.count(), 10);
}

/// B5.2
#[test]
fn a_destructor_may_send_to_a_task_that_is_already_gone_or_goes_next() {
    use futures::channel::mpsc::unbounded;
    use futures::stream::StreamExt;
    let drops = Drops::default();
    simulate(async {
        let (to_first, mut first) = unbounded();
        let (to_second, mut second) = unbounded();
        let [one, two] = [drops.one(), drops.one()];
        drop(spawn(async move {
            let _sends = on_drop(move || drop(to_second.unbounded_send(one)));
            first.next().await;
        }));
        drop(spawn(async move {
            let _sends = on_drop(move || drop(to_first.unbounded_send(two)));
            second.next().await;
        }));
        yield_now().await;
    });
    assert_eq!(drops.count(), 2);
}

/// B5.2
#[test]
fn a_destructor_that_panics_at_the_end_keeps_none_of_the_others_from_running() {
    let drops = Drops::default();
    simulate(async {
        for _ in 0..3 {
            let bomb = PanicsInDrop("this destructor panics, and is meant to");
            drop(spawn(pending_with((drops.one(), bomb))));
        }
        yield_now().await;
    });
    assert_eq!(drops.count(), 3);
}

/// B5.2, a blocking job in place of a task.
#[test]
fn a_blocking_job_handed_in_by_a_destructor_at_the_end_is_refused() {
    let handle = Rc::new(RefCell::new(None));
    let drops = Drops::default();
    simulate(async {
        let (late, handle) = (drops.one(), handle.clone());
        let hand_in = on_drop(move || {
            handle.replace(Some(executor::spawn_blocking(move || drop(late))));
        });
        drop(spawn(pending_with(hand_in)));
        yield_now().await;
    });
    assert_eq!(drops.count(), 1);
    assert!(is_cancelled(handle.take().unwrap()));
}

/// B5.3
#[test]
fn a_handle_that_outlives_the_run_resolves_to_cancelled_or_has_its_value() {
    let (unfinished, finished) = simulate(async {
        let handles = (spawn(pending::<()>()), spawn(async { "value" }));
        yield_now().await;
        handles
    });
    assert!(is_cancelled(unfinished));
    assert_eq!(finished.now_or_never().unwrap().unwrap(), "value");
}

/// B5.3
#[test]
fn a_handle_that_outlives_a_loop_that_never_ran_resolves_to_cancelled() {
    let handle = simulated().spawn(async { "value" });
    assert!(is_cancelled(handle));
}

/// B5.3
#[test]
fn a_thread_that_awaits_a_task_is_told_when_the_loop_ends_before_it() {
    ends(|| {
        let (handles, handle) = bounded(1);
        let thread = thread::spawn(move || run::<JoinHandle<()>>(handle.recv().unwrap()));
        simulate(async {
            let task = spawn(pending());
            handles.send(task).unwrap();
            yield_now().await;
        });
        assert!(matches!(thread.join().unwrap(), Err(JoinError::Cancelled)));
    });
}

/// B5.4
#[test]
fn tasks_that_own_each_others_handles_do_not_leak() {
    let drops = Drops::default();
    simulate(async {
        let handles: Rc<RefCell<Vec<Option<JoinHandle<()>>>>> = Rc::default();
        for other in [1, 0] {
            let (all, counted) = (handles.clone(), drops.one());
            let task = spawn(async move {
                let _counted = counted;
                let handle = all.borrow_mut()[other].take().unwrap();
                drop(handle.await);
            });
            handles.borrow_mut().push(Some(task));
        }
        until_nothing_is_ready().await;
        assert_eq!(drops.count(), 0, "each waits for the other");
    });
    assert_eq!(drops.count(), 2);
}

/// B5.4
#[test]
fn a_task_that_owns_its_own_waker_does_not_leak() {
    let drops = Drops::default();
    simulate(async {
        let counted = drops.one();
        drop(spawn(async move {
            let waker = poll_fn(|cx| Poll::Ready(cx.waker().clone())).await;
            pending_with((waker, counted)).await;
        }));
        yield_now().await;
    });
    assert_eq!(drops.count(), 1);
}

/// B5.5
#[test]
fn a_loop_dropped_by_a_panic_drops_its_tasks() {
    let drops = Drops::default();
    let text = panic_of(|| {
        let event_loop = simulated();
        drop(event_loop.spawn(pending_with(drops.one())));
        // Its panic meets the other one, and must end before it.
        drop(event_loop.spawn(pending_with(PanicsInDrop("a panic during a panic, and meant"))));
        drop(event_loop.spawn(pending_with(drops.one())));
        panic!("dinner is cancelled");
    });
    assert_eq!(text, "dinner is cancelled");
    assert_eq!(drops.count(), 2);
}

/// B5.5
#[test]
fn a_loop_dropped_inside_another_ones_task_drops_its_tasks_and_leaves_the_other_entered() {
    let drops = Drops::default();
    simulate(async {
        let (counted, me) = (drops.one(), executor::current_task());
        let seen = Rc::new(Cell::new(None));
        let inner = simulated();
        let inner_seen = seen.clone();
        let look = on_drop(move || inner_seen.set(executor::current_task()));
        let inner_task = inner.spawn(pending_with((look, counted)));
        drop(inner);
        assert_eq!(drops.count(), 1);
        assert_eq!(seen.get(), Some(inner_task.id()), "its own loop was entered");
        assert!(is_cancelled(inner_task));
        // And now it is this one again.
        assert_eq!(executor::current_task(), me);
        assert_eq!(spawn(async { 7 }).await.unwrap(), 7);
        sleep(HOUR).await;
    });
}

/// B5.5
#[test]
fn a_loop_may_be_dropped_by_a_thread_locals_destructor() {
    thread_local! {
        static LAST: RefCell<Option<EventLoop>> = const { RefCell::new(None) };
    }
    alone("shutdown::a_loop_may_be_dropped_by_a_thread_locals_destructor", || {
        // Whichever thread-local is touched first is destroyed last: the loop's, or this one.
        for touched_first in [true, false] {
            let drops = Drops::default();
            let counted = drops.one();
            let thread = thread::spawn(move || {
                if touched_first {
                    LAST.set(None);
                }
                let mut event_loop = simulated();
                event_loop.run(yield_now());
                let task = event_loop.spawn(async move {
                    sleep(HOUR).await;
                    drop(counted);
                });
                drop(task);
                LAST.set(Some(event_loop));
            });
            thread.join().unwrap();
            assert_eq!(drops.count(), 1);
        }
    });
}

/// B5.6
#[test]
fn a_leaked_loop_leaks_its_tasks_and_nothing_else() {
    let drops = Drops::default();
    let event_loop = simulated();
    let mut handle = event_loop.spawn(pending_with(drops.one()));
    let spawner = event_loop.spawner();
    std::mem::forget(event_loop);
    // The thread is free for another loop, in which none of it is to be seen.
    simulate(async {
        assert_eq!(executor::tasks().len(), 1);
        sleep(HOUR).await;
        assert!(futures::poll!(&mut handle).is_pending());
    });
    handle.abort();
    drop(spawner.spawn(async {}));
    assert_eq!(drops.count(), 0);
}
