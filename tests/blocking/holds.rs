//! Whose a hold is: of one clock, and of one job (B11.5).

use std::thread;

use crossbeam_channel::bounded;
use executor::{Clock, spawn, spawn_blocking};
use timer::{Instant, now, sleep};

use crate::checked::EventLoop;
use crate::support::{HOUR, ends, ms, panic_of, simulate};

fn loop_by(clock: &Clock) -> EventLoop {
    EventLoop::builder().clock(clock.clone()).build().unwrap()
}

/// B11.5. It moves that clock by hand, and gives none of its holds up. Here the other loop's job
/// ends while the first would still be waiting for time to pass.
#[test]
fn a_job_that_advances_another_loops_clock_gives_no_hold_of_that_loops_jobs_up() {
    ends(|| {
        let clock = Clock::simulated();
        loop_by(&clock).run(async {
            let slept = spawn(sleep(HOUR));
            let (started, has_started) = bounded(1);
            let (release, released) = bounded::<()>(0);
            let job = spawn_blocking(move || {
                started.send(()).unwrap();
                released.recv().unwrap();
            });
            has_started.recv().unwrap();
            let there = clock.clone();
            let elsewhere = thread::spawn(move || {
                simulate(async {
                    spawn_blocking(move || there.advance(ms(1))).await.unwrap();
                    // Its own clock has not moved.
                    assert_eq!(now(), Instant::START);
                })
            });
            elsewhere.join().unwrap();
            assert_eq!(now(), Instant::START + ms(1));
            release.send(()).unwrap();
            job.await.unwrap();
            assert!(!slept.is_finished());
            slept.await.unwrap();
            assert_eq!(now(), Instant::START + HOUR);
            // The clock is held for the next job as it was for the first.
            let there = clock.clone();
            spawn_blocking(move || there.advance(HOUR)).await.unwrap();
            assert_eq!(now(), Instant::START + HOUR * 2);
        });
    });
}

/// B11.5. And on whose thread another loop is entered when it does so.
#[test]
fn a_job_that_runs_a_loop_lets_time_pass_on_the_clock_of_its_own_job() {
    ends(|| {
        let clock = Clock::simulated();
        loop_by(&clock).run(async {
            let outer = clock.clone();
            let job = spawn_blocking(move || {
                let inner = Clock::simulated();
                let (there, moved) = (outer.clone(), inner.clone());
                loop_by(&inner).run(async move {
                    there.advance(HOUR); // waits for the outer loop
                    assert_eq!(now(), Instant::START);
                    moved.advance(ms(7)); // is this loop's own thread
                    let (there, moved) = (there.clone(), moved.clone());
                    let inner_job = spawn_blocking(move || {
                        moved.advance(ms(7)); // waits for the inner loop
                        there.advance(ms(3)); // is none of the outer loop's jobs
                    });
                    inner_job.await.unwrap();
                    now()
                })
            });
            sleep(HOUR / 2).await;
            assert_eq!(now(), Instant::START + HOUR / 2);
            assert_eq!(job.await.unwrap(), Instant::START + ms(14));
            assert_eq!(now(), Instant::START + HOUR + ms(3));
        });
    });
}

/// B11.5
#[test]
fn work_that_owns_several_holds_gives_up_those_on_the_clock_that_it_advances() {
    ends(|| {
        let (clock, other) = (Clock::simulated(), Clock::simulated());
        let mut other_loop = loop_by(&other);
        loop_by(&clock).run(async {
            let (mut first, mut second) = (clock.hold(), clock.hold());
            let mut elsewhere = other.hold();
            let (there, there_too) = (clock.clone(), other.clone());
            let thread = thread::spawn(move || {
                first.own_while(|| {
                    second.own_while(|| elsewhere.own_while(|| there.advance(HOUR)));
                    // By hand: it owns that hold no longer.
                    there_too.advance(ms(1));
                    // One that it does not own would be somebody else's, and keep time from passing.
                    drop(second);
                    there.advance(HOUR);
                })
            });
            sleep(HOUR * 2).await;
            thread.join().unwrap();
        });
        assert_eq!(clock.now(), Instant::START + HOUR * 2);
        other_loop.run(async { assert_eq!(now(), Instant::START + ms(1)) });
    });
}

/// B11.5
#[test]
fn work_that_panics_owns_its_hold_no_longer() {
    ends(|| {
        let clock = Clock::simulated();
        loop_by(&clock).run(async {
            let (mut hold, job, there) = (clock.hold(), clock.hold(), clock.clone());
            let thread = thread::spawn(move || {
                let text =
                    panic_of(|| hold.own_while(|| panic!("this work panics, and is meant to")));
                assert_eq!(text, "this work panics, and is meant to");
                // By hand, as by any thread: the loop, which waits for this one, would not do it.
                there.advance(ms(1));
                hold.own_while(|| 6 * 7)
            });
            assert_eq!(thread.join().unwrap(), 42);
            assert_eq!(now(), Instant::START + ms(1));
            drop(job);
            sleep(HOUR).await;
        });
    });
}

/// B11.5
#[test]
fn the_loops_own_thread_does_not_wait_for_itself_even_if_it_owns_a_hold() {
    ends(|| {
        let clock = Clock::simulated();
        loop_by(&clock).run(async {
            let mut hold = clock.hold();
            hold.own_while(|| clock.advance(HOUR));
            assert_eq!(now(), Instant::START + HOUR);
            drop(hold);
            sleep(HOUR).await;
        });
    });
}

/// B11.5. Each job has a hold of its own: what one gives up is not another's.
#[test]
fn time_passes_only_when_all_jobs_wait_for_it() {
    ends(|| {
        for _ in 0..50 {
            let clock = Clock::simulated();
            loop_by(&clock).run(async {
                let (release, released) = bounded::<()>(0);
                let at_work = clock.clone();
                let busy = spawn_blocking(move || {
                    released.recv().unwrap();
                    at_work.now()
                });
                let jobs = [3, 1, 2].map(|hours| {
                    let there = clock.clone();
                    spawn_blocking(move || {
                        there.advance(HOUR * hours);
                        there.now()
                    })
                });
                thread::yield_now();
                release.send(()).unwrap();
                assert_eq!(busy.await.unwrap(), Instant::START);
                for (hours, job) in [3, 1, 2].into_iter().zip(jobs) {
                    assert_eq!(job.await.unwrap(), Instant::START + HOUR * hours);
                }
            });
        }
    });
}

/// B11.5: one after the other, each time that they have slept until the same moment.
#[test]
fn jobs_that_let_time_pass_until_the_same_moment_all_go_on() {
    ends(|| {
        for _ in 0..100 {
            let clock = Clock::simulated();
            loop_by(&clock).run(async {
                let jobs = [clock.clone(), clock.clone()].map(|clock| {
                    spawn_blocking(move || {
                        [5, 10].map(|time| {
                            clock.advance(ms(time));
                            clock.now().since_start()
                        })
                    })
                });
                for job in jobs {
                    assert_eq!(job.await.unwrap(), [ms(5), ms(15)]);
                }
            });
        }
    });
}
