//! The programs that the rungs run. Each returns what can be counted.

mod outside;
mod wakes;

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::*};
use std::thread;
use std::time::Duration;

use futures_channel::oneshot;
use parking_lot::Mutex;

pub(super) use outside::*;
pub(super) use wakes::*;

pub(super) type Boxed = Pin<Box<dyn Future<Output = ()> + Send>>;

/// A rung, as programs use it.
#[derive(Clone, Copy)]
pub(super) struct Rung {
    pub(super) block_on: fn(Boxed),
    pub(super) spawn: fn(Boxed),
    pub(super) sleep: fn(Duration) -> Boxed,
}

macro_rules! rung {
    ($module:path) => {{
        use $module as rung;
        $crate::ladder::programs::Rung {
            block_on: |future| rung::block_on(future),
            spawn: |future| {
                let _ = rung::spawn(future);
            },
            sleep: |duration| Box::pin(rung::sleep(duration)),
        }
    }};
}

pub(super) use rung;

/// Counts the polls of a future.
pub(super) fn counted(polls: &Arc<AtomicUsize>, future: Boxed) -> Boxed {
    let (polls, mut future) = (polls.clone(), future);
    Box::pin(poll_fn(move |context| {
        let polled = future.as_mut().poll(context);
        polls.fetch_add(1, SeqCst);
        polled
    }))
}

/// How often the future is polled until it is ready.
pub(super) fn polls_of(block_on: fn(Boxed), future: Boxed) -> usize {
    let polls = Arc::<AtomicUsize>::default();
    block_on(counted(&polls, future));
    polls.load(SeqCst)
}

/// Another thread sends a message, once whoever waits for it has been polled so often. Returns how
/// often that is in the end.
pub(super) fn message_after(block_on: fn(Boxed), gate: usize) -> usize {
    let (send, message) = oneshot::channel();
    let polls = Arc::<AtomicUsize>::default();
    let seen = Arc::clone(&polls);
    let sender = thread::spawn(move || {
        wait_until(|| seen.load(SeqCst) >= gate);
        let _ = send.send(());
    });
    block_on(counted(
        &polls,
        Box::pin(async {
            let _ = message.await;
        }),
    ));
    sender.join().expect("the sender does not panic");
    polls.load(SeqCst)
}

fn wait_until(is_so: impl Fn() -> bool) {
    while !is_so() {
        thread::yield_now();
    }
}

/// What happens, in its order.
pub(super) type Events = Arc<Mutex<Vec<String>>>;

pub(super) const DISHES: [&str; 3] = ["soup", "pasta", "cake"];

async fn cook(dish: &str, cooked: Boxed, events: &Events) {
    events.lock().push(format!("{dish} begins"));
    cooked.await;
    events.lock().push(format!("{dish} ends"));
}

/// Three dishes, of which each cooks for so long: one after the other.
pub(super) fn one_by_one(
    block_on: fn(Boxed),
    sleep: fn(Duration) -> Boxed,
    each: Duration,
) -> Vec<String> {
    let events = Events::default();
    let told = events.clone();
    block_on(Box::pin(async move {
        for dish in DISHES {
            cook(dish, sleep(each), &events).await;
        }
    }));
    told.lock().clone()
}

/// The same, with a task a dish.
pub(super) fn as_tasks(rung: Rung, each: Duration) -> Vec<String> {
    let events = Events::default();
    let told = events.clone();
    (rung.block_on)(Box::pin(async move {
        let mut ends = Vec::new();
        for dish in DISHES {
            let (end, ended) = oneshot::channel();
            let events = events.clone();
            (rung.spawn)(Box::pin(async move {
                cook(dish, (rung.sleep)(each), &events).await;
                let _ = end.send(());
            }));
            ends.push(ended);
        }
        for ended in ends {
            let _ = ended.await;
        }
    }));
    told.lock().clone()
}

/// So many tasks in a row: each waits for a message from the next one and sends it on, and the last
/// begins. Returns how often they are polled, together.
pub(super) fn chain(rung: Rung, tasks: usize) -> usize {
    let polls = Arc::<AtomicUsize>::default();
    let counter = Arc::clone(&polls);
    (rung.block_on)(Box::pin(async move {
        let (mut send, end) = oneshot::channel();
        for _ in 1..tasks {
            let (next, message) = oneshot::channel::<()>();
            let send = std::mem::replace(&mut send, next);
            let hand_on = async move {
                let _ = message.await;
                let _ = send.send(());
            };
            (rung.spawn)(counted(&counter, Box::pin(hand_on)));
        }
        (rung.spawn)(counted(
            &counter,
            Box::pin(async {
                let _ = send.send(());
            }),
        ));
        let _ = end.await;
    }));
    polls.load(SeqCst)
}

/// The rung before the fourth, for the half million polls that the third one tells of, too.
pub(super) const MANY_TASKS: Rung = rung!(super::many_tasks);
