//! A tiny executor.
//!
//! A task is its future, and a way into the queue. Its waker is the task
//! itself: to wake it is to send it there. `run` takes one task after the
//! other out of the queue, and polls it.
//!
//! Write `wake`: a task that is in the queue already is not sent again. And
//! `run`: it goes on until no task is left, or nobody can wake one. As it is,
//! each task is polled once, and that is all.

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
    fn wake(self: Arc<Self>) {}
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
    while let Ok(task) = ready.try_recv() {
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
