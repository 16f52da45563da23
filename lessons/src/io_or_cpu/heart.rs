//! A heartbeat, next to which the work is done.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use executor::{spawn, yield_now};
use timer::{now, sleep_until};

use super::job::Answer;

/// How long from one beat to the next.
const BEAT: Duration = Duration::from_millis(10);

/// What was found out about one way to do the jobs.
pub(super) struct Measured {
    /// How long they took.
    pub(super) took: Duration,
    /// How late the heart was at worst meanwhile.
    pub(super) late: Duration,
    /// What came out.
    pub(super) answers: Vec<Answer>,
}

/// Does the work while a heart beats on the same loop.
pub(super) async fn next_to_a_heart(work: impl Future<Output = Vec<Answer>>) -> Measured {
    let over = Rc::new(Cell::new(false));
    let heart = spawn(heartbeat(over.clone()));
    yield_now().await; // until the heart waits for its first beat
    let start = now();
    let answers = work.await;
    let took = now() - start;
    over.set(true);
    // The beat for which it waits now may be the one that is late.
    let late = heart.await.expect("the heart neither panics nor is aborted");
    Measured { took, late, answers }
}

/// Beats until the work is over; says how late a beat was at worst.
async fn heartbeat(over: Rc<Cell<bool>>) -> Duration {
    let mut worst = Duration::ZERO;
    while !over.get() {
        let due = now() + BEAT;
        sleep_until(due).await;
        worst = worst.max(now() - due);
    }
    worst
}
