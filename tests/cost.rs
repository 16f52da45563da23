//! What a turn, a wake, a sleep and a run cost does not depend on how many tasks and timers there
//! are, or once were (B13). None of these programs is timed. But where the cost grows with what
//! sleeps, each takes so long that its test counts as one that hangs. How much it is, in numbers,
//! is in `versus/README.md`.

use std::future::{pending, poll_fn};
use std::task::Poll;
use std::thread;

use executor::{Clock, EventLoop, spawn, spawn_blocking, yield_now};
use futures::StreamExt;
use futures::channel::{mpsc, oneshot};
use timer::{sleep, timeout};

use crate::support::{alone, ends, ms};

const IDLE: usize = 100_000;
const TURNS: usize = 30_000;

fn simulated() -> EventLoop {
    // A checker would remember every event.
    EventLoop::builder().clock(Clock::simulated()).build().unwrap()
}

/// So many turns of a loop, each ended by a call from another thread.
async fn calls_from_a_thread() {
    let (to_loop, mut from_thread) = mpsc::unbounded();
    let (to_thread, from_loop) = crossbeam_channel::bounded(1);
    thread::spawn(move || {
        for _ in from_loop {
            to_loop.unbounded_send(()).unwrap();
        }
    });
    for _ in 0..TURNS {
        to_thread.send(()).unwrap();
        from_thread.next().await.unwrap();
    }
}

/// B13.1
#[test]
fn a_call_from_a_thread_costs_the_same_beside_tasks_whose_wakers_are_outside() {
    ends(|| {
        simulated().run(async {
            let kept: Vec<_> = (0..IDLE)
                .map(|_| {
                    let (sender, receiver) = oneshot::channel::<()>();
                    drop(spawn(receiver));
                    sender
                })
                .collect();
            yield_now().await;
            calls_from_a_thread().await;
            drop(kept);
        });
    });
}

/// B13.1: nor beside tasks that nobody can wake, nor where these come first.
#[test]
fn a_call_from_a_thread_costs_the_same_beside_tasks_that_wait_for_nothing_or_each_other() {
    ends(|| {
        simulated().run(async {
            for _ in 0..IDLE / 2 {
                let idle = spawn(pending::<()>());
                drop(spawn(idle));
            }
            yield_now().await;
            calls_from_a_thread().await;
        });
    });
}

/// B13.1: a task that is polled, and one far away from it, have wakers outside by turns.
#[test]
fn it_costs_nothing_to_look_for_a_waker_that_is_outside_now_here_now_there() {
    ends(|| {
        simulated().run(async {
            let talk = |mut inbox: mpsc::UnboundedReceiver<()>,
                        to_thread: crossbeam_channel::Sender<()>| async move {
                for _ in 0..TURNS / 2 {
                    to_thread.send(()).unwrap();
                    inbox.next().await.unwrap();
                }
            };
            let mut parts = Vec::new();
            for _ in 0..2 {
                let (to_loop, inbox) = mpsc::unbounded();
                let (to_thread, from_loop) = crossbeam_channel::bounded(1);
                thread::spawn(move || {
                    for _ in from_loop {
                        to_loop.unbounded_send(()).unwrap();
                    }
                });
                parts.push(spawn(talk(inbox, to_thread)));
                for _ in 0..IDLE / 2 {
                    drop(spawn(pending::<()>()));
                }
            }
            for part in parts {
                part.await.unwrap();
            }
        });
    });
}

/// B13.1
#[test]
fn a_turn_costs_the_same_beside_sleeps_that_never_end() {
    ends(|| {
        simulated().run(async {
            for _ in 0..IDLE {
                drop(spawn(timeout(std::time::Duration::MAX, pending::<()>())));
            }
            // With no other timer armed: a nearer one would hide them.
            calls_from_a_thread().await;
        });
    });
}

/// B13.1
#[test]
fn a_turn_costs_the_same_beside_sleeps_of_a_year() {
    ends(|| {
        simulated().run(async {
            for _ in 0..IDLE {
                drop(spawn(sleep(crate::support::YEAR)));
            }
            for _ in 0..TURNS {
                sleep(ms(1)).await;
            }
        });
    });
}

/// B13.1
#[test]
fn a_job_costs_the_same_beside_idle_tasks() {
    ends(|| {
        simulated().run(async {
            for _ in 0..IDLE {
                drop(spawn(pending::<()>()));
            }
            for _ in 0..TURNS / 3 {
                spawn_blocking(|| ()).await.unwrap();
            }
        });
    });
}

/// B13.1
#[test]
fn a_run_costs_the_same_after_a_peak() {
    ends(|| {
        let mut event_loop = simulated();
        event_loop.run(async {
            for _ in 0..IDLE * 3 {
                drop(spawn(pending::<()>()));
            }
            yield_now().await;
        });
        for _ in 0..TURNS {
            event_loop.run(async {});
        }
    });
}

/// B13.3: on a thread with a stack of 2 MiB, as threads have unless told otherwise. On Windows, with
/// 32 bits and on s390x code that is not optimised takes more stack for the same future.
#[test]
fn a_future_of_nearly_half_a_megabyte_is_spawned_run_and_gathered() {
    const TAKES_MORE: bool = cfg!(any(windows, target_pointer_width = "32", target_arch = "s390x"));
    const SIZE: usize = if TAKES_MORE { 192 * 1024 } else { 480 * 1024 };

    async fn large() -> usize {
        let bytes = [1_u8; SIZE];
        yield_now().await;
        bytes.len()
    }

    const NAME: &str = "cost::a_future_of_nearly_half_a_megabyte_is_spawned_run_and_gathered";
    alone(NAME, || {
        let on_a_thread = |f: fn() -> usize| thread::Builder::new().stack_size(2 << 20).spawn(f);
        let ways: [fn() -> usize; 6] = [
            || executor::run(large()),
            || executor::run(async { spawn(large()).await.unwrap() }),
            || executor::run(async { executor::spawn_named("large", large()).await.unwrap() }),
            || executor::run(async { executor::gather!(large(), large()).await.1 }),
            || executor::run(async { executor::gather_all((0..3).map(|_| large())).await[2] }),
            || executor::run(async { executor::spawner().spawn(large()).await.unwrap() }),
        ];
        for way in ways {
            assert_eq!(on_a_thread(way).unwrap().join().unwrap(), SIZE);
        }
    });
}

/// B13.4
#[test]
fn the_report_of_a_hundred_thousand_stuck_tasks_fits_a_screen() {
    async fn worker() {
        pending().await
    }

    let stuck = simulated().try_run(async {
        let handles: Vec<_> = (0..IDLE).map(|_| spawn(worker())).collect();
        let other = spawn(poll_fn(|_| Poll::<()>::Pending));
        for handle in handles {
            handle.await.unwrap();
        }
        other.await.unwrap();
    });
    let stuck = stuck.unwrap_err();
    assert_eq!(stuck.tasks.len(), IDLE + 2);
    let text = stuck.to_string();
    assert!(text.lines().count() <= 8, "{text}");
    assert!(text.contains("task 1 'worker' and 99999 more like it, spawned at"), "{text}");
}

/// B13.4
#[test]
fn the_report_of_many_kinds_of_stuck_tasks_names_the_first_and_counts_the_others() {
    let stuck = simulated().try_run(async {
        let handles: Vec<_> = (0..100)
            .map(|n| executor::spawn_named(format!("number {n}"), pending::<()>()))
            .collect();
        executor::gather_all(handles).await;
    });
    let text = stuck.unwrap_err().to_string();
    assert!(text.lines().count() <= 20, "{text}");
    assert!(text.contains("and of 96 others") || text.contains("'number 6'"), "{text}");
    assert!(text.ends_with("other tasks (`Stuck::tasks` has them all)"), "{text}");
}
