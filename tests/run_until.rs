//! `run_until`: a run that leaves the other tasks as they are.
#![expect(clippy::async_yields_async, reason = "what is awaited is for the next run")]

use std::cell::Cell;
use std::future::pending;
use std::rc::Rc;
use std::sync::mpsc;
use std::thread;

use executor::{JoinError, spawn, spawn_blocking, yield_now};
use futures::FutureExt;
use timer::{Instant, now, sleep};

use crate::checked::EventLoop;
use crate::support::{Drops, HOUR, panic_of, pending_with, simulated};

/// B5.7, B5.1
#[test]
fn the_end_of_run_until_drops_nothing_and_a_later_end_of_run_drops_it_once() {
    let drops = Drops::default();
    let mut event_loop = simulated();
    event_loop.run_until(async {
        drop(spawn(pending_with(drops.one())));
        yield_now().await;
        drop(spawn(pending_with(drops.one())));
    });
    assert_eq!(drops.count(), 0);
    event_loop.run(async {});
    assert_eq!(drops.count(), 2);
}

/// B5.7, B5.1
#[test]
fn the_drop_of_a_loop_after_run_until_drops_what_is_left() {
    let drops = Drops::default();
    let mut event_loop = simulated();
    let left = event_loop.run_until(async { spawn(pending_with(drops.one())) });
    drop(event_loop);
    assert_eq!(drops.count(), 1);
    assert!(matches!(left.now_or_never(), Some(Err(JoinError::Cancelled))));
}

/// B5.7
#[test]
fn a_task_that_is_left_goes_on_from_where_it_was() {
    let polls = Rc::new(Cell::new(0));
    let mut event_loop = simulated();
    let counted = polls.clone();
    let task = event_loop.spawn(async move {
        for _ in 0..3 {
            counted.set(counted.get() + 1);
            yield_now().await;
        }
        "soup"
    });
    // The main future comes second in each round: it sees the round's poll of the task.
    event_loop.run_until(async {});
    let after_one = polls.get();
    event_loop.run_until(yield_now());
    assert!(after_one < polls.get() && polls.get() <= 3);
    assert_eq!(event_loop.run_until(task).unwrap(), "soup");
    assert_eq!(polls.get(), 3);
}

/// B5.7
#[test]
fn a_sleep_that_is_left_wakes_its_task_in_the_next_run() {
    let mut event_loop = simulated();
    let start: Instant = event_loop.run_until(async { now() });
    let woken = event_loop.run_until(async {
        let woken = spawn(async {
            sleep(HOUR).await;
            now()
        });
        yield_now().await;
        woken
    });
    assert_eq!(event_loop.run(woken).unwrap() - start, HOUR);
}

/// B5.7
#[test]
fn a_wake_between_two_runs_is_not_lost() {
    let mut event_loop = EventLoop::new().unwrap();
    for elsewhere in [false, true] {
        let (send, receive) = futures::channel::oneshot::channel();
        let task = event_loop.run_until(async {
            let task = spawn(receive);
            yield_now().await;
            task
        });
        let wake = move || send.send("soup").unwrap();
        if elsewhere {
            thread::spawn(wake).join().unwrap()
        } else {
            wake()
        }
        assert_eq!(event_loop.run_until(task).unwrap(), Ok("soup"));
    }
}

/// B5.7
#[test]
fn a_job_goes_on_between_two_runs() {
    let mut event_loop = EventLoop::new().unwrap();
    let (go, wait) = mpsc::channel::<()>();
    let (tell, told) = mpsc::channel();
    let job = event_loop.run_until(async {
        spawn_blocking(move || {
            wait.recv().unwrap();
            tell.send("done").unwrap();
        })
    });
    go.send(()).unwrap();
    assert_eq!(told.recv().unwrap(), "done");
    event_loop.run_until(job).unwrap();
}

/// B5.7
#[test]
fn other_threads_spawn_between_two_runs() {
    let mut event_loop = EventLoop::new().unwrap();
    event_loop.run_until(async {});
    let spawner = event_loop.spawner();
    let task = thread::spawn(move || spawner.spawn(async { "soup" })).join().unwrap();
    assert_eq!(event_loop.run_until(task).unwrap(), "soup");
}

/// B5.7
#[cfg(unix)]
#[test]
fn what_is_made_with_the_loop_entered_is_of_the_loop_that_runs_later() {
    let mut event_loop = EventLoop::new().unwrap();
    let (kitchen, table) = std::os::unix::net::UnixDatagram::pair().unwrap();
    let (table, order) = event_loop.enter(|| {
        let order = spawn(async { "soup" });
        (executor::net::Async::new(table).unwrap(), order)
    });
    assert_eq!(executor::current_task(), None);
    kitchen.send(b"soup").unwrap();
    let read = event_loop.run_until(table.read_with(|table| table.recv(&mut [0; 8])));
    assert_eq!(read.unwrap(), 4);
    assert_eq!(event_loop.run_until(order).unwrap(), "soup");
}

/// B5.7
#[test]
fn a_panic_of_the_future_leaves_the_others_too() {
    let mut event_loop = simulated();
    let task = event_loop.spawn(async {
        yield_now().await;
        "soup"
    });
    let burnt = panic_of(|| event_loop.run_until(async { panic!("burnt") }));
    assert_eq!(burnt, "burnt");
    assert_eq!(event_loop.run_until(task).unwrap(), "soup");
}

/// B5.7
#[test]
fn a_run_until_that_is_stuck_says_so_with_those_that_were_left() {
    let mut event_loop = simulated();
    let left = event_loop.run_until(async {
        let left = executor::spawn_named("table 4", pending::<()>());
        yield_now().await;
        left
    });
    let report = panic_of(|| event_loop.run_until(left));
    assert!(report.contains("table 4"), "{report}");
}
