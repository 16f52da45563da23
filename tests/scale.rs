//! Timers in great numbers (B9.7). What a sleeping task costs is measured in
//! `examples/asleep.rs`.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use executor::journal::Event;
use executor::{gather_all, spawn};
use timer::{Instant, now, sleep, sleep_until, timeout};

use crate::support::{HOUR, ms, simulate_and_record};
use crate::timers::at;

/// The `n`-th of a million deadlines in no order, each shared by about 16 tasks, in an hour.
fn deadline(n: u64) -> u64 {
    1 + n.wrapping_mul(0x9e37_79b9_7f4a_7c15) % 60_013 * 60
}

/// B9.7
#[test]
fn a_million_sleeping_tasks_are_woken_in_the_order_of_their_deadlines() {
    const TASKS: u64 = 1_000_000;
    let woken = Rc::new(RefCell::new(Vec::with_capacity(TASKS as usize)));
    // A checker would take longer than all the rest.
    let event_loop = executor::EventLoop::builder().clock(executor::Clock::simulated()).build();
    event_loop.unwrap().run(async {
        for n in 0..TASKS {
            let woken = woken.clone();
            drop(spawn(async move {
                sleep_until(at(deadline(n))).await;
                woken.borrow_mut().push((now(), n));
            }));
        }
        sleep(HOUR * 2).await;
    });
    // The sort is stable: equal deadlines in the order of spawning.
    let mut expected = Vec::from_iter((0..TASKS).map(|n| (at(deadline(n)), n)));
    expected.sort_by_key(|(deadline, _)| *deadline);
    // Not `assert_eq`, which would print two million pairs.
    assert_eq!(woken.borrow().len(), expected.len());
    assert!(*woken.borrow() == expected, "not in the order of their deadlines");
}

/// B9.6: most timers never fire.
#[test]
fn a_hundred_thousand_timeouts_are_cancelled_and_leave_nothing_to_wait_for() {
    let ((), record) = simulate_and_record(async {
        let tasks = (0..10_000).map(|n| async move {
            for lap in 0..10 {
                let allowed = ms(deadline(10 * n + lap));
                timeout(allowed, sleep(Duration::ZERO)).await.unwrap();
            }
        });
        gather_all(tasks).await;
    });
    let armed = record.count(|event| matches!(event, Event::TimerArmed { .. }));
    let cancelled = record.count(|event| matches!(event, Event::TimerCancelled { .. }));
    assert_eq!((armed, cancelled), (100_000, 100_000));
    assert_eq!(record.count(|event| matches!(event, Event::Parked { .. })), 0);
}

/// B9.7: and all of them before any task is polled.
#[test]
fn ten_thousand_equal_deadlines_fire_in_one_turn_in_the_order_of_insertion() {
    for deadline in [1, 10, 64, 5000, 300_000] {
        let (woken, record) = simulate_and_record(async {
            let woken = Rc::new(RefCell::new(Vec::new()));
            let sleepers = (0..10_000).map(|n| {
                let woken = woken.clone();
                async move {
                    sleep_until(at(deadline)).await;
                    assert_eq!(now(), at(deadline));
                    woken.borrow_mut().push(n);
                }
            });
            gather_all(sleepers).await;
            woken.take()
        });
        assert_eq!(woken, Vec::from_iter(0..10_000));
        // Of the polls and the firings, the latter are in one piece.
        let mut events = record.pick(|_, event| match event {
            Event::TimerFired { .. } => Some("fired"),
            Event::PollStarted { .. } => Some("polled"),
            _ => None,
        });
        events.dedup();
        assert_eq!(events, ["polled", "fired", "polled"]);
        // Their slot is crowded: one more wake-up a level, at the slot's start.
        let parks = record.count(|event| matches!(event, Event::Parked { .. }));
        assert!(parks <= 4, "{parks} parks");
    }
}

/// B9.4
#[test]
fn ten_thousand_sleeps_that_never_end_hold_up_nobody() {
    let ((), record) = simulate_and_record(async {
        for _ in 0..10_000 {
            drop(spawn(sleep(Duration::MAX)));
        }
        sleep(HOUR).await;
        assert_eq!(now(), Instant::START + HOUR);
    });
    // A sleep that never ends arms no timer.
    assert_eq!(record.count(|event| matches!(event, Event::TimerArmed { .. })), 1);
    assert_eq!(record.count(|event| matches!(event, Event::TimerFired { .. })), 1);
    assert_eq!(record.count(|event| matches!(event, Event::Parked { .. })), 1);
}

/// B9.1
#[test]
fn a_hundred_thousand_sleeps_of_zero_end_in_turn_and_without_a_timer() {
    let (ended, record) = simulate_and_record(async {
        let zeros = (0..100_000).map(|n| async move {
            sleep(Duration::ZERO).await;
            n
        });
        gather_all(zeros).await
    });
    assert_eq!(ended, Vec::from_iter(0..100_000));
    assert_eq!(record.timer_story(), [""; 0]);
}
