//! Rung 3: many tasks.
//!
//! A task is a future that the executor owns, and polls beside the others.
//! All have the same waker. So nobody knows which was woken: a wake polls all.

use std::cell::RefCell;
use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

use parking_lot::Mutex;

thread_local! {
    /// The tasks that are not done.
    static TASKS: RefCell<Vec<Task>> = RefCell::default();
}

type Task = Pin<Box<dyn Future<Output = ()>>>;

/// Runs a future to its end, and meanwhile the tasks: asyncio's `run`.
pub fn block_on<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    let waker = Waker::from(Arc::new(ThreadWaker(thread::current())));
    let mut context = Context::from_waker(&waker);
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
            return output;
        }
        poll_all(&mut context);
        // Until `unpark` is called, or not at all if it was called already.
        thread::park();
    }
}

/// Makes a future a task: asyncio's `create_task`.
pub fn spawn(future: impl Future<Output = ()> + 'static) {
    TASKS.with_borrow_mut(|tasks| tasks.push(Box::pin(future)));
    // It is polled before the thread sleeps.
    thread::current().unpark();
}

fn poll_all(context: &mut Context<'_>) {
    // Taken out meanwhile: a task may spawn others.
    let mut tasks = TASKS.take();
    tasks.retain_mut(|task| task.as_mut().poll(context).is_pending());
    tasks.append(&mut TASKS.take());
    TASKS.set(tasks);
}

/// The waker: it ends the sleep of the executor's thread.
struct ThreadWaker(Thread);

impl Wake for ThreadWaker {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

/// Waits for `duration`: asyncio's `sleep`.
pub async fn sleep(duration: Duration) {
    let deadline = Instant::now() + duration;
    let keeper = Arc::new(Mutex::new(None));
    // The future's poll: `await` calls it each time the task is polled.
    poll_fn(|context| {
        if Instant::now() >= deadline {
            return Poll::Ready(());
        }
        // The newest waker counts: the future may have moved to another task.
        let waker = context.waker().clone();
        let before = keeper.lock().replace(waker);
        if before.is_none() {
            let keeper = keeper.clone();
            thread::spawn(move || call_at(deadline, &keeper));
        }
        Poll::Pending
    })
    .await
}

/// The thread of a sleep: it calls the waker when the time has come.
fn call_at(deadline: Instant, keeper: &Mutex<Option<Waker>>) {
    thread::sleep(deadline.saturating_duration_since(Instant::now()));
    let waker = keeper.lock().take();
    waker.inspect(Waker::wake_by_ref);
}
