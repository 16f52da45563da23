//! Wakers: nobody asks a sleeping task again but through the waker that it has left.

use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::io;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use executor::{Clock, spawn};
use timer::sleep;

use crate::lesson::{Clocks, Evening, Lesson, Stage, Twin, look, println, sleep_the_thread};

const SECOND: Duration = Duration::from_secs(1);
/// How long a look at the bell takes.
const LOOK: Duration = Duration::from_millis(40);

/// A bell, and the waker of the task that listens to it.
#[derive(Default)]
struct Bell {
    has_rung: Cell<bool>,
    listener: RefCell<Option<Waker>>,
}

impl Bell {
    fn ring(&self) {
        println!("Ding!");
        self.has_rung.set(true);
        // Nobody else knows that there is something to look at.
        if let Some(waker) = self.listener.take() {
            waker.wake();
        }
    }

    /// Ready once it has rung. If it has not, `wait` says how this is to be polled again.
    async fn rung(&self, wait: impl Fn(&mut Context<'_>)) {
        poll_fn(|cx| {
            if self.has_rung.get() {
                return Poll::Ready(());
            }
            wait(cx);
            Poll::Pending
        })
        .await;
        println!("The waiter comes");
    }
}

async fn ring_later(bell: &'static Bell) {
    sleep(SECOND).await;
    bell.ring();
}

/// A bell that a task of its own rings after a second.
fn bell() -> &'static Bell {
    let bell: &Bell = Box::leak(Box::default());
    drop(spawn(ring_later(bell)));
    bell
}

/// Leaves no waker: Pending is all that the loop is told.
async fn forgetful() {
    bell().rung(|_cx| {}).await;
}

/// Has itself polled again at once, over and over.
async fn spinning(clock: Clock) {
    let look_again = |cx: &mut Context<'_>| {
        sleep_the_thread(&clock, LOOK);
        cx.waker().wake_by_ref();
    };
    bell().rung(look_again).await;
}

/// Leaves its waker where the bell finds it.
async fn sleeping() {
    let bell = bell();
    bell.rung(|cx| _ = bell.listener.replace(Some(cx.waker().clone()))).await;
}

fn play(stage: &mut Stage) -> io::Result<()> {
    stage.scene("no waker is kept", |_| forgetful())?;
    stage.scene("it wakes itself", spinning)?;
    stage.note("It works, and takes the whole thread: see below how long the loop has slept.");
    stage.scene("the bell has the waker", |_| sleeping())?;
    stage.note("The loop has no list of sleepers: whoever has the waker has the task.");
    Ok(())
}

/// The lesson `waker`.
pub(crate) const LESSON: Lesson = Lesson {
    name: "waker",
    title: "nobody polls a sleeping task, unless its waker is called",
    watch: "\
A bell rings after a second, and a task waits for it, in three ways. Watch who has
it polled, and how often.",
    play,
    clocks: Clocks::All,
    rust: include_str!("waker.rs"),
    python: Twin::Program(include_str!("../python/waker.py")),
    evening: Evening::Understand,
    minutes: 10,
    look: &[look!("executor/src/waker.rs", "wake_by_ref", "queues the task, unless it is queued")],
    change: "\
let a look at the bell take half as long (LOOK). How many polls is that more, and
of which scene? (Without any pause it would be millions.)",
};
