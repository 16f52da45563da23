//! Rung 5: a flag against double wakes, and timers without threads.
//!
//! A task is in the queue at most once. And the executor itself keeps the
//! deadlines, in a heap: it sleeps until the earliest of them.

use std::cell::RefCell;
use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::*};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, Sender, unbounded};
use futures_task::{ArcWake, waker_ref};
use parking_lot::Mutex;

thread_local! {
    /// The ready queue: the tasks that were woken, first in, first out.
    static READY: (Sender<Arc<Task>>, Receiver<Arc<Task>>) = unbounded();
    /// The deadlines, and the numbers of their timers; the earliest on top.
    pub static HEAP: RefCell<BinaryHeap<Entry>> = RefCell::default();
    /// Whom a timer wakes. A cancelled one is not here any more; in the heap
    /// it is, as that cannot be searched quickly.
    static WAKERS: RefCell<HashMap<u64, Waker>> = RefCell::default();
}

type Entry = Reverse<(Instant, u64)>;

/// Numbers the timers.
static NUMBERS: AtomicU64 = AtomicU64::new(0);

/// A future, and the way back to the queue of its executor.
pub struct Task {
    /// `None` while it is polled, and when it is done.
    future: Mutex<Option<Pin<Box<dyn Future<Output = ()> + Send>>>>,
    queue: Sender<Arc<Task>>,
    /// Whether it is in the queue.
    queued: AtomicBool,
}

/// Runs a future to its end, and meanwhile the tasks: asyncio's `run`.
pub fn block_on(future: impl Future<Output = ()> + Send + 'static) {
    let main = spawn(future);
    let ready = READY.with(|(_, ready)| ready.clone());
    while main.future.lock().is_some() {
        // Sleeps until a task is woken, or the earliest deadline has come.
        if let Ok(task) = ready.recv_timeout(left()) {
            run(&task);
        }
        fire();
    }
}

/// Makes a future a task: asyncio's `create_task`.
pub fn spawn(future: impl Future<Output = ()> + Send + 'static) -> Arc<Task> {
    let future = Mutex::new(Some(Box::pin(future) as Pin<Box<_>>));
    let queue = READY.with(|(queue, _)| queue.clone());
    let task = Arc::new(Task { future, queue, queued: false.into() });
    task.clone().wake();
    task
}

fn run(task: &Arc<Task>) {
    // Taken out: no lock is held while it is polled.
    let Some(mut future) = task.future.lock().take() else { return };
    let waker = waker_ref(task);
    if future.as_mut().poll(&mut Context::from_waker(&waker)).is_pending() {
        *task.future.lock() = Some(future);
    }
    // The mistake: a wake during the poll is forgotten here.
    task.queued.swap(false, AcqRel);
}

/// The waker: it puts its task into the ready queue, if it is not there.
impl ArcWake for Task {
    fn wake_by_ref(task: &Arc<Self>) {
        if !task.queued.swap(true, AcqRel) {
            let _ = task.queue.send(task.clone());
        }
    }
}

/// How long until the earliest deadline.
fn left() -> Duration {
    let first = HEAP.with_borrow(|heap| heap.peek().copied());
    let Some(Reverse((deadline, _))) = first else { return Duration::MAX };
    deadline.saturating_duration_since(Instant::now())
}

/// Calls the wakers whose time has come.
fn fire() {
    while left().is_zero()
        && let Some(Reverse((_, timer))) = HEAP.with_borrow_mut(|it| it.pop())
    {
        let waker = WAKERS.with_borrow_mut(|wakers| wakers.remove(&timer));
        waker.inspect(Waker::wake_by_ref);
    }
}

/// Waits for `duration`: asyncio's `sleep`.
pub async fn sleep(duration: Duration) {
    let deadline = Instant::now() + duration;
    let timer = Timer(NUMBERS.fetch_add(1, Relaxed));
    HEAP.with_borrow_mut(|heap| heap.push(Reverse((deadline, timer.0))));
    // The future's poll: `await` calls it each time the task is polled.
    poll_fn(|context| {
        if Instant::now() >= deadline {
            return Poll::Ready(());
        }
        // The newest waker counts: the future may have moved to another task.
        let waker = context.waker().clone();
        let _before = WAKERS.with_borrow_mut(|it| it.insert(timer.0, waker));
        Poll::Pending
    })
    .await
}

/// A timer, which is cancelled when this is dropped.
struct Timer(u64);

impl Drop for Timer {
    fn drop(&mut self) {
        // While the thread ends, its timers may be gone already.
        let _waker = WAKERS.try_with(|it| it.borrow_mut().remove(&self.0));
    }
}
