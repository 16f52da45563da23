//! Sleeps that change loops (B9.14).

use std::thread;

use executor::journal::Event;
use executor::{Clock, tasks};
use futures::poll;
use timer::{now, sleep, sleep_until};

use super::at;
use crate::checked::EventLoop;
use crate::support::{ms, simulate, simulate_and_record};

fn simulated_and_leaving_timers() -> EventLoop {
    EventLoop::builder().clock(Clock::simulated()).leaves_timers().build().unwrap()
}

/// B9.14: moments belong to a clock, so it ends when the other loop's clock shows its deadline.
#[test]
fn a_sleep_armed_here_and_sent_to_another_threads_loop_ends_there() {
    let ((), record) = simulate_and_record(async {
        let mut sent = sleep(ms(10));
        assert!(poll!(&mut sent).is_pending());
        let there = thread::spawn(move || {
            simulate(async {
                sleep(ms(3)).await;
                sent.await;
                now()
            })
        });
        assert_eq!(there.join().unwrap(), at(10));
        sleep(ms(20)).await;
    });
    // Nobody could cancel it here: it fires for nothing.
    let fired = record.pick(|at, event| matches!(event, Event::TimerFired { .. }).then_some(at));
    assert_eq!(fired, [ms(10), ms(20)]);
}

/// B9.14
#[test]
fn a_sleep_that_comes_back_from_another_loop_ends_here() {
    simulate(async {
        let mut travelling = sleep(ms(10));
        assert!(poll!(&mut travelling).is_pending());
        let there = thread::spawn(move || {
            simulated_and_leaving_timers()
                .run(async { assert!(poll!(&mut travelling).is_pending()) });
            travelling
        });
        there.join().unwrap().await;
        assert_eq!(now(), at(10));
    });
}

/// B9.14
#[test]
fn a_sleep_dropped_on_another_threads_loop_cancels_nothing_there() {
    simulated_and_leaving_timers().run(async {
        let mut sent = sleep(ms(10));
        assert!(poll!(&mut sent).is_pending());
        let there = thread::spawn(move || {
            let ((), record) = simulate_and_record(async {
                let mut own = sleep(ms(10));
                assert!(poll!(&mut own).is_pending());
                drop(sent);
                own.await;
            });
            record.count(|event| matches!(event, Event::TimerCancelled { .. }))
        });
        assert_eq!(there.join().unwrap(), 0);
    });
}

/// B9.14: the wheel that is left holds a waker of a task that is gone.
#[test]
fn a_timer_left_behind_wakes_nobody() {
    let mut event_loop = EventLoop::builder().clock(Clock::simulated()).build().unwrap();
    let mut sent = sleep_until(at(10));
    event_loop.run(async { assert!(poll!(&mut sent).is_pending()) });
    thread::spawn(move || drop(sent)).join().unwrap();
    event_loop.run(async {
        sleep(ms(20)).await;
        let polls = tasks()[0].polls;
        assert_eq!(polls, 2);
    });
}
