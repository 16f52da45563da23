//! Rung 6: a timer wheel in place of the heap.
//!
//! A slot a tick, and a tick is a millisecond. To arm or to cancel a timer
//! touches one slot, however many there are. What is too far away for the 64
//! slots of level 0 lies in level 1, where a slot spans 64 ticks, and cascades
//! down when time enters that slot. And so on, level by level.

use std::cell::RefCell;
use std::collections::BTreeMap;
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
    pub static WHEEL: RefCell<Wheel> = RefCell::new(Wheel::new(11));
    static START: Instant = Instant::now();
}

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
        // Sleeps until a task is woken, or time enters the next slot in use.
        if let Ok(task) = ready.recv_timeout(left()) {
            run(&task);
        }
        let due = WHEEL.with_borrow_mut(|wheel| wheel.expire(now()));
        due.into_iter().for_each(Waker::wake);
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
    // Before the poll: a wake during the poll must queue the task again.
    task.queued.swap(false, AcqRel);
    if future.as_mut().poll(&mut Context::from_waker(&waker)).is_pending() {
        *task.future.lock() = Some(future);
    }
}

/// The waker: it puts its task into the ready queue, if it is not there.
impl ArcWake for Task {
    fn wake_by_ref(task: &Arc<Self>) {
        if !task.queued.swap(true, AcqRel) {
            let _ = task.queue.send(task.clone());
        }
    }
}

/// The ticks that have passed.
fn now() -> u64 {
    START.with(Instant::elapsed).as_millis() as u64
}

/// How long until time enters the next slot in use.
fn left() -> Duration {
    let next = WHEEL.with_borrow(Wheel::next);
    let ticks = next.map_or(u64::MAX, |(_, tick)| tick.saturating_sub(now()));
    Duration::from_millis(ticks)
}

/// The timers, each in the slot in which its deadline lies.
pub struct Wheel {
    /// The tick that time has reached.
    pub elapsed: u64,
    /// 64 a level, from level 0 on.
    pub slots: Vec<Slot>,
}

/// By the timer's number: its deadline, and whom it wakes.
type Slot = BTreeMap<u64, (u64, Waker)>;

impl Wheel {
    /// A wheel with so many levels: eleven hold all of `u64`.
    pub fn new(levels: usize) -> Self {
        Self { elapsed: 0, slots: vec![Slot::new(); levels * 64] }
    }

    /// Read to the base 64, the highest digit in which `when` differs from
    /// now names the level; its value is the slot. Is there such a level?
    pub fn slot(&mut self, when: u64) -> Option<&mut Slot> {
        let level = (self.elapsed ^ when).checked_ilog2()? / 6;
        let slot = (when >> (6 * level)) % 64;
        self.slots.get_mut(level as usize * 64 + slot as usize)
    }

    /// The slot in use that time enters next, and its first tick.
    pub fn next(&self) -> Option<(usize, u64)> {
        let slot = self.slots.iter().position(|slot| !slot.is_empty())?;
        let shift = 6 * (slot / 64);
        let digits_above = self.elapsed >> shift >> 6 << 6;
        Some((slot, (digits_above | (slot as u64 % 64)) << shift))
    }

    /// Moves time to that tick; takes out the timers whose time has come.
    pub fn expire(&mut self, now: u64) -> Vec<Waker> {
        let mut due = Vec::new();
        while let Some((slot, tick)) = self.next().filter(|it| it.1 <= now) {
            self.elapsed = tick;
            let timers = std::mem::take(&mut self.slots[slot]);
            for (number, (when, waker)) in timers {
                // Cascades, unless it is due.
                match self.slot(when) {
                    Some(lower) => drop(lower.insert(number, (when, waker))),
                    None => due.push(waker),
                }
            }
        }
        self.elapsed = self.elapsed.max(now);
        due
    }
}

/// Waits for `duration`: asyncio's `sleep`.
pub async fn sleep(duration: Duration) {
    // Both are rounded down: a sleep is never too short.
    let deadline = now() + duration.as_millis() as u64 + 2;
    let timer = Timer(deadline, NUMBERS.fetch_add(1, Relaxed));
    // The future's poll: `await` calls it each time the task is polled.
    poll_fn(|context| {
        if now() >= deadline {
            return Poll::Ready(());
        }
        // The newest waker counts: the future may have moved to another task.
        let entry = (deadline, context.waker().clone());
        let arm = |slot: &mut Slot| slot.insert(timer.1, entry);
        let _before = WHEEL.with_borrow_mut(|it| it.slot(deadline).map(arm));
        Poll::Pending
    })
    .await
}

/// A timer, its deadline and number; cancelled when this is dropped.
struct Timer(u64, u64);

impl Drop for Timer {
    fn drop(&mut self) {
        let take = |slot: &mut Slot| slot.remove(&self.1);
        // While the thread ends, its wheel may be gone already.
        let _old = WHEEL.try_with(|it| it.borrow_mut().slot(self.0).map(take));
    }
}
