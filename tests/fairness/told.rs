//! What is told of a poll that was slow, and of a sleep that was none.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use executor::journal::{Event, Observer, Unparked};
use executor::{Clock, EventLoop, spawn, spawn_named, yield_now};
use timer::sleep;

use crate::support::{Record, ms, stderr_alone};

/// What a loop says on stderr whose limit is 50 ms, of a poll that takes so long while so many others
/// wait; `None` in the process of its own.
fn told(name: &str, took: Duration, others: u64) -> Option<Vec<String>> {
    let stderr = stderr_alone(
        name,
        |command| command,
        || {
            let clock = Clock::simulated();
            let builder = EventLoop::builder().clock(clock.clone()).slow_poll(ms(50));
            builder.build().unwrap().run(async {
                for n in 1..=others {
                    drop(spawn_named(format!("due {n}"), sleep(ms(n))));
                }
                yield_now().await;
                clock.advance(took);
            });
        },
    );
    Some(stderr?.lines().filter(|line| line.contains("held the loop")).map(str::to_owned).collect())
}

/// B8.2
#[test]
fn a_poll_that_takes_as_long_as_it_may_is_not_slow() {
    let name = "fairness::told::a_poll_that_takes_as_long_as_it_may_is_not_slow";
    assert!(told(name, ms(50), 1).is_none_or(|lines| lines.is_empty()));
}

/// B8.2
#[test]
fn eight_that_waited_are_all_named() {
    let lines = told("fairness::told::eight_that_waited_are_all_named", ms(100), 8);
    assert!(lines.is_none_or(|lines| lines.len() == 1 && lines[0].ends_with("'due 8' 92.0ms")));
}

/// Spawns a task when the loop goes to sleep for the first time, and keeps what ended the sleeps.
struct Spawns(Option<()>, Rc<RefCell<Vec<Unparked>>>);

impl Observer for Spawns {
    fn on_event(&mut self, _at: Duration, event: &Event) {
        match event {
            Event::Parked { .. } if self.0.take().is_some() => drop(spawn(async {})),
            Event::Unparked { by } => self.1.borrow_mut().push(*by),
            _ => {}
        }
    }
}

/// B8.5
#[test]
fn a_sleep_that_the_observer_has_kept_from_beginning_is_said_to_be_ended_by_it() {
    let ended_by = Rc::<RefCell<Vec<_>>>::default();
    let observer = Spawns(Some(()), ended_by.clone());
    let builder = EventLoop::builder().clock(Clock::simulated()).observer(observer);
    builder.build().unwrap().run(async { sleep(ms(1)).await });
    assert_eq!(*ended_by.borrow(), [Unparked::Observer, Unparked::Deadline]);
}

/// B9.2: for a long one the system is asked twice, and the loop has nothing to do in between.
#[test]
fn a_long_sleep_on_a_real_clock_is_one_sleep() {
    let record = Record::default();
    EventLoop::builder()
        .observer(record.clone())
        .build()
        .unwrap()
        .run(async { sleep(ms(300)).await });
    assert_eq!(record.count(|event| matches!(event, Event::Parked { .. })), 1);
}
