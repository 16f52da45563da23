//! `LocalRuntime`: a runtime of one thread, and a set of local tasks, which all tasks of ours are.

use std::io;
use std::time::Duration;

use super::{Builder, EnterGuard, Handle, Runtime, RuntimeMetrics};
use crate::task::{JoinHandle, LocalEnterGuard, LocalSet};

#[derive(Debug)]
pub struct LocalRuntime {
    // The tasks go before their loop.
    local: LocalSet,
    runtime: Runtime,
}

#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct LocalOptions {}

impl LocalRuntime {
    pub fn new() -> io::Result<Self> {
        Builder::new_current_thread().enable_all().build_local(LocalOptions::default())
    }

    pub(crate) fn of(runtime: Runtime) -> Self {
        Self { local: LocalSet::new(), runtime }
    }

    pub fn handle(&self) -> &Handle {
        self.runtime.handle()
    }

    #[track_caller]
    pub fn spawn_local<F: Future + 'static>(&self, future: F) -> JoinHandle<F::Output> {
        self.local.spawn_local(future)
    }

    #[track_caller]
    pub fn spawn_blocking<F, R>(&self, job: F) -> JoinHandle<R>
    where
        F: FnOnce() -> R + Send + 'static,
        R: Send + 'static,
    {
        self.runtime.spawn_blocking(job)
    }

    #[track_caller]
    pub fn block_on<F: Future>(&self, future: F) -> F::Output {
        self.local.block_on(&self.runtime, future)
    }

    pub fn enter(&self) -> (LocalEnterGuard, EnterGuard<'_>) {
        (self.local.enter(), self.runtime.enter())
    }

    pub fn metrics(&self) -> RuntimeMetrics {
        self.runtime.metrics()
    }

    pub fn shutdown_timeout(self, duration: Duration) {
        let Self { local, runtime } = self;
        drop(local);
        runtime.shutdown_timeout(duration);
    }

    pub fn shutdown_background(self) {
        self.shutdown_timeout(Duration::ZERO);
    }
}
