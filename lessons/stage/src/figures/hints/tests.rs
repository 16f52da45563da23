//! Made-up journals, and what there is to say of them.

use std::time::Duration;

use executor::journal::{Cause, Event};
use executor::{Clock, EventLoop, TaskId};

use super::of;
use crate::{Journal, Recorder};

/// The ids of some tasks, and keys of some timers: only a loop gives them away.
fn recorded<F: Future<Output = ()>>(program: F) -> Journal {
    let recorder = Recorder::default();
    let builder = EventLoop::builder().clock(Clock::simulated()).observer(recorder.clone());
    builder.build().expect("there are descriptors left").run(program);
    recorder.take()
}

/// A journal in which `main` spawns a task called `other`, of which `then` says the rest.
fn made_up(then: impl FnOnce(TaskId, TaskId) -> Vec<Event>) -> Journal {
    let spawned = recorded(async { drop(executor::spawn_named("other", async {})) });
    let spawned: Vec<Event> = (spawned.into_iter().map(|(_, event)| event))
        .filter(|event| matches!(event, Event::Spawned { .. }))
        .collect();
    let [Event::Spawned { task: main, .. }, Event::Spawned { task: other, .. }] = spawned[..]
    else {
        panic!("two tasks were spawned")
    };
    let events = spawned.into_iter().chain(then(main, other));
    events.map(|event| (Duration::ZERO, event)).collect()
}

/// The only sentence, without the line of source.
fn only_sentence(journal: &Journal) -> String {
    let [sentence] = &of(journal)[..] else { panic!("one sentence: {:?}", of(journal)) };
    let (who, what) = sentence.split_once(", spawned at ").expect("it names the line");
    let (_, what) = what.split_once(", ").expect("it goes on");
    format!("{who} {what}")
}

#[test]
fn a_panic_that_nobody_awaits_is_mentioned() {
    let journal =
        made_up(|_, task| vec![Event::PollStarted { task, poll: 1 }, Event::Panicked { task }]);
    let sentence = "other panicked while nobody awaited it: keep its handle";
    assert_eq!(only_sentence(&journal), sentence);
}

#[test]
fn a_panic_that_somebody_awaits_is_not() {
    let journal = made_up(|main, task| {
        let woken = Event::Woken { task: main, by: Cause::Join(task) };
        vec![Event::PollStarted { task, poll: 1 }, Event::Panicked { task }, woken]
    });
    assert!(of(&journal).is_empty());
}

#[test]
fn the_panic_of_the_main_future_needs_no_mention() {
    let journal = made_up(|main, _| vec![Event::Panicked { task: main }]);
    assert!(of(&journal).is_empty());
}

#[test]
fn a_future_that_is_aborted_unpolled_is_mentioned() {
    let journal = made_up(|_, task| vec![Event::Cancelled { task }]);
    let sentence = "other was aborted before its first poll: none of it has run";
    assert_eq!(only_sentence(&journal), sentence);
}

#[test]
fn one_that_the_end_of_the_run_cancels_is_not() {
    let journal = made_up(|main, task| vec![Event::Done { task: main }, Event::Cancelled { task }]);
    assert!(of(&journal).is_empty());
}

#[test]
fn one_that_was_polled_before_its_abort_is_not() {
    let journal =
        made_up(|_, task| vec![Event::PollStarted { task, poll: 1 }, Event::Cancelled { task }]);
    assert!(of(&journal).is_empty());
}

/// The main future puts a timeout around each of so many steps.
fn timeouts(number: usize) -> Journal {
    recorded(async move {
        for _ in 0..number {
            let step = executor::yield_now();
            timer::timeout(Duration::from_secs(1), step).await.expect("it is in time");
        }
    })
}

#[test]
fn timers_cancelled_over_and_over_are_mentioned() {
    let sentence = only_sentence(&timeouts(101));
    assert!(sentence.ends_with("has cancelled 101 timers: one kept, and reset, would do"));
}

#[test]
fn a_hundred_cancelled_timers_are_not() {
    assert!(of(&timeouts(100)).is_empty());
}
