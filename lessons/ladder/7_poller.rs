//! Rung 7: sockets, and a loop that sleeps in the poller.
//!
//! The system tells the poller which sockets are ready: so the loop sleeps
//! there. The poller knows nothing of the queue. So whoever wakes a task calls
//! the poller as well: the loop writes to itself. (The wheel is now that of
//! the `timer` crate: the same, and it finds the next slot at once.)

use std::cell::RefCell;
use std::collections::HashMap;
use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::*};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, Sender, unbounded};
use futures_task::{ArcWake, waker_ref};
use mio::net::TcpStream;
use mio::{Events, Interest, Poll as Poller, Token};
use parking_lot::Mutex;
use timer::{Key, Wheel};

thread_local! {
    /// The ready queue: the tasks that were woken, first in, first out.
    static READY: (Sender<Arc<Task>>, Receiver<Arc<Task>>) = unbounded();
    static WHEEL: RefCell<Wheel<Waker>> = RefCell::default();
    static START: Instant = Instant::now();
    static POLLER: RefCell<Poller> =
        RefCell::new(Poller::new().expect("a descriptor is left"));
    /// Ends the sleep of the poller, from any thread.
    static CALL: Arc<mio::Waker> = POLLER.with_borrow(|poller| {
        let call = mio::Waker::new(poller.registry(), Token(usize::MAX));
        Arc::new(call.expect("a descriptor is left"))
    });
    /// Who waits for which socket.
    static READERS: RefCell<HashMap<Token, Waker>> = RefCell::default();
}

/// How often a loop went to sleep.
pub static SLEEPS: AtomicUsize = AtomicUsize::new(0);

/// A future, and the way back to the queue of its executor.
pub struct Task {
    /// `None` while it is polled, and when it is done.
    future: Mutex<Option<Pin<Box<dyn Future<Output = ()> + Send>>>>,
    queue: Sender<Arc<Task>>,
    /// Whether it is in the queue.
    queued: AtomicBool,
    call: Arc<mio::Waker>,
}

/// Runs a future to its end, and meanwhile the tasks: asyncio's `run`.
pub fn block_on(future: impl Future<Output = ()> + Send + 'static) {
    let main = spawn(future);
    let ready = READY.with(|(_, ready)| ready.clone());
    let mut events = Events::with_capacity(64);
    while main.future.lock().is_some() {
        // Sleeps until a socket is ready, the loop is called, or it is time.
        let next = WHEEL.with_borrow(Wheel::next_wake);
        let next = if ready.is_empty() { next } else { Some(0) };
        let ticks = next.map(|tick| tick.saturating_sub(now()));
        let left = ticks.map(Duration::from_millis);
        SLEEPS.fetch_add(usize::from(ready.is_empty()), Relaxed);
        // The one error is a signal, after which the loop looks again.
        let _ = POLLER.with_borrow_mut(|it| it.poll(&mut events, left));
        for event in &events {
            let who = READERS.with_borrow_mut(|it| it.remove(&event.token()));
            who.inspect(Waker::wake_by_ref);
        }
        let mut due = Vec::new();
        WHEEL.with_borrow_mut(|wheel| wheel.advance(now(), &mut due));
        due.into_iter().for_each(Waker::wake);
        if let Ok(task) = ready.try_recv() {
            run(&task);
        }
    }
}

/// Makes a future a task: asyncio's `create_task`.
pub fn spawn(future: impl Future<Output = ()> + Send + 'static) -> Arc<Task> {
    let future = Mutex::new(Some(Box::pin(future) as Pin<Box<_>>));
    let queue = READY.with(|(queue, _)| queue.clone());
    let call = CALL.with(Arc::clone);
    let task = Arc::new(Task { future, queue, queued: false.into(), call });
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
            // The loop may be asleep.
            let _ = task.call.wake();
        }
    }
}

/// The ticks that have passed.
fn now() -> u64 {
    START.with(Instant::elapsed).as_millis() as u64
}

/// Has the poller watch a socket: asyncio's `add_reader`.
pub fn register(stream: &mut TcpStream, token: Token) -> io::Result<()> {
    let registry = POLLER.with_borrow(|it| it.registry().try_clone())?;
    registry.register(stream, token, Interest::READABLE)
}

/// Waits until the poller says that a socket can be read, after `WouldBlock`.
pub async fn readable(socket: Token) {
    let mut waits = false;
    poll_fn(|context| {
        if std::mem::replace(&mut waits, true) {
            return Poll::Ready(());
        }
        let waker = context.waker().clone();
        let _before = READERS.with_borrow_mut(|it| it.insert(socket, waker));
        Poll::Pending
    })
    .await
}

/// Waits for `duration`: asyncio's `sleep`.
pub async fn sleep(duration: Duration) {
    // Both are rounded down: a sleep is never too short.
    let deadline = now() + duration.as_millis() as u64 + 2;
    let mut timer = None;
    // The future's poll: `await` calls it each time the task is polled.
    poll_fn(|context| {
        if now() >= deadline {
            return Poll::Ready(());
        }
        // The newest waker counts: the future may have moved to another task.
        let waker = context.waker().clone();
        let armed = WHEEL.with_borrow_mut(|it| it.insert(deadline, waker));
        timer = armed.ok().map(Timer);
        Poll::Pending
    })
    .await
}

/// A timer, which is cancelled when this is dropped.
struct Timer(Key);

impl Drop for Timer {
    fn drop(&mut self) {
        // While the thread ends, its wheel may be gone already.
        let _waker = WHEEL.try_with(|it| it.borrow_mut().remove(self.0));
    }
}
