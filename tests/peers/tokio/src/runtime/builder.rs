//! `Builder`: options that ask for what our runtime does not have are taken and do nothing.

use std::io;
use std::sync::{Arc, OnceLock};
use std::thread;

use executor::EventLoop;
use timer::Clock;

use super::handle::{Handle, RuntimeFlavor, Shared};
use super::hooks::{Hook, Hooks};
use super::{LocalOptions, LocalRuntime, LoopThread, Running, Runtime, assemble};

pub struct Builder {
    flavor: RuntimeFlavor,
    blocking_threads: usize,
    workers: Option<usize>,
    paused: bool,
    thread_name: Arc<dyn Fn() -> String + Send + Sync>,
    name: Option<String>,
    on_start: Option<Hook>,
    on_stop: Option<Hook>,
    on_park: Option<Hook>,
    on_unpark: Option<Hook>,
}

impl Builder {
    pub fn new_current_thread() -> Self {
        Self::new(RuntimeFlavor::CurrentThread)
    }

    pub fn new_multi_thread() -> Self {
        Self::new(RuntimeFlavor::MultiThread)
    }

    fn new(flavor: RuntimeFlavor) -> Self {
        Self {
            flavor,
            blocking_threads: 512,
            workers: None,
            paused: false,
            thread_name: Arc::new(|| "tokio-rt-worker".into()),
            name: None,
            on_start: None,
            on_stop: None,
            on_park: None,
            on_unpark: None,
        }
    }

    pub fn build(&mut self) -> io::Result<Runtime> {
        // A case that was seen to pause the clock is run again on one that can be paused.
        let simulated =
            self.paused || std::env::var("PEERS_CLOCK").is_ok_and(|it| it == "simulated");
        let shared = Shared {
            id: super::handle::next_id(),
            flavor: self.flavor,
            clock: if simulated { Clock::simulated() } else { Clock::real() },
            base: std::time::Instant::now(),
            paused: self.paused.into(),
            blocking_threads: self.blocking_threads,
            workers: self.workers.unwrap_or(match self.flavor {
                RuntimeFlavor::CurrentThread => 1,
                RuntimeFlavor::MultiThread => {
                    thread::available_parallelism().map_or(1, usize::from)
                }
            }),
            name: self.name.clone(),
            on_park: self.on_park.clone(),
            on_unpark: self.on_unpark.clone(),
            spawner: OnceLock::new(),
            closed: false.into(),
        };
        let runtime = assemble(shared, None);
        if self.flavor == RuntimeFlavor::MultiThread {
            let thread = self.start(runtime.handle().clone())?;
            *runtime.thread.lock().expect("nobody else has it yet") = Some(thread);
        }
        Ok(runtime)
    }

    /// Starts a thread with the loop on it.
    fn start(&self, handle: Handle) -> io::Result<LoopThread> {
        let (end, ended) = real_tokio::sync::oneshot::channel::<()>();
        let (tell, told) = std::sync::mpsc::channel();
        let (on_start, on_stop) = (self.on_start.clone(), self.on_stop.clone());
        let thread = thread::Builder::new().name((self.thread_name)()).spawn(move || {
            if let Some(on_start) = on_start {
                on_start();
            }
            let mut event_loop = match handle.0.event_loop() {
                Ok(event_loop) => event_loop,
                Err(error) => return drop(tell.send(Err(error))),
            };
            let _ = handle.0.spawner.set(event_loop.spawner());
            let _ = tell.send(Ok(()));
            let running = Running::enter(&handle);
            event_loop.run(async {
                super::context::note_main();
                let _sender_is_gone = ended.await;
            });
            drop(event_loop);
            drop(running);
            if let Some(on_stop) = on_stop {
                on_stop();
            }
        })?;
        told.recv().map_err(io::Error::other)??;
        Ok(LoopThread { end, thread })
    }

    pub fn build_local(&mut self, _options: LocalOptions) -> io::Result<LocalRuntime> {
        self.build().map(LocalRuntime::of)
    }

    #[track_caller]
    pub fn worker_threads(&mut self, threads: usize) -> &mut Self {
        assert!(threads > 0, "Worker threads cannot be set to 0");
        self.workers = Some(threads);
        self
    }

    #[track_caller]
    pub fn max_blocking_threads(&mut self, threads: usize) -> &mut Self {
        assert!(threads > 0, "Max blocking threads cannot be set to 0");
        self.blocking_threads = threads;
        self
    }

    #[track_caller]
    pub fn thread_name(&mut self, name: impl Into<String>) -> &mut Self {
        let name = name.into();
        self.thread_name_fn(move || name.clone())
    }

    pub fn thread_name_fn<F>(&mut self, name: F) -> &mut Self
    where
        F: Fn() -> String + Send + Sync + 'static,
    {
        self.thread_name = Arc::new(name);
        self
    }

    #[track_caller]
    pub fn name(&mut self, name: impl Into<String>) -> &mut Self {
        let name = name.into();
        assert!(!name.trim().is_empty(), "runtime name shouldn't be empty");
        self.name = Some(name);
        self
    }

    pub fn on_thread_start(&mut self, hook: impl Fn() + Send + Sync + 'static) -> &mut Self {
        self.on_start = Some(Arc::new(hook));
        self
    }

    pub fn on_thread_stop(&mut self, hook: impl Fn() + Send + Sync + 'static) -> &mut Self {
        self.on_stop = Some(Arc::new(hook));
        self
    }

    pub fn on_thread_park(&mut self, hook: impl Fn() + Send + Sync + 'static) -> &mut Self {
        self.on_park = Some(Arc::new(hook));
        self
    }

    pub fn on_thread_unpark(&mut self, hook: impl Fn() + Send + Sync + 'static) -> &mut Self {
        self.on_unpark = Some(Arc::new(hook));
        self
    }

    pub fn start_paused(&mut self, paused: bool) -> &mut Self {
        self.paused = paused;
        self
    }
}

impl std::fmt::Debug for Builder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Builder").field("flavor", &self.flavor).finish_non_exhaustive()
    }
}

impl Shared {
    /// The loop of this runtime, for the thread that calls.
    pub(crate) fn event_loop(&self) -> io::Result<EventLoop> {
        let builder = EventLoop::builder().clock(self.clock.clone());
        let builder = builder.blocking_threads(self.blocking_threads);
        if self.on_park.is_none() && self.on_unpark.is_none() {
            return builder.build();
        }
        let (on_park, on_unpark) = (self.on_park.clone(), self.on_unpark.clone());
        builder.observer(Hooks { on_park, on_unpark }).build()
    }
}
