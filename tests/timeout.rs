//! `timeout` (B9.11).

use std::cell::{Cell, RefCell};
use std::future::{self, poll_fn};
use std::io;
use std::rc::Rc;
use std::task::Poll;
use std::time::Duration;

use executor::journal::Event;
use executor::{Clock, spawn, yield_now};
use futures::poll;
use timer::{Elapsed, Instant, now, sleep, timeout};

use crate::checked::{EventLoop, run};
use crate::support::{HOUR, YEAR, ms, simulate, simulate_and_record};
use crate::timers::at;

/// Ends with the time on the clock.
async fn lasting(duration: Duration) -> Instant {
    sleep(duration).await;
    now()
}

/// B9.11
#[test]
fn a_value_that_comes_in_time_is_handed_on() {
    let value = simulate(async { timeout(ms(10), lasting(ms(5))).await });
    assert_eq!(value, Ok(at(5)));
}

/// B9.11
#[test]
fn at_the_deadline_the_answer_is_elapsed() {
    simulate(async {
        assert_eq!(timeout(ms(10), lasting(ms(11))).await, Err(Elapsed));
        assert_eq!(now(), at(10));
    });
}

/// B9.11: `simultaneous_deadline_future_completion`
#[test]
fn the_value_wins_if_both_are_due_at_the_same_time() {
    let value = simulate(async { timeout(ms(10), lasting(ms(10))).await });
    assert_eq!(value, Ok(at(10)));
}

/// B9.11: here the timeout's timer is armed before the value's, and fires first.
#[test]
fn the_value_wins_even_if_its_timer_fires_second() {
    simulate(async {
        let value = async {
            // The first poll ends here, and arms the timeout.
            yield_now().await;
            lasting(ms(10)).await
        };
        assert_eq!(timeout(ms(10), value).await, Ok(at(10)));
    });
}

/// B9.11: both deadlines are long gone when the task is polled again.
#[test]
fn a_late_value_wins_over_a_late_deadline() {
    let clock = Clock::simulated();
    let mut event_loop = EventLoop::builder().clock(clock.clone()).build().unwrap();
    let value = event_loop.run(async {
        let waiting = spawn(timeout(ms(10), lasting(ms(20))));
        yield_now().await;
        clock.advance(HOUR);
        waiting.await.unwrap()
    });
    assert_eq!(value, Ok(Instant::START + HOUR));
}

/// B9.11
#[test]
fn the_future_is_polled_before_the_timer_is_looked_at() {
    simulate(async {
        let polls = Cell::new(0);
        let counts = poll_fn(|_| {
            polls.set(polls.get() + 1);
            Poll::<()>::Pending
        });
        // Armed in the first poll, over in the second; the future sees both.
        assert_eq!(timeout(ms(10), counts).await, Err(Elapsed));
        assert_eq!(polls.get(), 2);
    });
}

/// B9.11
#[test]
fn a_value_that_is_there_already_needs_no_timer() {
    let (values, record) = simulate_and_record(async {
        let in_time = timeout(ms(10), future::ready("toast")).await;
        let without_time = timeout(Duration::ZERO, future::ready("coffee")).await;
        (in_time, without_time)
    });
    assert_eq!(values, (Ok("toast"), Ok("coffee")));
    assert_eq!(record.timer_story(), [""; 0]);
}

/// B9.11: a value of the next turn is in time, too, as the deadline counts from then.
#[test]
fn with_no_time_at_all_a_future_gets_one_more_turn() {
    simulate(async {
        assert_eq!(timeout(Duration::ZERO, yield_now()).await, Ok(()));
        let two_turns = async {
            yield_now().await;
            yield_now().await;
        };
        assert_eq!(timeout(Duration::ZERO, two_turns).await, Err(Elapsed));
        assert_eq!(timeout(Duration::ZERO, future::pending::<()>()).await, Err(Elapsed));
        assert_eq!(now(), Instant::START);
    });
}

/// B9.11
#[test]
fn a_huge_timeout_does_not_end() {
    simulate(async {
        for huge in [Duration::MAX, Duration::MAX - ms(1), Duration::from_secs(u64::MAX / 10)] {
            let before = now();
            assert_eq!(timeout(huge, lasting(YEAR)).await, Ok(before + YEAR));
        }
    });
}

/// B9.11: neither fires later, for nothing.
#[test]
fn the_timer_is_cancelled_when_the_value_comes() {
    let ((), record) = simulate_and_record(async {
        timeout(HOUR, sleep(ms(5))).await.unwrap();
        sleep(HOUR * 2).await;
    });
    let timers = record.timer_story();
    let fired = record.count(|event| matches!(event, Event::TimerFired { .. }));
    let cancelled = record.count(|event| matches!(event, Event::TimerCancelled { .. }));
    assert_eq!((fired, cancelled), (2, 1), "{timers:#?}");
}

/// B9.11
#[test]
fn the_future_is_dropped_with_the_timeout() {
    struct Tell(Rc<RefCell<Vec<Instant>>>);
    impl Drop for Tell {
        fn drop(&mut self) {
            self.0.borrow_mut().push(now());
        }
    }
    simulate(async {
        let drops = Rc::new(RefCell::new(Vec::new()));
        let told = Tell(drops.clone());
        let never = async move {
            let _told = told;
            future::pending::<()>().await
        };
        timeout(ms(10), never).await.unwrap_err();
        assert_eq!(*drops.borrow(), [at(10)]);
    });
}

/// B9.11
#[test]
fn a_borrowed_future_goes_on_after_the_timeout() {
    simulate(async {
        let mut slow = std::pin::pin!(lasting(ms(30)));
        assert_eq!(timeout(ms(10), &mut slow).await, Err(Elapsed));
        assert_eq!(timeout(ms(10), &mut slow).await, Err(Elapsed));
        assert_eq!(timeout(ms(10), &mut slow).await, Ok(at(30)));
    });
}

/// B9.11
#[test]
fn of_nested_timeouts_the_shorter_one_ends_first() {
    simulate(async {
        let never = future::pending::<()>;
        assert_eq!(timeout(ms(20), timeout(ms(10), never())).await, Ok(Err(Elapsed)));
        assert_eq!(timeout(ms(10), timeout(ms(20), never())).await, Err(Elapsed));
        assert_eq!(timeout(ms(10), timeout(ms(10), never())).await, Ok(Err(Elapsed)));
        assert_eq!(now(), at(30));
    });
}

/// B9.11: as with `sleep`, the time runs from the call.
#[test]
fn the_time_runs_from_the_call_and_not_from_the_first_poll() {
    simulate(async {
        let mut waits = timeout(ms(10), future::pending::<()>());
        sleep(ms(8)).await;
        assert!(poll!(&mut waits).is_pending());
        assert_eq!(waits.await, Err(Elapsed));
        assert_eq!(now(), at(10));
    });
}

/// B9.11
#[test]
fn a_timeout_on_a_real_clock_is_not_early() {
    run(async {
        let before = std::time::Instant::now();
        assert_eq!(timeout(ms(7), future::pending::<()>()).await, Err(Elapsed));
        assert!(before.elapsed() >= ms(7));
    });
}

/// B9.11
#[test]
fn elapsed_is_an_error_that_reads_well_and_converts_to_timed_out() {
    let error: &dyn std::error::Error = &Elapsed;
    assert_eq!(error.to_string(), "the time allowed for this is over");
    let error = io::Error::from(Elapsed);
    assert_eq!(error.kind(), io::ErrorKind::TimedOut);
    assert_eq!(error.to_string(), "the time allowed for this is over");
}

/// B9.11
#[test]
#[should_panic(expected = "outside an event loop")]
fn a_timeout_made_outside_a_loop_panics_with_advice() {
    drop(timeout(ms(1), future::ready(())));
}
