//! Checks `Wait`, with a bell that rings at a certain step.

use std::cell::{Cell, RefCell};
use std::process::ExitCode;
use std::rc::Rc;
use std::task::Waker;

use executor::{spawn_named, yield_now};
use exercise::{Bell, Wait};
use stage::check::{self, Verdict};

/// So many steps nobody needs.
const MOST: usize = 20;

/// It rings when so many steps of the waiting task are over: in the middle of its poll, as another
/// thread can.
struct Rings {
    after: usize,
    steps: Cell<usize>,
    has_rung: Cell<bool>,
    waker: RefCell<Option<Waker>>,
}

impl Rings {
    fn step(&self) {
        self.steps.set(self.steps.get() + 1);
        assert!(self.steps.get() < MOST, "it asks in a circle: nobody else can run meanwhile");
        if self.steps.get() == self.after {
            self.ring();
        }
    }

    fn ring(&self) {
        if self.has_rung.replace(true) {
            return;
        }
        if let Some(waker) = self.waker.take() {
            waker.wake();
        }
    }
}

impl Bell for Rings {
    fn has_rung(&self) -> bool {
        let has_rung = self.has_rung.get();
        self.step();
        has_rung
    }

    fn leave(&self, waker: &Waker) {
        *self.waker.borrow_mut() = Some(waker.clone());
        self.step();
    }
}

fn rings_after(after: usize) -> Verdict {
    let run = check::run(async move {
        let (steps, has_rung, waker) = (Cell::new(0), Cell::new(false), RefCell::new(None));
        let bell = Rc::new(Rings { after, steps, has_rung, waker });
        if after == 0 {
            bell.ring();
        }
        let other = bell.clone();
        // Should the task take fewer steps than that, it rings when the task sleeps.
        spawn_named("bell", async move {
            yield_now().await;
            other.ring();
        });
        Wait(&*bell).await;
    });
    // One will do if it has rung meanwhile.
    if run.polls() > 2 {
        run.polled(2)?;
    }
    run.output()
}

fn main() -> ExitCode {
    check::main(&[
        ("the bell rings before the task looks", || rings_after(0)),
        ("it rings after the task's first step", || rings_after(1)),
        ("it rings after the task's second step", || rings_after(2)),
        ("it rings when the task sleeps", || rings_after(MOST)),
    ])
}
