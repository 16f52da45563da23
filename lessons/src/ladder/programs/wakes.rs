//! Programs in which it matters who wakes whom, how often, and when.

use std::collections::HashSet;
use std::future::poll_fn;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::*};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, ThreadId};
use std::time::{Duration, Instant};

use futures_channel::oneshot;
use futures_lite::future;
use parking_lot::Mutex;

use super::{Rung, counted};

/// Sleeps until the tasks that are ready were polled. A thread may lose its core just before it
/// arms a timer, which is due then: hence more than one.
async fn let_others(rung: Rung) {
    for _ in 0..3 {
        (rung.sleep)(Duration::from_millis(20)).await;
    }
}

/// A task that waits is woken five times in a row. Returns how often it is polled.
pub(in crate::ladder) fn woken_five_times(rung: Rung) -> usize {
    let polls = Arc::<AtomicUsize>::default();
    let counter = Arc::clone(&polls);
    (rung.block_on)(Box::pin(async move {
        let kept = Arc::new(Mutex::new(None));
        let keeper = kept.clone();
        let keep = poll_fn(move |context| {
            *keeper.lock() = Some(context.waker().clone());
            Poll::Pending
        });
        (rung.spawn)(counted(&counter, Box::pin(keep)));
        while kept.lock().is_none() {
            (rung.sleep)(Duration::from_millis(1)).await;
        }
        let waker = kept.lock().clone().expect("it was there just now");
        (0..5).for_each(|_| waker.wake_by_ref());
        drop(waker);
        let_others(rung).await;
    }));
    polls.load(SeqCst)
}

/// Notes by which thread a waker is called.
struct Noted(Waker, Arc<Mutex<HashSet<ThreadId>>>);

impl Wake for Noted {
    fn wake(self: Arc<Self>) {
        self.1.lock().insert(thread::current().id());
        self.0.wake_by_ref();
    }
}

/// So many tasks sleep. Returns by how many threads they are woken.
pub(in crate::ladder) fn threads_of_sleeps(rung: Rung, sleeps: usize, each: Duration) -> usize {
    let callers = Arc::new(Mutex::new(HashSet::new()));
    let noted = callers.clone();
    (rung.block_on)(Box::pin(async move {
        let mut ends = Vec::new();
        for _ in 0..sleeps {
            let (end, ended) = oneshot::channel();
            let (mut sleep, noted) = ((rung.sleep)(each), noted.clone());
            let sleep = poll_fn(move |context| {
                let waker = Arc::new(Noted(context.waker().clone(), noted.clone()));
                sleep.as_mut().poll(&mut Context::from_waker(&waker.into()))
            });
            (rung.spawn)(Box::pin(async move {
                sleep.await;
                let _ = end.send(());
            }));
            ends.push(ended);
        }
        for ended in ends {
            let _ = ended.await;
        }
    }));
    callers.lock().len()
}

/// A message comes from another thread while the task that waits for it is polled, and has just
/// found nothing. Returns how often the task is polled.
pub(in crate::ladder) fn woken_while_polled(rung: Rung) -> usize {
    let polls = Arc::<AtomicUsize>::default();
    let counter = Arc::clone(&polls);
    (rung.block_on)(Box::pin(async move {
        let mut message = false;
        let wait = poll_fn(move |context| {
            if message {
                return Poll::Ready(());
            }
            // By the time that this poll returns, the other thread has done its part.
            let waker = context.waker().clone();
            let sender = thread::spawn(move || waker.wake());
            sender.join().expect("a waker of ours does not panic");
            message = true;
            Poll::Pending
        });
        (rung.spawn)(counted(&counter, Box::pin(wait)));
        let_others(rung).await;
    }));
    polls.load(SeqCst)
}

/// So many timeouts of a minute, one after the other, around what is ready at once. Returns how
/// many deadlines are kept afterwards, and how long it took.
pub(in crate::ladder) fn timeouts(
    rung: Rung,
    count: usize,
    kept: fn() -> usize,
) -> (usize, Duration) {
    let begin = Instant::now();
    (rung.block_on)(Box::pin(async move {
        for _ in 0..count {
            // The sleep is polled first, and arms its timer.
            future::or((rung.sleep)(Duration::from_secs(60)), future::ready(())).await;
        }
    }));
    (kept(), begin.elapsed())
}
