//! `ThreadPool`: one thread with a loop, however many are asked for.

use std::fmt;
use std::io;
use std::sync::Arc;
use std::sync::mpsc;
use std::thread;

use executor::Spawner;
use futures_task::{FutureObj, Spawn, SpawnError};
use futures_util::future::{AbortHandle, abortable, pending};

type Hook = Arc<dyn Fn(usize) + Send + Sync>;

#[derive(Clone)]
pub struct ThreadPool {
    spawner: Spawner,
    /// Every task keeps it, too: a pool goes on until its last task is done.
    end: Arc<End>,
}

/// Dropped with the last pool, it ends the loop.
struct End(AbortHandle);

impl Drop for End {
    fn drop(&mut self) {
        self.0.abort();
    }
}

#[derive(Default)]
pub struct ThreadPoolBuilder {
    name: Option<String>,
    after_start: Option<Hook>,
    before_stop: Option<Hook>,
}

impl ThreadPool {
    pub fn new() -> io::Result<Self> {
        Self::builder().create()
    }

    pub fn builder() -> ThreadPoolBuilder {
        ThreadPoolBuilder::new()
    }

    pub fn spawn_ok<F: Future<Output = ()> + Send + 'static>(&self, future: F) {
        drop(self.spawner.spawn(self.keep(future)));
    }

    fn keep<F: Future<Output = ()> + Send>(
        &self,
        future: F,
    ) -> impl Future<Output = ()> + Send + use<F> {
        let end = self.end.clone();
        async move {
            future.await;
            drop(end);
        }
    }
}

impl ThreadPoolBuilder {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn pool_size(&mut self, size: usize) -> &mut Self {
        assert!(size > 0);
        self
    }

    pub fn stack_size(&mut self, _size: usize) -> &mut Self {
        self
    }

    pub fn name_prefix(&mut self, name: impl Into<String>) -> &mut Self {
        self.name = Some(name.into());
        self
    }

    pub fn after_start(&mut self, hook: impl Fn(usize) + Send + Sync + 'static) -> &mut Self {
        self.after_start = Some(Arc::new(hook));
        self
    }

    pub fn before_stop(&mut self, hook: impl Fn(usize) + Send + Sync + 'static) -> &mut Self {
        self.before_stop = Some(Arc::new(hook));
        self
    }

    pub fn create(&mut self) -> io::Result<ThreadPool> {
        let (after_start, before_stop) = (self.after_start.clone(), self.before_stop.clone());
        let (tell, told) = mpsc::channel();
        let mut builder = thread::Builder::new();
        if let Some(name) = &self.name {
            builder = builder.name(format!("{name}0"));
        }
        builder.spawn(move || {
            if let Some(hook) = after_start {
                hook(0);
            }
            let mut event_loop = crate::new_loop();
            let (end, ended) = abortable(pending::<()>());
            let _ = tell.send((event_loop.spawner(), ended));
            let _aborted = event_loop.run(end);
            if let Some(hook) = before_stop {
                hook(0);
            }
        })?;
        let (spawner, ended) = told.recv().map_err(io::Error::other)?;
        let end = Arc::new(End(ended));
        Ok(ThreadPool { spawner, end })
    }
}

impl Spawn for ThreadPool {
    fn spawn_obj(&self, future: FutureObj<'static, ()>) -> Result<(), SpawnError> {
        self.spawner.spawn_obj(FutureObj::new(Box::pin(self.keep(future))))
    }
}

impl fmt::Debug for ThreadPool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ThreadPool").finish_non_exhaustive()
    }
}
