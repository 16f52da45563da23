//! Loops in loops, calls outside of any, several on a thread (B7); and the loop that cannot be
//! made.

use std::future::pending;
use std::panic::{self, AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::sync::Arc;
use std::thread;

use crossbeam_channel::bounded;
use executor::{Clock, spawn, yield_now};
use futures::task::LocalSpawnExt;
use parking_lot::Mutex;
use timer::{Driver, Instant, now, sleep, timeout};

use crate::checked::run;
use crate::support::{HOUR, alone, ends, ms, on_drop, panic_of, pending_with, simulate, simulated};

const NESTED: &str = "a loop was run inside a running loop, which would block it: await the \
                      future instead, or run the loop on another thread";

/// B7.1
#[test]
fn run_inside_run_panics_with_advice() {
    simulate(async { assert_eq!(panic_of(|| executor::run(async {})), NESTED) });
}

/// B7.1
#[test]
fn run_inside_a_task_panics_with_advice_also_on_a_loop_made_before() {
    let mut event_loop = simulated();
    simulate(async move {
        let task = spawn(async move { panic_of(|| event_loop.run(pending::<()>())) });
        assert_eq!(task.await.unwrap(), NESTED);
    });
}

/// B7.1
#[test]
fn run_inside_a_tasks_destructor_panics_with_advice() {
    let text = Arc::new(Mutex::new(String::new()));
    let told = text.clone();
    simulate(async move {
        let run = on_drop(move || *told.lock() = panic_of(|| executor::run(async {})));
        drop(spawn(pending_with(run)));
        yield_now().await;
    });
    assert_eq!(*text.lock(), NESTED);
}

/// B7.1
#[test]
fn both_loops_are_intact_after_the_panic() {
    let mut inner = simulated();
    let value = inner.spawn(async { "inner" });
    simulate(async {
        let me = executor::current_task();
        let before = spawn(async { sleep(ms(1)).await });
        panic_of(|| inner.run(async {}));
        assert_eq!(executor::current_task(), me);
        before.await.unwrap();
        spawn(sleep(HOUR)).await.unwrap();
        assert_eq!(now(), Instant::START + ms(1) + HOUR);
    });
    assert_eq!(inner.run(value).unwrap(), "inner");
}

/// B7.1
#[test]
fn run_on_another_thread_inside_a_blocking_job_is_fine() {
    let answer = simulate(async {
        executor::spawn_blocking(|| simulate(async { spawn(async { 42 }).await.unwrap() })).await
    });
    assert_eq!(answer.unwrap(), 42);
}

/// What a call outside a loop panics with; and that it says so at the caller's line.
macro_rules! panic_at_this_line {
    ($call:expr) => {{
        let sites = Arc::new(Mutex::new(Vec::new()));
        let told = sites.clone();
        panic::set_hook(Box::new(move |panic| {
            let site = panic.location().unwrap();
            told.lock().push((site.file().to_owned(), site.line()));
        }));
        let outcome = catch_unwind(AssertUnwindSafe(|| _ = $call));
        drop(panic::take_hook());
        assert_eq!(*sites.lock(), [(file!().to_owned(), line!())]);
        panic_of(|| outcome.unwrap_or_else(|panic| panic::resume_unwind(panic)))
    }};
}

/// B7.2. A panic hook is global: it gets a process of its own. Sockets do the same in `sockets`.
#[test]
fn calls_outside_a_loop_panic_at_the_callers_line_and_say_what_to_do() {
    alone("nesting::calls_outside_a_loop_panic_at_the_callers_line_and_say_what_to_do", || {
        let says = |text: String, caller| {
            assert!(text.starts_with(&format!("{caller} was called outside an event loop")));
            assert!(text.ends_with("call it in a future that executor::run runs"));
        };
        says(panic_at_this_line!(executor::spawn(async {})), "executor::spawn");
        says(panic_at_this_line!(executor::spawn_named("a", async {})), "executor::spawn_named");
        says(panic_at_this_line!(executor::spawn_blocking(|| ())), "executor::spawn_blocking");
        says(panic_at_this_line!(executor::spawner()), "executor::spawner");
        says(panic_at_this_line!(executor::local_spawner()), "executor::local_spawner");
        says(panic_at_this_line!(executor::tasks()), "executor::tasks");
        says(panic_at_this_line!(executor::gather_all([async {}])), "executor::gather_all");
        says(panic_at_this_line!(executor::gather!(async {})), "executor::gather!");
        says(panic_at_this_line!(timer::sleep(HOUR)), "timer::sleep");
        says(panic_at_this_line!(timer::now()), "timer::now");
        panic_at_this_line!(timer::timeout(HOUR, async {}));
        panic_at_this_line!(timer::interval(HOUR));
    });
}

/// B7.2
#[test]
fn a_nested_run_panics_at_the_callers_line() {
    alone("nesting::a_nested_run_panics_at_the_callers_line", || {
        let mut other = simulated();
        simulate(async {
            assert_eq!(panic_at_this_line!(executor::run(async {})), NESTED);
            assert_eq!(panic_at_this_line!(other.run(async {})), NESTED);
            assert_eq!(panic_at_this_line!(other.try_run(async {})), NESTED);
        });
    });
}

/// B7.2
#[test]
fn a_thread_that_the_loop_has_left_is_outside_again() {
    simulate(async { drop(spawn(async {})) });
    assert!(panic_of(|| spawn(async {})).starts_with("executor::spawn was called outside"));
    assert!(panic_of(|| sleep(HOUR)).starts_with("timer::sleep was called outside"));
    let mut event_loop = simulated();
    panic_of(|| event_loop.run(async { panic!("also after a panic, which is meant") }));
    assert!(panic_of(|| spawn(async {})).starts_with("executor::spawn was called outside"));
    assert!(panic_of(now).starts_with("timer::now was called outside"));
}

/// B7.3
#[test]
fn two_loops_take_turns_on_one_thread_each_with_its_own_time_and_tasks() {
    let mut loops = [simulated(), simulated()];
    let ids = loops.each_ref().map(|event_loop| event_loop.spawner());
    for round in 1..4 {
        for (event_loop, spawner) in loops.iter_mut().zip(&ids) {
            event_loop.run(async {
                assert_eq!(now(), Instant::START + HOUR * (round - 1));
                spawner.spawn(sleep(HOUR)).await.unwrap();
                assert_eq!(executor::tasks().len(), 1);
            });
        }
    }
}

/// B7.3
#[test]
fn loops_on_one_thread_may_be_dropped_in_any_order() {
    for first in [0, 1] {
        let mut loops = vec![simulated(), simulated()];
        let _tasks: Vec<_> = loops.iter().map(|it| it.spawn(pending::<()>())).collect();
        drop(loops.remove(first));
        assert_eq!(loops[0].run(async { spawn(async { 5 }).await.unwrap() }), 5);
    }
}

/// B7.3. The only guards that can be held are a driver's, which this tells apart by their time.
#[test]
fn the_driver_left_last_gives_the_place_back_to_the_one_before() {
    let driver = |hours| {
        let clock = Clock::simulated();
        clock.advance(HOUR * hours);
        Rc::new(Driver::new(clock).unwrap())
    };
    let (outer, inner) = (driver(1), driver(2));
    let outer_entered = outer.enter();
    let inner_entered = inner.enter();
    assert_eq!(now(), Instant::START + HOUR * 2);
    drop(inner_entered);
    assert_eq!(now(), Instant::START + HOUR);
    drop(outer_entered);
    assert!(panic_of(now).contains("outside an event loop"));
}

/// B7.3
#[test]
fn a_local_spawner_of_one_loop_used_inside_another_spawns_on_its_own() {
    let mut one = simulated();
    let spawner = one.local_spawner();
    let (handle,) = simulate(async {
        let handle = spawner.spawn_local_with_handle(async { executor::current_task() }).unwrap();
        yield_now().await;
        assert_eq!(executor::tasks().len(), 1, "it is not a task of this loop");
        (handle,)
    });
    assert!(one.run(handle).is_some());
}

/// B7.4. This thread's loop is entered when the other one's waker is called.
#[test]
fn a_waker_of_one_loop_called_inside_another_reaches_its_own() {
    ends(|| {
        let (wakers, waker) = bounded(1);
        let one = thread::spawn(move || {
            let mut polls = 0;
            run(std::future::poll_fn(|cx| {
                polls += 1;
                if polls == 1 {
                    wakers.send(cx.waker().clone()).unwrap();
                    return std::task::Poll::Pending;
                }
                std::task::Poll::Ready(())
            }));
            polls
        });
        run(async { spawn(async move { waker.recv().unwrap().wake() }).await.unwrap() });
        assert_eq!(one.join().unwrap(), 2);
    });
}

/// B7.4. Both loops are on this thread: the inner one, which ends, is the one entered.
#[test]
fn a_waker_of_the_outer_loop_called_by_a_destructor_of_an_inner_one_reaches_the_outer() {
    simulate(async {
        let mut polls = 0;
        let twice = std::future::poll_fn(|cx| {
            polls += 1;
            if polls == 2 {
                return std::task::Poll::Ready(());
            }
            let inner = simulated();
            let waker = cx.waker().clone();
            drop(inner.spawn(pending_with(on_drop(move || waker.wake()))));
            drop(inner);
            std::task::Poll::Pending
        });
        assert!(timeout(HOUR, twice).await.is_ok());
    });
}

/// B7.4
#[test]
fn the_end_of_one_loop_leaves_a_loop_that_talked_to_it_working() {
    ends(|| {
        let mut event_loop = simulated();
        let task = event_loop.spawn(async { sleep(HOUR).await });
        let handles =
            thread::spawn(|| simulate(async { (spawn(pending::<()>()), spawn(async {})) }));
        let (unfinished, never_polled) = handles.join().unwrap();
        event_loop.run(async {
            assert!(unfinished.await.is_err() && never_polled.await.is_err());
            task.await.unwrap();
        });
    });
}

#[cfg(target_os = "linux")]
mod with_few_files {
    use std::fs::File;

    use super::*;
    use crate::checked::EventLoop;
    use crate::support::{alone_with, with_limit};

    /// A process that may open few files has opened them all.
    #[test]
    fn a_loop_for_which_no_descriptor_is_left_is_an_error() {
        const NAME: &str =
            "nesting::with_few_files::a_loop_for_which_no_descriptor_is_left_is_an_error";
        alone_with(NAME, with_limit("-n 64".to_owned()), || {
            let mut files: Vec<File> = (0..).map_while(|_| File::open("/dev/null").ok()).collect();
            assert!(files.len() < 64);
            let error = EventLoop::new().map(drop).unwrap_err();
            let text = panic_at_this_line!(executor::run(async {}));
            assert_eq!(text, format!("an event loop could not be made: {error}"));
            // What was opened half is closed again: with enough descriptors there is a loop.
            files.truncate(40);
            (0..100).for_each(|_| drop(EventLoop::new().unwrap()));
            files.extend((0..).map_while(|_| File::open("/dev/null").ok()));
            assert!(EventLoop::new().is_err());
            drop(files);
            assert_eq!(executor::run(async { 7 }), 7);
        });
    }
}
