//! `Sleep::reset` (B9.5).

use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::Duration;

use executor::journal::Event;
use executor::{Clock, spawn, tasks, yield_now};
use futures::poll;
use timer::{Instant, Sleep, now, sleep, sleep_until, timeout};

use super::at;
use crate::checked::EventLoop;
use crate::support::{HOUR, ms, simulate, simulate_and_record};

/// A sleep that one task waits for and another one resets.
#[derive(Clone)]
struct Shared(Rc<RefCell<Sleep>>);

impl Shared {
    fn until(deadline: Instant) -> Self {
        Self(Rc::new(RefCell::new(sleep_until(deadline))))
    }

    fn reset(&self, deadline: Instant) {
        self.0.borrow_mut().reset(deadline);
    }

    fn poll(&self, cx: &mut Context<'_>) -> Poll<()> {
        Pin::new(&mut *self.0.borrow_mut()).poll(cx)
    }

    /// Waits for it, and says how often that was polled.
    async fn polls(self) -> u32 {
        let mut polls = 0;
        poll_fn(|cx| {
            polls += 1;
            self.poll(cx)
        })
        .await;
        polls
    }
}

/// B9.5
#[test]
fn a_reset_before_the_first_poll_counts() {
    simulate(async {
        for deadline in [20, 25] {
            let mut sleep = sleep_until(at(22));
            sleep.reset(at(deadline));
            assert_eq!(sleep.deadline(), at(deadline));
            sleep.await;
            assert_eq!(now(), at(deadline));
        }
    });
}

/// B9.5: both before the loop's next turn and after some.
#[test]
fn a_reset_to_later_puts_the_end_off() {
    for passed in [0, 5, 9] {
        simulate(async {
            let mut sleep = sleep_until(at(10));
            assert!(poll!(&mut sleep).is_pending());
            sleep_until(at(passed)).await;
            sleep.reset(at(20));
            sleep.await;
            assert_eq!(now(), at(20), "reset at {passed} ms");
        });
    }
}

/// B9.5: both before the loop's next turn and after some.
#[test]
fn a_reset_to_earlier_brings_the_end_forward() {
    for passed in [0, 50, 199] {
        simulate(async {
            let mut sleep = sleep_until(at(1000));
            assert!(poll!(&mut sleep).is_pending());
            sleep_until(at(passed)).await;
            sleep.reset(at(200));
            sleep.await;
            assert_eq!(now(), at(200), "reset at {passed} ms");
        });
    }
}

/// B9.5
#[test]
fn a_reset_to_the_same_deadline_changes_nothing_but_the_order() {
    let order = Rc::new(RefCell::new(Vec::new()));
    simulate(async {
        let mut first = sleep(ms(10));
        assert!(poll!(&mut first).is_pending());
        let wait = |name, sleep: Sleep| {
            let order = order.clone();
            spawn(async move {
                sleep.await;
                order.borrow_mut().push((name, now()));
            })
        };
        let second = wait("second", sleep(ms(10)));
        yield_now().await;
        first.reset(first.deadline());
        wait("first, armed anew", first).await.unwrap();
        second.await.unwrap();
    });
    assert_eq!(*order.borrow(), [("second", at(10)), ("first, armed anew", at(10))]);
}

/// B9.5
#[test]
fn a_reset_after_the_end_arms_again() {
    simulate(async {
        let mut sleep = sleep(ms(10));
        for deadline in [10, 20, 5000, 5001] {
            sleep.reset(at(deadline));
            assert!(poll!(&mut sleep).is_pending());
            (&mut sleep).await;
            assert_eq!(now(), at(deadline));
        }
    });
}

/// B9.5: it stays ready until then.
#[test]
fn a_sleep_that_has_ended_stays_ready_until_it_is_reset() {
    simulate(async {
        let mut sleep = sleep(ms(10));
        (&mut sleep).await;
        assert!(poll!(&mut sleep).is_ready());
        assert!(poll!(&mut sleep).is_ready());
        sleep.reset(at(11));
        assert!(poll!(&mut sleep).is_pending());
    });
}

/// B9.5: fired, but not polled since.
#[test]
fn a_reset_between_firing_and_the_poll_waits_for_the_new_deadline() {
    let clock = Clock::simulated();
    let mut event_loop = EventLoop::builder().clock(clock.clone()).build().unwrap();
    event_loop.run(async {
        let mut sleep = sleep(ms(10));
        assert!(poll!(&mut sleep).is_pending());
        clock.advance(ms(10));
        // The timer fires in one of these turns, and wakes this very task.
        sleep_until(at(10)).await;
        yield_now().await;
        sleep.reset(at(30));
        assert!(poll!(&mut sleep).is_pending());
        sleep.await;
        assert_eq!(now(), at(30));
    });
}

/// B9.5
#[test]
fn a_reset_to_the_past_wakes_the_waiting_task_at_once() {
    for past in [Instant::START, at(3), at(5)] {
        simulate(async {
            let sleep = Shared::until(at(1000));
            let waiting = spawn(sleep.clone().polls());
            sleep_until(at(5)).await;
            sleep.reset(past);
            assert_eq!(waiting.await.unwrap(), 2);
            assert_eq!(now(), at(5), "reset to {past:?}");
        });
    }
}

/// B9.5: the last turn has not reached it, but the clock has.
#[test]
fn a_reset_to_a_deadline_that_just_passed_ends_without_a_park() {
    let clock = Clock::simulated();
    let mut event_loop = EventLoop::builder().clock(clock.clone()).build().unwrap();
    event_loop.run(async {
        let mut sleep = sleep(HOUR);
        assert!(poll!(&mut sleep).is_pending());
        clock.advance(ms(100));
        sleep.reset(at(50));
        sleep.await;
        assert_eq!(now(), at(100));
    });
}

/// B9.5
#[test]
fn another_tasks_reset_to_later_costs_the_waiting_task_no_poll() {
    simulate(async {
        let sleep = Shared::until(at(10));
        let waiting = spawn(sleep.clone().polls());
        sleep_until(at(5)).await;
        sleep.reset(at(20));
        sleep_until(at(15)).await;
        sleep.reset(at(100));
        assert_eq!(waiting.await.unwrap(), 2);
        assert_eq!(now(), at(100));
    });
}

/// B9.5
#[test]
fn another_tasks_reset_to_earlier_wakes_the_waiting_task_at_the_new_deadline() {
    simulate(async {
        let sleep = Shared::until(Instant::NEVER);
        let waiting = spawn(sleep.clone().polls());
        sleep_until(at(5)).await;
        sleep.reset(at(6));
        assert_eq!(waiting.await.unwrap(), 2);
        assert_eq!(now(), at(6));
    });
}

/// B9.5
#[test]
fn of_two_resets_the_second_counts() {
    for (first, second) in [(20, 30), (30, 20), (5, 20), (20, 5), (7, 7)] {
        simulate(async {
            let mut sleep = sleep(ms(10));
            assert!(poll!(&mut sleep).is_pending());
            sleep.reset(at(first));
            sleep.reset(at(second));
            sleep.await;
            assert_eq!(now(), at(second), "reset to {first} and {second}");
        });
    }
}

/// B9.5: a deadline pushed back with each sign of life.
#[test]
fn of_a_thousand_resets_only_the_last_one_fires() {
    let ((), record) = simulate_and_record(async {
        let mut idle = sleep(ms(100));
        for _ in 0..1000 {
            assert!(timeout(ms(99), &mut idle).await.is_err(), "ended at {:?}", now());
            idle.reset(now() + ms(100));
        }
        idle.await;
        assert_eq!(now(), at(99 * 1000 + 100));
    });
    let armed = record.count(|event| matches!(event, Event::TimerArmed { .. }));
    let cancelled = record.count(|event| matches!(event, Event::TimerCancelled { .. }));
    let fired = record.count(|event| matches!(event, Event::TimerFired { .. }));
    // A timeout's timer a lap, and the last of the sleep's own.
    assert_eq!((armed, cancelled, fired), (2001, 1000, 1001));
}

/// B9.5
#[test]
fn a_reset_to_the_very_start_of_a_slot_ends_there() {
    for start in [64, 128, 4096, 3 * 4096, 262_144, 64 << 18] {
        // In the slot that starts there, in the one before, at a higher level, and on the spot.
        for before in [start + 1, start - 1, start * 64 + 5, start] {
            simulate(async {
                let mut sleep = sleep_until(at(before));
                assert!(poll!(&mut sleep).is_pending());
                sleep.reset(at(start));
                sleep.await;
                assert_eq!(now(), at(start), "reset from {before}");
            });
        }
    }
}

/// B9.5
#[test]
fn a_reset_at_the_very_start_of_a_slot_to_any_other_ends_there() {
    for start in [64, 128, 4096, 262_144] {
        for after in [1, 63, 64, 65, 4095, 4096, 262_144] {
            simulate(async {
                let mut sleep = sleep_until(at(start * 2 + 7));
                assert!(poll!(&mut sleep).is_pending());
                sleep_until(at(start)).await;
                sleep.reset(at(start + after));
                sleep.await;
                assert_eq!(now(), at(start + after), "reset at {start}");
            });
        }
    }
}

/// B9.5: both fire in one turn, and the first one's task resets the second.
#[test]
fn a_reset_of_a_timer_that_is_due_in_the_same_turn_keeps_it_from_ending() {
    simulate(async {
        let second = Shared::until(at(10));
        let other = second.clone();
        let first = spawn(async move {
            sleep_until(at(10)).await;
            other.reset(at(20));
        });
        let waiting = spawn(second.polls());
        first.await.unwrap();
        // It was woken for the old deadline: one poll for nothing, which arms the timer again.
        assert_eq!(waiting.await.unwrap(), 3);
        assert_eq!(now(), at(20));
    });
}

/// B9.5
#[test]
fn a_reset_to_never_disarms_and_a_reset_from_never_arms() {
    simulate(async {
        let mut sleep = sleep(ms(10));
        assert!(poll!(&mut sleep).is_pending());
        sleep.reset(Instant::NEVER);
        assert!(timeout(HOUR, &mut sleep).await.is_err());
        sleep.reset(now() + ms(1));
        sleep.await;
        assert_eq!(now(), Instant::START + HOUR + ms(1));
    });
}

/// B9.5: what the waiting task is told does not depend on who holds the sleep.
#[test]
fn a_reset_wakes_nobody_before_the_new_deadline() {
    simulate(async {
        let sleep = Shared::until(at(10));
        let woken = Rc::new(Cell::new(Duration::ZERO));
        let waiting = spawn({
            let (sleep, woken) = (sleep.clone(), woken.clone());
            async move {
                sleep.polls().await;
                woken.set(now() - Instant::START);
            }
        });
        yield_now().await;
        sleep.reset(at(64));
        sleep_until(at(63)).await;
        let info = tasks().into_iter().find(|task| task.id == waiting.id()).unwrap();
        assert_eq!(info.polls, 1);
        waiting.await.unwrap();
        assert_eq!(woken.get(), ms(64));
    });
}
