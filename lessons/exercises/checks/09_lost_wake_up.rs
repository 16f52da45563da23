//! Checks `Wait`, with a bell that rings at a certain step.

use std::cell::{Cell, RefCell};
use std::panic::resume_unwind;
use std::process::ExitCode;
use std::rc::Rc;
use std::task::Waker;
use std::time::Duration;

use executor::{JoinError, spawn_named, yield_now};
use exercise::{Bell, Wait};
use stage::check::{self, Verdict, so};
use timer::sleep;

/// So many steps nobody needs.
const MOST: usize = 20;

/// It rings when so many steps of the waiting task are over: in the middle of its poll, as another
/// thread can.
struct Rings {
    after: usize,
    steps: Cell<usize>,
    has_rung: Cell<bool>,
    waker: RefCell<Option<Waker>>,
    /// What the two threads do, in order.
    told: RefCell<String>,
}

impl Rings {
    fn step(&self, what: &str) {
        self.tell(what);
        self.steps.set(self.steps.get() + 1);
        assert!(self.steps.get() < MOST, "it asks in a circle: nobody else can run meanwhile");
        if self.steps.get() == self.after {
            self.ring();
        }
    }

    fn tell(&self, what: &str) {
        *self.told.borrow_mut() += &format!("{what}\n");
    }

    fn ring(&self) {
        if self.has_rung.replace(true) {
            return;
        }
        if let Some(waker) = self.waker.take() {
            self.tell("other thread: rings, and calls the waker");
            waker.wake();
        } else {
            self.tell("other thread: rings; no waker is there to call");
        }
    }
}

impl Bell for Rings {
    fn has_rung(&self) -> bool {
        let has_rung = self.has_rung.get();
        self.step(if has_rung { "task: it has rung" } else { "task: it has not rung yet" });
        has_rung
    }

    fn leave(&self, waker: &Waker) {
        *self.waker.borrow_mut() = Some(waker.clone());
        self.step("task: leaves its waker");
    }
}

fn rings_after(after: usize) -> Verdict {
    let bell = Rc::new(Rings {
        after,
        steps: Cell::new(0),
        has_rung: Cell::new(false),
        waker: RefCell::new(None),
        told: RefCell::new(String::new()),
    });
    let [of_run, of_task, other] = [(); 3].map(|()| bell.clone());
    let run = check::run(async move {
        if after == 0 {
            of_run.ring();
        }
        let task = spawn_named("task", async move { Wait(&*of_task).await });
        // Should the task take fewer steps than that, it rings when the task sleeps.
        drop(spawn_named("other thread", async move {
            yield_now().await;
            other.ring();
        }));
        sleep(Duration::from_secs(1)).await;
        if !task.is_finished() {
            return false;
        }
        // The panic of the circle above is the check's.
        if let Err(JoinError::Panicked(panic)) = task.await {
            resume_unwind(panic);
        }
        true
    });
    let (polls, told) = (run.polls_of("task"), bell.told.take());
    // The other thread's `yield_now` is one.
    let why = if run.wakes_by_itself() > 1 { ": it wakes itself" } else { "" };
    let is_woken = run.output()?;
    check::tells_by_itself();
    so(is_woken, format!("{told}the task is still asleep a second later: nobody wakes it"))?;
    // One will do if it has rung meanwhile.
    so(polls <= 2, format!("{told}polled {polls} times, 2 were enough{why}"))
}

fn main() -> ExitCode {
    check::main(&[
        ("the bell rings before the task looks", || rings_after(0)),
        ("it rings after the task's first step", || rings_after(1)),
        ("it rings after the task's second step", || rings_after(2)),
        ("it rings when the task sleeps", || rings_after(MOST)),
    ])
}
