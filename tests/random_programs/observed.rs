//! The same programs beside an observer that panics.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::time::Duration;

use executor::Clock;
use executor::journal::{Event, Observer};
use proptest::prelude::*;

use super::play::{World, a_loop};
use super::{Step, for_all, model, programs};
use crate::support::PanicsInDrop;

const PANIC: &str = "the observer";

/// Panics at the event before which so many were, and once more when it is dropped for that.
struct PanicsAt {
    left: usize,
    has_panicked: Rc<Cell<bool>>,
    _destructor: PanicsInDrop,
}

impl Observer for PanicsAt {
    fn on_event(&mut self, _: Duration, _: &Event) {
        assert!(!self.has_panicked.get(), "it is told no more");
        self.has_panicked.set(self.left == 0);
        self.left = self.left.wrapping_sub(1);
        if self.has_panicked.get() {
            std::panic::panic_any(PANIC);
        }
    }
}

/// A program, and the number of the event at which the observer panics: mostly a small one.
fn cases() -> impl Strategy<Value = (Vec<Step>, usize)> {
    let nth = (0..9u32, any::<prop::sample::Index>())
        .prop_map(|(bits, index)| (1 << bits) - 1 + index.index(1 << bits));
    (programs(), nth)
}

/// B14.1
#[test]
fn an_observer_that_panics_changes_nothing_in_a_random_program() {
    let name = "observed::an_observer_that_panics_changes_nothing_in_a_random_program";
    for_all(name, 1_000, cases(), |(program, nth)| {
        let expected = model::run(&program);
        let (clock, has_panicked) = (Clock::simulated(), Rc::<Cell<bool>>::default());
        let observer = PanicsAt {
            left: nth,
            has_panicked: has_panicked.clone(),
            _destructor: PanicsInDrop("the observer's destructor"),
        };
        let mut event_loop = a_loop(&clock).observer(observer).build().unwrap();
        let world = World::new(&clock, &program);
        let main = world.clone().main(program);
        let outcome = catch_unwind(AssertUnwindSafe(|| event_loop.try_run(main)));
        let panics_of_the_first_run = usize::from(has_panicked.get());
        let stuck = match outcome {
            Ok(outcome) => {
                prop_assert!(!has_panicked.get(), "the panic has not left `run`");
                prop_assert_eq!(outcome.is_err(), expected.stuck.is_some());
                outcome.err()
            }
            Err(panic) => {
                prop_assert_eq!(panic.downcast_ref(), Some(&PANIC));
                None
            }
        };
        let again = catch_unwind(AssertUnwindSafe(|| {
            event_loop.run(async { executor::spawn(async { 7 }).await.unwrap() })
        }));
        let panics_of_the_second_run = usize::from(has_panicked.get()) - panics_of_the_first_run;
        prop_assert_eq!(again.ok(), (panics_of_the_second_run == 0).then_some(7));
        drop(event_loop);
        let played = world.played(stuck);
        prop_assert_eq!((played.ends, played.idle_polls), (expected.ends, expected.idle_polls));
        Ok(())
    });
}
