//! Which loop a clock serves, and what is left of a loop that is gone (B9.13, B9.14).

use std::future::poll_fn;
use std::io::ErrorKind;
use std::pin::pin;
use std::task::{Poll, Waker};
use std::thread;

use executor::{Clock, spawn_blocking};
use futures::poll;
use timer::{Driver, Instant, now, sleep};

use super::loop_by;
use crate::checked::EventLoop;
#[cfg(unix)]
use crate::sockets::descriptors::descriptors;
use crate::support::{HOUR, alone, ends, ms};
use crate::timers::at;

fn refusal(clock: &Clock) -> std::io::Error {
    EventLoop::builder().clock(clock.clone()).build().map(drop).unwrap_err()
}

/// B9.13
#[test]
fn a_second_loop_on_a_simulated_clock_is_refused_with_advice() {
    let clock = Clock::simulated();
    let first = loop_by(&clock);
    let error = refusal(&clock);
    assert_eq!(error.kind(), ErrorKind::ResourceBusy);
    let text = error.to_string();
    assert!(text.contains("serves another event loop already"), "{text}");
    assert!(text.contains("give each loop a clock of its own"), "{text}");
    drop(first);
    let _second = loop_by(&clock);
    assert_eq!(refusal(&clock).kind(), ErrorKind::ResourceBusy);
}

/// B9.13: its jobs still end its sleep.
#[test]
fn a_loop_goes_on_though_another_asked_for_its_clock() {
    ends(|| {
        let clock = Clock::simulated();
        let mut event_loop = loop_by(&clock);
        drop(executor::EventLoop::builder().clock(clock.clone()).build());
        let there = clock.clone();
        event_loop.run(async {
            sleep(ms(1)).await;
            spawn_blocking(move || there.advance(HOUR)).await.unwrap();
        });
        assert_eq!(clock.now(), at(1) + HOUR);
    });
}

/// B9.13: time goes on where the loop before has left it.
#[test]
fn a_loop_that_is_gone_gives_its_clock_to_the_next() {
    ends(|| {
        let clock = Clock::simulated();
        drop(loop_by(&clock));
        for hours in 1..=3 {
            let there = clock.clone();
            loop_by(&clock).run(async move {
                sleep(HOUR / 2).await;
                spawn_blocking(move || there.advance(HOUR / 2)).await.unwrap();
            });
            assert_eq!(clock.now(), Instant::START + HOUR * hours);
        }
    });
}

/// B9.13
#[test]
fn a_clock_that_cannot_be_moved_serves_several_loops_at_once() {
    for clock in [Clock::real(), Clock::scaled(2.0)] {
        let mut first = loop_by(&clock);
        let there = clock.clone();
        let second = thread::spawn(move || {
            loop_by(&there).run(async {
                sleep(ms(2)).await;
                now()
            })
        });
        let here = first.run(async {
            sleep(ms(2)).await;
            now()
        });
        assert!(here.min(second.join().unwrap()) >= at(2));
        assert!(clock.now() >= here);
    }
}

/// B9.14: nobody else would move the clock.
#[test]
fn the_end_of_a_loop_ends_the_wait_of_a_thread_for_its_clock() {
    ends(|| {
        let clock = Clock::simulated();
        let event_loop = loop_by(&clock);
        let waiting = [2, 1].map(|hours| {
            let (clock, mut hold) = (clock.clone(), clock.hold());
            thread::spawn(move || {
                hold.own_while(|| clock.advance(HOUR * hours));
                clock.now()
            })
        });
        drop(event_loop);
        let times = waiting.map(|thread| thread.join().unwrap() - Instant::START);
        // They may have been asleep, or not yet.
        assert!(times[0] >= HOUR * 2 && times[1] >= HOUR);
        // The holds are back, so the clock serves the next loop.
        loop_by(&clock).run(sleep_for_an_hour());
    });
}

async fn sleep_for_an_hour() {
    sleep(HOUR).await;
}

/// Elsewhere nobody says which are open.
#[cfg(not(unix))]
fn descriptors() -> std::collections::BTreeSet<std::path::PathBuf> {
    Default::default()
}

/// B9.14: a clock, a spawner, a waker, a handle, an unparker.
#[test]
fn what_outlives_a_loop_keeps_no_descriptor_open() {
    let name = "clocks::one_loop::what_outlives_a_loop_keeps_no_descriptor_open";
    alone(name, || {
        for clock in [Clock::real(), Clock::simulated()] {
            let before = descriptors();
            let driver = Driver::new(Clock::real()).unwrap();
            let unparker = driver.unparker().clone();
            let mut event_loop = loop_by(&clock);
            let spawner = event_loop.spawner();
            let (waker, mut handle) = event_loop.run(async {
                let waker = poll_fn(|cx| Poll::Ready(cx.waker().clone())).await;
                let mut job = spawn_blocking(|| ());
                let _ = poll!(&mut job);
                (waker, job)
            });
            assert!(cfg!(not(unix)) || descriptors().len() > before.len());
            drop((driver, event_loop));
            assert_eq!(descriptors(), before);
            // Each is still there, and reaches nobody.
            unparker.unpark();
            drop(spawner.spawn(async {}));
            waker.wake();
            clock.advance(ms(1));
            assert!(pin!(&mut handle).poll(&mut cx()).is_ready());
            assert_eq!(descriptors(), before);
        }
    });
}

fn cx() -> std::task::Context<'static> {
    std::task::Context::from_waker(Waker::noop())
}
