//! Simulated clocks that are moved by hand: the tasks whose time has come are polled in the next
//! turn, and not when 61 others were (B12.6).

use std::rc::Rc;
use std::task::Poll;
use std::thread;
use std::time::{Duration, Instant as StdInstant};

use crossbeam_channel::bounded;
use executor::journal::Event;
use executor::{Clock, JoinHandle, spawn, spawn_blocking, yield_now};
use timer::{Driver, Instant, now, sleep, sleep_until};

use super::loop_by;
use crate::checked::EventLoop;
use crate::support::{HOUR, Record, Wakes, ends, ms, poll};

/// A task that sleeps for an hour by now.
async fn sleeper() -> JoinHandle<Instant> {
    let sleeper = spawn(async {
        sleep(HOUR).await;
        now()
    });
    yield_now().await;
    sleeper
}

/// The task that calls this is ready all the time. In the next turn its poll comes before the
/// sleeper's, and after it one turn later.
async fn is_polled_in_the_next_turn(sleeper: JoinHandle<Instant>) {
    for _ in 0..2 {
        assert!(!sleeper.is_finished());
        yield_now().await;
    }
    assert!(sleeper.is_finished());
    assert_eq!(sleeper.await.unwrap(), now());
}

/// B12.6
#[test]
fn a_sleeper_is_polled_in_the_turn_after_a_task_has_moved_the_clock() {
    let clock = Clock::simulated();
    loop_by(&clock).run(async {
        let sleeper = sleeper().await;
        clock.advance(HOUR);
        is_polled_in_the_next_turn(sleeper).await;
    });
}

/// B12.6: it keeps the loop from moving the clock, and nobody else.
#[test]
fn a_sleeper_is_polled_in_the_turn_after_the_clock_was_moved_though_it_is_held() {
    let clock = Clock::simulated();
    loop_by(&clock).run(async {
        let hold = clock.hold();
        let sleeper = sleeper().await;
        clock.advance(HOUR);
        is_polled_in_the_next_turn(sleeper).await;
        drop(hold);
    });
}

/// B12.6
#[test]
fn a_sleeper_is_polled_in_the_turn_after_another_thread_has_moved_the_clock() {
    let clock = Clock::simulated();
    loop_by(&clock).run(async {
        let (sleeper, there) = (sleeper().await, clock.clone());
        thread::spawn(move || there.advance(HOUR)).join().unwrap();
        is_polled_in_the_next_turn(sleeper).await;
    });
}

/// B12.6: the loop sleeps when it happens, or is about to.
#[test]
fn a_loop_that_sleeps_is_told_that_another_thread_has_moved_its_clock() {
    ends(|| {
        let clock = Clock::simulated();
        loop_by(&clock).run(async {
            let (moved, is_moved) = bounded(1);
            // It keeps the loop from moving the clock itself.
            let job = spawn_blocking(move || is_moved.recv().unwrap());
            let (sleeper, there) = (sleeper().await, clock.clone());
            thread::spawn(move || there.advance(HOUR));
            assert_eq!(sleeper.await.unwrap(), Instant::START + HOUR);
            moved.send(()).unwrap();
            job.await.unwrap();
        });
    });
}

/// B12.6: a job of another loop is a thread like any other.
#[test]
fn a_sleeper_is_polled_in_the_turn_after_a_job_of_another_loop_has_moved_the_clock() {
    ends(|| {
        let clock = Clock::simulated();
        loop_by(&clock).run(async {
            let (sleeper, there) = (sleeper().await, clock.clone());
            let job =
                || loop_by(&Clock::simulated()).run(spawn_and_wait(move || there.advance(HOUR)));
            thread::scope(|scope| scope.spawn(job).join().unwrap());
            is_polled_in_the_next_turn(sleeper).await;
        });
    });
}

async fn spawn_and_wait(job: impl FnOnce() + Send + 'static) {
    spawn_blocking(job).await.unwrap();
}

/// B12.6: it waits like everybody else, until nothing is ready any more.
#[test]
fn a_job_of_the_loops_own_moves_nothing_while_a_task_is_ready() {
    ends(|| {
        let clock = Clock::simulated();
        loop_by(&clock).run(async {
            let (sleeper, there) = (sleeper().await, clock.clone());
            let job = spawn_blocking(move || there.advance(HOUR));
            for _ in 0..200 {
                yield_now().await;
                assert_eq!(now(), Instant::START);
            }
            job.await.unwrap();
            assert_eq!(sleeper.await.unwrap(), Instant::START + HOUR);
        });
    });
}

/// B12.6: timers tick in milliseconds.
#[test]
fn a_driver_knows_whether_a_simulated_clock_has_ticked_since_it_looked() {
    let clock = Clock::simulated();
    let driver = Driver::new(clock.clone()).unwrap();
    assert!(!driver.has_ticked());
    clock.advance(ms(1) / 2);
    assert!(!driver.has_ticked());
    clock.advance(ms(1) / 2);
    assert!(driver.has_ticked());
    driver.expire(&mut Vec::new());
    assert!(!driver.has_ticked());
    clock.advance(HOUR);
    assert!(driver.has_ticked());
}

/// B12.6
#[test]
fn a_driver_knows_whether_a_real_clock_has_ticked_since_it_looked() {
    for clock in [Clock::real(), Clock::scaled(1e-6)] {
        let driver = Driver::new(clock).unwrap();
        let looked = StdInstant::now();
        while !driver.has_ticked() {
            thread::yield_now();
        }
        // Not without a reason, and it may be no more than the last bit of a tick.
        assert!(looked.elapsed() > std::time::Duration::ZERO);
        // A tick may just end here, but not each time.
        let looks = std::iter::repeat_with(|| driver.expire(&mut Vec::new()));
        assert!(looks.take(1000).any(|()| !driver.has_ticked()));
    }
}

/// B12.6: a clock that is held, and moved to where nobody waits for it, is no reason to look for work.
#[test]
fn a_loop_that_sleeps_sleeps_on_when_its_clock_was_moved_to_no_deadline() {
    let sleeps = ends(|| {
        let (clock, record) = (Clock::simulated(), Record::default());
        let builder = EventLoop::builder().clock(clock.clone()).observer(record.clone());
        let mut event_loop = builder.build().unwrap();
        event_loop.run(async {
            let (moved, is_moved) = bounded(1);
            let job = spawn_blocking(move || is_moved.recv().unwrap());
            let sleeper = sleeper().await;
            let by_hand = thread::spawn(move || {
                for _ in 0..10 {
                    clock.advance(ms(1));
                    // Nothing is to happen, so nothing says that it has not. A loop that looks for work
                    // does so meanwhile, or is not found out.
                    thread::sleep(ms(5));
                }
                moved.send(()).unwrap();
            });
            job.await.unwrap();
            by_hand.join().unwrap();
            sleeper.abort();
        });
        record.count(|event| matches!(event, Event::Parked { .. }))
    });
    assert!(sleeps <= 1, "{sleeps} sleeps");
}

/// B9.4
#[test]
fn at_the_end_of_time_a_sleep_that_never_ends_can_still_begin() {
    for end in [ms(u64::MAX), Duration::MAX] {
        let clock = Clock::simulated();
        loop_by(&clock).run(async {
            clock.advance(end);
            yield_now().await; // the loop has seen it
            let never = spawn(sleep_until(Instant::NEVER));
            for _ in 0..200 {
                yield_now().await;
            }
            assert!(!never.is_finished());
        });
    }
}

/// B9.14: nobody would look for them any more.
#[test]
fn a_driver_whose_timers_were_taken_takes_no_more_in() {
    let driver = Rc::new(Driver::new(Clock::simulated()).unwrap());
    let _entered = driver.enter();
    let (wakes, waker) = Wakes::new();
    let deadlines = [Instant::START + HOUR, Instant::NEVER];
    let mut before = deadlines.map(sleep_until);
    assert!(before.iter_mut().all(|sleep| poll(sleep, &waker).is_pending()));
    assert_eq!((driver.take_timers().len(), wakes.count()), (2, 0));
    for (nth, deadline) in deadlines.into_iter().enumerate() {
        let mut sleep = sleep_until(deadline);
        assert!(poll(&mut sleep, &waker).is_pending());
        assert_eq!(wakes.count(), nth + 1, "it is told at once");
        assert_eq!(poll(&mut sleep, &waker), Poll::Ready(()));
    }
}
