//! The lines of the program that the journal gives: where a timer was asked for, and where a handle
//! is awaited. Those of sockets are in `sockets/told.rs`.

use std::panic::Location;
use std::pin::pin;

use executor::journal::Event;
use executor::{gather, gather_all, spawn};
use timer::{Instant, interval, sleep, sleep_until, timeout};

use crate::support::{Record, ms, simulate_and_record};

/// The lines of this file for which timers were armed.
fn armed(record: &Record) -> Vec<u32> {
    record.pick(|_, event| match event {
        Event::TimerArmed { site, .. } => Some(line_of(site)),
        _ => None,
    })
}

/// The lines of this file at which handles were awaited.
fn awaited(record: &Record) -> Vec<Option<u32>> {
    record.pick(|_, event| match event {
        Event::Awaits { site, .. } => Some(site.map(line_of)),
        _ => None,
    })
}

fn line_of(site: &Location<'_>) -> u32 {
    assert_eq!(site.file(), file!());
    site.line()
}

#[test]
fn a_timer_is_armed_for_the_line_that_asked_for_it() {
    let (lines, record) = simulate_and_record(async {
        let (asleep, first) = (sleep(ms(1)), line!());
        asleep.await;
        let (_, second) = (sleep_until(Instant::START + ms(9)).await, line!());
        let (_, third) = (timeout(ms(1), std::future::pending::<()>()).await, line!());
        [first, second, third]
    });
    assert_eq!(armed(&record), lines);
}

#[test]
fn a_timer_that_is_armed_anew_is_still_for_the_line_that_made_the_sleep() {
    let (line, record) = simulate_and_record(async {
        let (asleep, line) = (sleep(ms(1)), line!());
        let mut asleep = pin!(asleep);
        asleep.as_mut().await;
        asleep.as_mut().reset(timer::now() + ms(1));
        asleep.await;
        line
    });
    assert_eq!(armed(&record), [line, line]);
}

#[test]
fn an_interval_waits_for_the_line_that_asked_for_the_tick() {
    let (lines, record) = simulate_and_record(async {
        let mut heart = interval(ms(5));
        heart.tick().await; // at once
        let (_, one) = (heart.tick().await, line!());
        let (_, other) = (heart.tick().await, line!());
        [one, other]
    });
    assert_eq!(armed(&record), lines);
}

#[test]
fn a_handle_is_awaited_by_the_line_of_the_await_also_through_a_gathering_or_a_timeout() {
    let (lines, record) = simulate_and_record(async {
        let nap = || sleep(ms(1));
        let handle = spawn(nap());
        let (_, directly) = (handle.await, line!());
        let (_, gathered) = (gather!(nap(), nap()).await, line!());
        let (_, all) = (gather_all([nap()]).await, line!());
        let (_, limited) = (timeout(ms(9), spawn(nap())).await, line!());
        [directly, gathered, gathered, all, limited].map(Some)
    });
    assert_eq!(awaited(&record), lines);
}

#[test]
fn a_handle_that_is_polled_in_a_box_or_as_a_task_is_awaited_by_no_known_line() {
    let ((), record) = simulate_and_record(async {
        let boxed: std::pin::Pin<Box<dyn Future<Output = _>>> = Box::pin(spawn(sleep(ms(1))));
        boxed.await.unwrap();
        let handle = spawn(spawn(sleep(ms(1))));
        handle.await.unwrap().unwrap();
    });
    let known: Vec<_> = awaited(&record).iter().map(Option::is_some).collect();
    assert_eq!(known, [false, true, false]);
}
