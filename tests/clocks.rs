//! Clocks and moments: what stands still, what jumps, and what is the same twice (B9.10, B9.13).

mod by_hand;
mod instants;
mod one_loop;

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant as StdInstant};

use crossbeam_channel::unbounded;
use executor::journal::{Event, Observer};
use executor::{Clock, gather_all, spawn, spawn_blocking, yield_now};
use parking_lot::Mutex;
use timer::{Instant, now, sleep, sleep_until, timeout};

use crate::checked::EventLoop;
use crate::support::{HOUR, YEAR, ms, simulate, simulate_and_record};
use crate::timers::at;

fn loop_by(clock: &Clock) -> EventLoop {
    EventLoop::builder().clock(clock.clone()).build().unwrap()
}

/// B9.13
#[test]
fn a_simulated_clock_starts_at_its_start_and_does_not_move_by_itself() {
    let clock = Clock::simulated();
    assert_eq!(clock.now(), Instant::START);
    loop_by(&clock).run(async {
        for _ in 0..1000 {
            yield_now().await;
        }
        // Real time passes, and is no business of this clock.
        let before = StdInstant::now();
        while before.elapsed() < ms(2) {}
        yield_now().await;
    });
    assert_eq!(clock.now(), Instant::START);
}

/// B9.13
#[test]
fn a_simulated_clock_stands_still_as_long_as_a_task_is_ready() {
    simulate(async {
        let deadline = spawn(sleep(ms(1)));
        for _ in 0..1000 {
            yield_now().await;
            assert_eq!(now(), Instant::START);
        }
        assert!(!deadline.is_finished());
        deadline.await.unwrap();
        assert_eq!(now(), at(1));
    });
}

/// B9.13
#[test]
fn a_simulated_clock_jumps_to_the_next_deadline_and_no_further() {
    let ((), record) = simulate_and_record(async {
        let sleeps = [ms(3), HOUR, ms(3), YEAR, ms(700)].map(sleep);
        gather_all(sleeps).await;
    });
    let jumps = record.pick(|at, event| matches!(event, Event::Unparked { .. }).then_some(at));
    assert_eq!(jumps, [ms(3), ms(700), HOUR, YEAR]);
}

/// B9.13
#[test]
fn a_simulated_clock_moves_in_exact_steps_of_a_millisecond() {
    simulate(async {
        for n in 1..=5000 {
            sleep(ms(1)).await;
            assert_eq!(now(), at(n));
        }
    });
}

/// B9.13: what a poll takes is nothing, unless `Clock::advance` says so.
#[test]
fn a_task_sees_the_same_time_throughout_its_poll() {
    let clock = Clock::simulated();
    loop_by(&clock).run(async {
        sleep(ms(5)).await;
        assert_eq!((now(), now()), (at(5), at(5)));
        clock.advance(ms(2));
        assert_eq!((now(), clock.now()), (at(7), at(7)));
    });
}

/// B9.13
#[test]
fn a_simulated_program_does_the_same_every_time() {
    fn story() -> Vec<String> {
        let ((), record) = simulate_and_record(async {
            let tasks = (1..=50).map(|n: u64| async move {
                for lap in 1..=20 {
                    let pause = ms(n * lap * 7919 % 500);
                    let _ = timeout(ms(lap * 31), sleep(pause)).await;
                }
            });
            gather_all(tasks).await;
        });
        record.timer_story()
    }
    let first = story();
    assert!(first.len() > 50 * 20 * 2);
    assert_eq!(story(), first);
}

/// Tells another thread when the loop goes to sleep.
struct TellParked(crossbeam_channel::Sender<()>);

impl Observer for TellParked {
    fn on_event(&mut self, _at: Duration, event: &Event) {
        if let Event::Parked { .. } = event {
            let _ = self.0.send(());
        }
    }
}

/// B9.13
#[test]
fn a_simulated_clock_stands_still_as_long_as_a_blocking_job_is_out() {
    let (tell, parked) = unbounded();
    let clock = Clock::simulated();
    let builder = EventLoop::builder().clock(clock.clone()).observer(TellParked(tell));
    builder.build().unwrap().run(async {
        let deadline = spawn(sleep(ms(1)));
        let job = spawn_blocking(move || {
            // By now nothing is ready, and the loop would jump if it were not for this job.
            parked.recv().unwrap();
            clock.now()
        });
        assert_eq!(job.await.unwrap(), Instant::START);
        assert_eq!(now(), Instant::START);
        deadline.await.unwrap();
        assert_eq!(now(), at(1));
    });
}

/// B9.13: a job that sleeps on the clock lets time go by, in the order of all deadlines.
#[test]
fn a_blocking_job_that_advances_the_clock_sleeps_like_everybody_else() {
    let clock = Clock::simulated();
    loop_by(&clock).run(async {
        let order = Rc::new(RefCell::new(Vec::new()));
        let sleeper = |name, duration| {
            let order = order.clone();
            spawn(async move {
                sleep(duration).await;
                order.borrow_mut().push((name, now()));
            })
        };
        let before = sleeper("before", ms(500));
        let after = sleeper("after", ms(1500));
        let job_clock = clock.clone();
        let job = spawn_blocking(move || {
            job_clock.advance(ms(1000));
            job_clock.now()
        });
        let finished = job.await.unwrap();
        order.borrow_mut().push(("job", now()));
        assert_eq!(finished, at(1000));
        before.await.unwrap();
        after.await.unwrap();
        assert_eq!(*order.borrow(), [("before", at(500)), ("job", at(1000)), ("after", at(1500))]);
    });
}

/// B9.13: it is released first, and finished before the clock's loop goes on.
#[test]
fn a_blocking_job_comes_before_a_timer_of_the_same_moment() {
    let clock = Clock::simulated();
    let order = Arc::new(Mutex::new(Vec::new()));
    loop_by(&clock).run(async {
        let sleeper = spawn({
            let order = order.clone();
            async move {
                sleep(HOUR).await;
                order.lock().push("task");
            }
        });
        let (clock, order) = (clock.clone(), order.clone());
        let job = spawn_blocking(move || {
            clock.advance(HOUR);
            order.lock().push("job");
        });
        job.await.unwrap();
        sleeper.await.unwrap();
    });
    assert_eq!(*order.lock(), ["job", "task"]);
}

/// B9.13: so time goes by even when nobody waits for the job but the loop itself.
#[test]
fn the_end_of_run_lets_the_time_pass_for_which_a_blocking_job_sleeps() {
    let clock = Clock::simulated();
    let (tell, started) = unbounded();
    loop_by(&clock).run(async {
        let clock = clock.clone();
        drop(spawn_blocking(move || {
            tell.send(()).unwrap();
            clock.advance(HOUR);
        }));
        started.recv().unwrap();
    });
    assert_eq!(clock.now(), Instant::START + HOUR);
}

/// B9.10
#[test]
fn an_advance_before_the_loop_runs_is_the_time_at_which_it_starts() {
    let clock = Clock::simulated();
    let mut event_loop = loop_by(&clock);
    clock.advance(YEAR);
    event_loop.run(async {
        assert_eq!(now(), Instant::START + YEAR);
        sleep_until(Instant::START + HOUR).await;
        assert_eq!(now(), Instant::START + YEAR);
        sleep(ms(1)).await;
        assert_eq!(now(), Instant::START + YEAR + ms(1));
    });
}

/// B9.10
#[test]
fn an_advance_past_several_deadlines_ends_them_all_in_order_and_none_beyond() {
    let clock = Clock::simulated();
    loop_by(&clock).run(async {
        let order = Rc::new(RefCell::new(Vec::new()));
        let sleepers = [40, 10, 4000, 20, 10].map(|duration| {
            let order = order.clone();
            spawn(async move {
                sleep(ms(duration)).await;
                order.borrow_mut().push(duration);
            })
        });
        yield_now().await;
        clock.advance(ms(3999));
        let [forty, ten, beyond, twenty, ten_too] = sleepers;
        gather_all([forty, ten, twenty, ten_too]).await;
        assert_eq!(*order.borrow(), [10, 10, 20, 40]);
        assert_eq!(now(), at(3999));
        beyond.await.unwrap();
        assert_eq!(now(), at(4000));
    });
}

/// B9.10
#[test]
fn an_advance_saturates_at_never_where_no_timer_fires() {
    let clock = Clock::simulated();
    loop_by(&clock).run(async {
        let never = spawn(sleep(Duration::MAX));
        let far = spawn(sleep(ms(u64::MAX - 1)));
        yield_now().await;
        clock.advance(Duration::MAX);
        clock.advance(Duration::MAX);
        assert_eq!(now(), Instant::NEVER);
        far.await.unwrap();
        assert!(!never.is_finished());
    });
}

/// B9.4: the last tick there is belongs to those that wait for ever.
#[test]
fn a_clock_at_the_last_tick_there_is_ends_no_sleep_that_never_ends() {
    let clock = Clock::simulated();
    loop_by(&clock).run(async {
        let never = spawn(sleep(Duration::MAX));
        yield_now().await;
        clock.advance(ms(u64::MAX));
        for _ in 0..200 {
            yield_now().await;
        }
        assert!(!never.is_finished());
    });
}

/// B9.10: time that goes back is clamped.
#[test]
fn a_moment_before_the_start_of_a_clock_counts_as_its_start() {
    let before = StdInstant::now();
    let clock = Clock::real();
    let long_before = before.checked_sub(ms(1)).unwrap_or(before);
    assert_eq!(clock.from_std(long_before), Some(Instant::START));
    assert_eq!(clock.from_std(before), Some(Instant::START));
}

/// B9.10: the clock may be read often; it never shows less than before.
#[test]
fn no_clock_goes_back() {
    for clock in [Clock::real(), Clock::scaled(1e6), Clock::scaled(1e-3), Clock::simulated()] {
        let mut last = clock.now();
        for _ in 0..10_000 {
            let now = clock.now();
            assert!(now >= last);
            last = now;
        }
    }
}

/// B9.13
#[test]
fn a_real_clocks_moments_have_twins_on_the_machines_clock() {
    let before = StdInstant::now();
    let clock = Clock::real();
    let moment = clock.now() + ms(1234);
    let twin = clock.to_std(moment).unwrap();
    assert!(twin >= before + ms(1234) && twin <= StdInstant::now() + ms(1234));
    assert_eq!(clock.from_std(twin), Some(moment));
    assert_eq!(clock.to_std(clock.from_std(twin).unwrap()), Some(twin));
}

/// B9.13
#[test]
fn moments_that_the_machine_cannot_name_have_no_twin() {
    assert_eq!(Clock::real().to_std(Instant::NEVER), None);
    for clock in [Clock::scaled(1.0), Clock::simulated()] {
        assert_eq!(clock.to_std(clock.now()), None);
        assert_eq!(clock.from_std(StdInstant::now()), None);
    }
}

/// B9.2
#[test]
fn no_sleep_is_early_on_a_scaled_clock() {
    for factor in [0.25, 1.0, 10.0, 1000.0] {
        let clock = Clock::scaled(factor);
        loop_by(&clock).run(async {
            for milliseconds in [1, 5, 12] {
                let asked = ms(milliseconds).mul_f64(factor);
                let (before, before_here) = (StdInstant::now(), now());
                sleep(asked).await;
                assert!(now() - before_here >= asked, "at {factor} times the speed");
                // A nanosecond is lost in the conversion at the most.
                let took = before.elapsed() + Duration::from_nanos(1);
                assert!(took >= ms(milliseconds), "{took:?} at {factor} times the speed");
            }
        });
    }
}

/// B9.13: a million hours take 3.6 ms.
#[test]
fn a_scaled_clock_passes_as_fast_as_it_is_told() {
    let clock = Clock::scaled(1e12);
    loop_by(&clock).run(async {
        sleep(HOUR * 1_000_000).await;
        assert!(now() >= Instant::START + HOUR * 1_000_000);
    });
}

/// B9.13
#[test]
fn an_advance_of_a_clock_that_cannot_be_moved_lets_as_much_time_pass() {
    for (clock, real) in [(Clock::real(), ms(3)), (Clock::scaled(1000.0), Duration::ZERO)] {
        let (before, before_here) = (StdInstant::now(), clock.now());
        clock.advance(ms(3));
        assert!(before.elapsed() >= real);
        assert!(clock.now() - before_here >= ms(3));
    }
}

/// B9.13
#[test]
fn a_factor_that_is_no_speed_panics() {
    for factor in [0.0, -1.0, f64::MIN_POSITIVE, f64::MAX, f64::INFINITY, f64::NAN] {
        let panic = std::panic::catch_unwind(|| Clock::scaled(factor)).unwrap_err();
        let text = panic.downcast::<String>().unwrap();
        assert!(text.starts_with("a clock's factor is between 1e-12 and 1e12"), "{text}");
    }
}

/// B9.13
#[test]
fn clones_of_a_clock_show_the_same_time() {
    let clock = Clock::simulated();
    let clone = clock.clone();
    clock.advance(HOUR);
    assert_eq!(clone.now(), Instant::START + HOUR);
}
