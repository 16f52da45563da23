//! A lock that is held across an await: who waits for it blocks whoever has it.

use std::io;
use std::rc::Rc;
use std::sync::{Mutex, MutexGuard};
use std::time::Duration;

use executor::{Clock, spawn_named};
use futures_util::lock::Mutex as AsyncMutex;
use timer::{now, sleep};

use crate::lesson::{Clocks, Evening, Lesson, Stage, Twin, look, println, sleep_the_thread};

const A_WHILE: Duration = Duration::from_millis(500);

/// As `Mutex::lock`: it blocks the thread until it has the lock. But it gives up after two seconds,
/// which that does not.
fn lock<'a>(till: &'a Mutex<u32>, clock: &Clock) -> Option<MutexGuard<'a, u32>> {
    for _ in 0..4 {
        if let Ok(till) = till.try_lock() {
            return Some(till);
        }
        sleep_the_thread(clock, A_WHILE);
    }
    None
}

async fn price() -> u32 {
    sleep(Duration::from_secs(1)).await;
    5
}

#[expect(clippy::await_holding_lock, reason = "that is the mistake, which clippy finds")]
async fn hold_it_and_wait(name: &str, till: Rc<Mutex<u32>>, clock: Clock) {
    let Some(mut till) = lock(&till, &clock) else {
        return println!("{name} gives up: nobody gives the lock back");
    };
    println!("{name} has the lock");
    *till += price().await; // with the lock, and without the thread
}

async fn wait_by_the_loop(name: &str, till: Rc<AsyncMutex<u32>>) {
    let mut till = till.lock().await;
    println!("{name} has the lock");
    *till += price().await;
}

async fn wait_without_it(_name: &str, till: Rc<Mutex<u32>>, clock: Clock) {
    let price = price().await;
    *lock(&till, &clock).expect("nobody awaits while he has it") += price;
}

/// Alice and Bob, each a task, at the same time.
async fn two<F: Future<Output = ()> + 'static>(pay: impl Fn(&'static str) -> F) {
    let start = now();
    let guests = ["Alice", "Bob"].map(|name| spawn_named(name, pay(name)));
    for guest in guests {
        guest.await.expect("a guest neither panics nor is aborted");
    }
    println!("All are done after {:.0} s", (now() - start).as_secs_f64());
}

fn play(stage: &mut Stage) -> io::Result<()> {
    stage.scene("held and blocked", |clock| {
        let till = Rc::default();
        two(move |name| hold_it_and_wait(name, Rc::clone(&till), clock.clone()))
    })?;
    stage.note(
        "Bob blocks the only thread, which Alice needs to give the lock back. With `lock` itself \
         this is the end, without a report: Bob's poll would never return.",
    );
    stage.scene("an async lock", |_| {
        let till = Rc::default();
        two(move |name| wait_by_the_loop(name, Rc::clone(&till)))
    })?;
    stage.scene("held for no await", |clock| {
        let till = Rc::default();
        two(move |name| wait_without_it(name, Rc::clone(&till), clock.clone()))
    })
}

/// The lesson `locks`.
pub(crate) const LESSON: Lesson = Lesson {
    name: "locks",
    title: "a lock held across an await, and two ways out",
    watch: "\
Alice and Bob pay at the same till, which a lock guards; the price takes a second.
Watch who holds the lock, who the thread, and whom the figures name.",
    play,
    clocks: Clocks::All,
    rust: include_str!("locks.rs"),
    python: Twin::Program(include_str!("../python/locks.py")),
    evening: Evening::Understand,
    minutes: 10,
    look: &[look!("executor/src/watch/watchdog.rs", "report_slow_poll", "names both")],
    change: "\
let Carol come as well. How long is each scene?",
};
