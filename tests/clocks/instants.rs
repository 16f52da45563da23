//! Moments, and what can be done with them.

use std::time::Duration;

use executor::Clock;
use timer::{Instant, now, sleep};

use crate::checked::EventLoop;
use crate::support::{HOUR, ms, panic_of, simulate};
use crate::timers::at;

/// B12.4
#[test]
fn sums_of_moments_saturate_at_never() {
    assert_eq!(Instant::START + Duration::MAX, Instant::NEVER);
    assert_eq!(at(1) + Duration::MAX, Instant::NEVER);
    assert_eq!(Instant::NEVER + ms(1), Instant::NEVER);
    let mut moment = at(1);
    moment += ms(2);
    assert_eq!(moment, at(3));
    moment += Duration::MAX;
    assert_eq!(moment, Instant::NEVER);
}

/// B9.10
#[test]
fn the_distance_to_a_later_moment_is_zero() {
    assert_eq!(at(5) - at(3), ms(2));
    assert_eq!(at(3) - at(5), Duration::ZERO);
    assert_eq!(Instant::START - Instant::NEVER, Duration::ZERO);
}

/// B9.13
#[test]
fn moments_are_ordered_by_time_and_read_well() {
    assert!(Instant::START < at(1) && at(1) < at(2) && at(2) < Instant::NEVER);
    assert_eq!(at(1500).since_start(), ms(1500));
    assert_eq!(format!("{:?}", at(1500)), "1.5s after the clock's start");
    assert_eq!(format!("{:?}", Instant::NEVER), "never");
}

/// B9.13
#[test]
#[should_panic(expected = "outside an event loop")]
fn now_outside_a_loop_panics_with_advice() {
    now();
}

/// B12.7
#[test]
fn elapsed_is_the_time_since_on_the_loops_own_clock() {
    simulate(async {
        sleep(ms(3)).await;
        let start = Instant::now();
        assert_eq!((start, start.elapsed()), (at(3), Duration::ZERO));
        sleep(HOUR).await;
        assert_eq!(start.elapsed(), HOUR);
        // It is yet to come.
        assert_eq!((now() + ms(1)).elapsed(), Duration::ZERO);
    });
}

/// B12.7: the clock of the loop that is entered, and not the machine's.
#[test]
fn elapsed_on_a_fast_clock_is_as_fast() {
    EventLoop::builder().clock(Clock::scaled(1e9)).build().unwrap().run(async {
        let start = now();
        sleep(HOUR).await;
        assert!(start.elapsed() >= HOUR);
    });
}

/// B12.7
#[test]
fn elapsed_outside_a_loop_panics_with_advice() {
    for (name, call) in [
        ("timer::Instant::elapsed", (|| _ = at(1).elapsed()) as fn()),
        ("timer::Instant::now", || _ = Instant::now()),
    ] {
        let text = panic_of(call);
        assert!(text.starts_with(&format!("{name} was called outside an event loop")), "{text}");
        assert!(text.ends_with("call it in a future that executor::run runs"), "{text}");
    }
}

/// B12.7
#[test]
fn the_distance_of_moments_saturates_or_says_that_there_is_none() {
    let (early, late) = (at(2), at(7));
    for distance in [late.duration_since(early), late.saturating_duration_since(early)] {
        assert_eq!(distance, ms(5));
    }
    for distance in [early.duration_since(late), early.saturating_duration_since(late)] {
        assert_eq!(distance, Duration::ZERO);
    }
    assert_eq!(late.checked_duration_since(early), Some(ms(5)));
    assert_eq!(late.checked_duration_since(late), Some(Duration::ZERO));
    assert_eq!(early.checked_duration_since(late), None);
    assert_eq!(Instant::NEVER.checked_duration_since(Instant::NEVER), Some(Duration::ZERO));
}

/// B12.7
#[test]
fn checked_sums_and_differences_of_moments_say_where_there_is_none() {
    assert_eq!(at(2).checked_add(ms(3)), Some(at(5)));
    assert_eq!(at(2).checked_add(Duration::MAX), None);
    assert_eq!(at(5).checked_sub(ms(3)), Some(at(2)));
    assert_eq!(at(5).checked_sub(ms(5)), Some(Instant::START));
    assert_eq!(at(5).checked_sub(ms(6)), None);
}

/// B12.7
#[test]
fn differences_of_moments_saturate_at_the_start() {
    assert_eq!(at(5) - ms(3), at(2));
    assert_eq!(at(5) - HOUR, Instant::START);
    let mut moment = at(5);
    moment -= ms(1);
    assert_eq!(moment, at(4));
    moment -= Duration::MAX;
    assert_eq!(moment, Instant::START);
}

/// B12.7, B12.4
#[test]
fn what_is_taken_from_never_leaves_never() {
    assert_eq!(Instant::NEVER - HOUR, Instant::NEVER);
    assert_eq!(Instant::NEVER - Duration::MAX, Instant::NEVER);
    assert_eq!(Instant::NEVER.checked_sub(HOUR), Some(Instant::NEVER));
    assert_eq!(Instant::NEVER.checked_add(ms(1)), None);
}
