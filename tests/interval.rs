//! `interval` (B9.12).

use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use executor::Clock;
use futures::stream::{self, Stream, StreamExt};
use timer::{
    Instant, Interval, MissedTicks, interval, interval_at, now, sleep, sleep_until, timeout,
};

use crate::checked::{EventLoop, run};
use crate::support::{HOUR, YEAR, ms, simulate};
use crate::timers::at;

/// The times, in milliseconds, at which ticks were planned and taken. Between two ticks the task
/// does something else for so long as `busy` says.
fn ticks(missed: Option<MissedTicks>, period: u64, busy: &[u64]) -> Vec<(u64, u64)> {
    simulate(async {
        let mut ticks = Vec::new();
        let mut interval = interval(ms(period));
        if let Some(missed) = missed {
            interval = interval.missed_ticks(missed);
        }
        for &pause in busy {
            let planned = interval.tick().await;
            ticks.push((in_ms(planned), in_ms(now())));
            sleep(ms(pause)).await;
        }
        ticks
    })
}

fn in_ms(instant: Instant) -> u64 {
    instant.since_start().as_millis().try_into().unwrap()
}

/// B9.12
#[test]
fn the_first_tick_is_at_once_and_then_there_is_one_every_period() {
    let expected = [(0, 0), (10, 10), (20, 20), (30, 30)];
    assert_eq!(ticks(None, 10, &[0; 4]), expected);
}

/// B9.12
#[test]
fn ticks_that_are_taken_late_but_before_the_next_do_not_drift() {
    for missed in [MissedTicks::Burst, MissedTicks::Delay, MissedTicks::Skip] {
        let expected = [(0, 0), (10, 10), (20, 20), (30, 30), (40, 40)];
        assert_eq!(ticks(Some(missed), 10, &[9, 3, 9, 1, 0]), expected, "{missed:?}");
    }
}

/// B9.12: late by less than a period, so none was missed.
#[test]
fn a_late_tick_keeps_the_grid() {
    for missed in [MissedTicks::Burst, MissedTicks::Delay, MissedTicks::Skip] {
        let expected = [(0, 0), (10, 16), (20, 20), (30, 30)];
        assert_eq!(ticks(Some(missed), 10, &[16, 0, 0, 0]), expected, "{missed:?}");
    }
}

/// B9.12
#[test]
fn burst_catches_up_with_every_missed_tick_at_once() {
    let expected = [(0, 0), (10, 35), (20, 35), (30, 35), (40, 40)];
    assert_eq!(ticks(Some(MissedTicks::Burst), 10, &[35, 0, 0, 0, 0]), expected);
}

/// B9.12, B12.4
#[test]
fn an_interval_bursts_unless_told_otherwise() {
    let busy = [35, 0, 0, 0, 0];
    assert_eq!(ticks(None, 10, &busy), ticks(Some(MissedTicks::Burst), 10, &busy));
    assert_eq!(MissedTicks::default(), MissedTicks::Burst);
}

/// B9.12
#[test]
fn delay_starts_a_new_grid_at_the_late_tick() {
    let expected = [(0, 0), (10, 35), (45, 45), (55, 55)];
    assert_eq!(ticks(Some(MissedTicks::Delay), 10, &[35, 0, 0, 0]), expected);
}

/// B9.12
#[test]
fn skip_leaves_the_missed_ticks_out_and_stays_on_the_grid() {
    let expected = [(0, 0), (10, 35), (40, 40), (50, 50)];
    assert_eq!(ticks(Some(MissedTicks::Skip), 10, &[35, 0, 0, 0]), expected);
}

/// B9.12: the tick of this very moment counts as missed, since the one before it is only being
/// taken now: the next one is yet to come.
#[test]
fn skip_taken_exactly_on_the_grid_goes_on_with_the_tick_after() {
    for late in [20, 30] {
        let expected = [(0, 0), (10, late), (late + 10, late + 10), (late + 20, late + 20)];
        assert_eq!(ticks(Some(MissedTicks::Skip), 10, &[late, 0, 0, 0]), expected);
    }
}

/// B9.12: after a stall of ten years, too.
#[test]
fn skip_keeps_the_grid_after_a_stall_of_any_length() {
    simulate(async {
        let period = Duration::from_nanos(7_000_003);
        let mut interval = interval(period).missed_ticks(MissedTicks::Skip);
        interval.tick().await;
        sleep(YEAR * 10).await;
        assert_eq!(interval.tick().await - Instant::START, period);
        let next = interval.tick().await - Instant::START;
        assert_eq!(next.as_nanos() % period.as_nanos(), 0);
        assert!(next > YEAR * 10 && next <= YEAR * 10 + period, "{next:?}");
    });
}

/// B9.12: the grid is finer than the wheel's ticks; its ticks are as exact as they can be.
#[test]
fn an_interval_never_drifts_off_a_grid_that_is_not_of_whole_milliseconds() {
    simulate(async {
        let period = Duration::from_nanos(1_300_007);
        let mut interval = interval(period);
        for n in 0..10_000 {
            assert_eq!(interval.tick().await, Instant::START + period * n);
            let late = now() - (Instant::START + period * n);
            assert!(late < ms(1), "tick {n} is {late:?} late");
        }
    });
}

/// B9.12
#[test]
#[should_panic(expected = "an interval's period is longer than zero")]
fn a_period_of_zero_panics() {
    simulate(async { interval(Duration::ZERO) });
}

/// B9.12
#[test]
#[should_panic(expected = "outside an event loop")]
fn an_interval_made_outside_a_loop_panics_with_advice() {
    interval(ms(1));
}

/// B9.12
#[test]
fn an_interval_whose_second_tick_is_never_ticks_once() {
    simulate(async {
        let mut once = interval(Duration::MAX);
        sleep(ms(1)).await;
        assert_eq!(once.tick().await, Instant::START);
        assert!(timeout(YEAR * 1000, once.tick()).await.is_err());
    });
}

/// B9.12
#[test]
fn a_reset_before_the_first_tick_puts_it_off_by_a_period() {
    simulate(async {
        let mut interval = interval(ms(10));
        interval.reset();
        assert_eq!(interval.tick().await, at(10));
        assert_eq!(interval.tick().await, at(20));
    });
}

/// B9.12
#[test]
fn a_reset_between_two_ticks_starts_a_new_grid() {
    simulate(async {
        let mut interval = interval(ms(10));
        interval.tick().await;
        interval.tick().await;
        sleep(ms(7)).await;
        interval.reset();
        assert_eq!(interval.tick().await, at(27));
        assert_eq!(interval.tick().await, at(37));
        assert_eq!(now(), at(37));
    });
}

/// B9.12: the timer for the next tick is armed.
#[test]
fn a_reset_while_a_tick_is_waited_for_puts_it_off() {
    simulate(async {
        let mut interval = interval(ms(10));
        interval.tick().await;
        assert!(timeout(ms(9), interval.tick()).await.is_err());
        interval.reset();
        assert_eq!(interval.tick().await, at(19));
        assert_eq!(now(), at(19));
    });
}

/// B9.12
#[test]
fn a_reset_after_a_stall_forgets_the_missed_ticks() {
    simulate(async {
        let mut interval = interval(ms(10));
        interval.tick().await;
        sleep(ms(35)).await;
        interval.reset();
        assert_eq!(interval.tick().await, at(45));
        assert_eq!(now(), at(45));
    });
}

/// B9.12
#[test]
fn an_interval_that_starts_later_has_its_grid_from_there() {
    simulate(async {
        let mut interval = interval_at(at(7), ms(10));
        for planned in [7, 17, 27] {
            assert_eq!(interval.tick().await, at(planned));
            assert_eq!(now(), at(planned));
        }
    });
}

/// B9.12
#[test]
fn an_interval_whose_start_has_passed_catches_up() {
    simulate(async {
        sleep(ms(25)).await;
        let mut interval = interval_at(at(0), ms(10));
        for planned in [0, 10, 20, 30] {
            assert_eq!(interval.tick().await, at(planned));
        }
        assert_eq!(now(), at(30));
    });
}

/// B9.12
#[test]
fn a_reset_to_a_moment_starts_the_grid_there() {
    simulate(async {
        let mut interval = interval(ms(10));
        interval.tick().await;
        interval.reset_at(at(3));
        for planned in [3, 13] {
            assert_eq!(interval.tick().await, at(planned));
            assert_eq!(now(), at(planned));
        }
    });
}

/// B9.12
#[test]
fn a_tick_that_was_given_up_is_not_lost() {
    simulate(async {
        let mut interval = interval(ms(10));
        interval.tick().await;
        for _ in 0..4 {
            assert!(timeout(ms(2), interval.tick()).await.is_err());
        }
        assert_eq!(interval.tick().await, at(10));
        assert_eq!(now(), at(10));
    });
}

/// B9.12
#[test]
fn an_interval_is_a_stream_in_one_line() {
    simulate(async {
        let mut interval = interval(ms(10));
        let ticks = stream::poll_fn(|cx| interval.poll_tick(cx).map(Some));
        assert_eq!(ticks.take(3).collect::<Vec<_>>().await, [at(0), at(10), at(20)]);
    });
}

/// A stream of numbered ticks that keeps every fourth to itself: it then wakes its own task.
struct ThreeOfFour {
    interval: Interval,
    ticks: u64,
}

impl Stream for ThreeOfFour {
    type Item = u64;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<u64>> {
        if self.interval.poll_tick(cx).is_pending() {
            return Poll::Pending;
        }
        self.ticks += 1;
        if self.ticks.is_multiple_of(4) {
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(Some(self.ticks))
    }
}

/// B9.12: `stream_with_interval_poll_tick_self_waking`
#[test]
fn a_stream_that_wakes_itself_instead_of_arming_the_next_tick_goes_on() {
    simulate(async {
        let numbered = ThreeOfFour { interval: interval(ms(10)), ticks: 0 };
        assert_eq!(numbered.take(7).collect::<Vec<_>>().await, [1, 2, 3, 5, 6, 7, 9]);
        assert_eq!(now(), at(80));
    });
}

/// B9.12: on a real clock, no tick is early.
#[test]
fn no_tick_is_early_on_a_real_clock() {
    for missed in [MissedTicks::Burst, MissedTicks::Delay, MissedTicks::Skip] {
        run(async {
            let mut interval = interval(Duration::from_micros(1500)).missed_ticks(missed);
            for _ in 0..5 {
                let planned = interval.tick().await;
                assert!(now() >= planned, "{missed:?}");
            }
        });
    }
}

/// B9.12: a stall that moves the clock while the loop is at work.
#[test]
fn a_burst_after_a_blocking_call_takes_a_turn_a_tick() {
    let clock = Clock::simulated();
    let mut event_loop = EventLoop::builder().clock(clock.clone()).build().unwrap();
    event_loop.run(async {
        let mut interval = interval(HOUR);
        clock.advance(HOUR * 100);
        for n in 0..=100 {
            assert_eq!(interval.tick().await, Instant::START + HOUR * n);
            // Another task gets its turn in between: this one is not ready in the same poll.
            let mut tick = std::pin::pin!(interval.tick());
            assert!(poll_fn(|cx| Poll::Ready(tick.as_mut().poll(cx))).await.is_pending());
        }
        sleep_until(now()).await;
        assert_eq!(now(), Instant::START + HOUR * 100);
    });
}
