//! B3.7: every way to panic, crossed with every way to treat the handle.
//!
//! The idea is that of tokio's `task_combinations.rs`. A task is pending in its first poll and at
//! its end in the second; a case says what goes wrong in it, and what is done to its handle when.

use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use executor::{JoinError, JoinHandle, TaskState, spawn, tasks};

use crate::support::{Wakes, alone, poll, simulated, text, until_nothing_is_ready};

/// What a task of the grid does wrong.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Panics {
    Never,
    InPoll,
    InDrop,
    InBoth,
}

/// When something is done to a task of the grid.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
enum When {
    BeforeItsFirstPoll,
    AfterItsFirstPoll,
    AfterItsEnd,
    AfterItsOutputIsTaken,
    Never,
}

const PANICS: [Panics; 4] = [Panics::Never, Panics::InPoll, Panics::InDrop, Panics::InBoth];
const WHEN: [When; 5] = [
    When::BeforeItsFirstPoll,
    When::AfterItsFirstPoll,
    When::AfterItsEnd,
    When::AfterItsOutputIsTaken,
    When::Never,
];

#[derive(Clone, Copy, Debug)]
struct Case {
    panics: Panics,
    output_panics_in_drop: bool,
    /// The handle is polled before the end.
    awaited: bool,
    handle_dropped: When,
    /// By the handle, so never after that is dropped; before it if both are at one time.
    aborted: When,
}

/// What has happened to the task of a case.
#[derive(Default)]
struct Counts {
    polls: Cell<u32>,
    futures_dropped: Cell<u32>,
    outputs_made: Cell<u32>,
    outputs_dropped: Cell<u32>,
    waker: RefCell<Option<Waker>>,
}

fn count(counter: &Cell<u32>) {
    counter.set(counter.get() + 1);
}

/// Pending in its first poll, and at its end in the second.
struct Subject(Case, Rc<Counts>);

impl Future for Subject {
    type Output = Product;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Product> {
        let Self(case, counts) = &*self;
        count(&counts.polls);
        if counts.polls.get() == 1 {
            *counts.waker.borrow_mut() = Some(cx.waker().clone());
            return Poll::Pending;
        }
        if matches!(case.panics, Panics::InPoll | Panics::InBoth) {
            panic!("grid: a poll");
        }
        count(&counts.outputs_made);
        Poll::Ready(Product(*case, counts.clone()))
    }
}

impl Drop for Subject {
    fn drop(&mut self) {
        count(&self.1.futures_dropped);
        if matches!(self.0.panics, Panics::InDrop | Panics::InBoth) {
            panic!("grid: a future's drop");
        }
    }
}

struct Product(Case, Rc<Counts>);

impl Drop for Product {
    fn drop(&mut self) {
        count(&self.1.outputs_dropped);
        if self.0.output_panics_in_drop {
            panic!("grid: an output's drop");
        }
    }
}

impl Case {
    /// What happens to the handle at a time.
    fn act(&self, now: When, handle: &mut Option<JoinHandle<Product>>) {
        if self.aborted == now
            && let Some(handle) = handle
        {
            handle.abort();
        }
        if self.handle_dropped == now {
            drop(handle.take());
        }
    }

    fn is_cancelled(&self) -> bool {
        self.aborted <= self.handle_dropped && self.aborted < When::AfterItsEnd
    }

    /// Takes the output, and checks that it is the right one.
    fn take_output(&self, handle: &mut JoinHandle<Product>) {
        let Poll::Ready(outcome) = poll(handle, Waker::noop()) else { panic!("not finished") };
        match outcome {
            Err(JoinError::Cancelled) => assert!(self.is_cancelled()),
            Err(JoinError::Panicked(panic)) => {
                assert!(!self.is_cancelled());
                assert!(matches!(self.panics, Panics::InPoll | Panics::InBoth));
                assert_eq!(text(&*panic), "grid: a poll");
            }
            Ok(output) => {
                assert!(!self.is_cancelled());
                assert!(matches!(self.panics, Panics::Never | Panics::InDrop));
                let dropped = catch_unwind(AssertUnwindSafe(|| drop(output)));
                assert_eq!(dropped.is_err(), self.output_panics_in_drop, "this drop is ours");
            }
        }
    }

    async fn play(&self, waker: &Waker) {
        let counts = Rc::<Counts>::default();
        let neighbour = spawn(async { until_nothing_is_ready().await });
        let mut handle = Some(spawn(Subject(*self, counts.clone())));
        if let Some(handle) = handle.as_mut().filter(|_| self.awaited) {
            assert!(poll(handle, waker).is_pending());
        }

        self.act(When::BeforeItsFirstPoll, &mut handle);
        until_nothing_is_ready().await;
        self.act(When::AfterItsFirstPoll, &mut handle);
        until_nothing_is_ready().await;
        if let Some(waker) = counts.waker.take() {
            waker.wake();
        }
        until_nothing_is_ready().await;

        let polls = match self.aborted {
            _ if !self.is_cancelled() => 2,
            When::BeforeItsFirstPoll => 0,
            _ => 1,
        };
        let outputs =
            u32::from(polls == 2 && matches!(self.panics, Panics::Never | Panics::InDrop));
        assert_eq!((counts.polls.get(), counts.futures_dropped.get()), (polls, 1));
        assert_eq!(counts.outputs_made.get(), outputs);
        let nobody_wants_it = if handle.is_none() { outputs } else { 0 };
        assert_eq!(counts.outputs_dropped.get(), nobody_wants_it);
        assert!(handle.as_ref().is_none_or(JoinHandle::is_finished));

        self.act(When::AfterItsEnd, &mut handle);
        if let Some(handle) = &mut handle {
            assert_eq!(counts.outputs_dropped.get(), 0, "it is kept for the handle");
            self.take_output(handle);
        }
        assert_eq!(counts.outputs_dropped.get(), outputs);
        self.act(When::AfterItsOutputIsTaken, &mut handle);
        until_nothing_is_ready().await;
        assert_eq!((counts.polls.get(), counts.futures_dropped.get()), (polls, 1));
        assert_eq!(counts.outputs_dropped.get(), outputs);

        assert!(neighbour.await.is_ok());
        assert!(tasks().iter().all(|task| task.state == TaskState::Running), "no task is left");
        assert_eq!(Rc::strong_count(&counts), 1, "nothing is left of it");
    }

    fn goes_well(&self) -> bool {
        let (wakes, waker) = Wakes::new();
        let play = AssertUnwindSafe(|| simulated().run(self.play(&waker)));
        let played = catch_unwind(play).is_ok();
        drop(waker);
        let waits_to_the_end = self.awaited && self.handle_dropped >= When::AfterItsEnd;
        let told = !waits_to_the_end || wakes.count() == 1;
        played && told && Arc::strong_count(&wakes) == 1
    }
}

/// All of them.
fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for panics in PANICS {
        for output_panics_in_drop in [false, true] {
            for awaited in [false, true] {
                for &handle_dropped in &WHEN[..4] {
                    for aborted in WHEN {
                        cases.push(Case {
                            panics,
                            output_panics_in_drop,
                            awaited,
                            handle_dropped,
                            aborted,
                        });
                    }
                }
            }
        }
    }
    cases
}

/// B3.7: each case on a loop of its own.
#[test]
fn panics_drops_joins_and_aborts_in_all_combinations() {
    // In a process of its own, since what goes wrong here may abort it.
    alone("panics::grid::panics_drops_joins_and_aborts_in_all_combinations", || {
        let cases = cases();
        assert_eq!(cases.len(), 4 * 2 * 2 * 4 * 5);
        let wrong: Vec<_> = cases.iter().filter(|case| !case.goes_well()).collect();
        assert!(wrong.is_empty(), "these went wrong: {wrong:#?}");
    });
}
