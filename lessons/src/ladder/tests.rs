//! What the ladder says is counted here: polls, threads, deadlines, orders. Never time.

mod texts;

use std::collections::BTreeMap;
use std::sync::atomic::Ordering::SeqCst;
use std::task::Waker;
use std::thread;
use std::time::Duration;

use super::programs::{self, MANY_TASKS};
use super::shows::*;
use super::*;

const MOMENT: Duration = Duration::from_millis(2);
const LONG: Duration = Duration::from_secs(3600);

#[test]
fn a_circle_polls_until_another_thread_has_sent_and_a_waker_makes_it_two_polls() {
    assert!(programs::message_after(busy_loop::block_on, 10_000) > 10_000);
    assert_eq!(programs::message_after(waker::block_on, 1), 2);
    assert_eq!(busy_loop::block_on(async { 6 * 7 }), 42);
}

#[test]
fn without_tasks_one_ends_before_the_next_begins_and_with_them_all_begin_first() {
    let sleep = |it| Box::pin(waker::sleep(it)) as programs::Boxed;
    let one_by_one = programs::one_by_one(waker::block_on, sleep, MOMENT);
    let in_turn = programs::DISHES.map(|dish| [format!("{dish} begins"), format!("{dish} ends")]);
    assert_eq!(one_by_one, in_turn.concat());
    for rung in [MANY_TASKS, READY_QUEUE, FLAG_AND_HEAP, WHEEL, POLLER] {
        let events = apart(move || programs::as_tasks(rung, MOMENT * 20));
        let begins = programs::DISHES.map(|dish| format!("{dish} begins"));
        assert_eq!(events[..3], begins);
        assert_eq!(events.len(), 6);
    }
}

#[test]
fn a_waker_for_all_polls_half_a_million_times_and_one_a_task_two_thousand() {
    assert_eq!(apart(|| programs::chain(MANY_TASKS, 1_000)), 500_500);
    for rung in [READY_QUEUE, FLAG_AND_HEAP, WHEEL, POLLER] {
        assert_eq!(apart(move || programs::chain(rung, 1_000)), 1_999);
    }
}

#[test]
fn a_flag_makes_five_wakes_one_poll() {
    assert_eq!(apart(|| programs::woken_five_times(READY_QUEUE)), 6);
    for rung in [FLAG_AND_HEAP, WHEEL, POLLER] {
        assert_eq!(apart(move || programs::woken_five_times(rung)), 2);
    }
}

#[test]
fn a_flag_that_is_cleared_after_the_poll_loses_the_wake_and_before_it_does_not() {
    assert_eq!(apart(|| programs::woken_while_polled(CLEARED_AFTER)), 1);
    for rung in [READY_QUEUE, FLAG_AND_HEAP, WHEEL, POLLER] {
        assert_eq!(apart(move || programs::woken_while_polled(rung)), 2);
    }
}

#[test]
fn a_sleep_is_a_thread_until_the_loop_keeps_the_deadlines() {
    assert_eq!(apart(|| programs::threads_of_sleeps(READY_QUEUE, 200, MOMENT * 250)), 200);
    for rung in [FLAG_AND_HEAP, WHEEL, POLLER] {
        assert_eq!(apart(move || programs::threads_of_sleeps(rung, 200, MOMENT * 250)), 1);
    }
}

#[test]
fn a_heap_keeps_what_is_cancelled_and_a_wheel_does_not() {
    let heap = || programs::timeouts(FLAG_AND_HEAP, 1_000, kept_in_the_heap).0;
    assert_eq!(apart(heap), 1_000);
    assert_eq!(apart(|| programs::timeouts(WHEEL, 1_000, kept_in_the_wheel).0), 0);
}

#[test]
fn one_level_holds_64_ticks_and_more_of_them_cascade() {
    assert!(wheel::Wheel::new(1).slot(63).is_some());
    assert!(wheel::Wheel::new(1).slot(64).is_none());
    assert!(wheel::Wheel::new(11).slot(u64::MAX).is_some());
    let steps = [
        "tick 3000 lies in level 1, slot 46",
        "time is 2944: it cascades",
        "tick 3000 lies in level 0, slot 56",
        "time is 3000: it fires",
    ];
    assert_eq!(cascade(), steps);
}

/// Numbers that look random, the same every time (a linear congruential generator).
fn numbers() -> impl FnMut(u64) -> u64 {
    let mut state = 1u64;
    move |below| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (state >> 33) % below
    }
}

#[test]
fn the_wheel_of_rung_6_fires_what_a_sorted_list_fires() {
    let mut number = numbers();
    let (mut wheel, mut sorted) = (wheel::Wheel::new(11), BTreeMap::new());
    let mut fired = 0;
    for timer in 0..20_000 {
        let bits = 1 + number(20);
        let when = wheel.elapsed + 1 + number(1 << bits);
        let waker = Waker::noop().clone();
        wheel.slot(when).unwrap().insert(timer, (when, waker));
        sorted.insert((when, timer), ());
        if number(3) == 0 {
            let (when, timer) = *sorted.keys().nth(number(sorted.len() as u64) as usize).unwrap();
            assert!(wheel.slot(when).unwrap().remove(&timer).is_some());
            sorted.remove(&(when, timer));
        }
        let bits = number(12);
        let now = wheel.elapsed + number(1 << bits);
        let later = sorted.split_off(&(now + 1, 0));
        let due = wheel.expire(now).len();
        assert_eq!(due, sorted.len());
        fired += due;
        sorted = later;
    }
    assert!(fired > 1_000);
}

/// One test, because the sleeps of a rung are counted for all threads together.
#[test]
fn with_a_poller_a_socket_and_another_thread_wake_the_loop() {
    let gate = |polls: usize| {
        move |seen: &std::sync::atomic::AtomicUsize| {
            while seen.load(SeqCst) < polls {
                thread::yield_now();
            }
        }
    };
    assert!(apart(move || programs::read(WHEEL, false, gate(1_000))).unwrap() >= 1_000);
    assert_eq!(apart(move || programs::read(POLLER, true, gate(1))).unwrap(), 2);
    let sleeps = &no_call::SLEEPS;
    assert!(apart(|| programs::woken_too_late(NO_CALL, sleeps, MOMENT * 250)).0);
    assert!(!apart(|| programs::woken_too_late(POLLER, &poller::SLEEPS, LONG)).0);
}

#[test]
fn a_panic_ends_the_loop_of_rung_7_and_only_its_task_in_rung_8() {
    assert_eq!(programs::beside_a_panic(POLLER), 0);
    assert_eq!(programs::beside_a_panic(crates::CRATES), 2);
}
