//! Models of the executor: loom runs each in every order in which its threads can take turns, and
//! lets every atomic read return every value that the memory model allows. It is the runtime that
//! runs here, on the atomics and locks in `parts`; of threads there are as few as the question
//! takes. The letters are those of the table in `tests/README.md`.

mod jobs;
mod joins;
mod stuck;
mod wakes;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::task::{Context, Waker};

use crate::{EventLoop, JoinError, JoinHandle, primitives};

/// Runs `model` on a thread with a loop, in every order. Between two threads, each can be
/// interrupted where it need not be `preemptions` times: more find nothing new, and take long.
fn check(preemptions: usize, model: impl Fn(EventLoop) + Copy + Send + Sync + 'static) {
    let orders = Arc::new(AtomicUsize::new(0));
    let counted = orders.clone();
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = builder.preemption_bound.or(Some(preemptions));
    builder.check(move || {
        counted.fetch_add(1, Relaxed);
        primitives::THING.set(Some(Arc::default()));
        let on_a_loop = move || model(EventLoop::builder().blocking_threads(1).build().unwrap());
        primitives::Builder::new().spawn(on_a_loop).unwrap().join().unwrap();
    });
    let orders = orders.load(Relaxed);
    assert!(orders > 1, "there is one order only: the threads do not meet");
    println!("tried in {orders} orders");
}

/// Another thread. The first thing that it does may be to look at a count, so it touches one.
fn start<T: 'static>(work: impl FnOnce() -> T + 'static) -> loom::thread::JoinHandle<T> {
    loom::thread::spawn(|| {
        primitives::touch();
        work()
    })
}

/// Counts the destructors of what is given to a model.
#[derive(Clone, Default)]
struct Dropped(Arc<AtomicUsize>);

impl Dropped {
    fn times(&self) -> usize {
        self.0.load(Relaxed)
    }

    fn guard(&self) -> Guard {
        Guard(self.clone())
    }
}

struct Guard(Dropped);

impl Drop for Guard {
    fn drop(&mut self) {
        self.0.0.fetch_add(1, Relaxed);
    }
}

/// What a handle says that has to be ready by now.
fn outcome<T>(handle: JoinHandle<T>) -> Result<T, JoinError> {
    assert!(handle.is_finished());
    let polled = std::pin::pin!(handle).poll(&mut Context::from_waker(Waker::noop()));
    match polled {
        std::task::Poll::Ready(outcome) => outcome,
        std::task::Poll::Pending => panic!("it is finished, and not ready"),
    }
}
