//! Timers through the public futures, on a loop (B9): when a sleep ends.
//!
//! `reset`, drop, wakers, the loop's own sleep and other loops each have a file in `timers/`.

mod dropped;
mod other_loops;
mod parking;
mod reset;
mod wakers;

use std::cell::RefCell;
use std::rc::Rc;
use std::time::{Duration, Instant as StdInstant};

use executor::journal::Event;
use executor::{Clock, gather_all, spawn, yield_now};
use timer::{Instant, now, sleep, sleep_until, timeout};

use crate::checked::{EventLoop, run};
use crate::support::{HOUR, Record, YEAR, ms, simulate, simulate_and_record};

pub fn at(milliseconds: u64) -> Instant {
    Instant::START + ms(milliseconds)
}

/// B9.1
#[test]
fn a_sleep_of_zero_is_pending_once_and_ready_at_the_next_turn() {
    simulate(async {
        let mut zero = sleep(Duration::ZERO);
        assert!(futures::poll!(&mut zero).is_pending());
        yield_now().await;
        assert!(futures::poll!(&mut zero).is_ready());
        assert_eq!(now(), Instant::START);
    });
}

/// B9.1
#[test]
fn a_sleep_of_zero_lets_every_other_ready_task_run_once() {
    simulate(async {
        let ran = Rc::new(RefCell::new(0));
        for _ in 0..10 {
            let ran = ran.clone();
            drop(spawn(async move { *ran.borrow_mut() += 1 }));
        }
        sleep(Duration::ZERO).await;
        assert_eq!(*ran.borrow(), 10);
    });
}

/// B9.1
#[test]
fn a_deadline_in_the_past_ends_without_moving_the_clock() {
    let clock = Clock::simulated();
    let mut event_loop = EventLoop::builder().clock(clock.clone()).build().unwrap();
    event_loop.run(async {
        clock.advance(HOUR);
        for past in [Instant::START, at(1), Instant::START + (HOUR - ms(1)), now()] {
            sleep_until(past).await;
        }
        assert_eq!(now(), Instant::START + HOUR);
    });
}

/// B9.1
#[test]
fn a_thousand_sleeps_of_zero_one_after_another_end_and_never_park_the_loop() {
    let ((), record) = simulate_and_record(async {
        for _ in 0..1000 {
            sleep(Duration::ZERO).await;
        }
    });
    assert_eq!(record.timer_story(), [""; 0]);
}

/// B9.1: to round a deadline up that has been reached would be to wait for the next tick.
#[test]
fn a_sleep_of_zero_between_two_ticks_takes_no_time() {
    let clock = Clock::simulated();
    let mut event_loop = EventLoop::builder().clock(clock.clone()).build().unwrap();
    event_loop.run(async {
        clock.advance(Duration::from_micros(1500));
        sleep(Duration::ZERO).await;
        sleep_until(now()).await;
        assert_eq!(now() - Instant::START, Duration::from_micros(1500));
    });
}

/// B9.1: long after the loop has looked at the clock, too.
#[test]
fn a_sleep_of_zero_after_a_long_poll_takes_no_time() {
    let passed = HOUR + Duration::from_micros(500);
    let clock = Clock::simulated();
    let mut event_loop = EventLoop::builder().clock(clock.clone()).build().unwrap();
    event_loop.run(async {
        clock.advance(passed);
        sleep(Duration::ZERO).await;
        assert_eq!(now() - Instant::START, passed);
    });
}

/// B9.1: on a real clock now is always between two ticks.
#[test]
fn a_sleep_of_zero_never_parks_the_loop_on_a_real_clock() {
    let record = Record::default();
    let mut event_loop = EventLoop::builder().observer(record.clone()).build().unwrap();
    event_loop.run(async {
        for _ in 0..20 {
            sleep(Duration::ZERO).await;
            sleep_until(Instant::START).await;
            sleep_until(now()).await;
        }
    });
    assert_eq!(record.timer_story(), [""; 0]);
}

/// B9.1
#[test]
fn a_thousand_sleeps_of_zero_at_once_end_and_take_no_time() {
    simulate(async {
        gather_all((0..1000).map(|_| sleep(Duration::ZERO))).await;
        assert_eq!(now(), Instant::START);
    });
}

/// B9.1: what is short must not be lost between two turns.
#[test]
fn a_thousand_short_sleeps_end_on_a_real_clock() {
    let ended = run(async {
        let naps = (0..1000).map(|n| async move {
            sleep(Duration::from_micros(n)).await;
            n
        });
        gather_all(naps).await
    });
    assert_eq!(ended, Vec::from_iter(0..1000));
}

/// B9.2
#[test]
fn no_sleep_is_early_on_a_real_clock() {
    let mut random = 0x2545_f491_4f6c_dd1d_u64;
    let durations = std::iter::repeat_with(|| {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        Duration::from_nanos(random % 20_000_000)
    });
    let naps = durations.take(1000).map(|asked| async move {
        let (before, before_here) = (StdInstant::now(), now());
        sleep(asked).await;
        (asked, before.elapsed(), now() - before_here)
    });
    for (asked, took, took_here) in run(async { gather_all(naps).await }) {
        assert!(took >= asked, "asked for {asked:?}, slept {took:?}");
        assert!(took_here >= asked, "asked for {asked:?}, slept {took_here:?} on the loop's clock");
    }
}

/// B9.2
#[test]
fn a_part_of_a_millisecond_is_rounded_up_to_a_whole_one() {
    for (nanoseconds, expected) in
        [(1, 1), (999_999, 1), (1_000_000, 1), (1_000_001, 2), (1_500_000, 2), (63_000_001, 64)]
    {
        simulate(async {
            sleep(Duration::from_nanos(nanoseconds)).await;
            assert_eq!(now(), at(expected), "asked for {nanoseconds} ns");
        });
    }
}

/// B9.2: now rounds down and the deadline up, so a millisecond that began in the middle of a tick
/// is not over at the start of the next one.
#[test]
fn a_sleep_that_starts_between_two_ticks_is_not_early() {
    let clock = Clock::simulated();
    let mut event_loop = EventLoop::builder().clock(clock.clone()).build().unwrap();
    event_loop.run(async {
        clock.advance(Duration::from_micros(999));
        sleep(ms(1)).await;
        assert_eq!(now(), at(2));
    });
}

/// B9.2
#[test]
fn sleeps_within_level_0_and_past_its_end_take_exactly_as_long_as_asked() {
    simulate(async {
        let mut passed = 0;
        for duration in [1, 10, 60, 5, 60, 63, 64, 65] {
            sleep(ms(duration)).await;
            passed += duration;
            assert_eq!(now(), at(passed), "after a sleep of {duration} ms");
        }
    });
}

/// B9.2: 5 ms and then 60 ms end in different turns of level 0's 64 ms. The timer is sorted again
/// on the way, when the loop wakes up anyway.
#[test]
fn a_lone_timer_past_the_end_of_its_level_wakes_the_loop_once() {
    let ((), record) = simulate_and_record(async {
        sleep(ms(5)).await;
        sleep(ms(60)).await;
    });
    let story = [
        "0ns: timer 1 armed for 5ms",
        "0ns: parked until 5ms",
        "5ms: unparked by Deadline",
        "5ms: timer 1 fired 0ns late",
        "5ms: task 0 woken by timer 1",
        "5ms: timer 2 armed for 65ms",
        "5ms: parked until 65ms",
        "65ms: unparked by Deadline",
        "65ms: timer 2 moved to level 0",
        "65ms: timer 2 fired 0ns late",
        "65ms: task 0 woken by timer 2",
    ];
    assert_eq!(record.timer_story(), story);
}

/// B9.3
#[test]
fn all_deadlines_from_0_to_1023_ms_are_met_exactly_one_after_another() {
    simulate(async {
        for deadline in 0..1024 {
            sleep_until(at(deadline)).await;
            assert_eq!(now(), at(deadline));
        }
    });
}

/// B9.3
#[test]
fn all_deadlines_from_0_to_1023_ms_are_met_exactly_when_all_are_armed_at_once() {
    simulate(all_met((0..1024).rev()));
}

/// B9.3
#[test]
fn a_timer_at_193_is_met_though_the_loop_wakes_at_62_and_at_192() {
    simulate(all_met([193, 62, 192]));
}

/// Sleeps until all these deadlines at once; each has to end exactly then.
async fn all_met(deadlines: impl IntoIterator<Item = u64>) {
    let sleeps = deadlines.into_iter().map(|deadline| async move {
        sleep_until(at(deadline)).await;
        assert_eq!(now(), at(deadline));
    });
    gather_all(sleeps).await;
}

/// B9.3: every `k * 64^n + {-1, 0, 1}`, counted from the loop's start and from the clock's.
#[test]
fn deadlines_at_the_edges_of_all_levels_are_met_exactly_from_any_start() {
    let starts = [0, 63, 64, 4095, (1 << 30) - 50, (1 << 36) - 3, (1 << 63) - 7, u64::MAX - 5000];
    for start in starts {
        let mut deadlines = Vec::new();
        for level in 0..11 {
            for k in [1, 2, 15, 31, 62, 63] {
                let Some(edge) = 64_u64.checked_pow(level).and_then(|unit| unit.checked_mul(k))
                else {
                    continue;
                };
                for tick in [edge - 1, edge, edge + 1] {
                    deadlines.extend([Some(tick), start.checked_add(tick)].into_iter().flatten());
                }
            }
        }
        // The last tick is where timers wait that never fire.
        deadlines.retain(|&deadline| (start..u64::MAX).contains(&deadline));
        let clock = Clock::simulated();
        clock.advance(ms(start));
        let mut event_loop = EventLoop::builder().clock(clock).build().unwrap();
        event_loop.run(all_met(deadlines));
    }
}

/// B9.4
#[test]
fn far_deadlines_are_met_exactly_with_one_park_each() {
    for years in [1, 5, 10, 1000] {
        let ((), record) = simulate_and_record(async {
            sleep(YEAR * years).await;
            assert_eq!(now() - Instant::START, YEAR * years);
        });
        assert_eq!(record.count(|event| matches!(event, Event::Parked { .. })), 1);
    }
}

/// B9.4: from 2^64 ms on there is no tick for a deadline.
#[test]
fn a_sleep_that_no_clock_can_reach_never_ends() {
    let durations = [
        Duration::MAX,
        Duration::MAX - ms(1),
        Duration::from_secs(u64::MAX),
        Duration::from_secs(u64::MAX / 10),
        ms(u64::MAX),
    ];
    for duration in durations {
        simulate(async {
            let mut far = sleep(duration);
            assert!(timeout(YEAR * 1_000_000, &mut far).await.is_err(), "{duration:?} ended");
            // As late as a clock can be without being at its end.
            timeout(ms(u64::MAX - 1) - (now() - Instant::START), far).await.unwrap_err();
        });
    }
}

/// B9.4, B12.4
#[test]
fn a_deadline_that_overflows_is_never() {
    simulate(async {
        sleep(ms(1)).await;
        assert_eq!(sleep(Duration::MAX).deadline(), Instant::NEVER);
        assert_eq!(sleep_until(now() + Duration::MAX).deadline(), Instant::NEVER);
    });
}

/// B9.4
#[test]
fn the_last_deadline_before_never_is_met() {
    simulate(async {
        sleep(ms(u64::MAX - 1)).await;
        assert_eq!(now(), at(u64::MAX - 1));
    });
}

/// B9.4: a timer above the level that time is carried into hides no nearer one.
#[test]
fn a_far_timer_hides_no_near_one_however_long_the_loop_runs() {
    let far = (1 << 36) + 12_345;
    let step = (1 << 29) - 7;
    simulate(async {
        let mut far_sleep = sleep_until(at(far));
        assert!(futures::poll!(&mut far_sleep).is_pending());
        let mut passed = 0;
        while passed + step < far {
            sleep(ms(step)).await;
            passed += step;
            assert_eq!(now(), at(passed));
            assert!(futures::poll!(&mut far_sleep).is_pending());
        }
        far_sleep.await;
        assert_eq!(now(), at(far));
    });
}

/// B9.7
#[test]
fn equal_deadlines_end_in_the_order_in_which_they_were_armed_whenever_that_was() {
    let order = Rc::new(RefCell::new(Vec::new()));
    simulate(async {
        let sleeper = |name| {
            let order = order.clone();
            spawn(async move {
                sleep_until(at(5000)).await;
                order.borrow_mut().push(name);
            })
        };
        // Each is armed at another level.
        let first = sleeper("two levels up");
        sleep_until(at(4990)).await;
        let second = sleeper("one level up");
        sleep_until(at(4993)).await;
        let third = sleeper("level 0");
        gather_all([first, second, third]).await;
    });
    assert_eq!(*order.borrow(), ["two levels up", "one level up", "level 0"]);
}

/// B9.10
#[test]
fn a_jump_of_ten_years_ends_all_sleeps_in_the_order_of_their_deadlines() {
    const DAY: u64 = 24 * 60 * 60 * 1000;
    let clock = Clock::simulated();
    let record = Record::default();
    let mut event_loop =
        EventLoop::builder().clock(clock.clone()).observer(record.clone()).build().unwrap();
    // Every day of ten years once, in an order that has nothing to do with time.
    let days = Vec::from_iter((0..3650).map(|n| n * 1709 % 3650 + 1));
    event_loop.run(async {
        let sleeps = days.iter().map(|day| sleep_until(at(day * DAY)));
        let all = gather_all(sleeps);
        let jump = spawn(async move {
            // The sleepers were spawned later.
            yield_now().await;
            clock.advance(YEAR * 10);
        });
        all.await;
        jump.await.unwrap();
        assert_eq!(now() - Instant::START, YEAR * 10);
    });
    let lateness = record.pick(|_, event| match event {
        Event::TimerFired { late, .. } => Some(*late),
        _ => None,
    });
    assert_eq!(lateness, Vec::from_iter((0..3650).rev().map(|day| ms(day * DAY))));
}

/// B9.13
#[test]
fn a_sleep_ends_though_another_task_is_always_ready() {
    run(async {
        let busy = spawn(async {
            loop {
                yield_now().await;
            }
        });
        sleep(ms(2)).await;
        busy.abort();
        busy.await.unwrap_err();
    });
}
