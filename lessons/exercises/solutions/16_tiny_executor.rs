//! A tiny executor: a solution.

use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering::AcqRel};
use std::sync::mpsc::{self, Sender};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};

pub type BoxFuture = Pin<Box<dyn Future<Output = ()> + Send>>;

struct Task {
    /// `None` while it is polled, and when it is done.
    future: Mutex<Option<BoxFuture>>,
    is_queued: AtomicBool,
    queue: Sender<Arc<Task>>,
}

impl Wake for Task {
    fn wake(self: Arc<Self>) {
        if !self.is_queued.swap(true, AcqRel) {
            // If the other end is gone, nobody polls any more.
            let _ = self.queue.send(self.clone());
        }
    }
}

pub fn run(futures: Vec<BoxFuture>) {
    let (queue, ready) = mpsc::channel();
    for future in futures {
        let future = Mutex::new(Some(future));
        let (is_queued, queue) = (AtomicBool::new(true), queue.clone());
        let task = Arc::new(Task { future, is_queued, queue });
        // The other end is there until the end.
        let _ = task.queue.send(task.clone());
    }
    // From here on only tasks have a way into the queue.
    drop(queue);
    // Without a message this waits, and ends when no task is left to send one.
    while let Ok(task) = ready.recv() {
        // Before the poll: a wake during it has to queue the task again.
        task.is_queued.swap(false, AcqRel);
        poll(&task);
    }
}

fn poll(task: &Arc<Task>) {
    let waker = Waker::from(task.clone());
    let future = task.future.lock().expect("nobody panics").take();
    let Some(mut future) = future else { return };
    match future.as_mut().poll(&mut Context::from_waker(&waker)) {
        Poll::Ready(()) => {}
        Poll::Pending => {
            *task.future.lock().expect("nobody panics") = Some(future);
        }
    }
}
