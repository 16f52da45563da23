//! The same programs, while threads spawn around the end of `run` and of the loop.

use std::panic::resume_unwind;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::task::{Poll, Waker};
use std::thread;
use std::time::Duration;

use executor::{Clock, JoinError, JoinHandle, Spawner, yield_now};
use proptest::prelude::*;

use super::play::{World, a_loop};
use super::{Step, for_all, model, programs_with};
use crate::support::{Drop1, Drops, PanicsInDrop, pending_with, poll};

/// So many tasks a thread spawns without a pause.
const AT_ONCE: usize = 300;

/// What a thread spawns.
#[derive(Clone, Copy, Debug)]
enum Kind {
    Ends,
    Yields(u8),
    Waits,
    Panics,
    /// It waits, and its destructor panics.
    PanicsInDrop,
    OutputPanicsInDrop,
}

/// What a thread does with the handle.
#[derive(Clone, Copy, Debug)]
enum Handle {
    Drop,
    Abort,
    Keep,
}

#[derive(Clone, Debug)]
struct Case {
    program: Vec<Step>,
    /// What each of the threads spawns, over and over.
    threads: Vec<Vec<(Kind, Handle)>>,
    /// How many turns the loop still does once they have begun.
    turns: usize,
    runs: usize,
}

fn cases() -> impl Strategy<Value = Case> {
    let kind = prop_oneof![
        8 => Just(Kind::Ends),
        4 => (1..3u8).prop_map(Kind::Yields),
        8 => Just(Kind::Waits),
        2 => Just(Kind::Panics),
        1 => Just(Kind::PanicsInDrop),
        1 => Just(Kind::OutputPanicsInDrop),
    ];
    let handle = prop_oneof![Just(Handle::Drop), Just(Handle::Abort), Just(Handle::Keep)];
    let thread = prop::collection::vec((kind, handle), 1..12);
    let threads = prop::collection::vec(thread, 1..3);
    // As long as there are spawners, there is hope: a program that is stuck would not end.
    (programs_with(Step::Yield), threads, 0..4usize, 1..3usize)
        .prop_map(|(program, threads, turns, runs)| Case { program, threads, turns, runs })
}

/// What may have become of a task that one of the threads has spawned, if it was not cancelled.
fn is_right(kind: Kind, outcome: &Result<Output, JoinError>) -> bool {
    match (kind, outcome) {
        (_, Err(JoinError::Cancelled)) => true,
        (Kind::Panics, outcome) => matches!(outcome, Err(JoinError::Panicked(_))),
        (Kind::Waits | Kind::PanicsInDrop, _) => false,
        (_, outcome) => outcome.is_ok(),
    }
}

/// The destructors of what a thread spawns are counted.
#[derive(Clone, Default)]
struct Counts {
    spawned: Arc<AtomicUsize>,
    dropped: Drops,
    outputs_made: Arc<AtomicUsize>,
    outputs_dropped: Drops,
}

type Output = (Drop1, Option<PanicsInDrop>);

impl Counts {
    fn spawn(&self, spawner: &Spawner, kind: Kind) -> JoinHandle<Output> {
        self.spawned.fetch_add(1, SeqCst);
        let (counts, kept) = (self.clone(), self.dropped.one());
        let panics = matches!(kind, Kind::PanicsInDrop);
        let destructor = panics.then(|| PanicsInDrop("the destructor of a future"));
        spawner.spawn(async move {
            let _kept = (destructor, kept);
            match kind {
                Kind::Yields(times) => {
                    for _ in 0..times {
                        yield_now().await;
                    }
                }
                Kind::Waits | Kind::PanicsInDrop => pending_with(()).await,
                Kind::Panics => resume_unwind(Box::new("a task of a thread")),
                _ => {}
            }
            counts.outputs_made.fetch_add(1, SeqCst);
            let panics = matches!(kind, Kind::OutputPanicsInDrop);
            let destructor = panics.then(|| PanicsInDrop("the destructor of an output"));
            (counts.outputs_dropped.one(), destructor)
        })
    }

    /// Spawns until the loop is gone, and a bit longer.
    fn spawn_all(&self, spawner: &Spawner, what: &[(Kind, Handle)], is_gone: &AtomicBool) {
        let mut kept = Vec::new();
        let mut after_the_end = 0;
        for (nth, (kind, then)) in what.iter().copied().cycle().enumerate() {
            // A loop that gets no processor must not be flooded meanwhile.
            if nth >= AT_ONCE {
                thread::sleep(Duration::from_micros(50));
            }
            let is_refused = is_gone.load(SeqCst);
            let handle = self.spawn(spawner, kind);
            after_the_end += usize::from(is_refused);
            match then {
                _ if is_refused => {
                    let outcome = take(handle);
                    assert!(matches!(outcome, Err(JoinError::Cancelled)), "the loop is gone");
                }
                Handle::Drop => drop(handle),
                Handle::Abort => handle.abort(),
                // Not each of them: what is kept is to stay small.
                Handle::Keep if kept.len() < 1_000 => kept.push((kind, handle)),
                Handle::Keep => {}
            }
            if after_the_end == what.len() {
                break;
            }
        }
        for (kind, handle) in kept {
            let outcome = take(handle);
            let right = is_right(kind, &outcome);
            assert!(right, "{kind:?}: {:?}", outcome.map(drop));
        }
    }
}

/// What a handle says that has to be ready by now.
fn take(mut handle: JoinHandle<Output>) -> Result<Output, JoinError> {
    match poll(&mut handle, Waker::noop()) {
        Poll::Ready(outcome) => outcome.map(|(count, destructor)| {
            std::mem::forget(destructor); // it has been seen to come
            (count, None)
        }),
        Poll::Pending => panic!("{handle:?} of a loop that is gone"),
    }
}

/// B14.3: `run` comes to its end though they do not stop, and each future is run, cancelled or
/// refused.
#[test]
fn what_threads_spawn_as_a_random_program_ends_is_run_cancelled_or_refused() {
    let name =
        "at_the_end::what_threads_spawn_as_a_random_program_ends_is_run_cancelled_or_refused";
    for_all(name, 1_000, cases(), |Case { program, threads, turns, runs }| {
        let expected = model::run(&program);
        let (clock, counts) = (Clock::simulated(), Counts::default());
        let is_gone = Arc::new(AtomicBool::new(false));
        let mut event_loop = a_loop(&clock).build().unwrap();
        let world = World::new(&clock, &program);
        let spawner = event_loop.spawner();
        let start = |what: Vec<_>| {
            let (spawner, counts, is_gone) = (spawner.clone(), counts.clone(), is_gone.clone());
            thread::spawn(move || counts.spawn_all(&spawner, &what, &is_gone))
        };
        let played = event_loop.run(async {
            world.clone().main(program).await;
            let started: Vec<_> = threads.into_iter().map(start).collect();
            for _ in 0..turns {
                yield_now().await;
            }
            started
        });
        for _ in 1..runs {
            event_loop.run(yield_now());
        }
        drop(event_loop);
        is_gone.store(true, SeqCst);
        for thread in played {
            thread.join().unwrap_or_else(|panic| resume_unwind(panic));
        }
        prop_assert_eq!(counts.dropped.count(), counts.spawned.load(SeqCst));
        prop_assert_eq!(counts.outputs_dropped.count(), counts.outputs_made.load(SeqCst));
        prop_assert_eq!(world.played(None), expected);
        Ok(())
    });
}
