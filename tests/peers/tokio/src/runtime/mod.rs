//! `tokio::runtime`: a runtime of one thread is an `EventLoop` on the thread that blocks on it; one of
//! several threads is an `EventLoop` on a thread of its own. There is one loop in both.

mod builder;
mod context;
mod handle;
mod home;
mod hooks;
mod local;
mod metrics;
mod options;

use std::io;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

pub use builder::Builder;
pub use context::{EnterGuard, TryCurrentError};
pub(crate) use context::{Running, current, running, task};
pub use handle::{Handle, Id, RuntimeFlavor};
pub(crate) use handle::{Shared, is_here};
pub use local::{LocalOptions, LocalRuntime};
pub use metrics::RuntimeMetrics;

use crate::task::JoinHandle;

/// A runtime; dropped, it cancels its tasks and waits for its running jobs.
#[derive(Debug)]
pub struct Runtime {
    handle: Handle,
    /// The thread of the loop, if it has one of its own; dropping the sender ends it.
    thread: Mutex<Option<LoopThread>>,
}

#[derive(Debug)]
pub(crate) struct LoopThread {
    pub(crate) end: real_tokio::sync::oneshot::Sender<()>,
    pub(crate) thread: thread::JoinHandle<()>,
}

impl Runtime {
    pub fn new() -> io::Result<Self> {
        Builder::new_multi_thread().enable_all().build()
    }

    pub fn handle(&self) -> &Handle {
        &self.handle
    }

    #[track_caller]
    pub fn spawn<F>(&self, future: F) -> JoinHandle<F::Output>
    where
        F: Future<Output: Send + 'static> + Send + 'static,
    {
        self.handle.spawn(future)
    }

    #[track_caller]
    pub fn spawn_blocking<F, R>(&self, job: F) -> JoinHandle<R>
    where
        F: FnOnce() -> R + Send + 'static,
        R: Send + 'static,
    {
        self.handle.spawn_blocking(job)
    }

    #[track_caller]
    pub fn block_on<F: Future>(&self, future: F) -> F::Output {
        match self.handle.0.flavor {
            RuntimeFlavor::CurrentThread => home::run_until(&self.handle, future),
            RuntimeFlavor::MultiThread => self.handle.block_on(future),
        }
    }

    pub fn enter(&self) -> EnterGuard<'_> {
        self.handle.enter()
    }

    pub fn metrics(&self) -> RuntimeMetrics {
        self.handle.metrics()
    }

    pub fn shutdown_timeout(self, _duration: Duration) {
        drop(self);
    }

    pub fn shutdown_background(self) {
        drop(self);
    }
}

impl Drop for Runtime {
    fn drop(&mut self) {
        let thread = self.thread.lock().ok().and_then(|mut thread| thread.take());
        if let Some(LoopThread { end, thread }) = thread {
            drop(end);
            if thread.thread().id() != thread::current().id() {
                let _panicked = thread.join();
            }
        }
        self.handle.0.close();
        home::forget(&self.handle);
    }
}

impl std::panic::UnwindSafe for Runtime {}
impl std::panic::RefUnwindSafe for Runtime {}

pub(crate) fn assemble(shared: Shared, thread: Option<LoopThread>) -> Runtime {
    Runtime { handle: Handle(Arc::new(shared)), thread: Mutex::new(thread) }
}

/// Whether it says that a loop has ended.
pub fn is_rt_shutdown_err(error: &io::Error) -> bool {
    let text = error.to_string();
    text == "the event loop of this socket is gone" || text == crate::net::watched::SHUT_DOWN
}

/// One loop, one worker.
pub fn worker_index() -> Option<usize> {
    running().filter(is_here).map(|_| 0)
}
