//! The checker can fail: journals that were tampered with break the rules, each its own.

use std::time::Duration;

use executor::gather;
use executor::journal::{Cause, Event, Observer, Operation, Way};
use timer::{sleep, timeout};

use super::Checker;
use crate::support::{ms, simulate_and_record};

type Journal = Vec<(Duration, Event)>;

/// A journal that keeps the rules.
fn true_journal() -> Journal {
    let (_, record) = simulate_and_record(async {
        let naps = async {
            sleep(ms(10)).await;
            executor::yield_now().await;
        };
        let _ = timeout(ms(50), async { gather!(naps, sleep(ms(20))).await }).await;
    });
    record.pick(|at, event| Some((at, event.clone())))
}

fn broken(journal: &Journal) -> Vec<String> {
    let mut checker = Checker::default();
    journal.iter().for_each(|(at, event)| checker.on_event(*at, event));
    checker.broken()
}

/// Where the first such event is.
fn find(journal: &Journal, is_it: impl Fn(&Event) -> bool) -> usize {
    journal.iter().position(|(_, event)| is_it(event)).expect("there is such an event")
}

/// Tampers with a true journal, and says which rule is the first to be broken.
fn forge(tamper: impl FnOnce(&mut Journal)) -> String {
    let mut journal = true_journal();
    assert_eq!(broken(&journal), [""; 0]);
    tamper(&mut journal);
    broken(&journal).into_iter().next().expect("the forgery is found out")
}

#[test]
fn a_poll_without_a_wake() {
    let text = forge(|journal| {
        let wake = find(journal, |it| matches!(it, Event::Woken { by: Cause::Timer { .. }, .. }));
        journal.remove(wake);
    });
    assert!(text.ends_with("is polled without a wake"), "{text}");
}

#[test]
fn a_poll_after_the_end() {
    let text = forge(|journal| {
        let poll = find(journal, |it| matches!(it, Event::PollStarted { .. }));
        let (_, polled) = journal[poll].clone();
        let (at, _) = *journal.last().unwrap();
        journal.push((at, polled));
    });
    assert!(text.ends_with("is polled, but not alive"), "{text}");
}

#[test]
fn a_wake_after_the_end() {
    let text = forge(|journal| {
        let wake = find(journal, |it| matches!(it, Event::Woken { .. }));
        let woken = journal[wake].clone();
        let (at, _) = *journal.last().unwrap();
        journal.push((at, woken.1));
    });
    assert!(text.ends_with("is woken, but not alive"), "{text}");
}

#[test]
fn a_park_while_a_task_is_ready() {
    let text = forge(|journal| {
        let wake = find(journal, |it| matches!(it, Event::Woken { by: Cause::Timer { .. }, .. }));
        let at = journal[wake].0;
        journal.insert(wake + 1, (at, Event::Parked { until: None }));
    });
    assert!(text.starts_with("it parks while"), "{text}");
}

#[test]
fn a_timer_that_is_forgotten() {
    let text = forge(|journal| {
        let cancelled = find(journal, |it| matches!(it, Event::TimerCancelled { .. }));
        journal.remove(cancelled);
    });
    assert!(text.ends_with("neither fired nor cancelled"), "{text}");
}

#[test]
fn a_timer_that_fires_twice() {
    let text = forge(|journal| {
        let fired = find(journal, |it| matches!(it, Event::TimerFired { .. }));
        journal.insert(fired, journal[fired].clone());
    });
    assert!(text.ends_with("fires, but was not armed"), "{text}");
}

#[test]
fn a_cause_that_is_not_there() {
    let text = forge(|journal| {
        let fired = find(journal, |it| matches!(it, Event::TimerFired { .. }));
        // The firing is told after the wake that it is the cause of.
        journal.swap(fired, fired + 1);
    });
    assert!(text.contains("its cause is not there"), "{text}");
}

#[test]
fn a_task_without_an_end() {
    let text = forge(|journal| {
        let done = journal.iter().rposition(|(_, it)| matches!(it, Event::Done { .. })).unwrap();
        journal.remove(done);
    });
    assert!(text.ends_with("has not come to an end"), "{text}");
}

#[test]
fn a_wait_at_a_socket_that_is_not_open() {
    let text = forge(|journal| {
        let (at, _) = journal[0];
        let (way, would_block, site) = (Way::Read, false, None);
        journal.insert(0, (at, Event::IoWaits { token: 1, by: None, way, would_block, site }));
    });
    assert_eq!(text, "somebody waits at 1, which is not open");
}

#[test]
fn a_read_from_a_socket_that_is_not_open() {
    let text = forge(|journal| {
        let (at, _) = journal[0];
        let (did, still_ready, site) = (Operation::Read { bytes: 1 }, true, None);
        journal.insert(0, (at, Event::IoDone { token: 1, by: None, did, still_ready, site }));
    });
    assert!(text.contains("1 is used, but is not open"), "{text}");
}

#[test]
fn a_time_that_goes_back() {
    let text = forge(|journal| {
        let unparked = find(journal, |it| matches!(it, Event::Unparked { .. }));
        journal[unparked + 2].0 = Duration::ZERO;
    });
    assert!(text.starts_with("time goes back"), "{text}");
}

#[test]
fn a_timer_that_fires_before_its_time() {
    let text = forge(|journal| {
        let unparked = find(journal, |it| matches!(it, Event::Unparked { .. }));
        journal[..unparked + 2].iter_mut().for_each(|(at, _)| *at = Duration::ZERO);
    });
    assert!(text.ends_with("fires before its time"), "{text}");
}
