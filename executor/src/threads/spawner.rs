use std::pin::Pin;
use std::rc::{Rc, Weak};
use std::sync::Arc;
use std::sync::atomic::Ordering::{AcqRel, Relaxed};
use std::task::{Context, Poll};

use futures_task::{FutureObj, LocalFutureObj, LocalSpawn, Spawn, SpawnError};
use pin_project_lite::pin_project;

use crate::cell::{JobEnd, Task};
use crate::event_loop::Core;
use crate::join::Failure;
use crate::label::Label;
use crate::ready::{Message, Remote};
use crate::{JoinHandle, context, panics};

/// Spawns tasks on a loop from any thread: asyncio's `run_coroutine_threadsafe`.
///
/// It is also a [`futures_task::Spawn`], so libraries that ask for one run on our loop. While `run`
/// comes to its end, and once the loop is gone, what is spawned is refused: the future is dropped
/// at once, on the thread that spawned it, and its handle resolves to `Cancelled`.
///
/// ```
/// let answer = executor::run(async {
///     let spawner = executor::spawner();
///     let job = executor::spawn_blocking(move || {
///         // On another thread; the task runs on the loop's.
///         spawner.spawn(async { "from afar" })
///     });
///     job.await?.await
/// });
/// assert_eq!(answer.unwrap(), "from afar");
/// ```
#[derive(Debug)]
pub struct Spawner(Arc<Remote>);

impl Spawner {
    pub(crate) fn new(remote: &Arc<Remote>) -> Self {
        // The loop reads this when it has nothing to do, and again when it is called.
        remote.spawners.fetch_add(1, Relaxed);
        Self(remote.clone())
    }

    /// Spawns a future on the loop, whether or not the loop is running just now.
    #[track_caller]
    pub fn spawn<F>(&self, future: F) -> JoinHandle<F::Output>
    where
        F: Future<Output: Send> + Send + 'static,
    {
        self.send(Label::of_type::<F>(), future).0
    }

    /// Spawns the future that `make` makes on the loop's thread: one that need not be `Send`, as those
    /// with an `Rc` are not. tokio's twin is `LocalPoolHandle::spawn_pinned`.
    ///
    /// ```
    /// use std::rc::Rc;
    ///
    /// let answer = executor::run(async {
    ///     let spawner = executor::spawner();
    ///     let job = executor::spawn_blocking(move || {
    ///         spawner.spawn_with(|| {
    ///             let dish = Rc::new("soup");
    ///             async move {
    ///                 executor::yield_now().await;
    ///                 dish.len()
    ///             }
    ///         })
    ///     });
    ///     job.await?.await
    /// });
    /// assert_eq!(answer.unwrap(), 4);
    /// ```
    #[track_caller]
    pub fn spawn_with<F>(&self, make: impl FnOnce() -> F + Send + 'static) -> JoinHandle<F::Output>
    where
        F: Future<Output: Send> + 'static,
    {
        self.send(Label::of_type::<F>(), Made::Not { make: Some(make) }).0
    }

    /// The handle, and whether the loop has taken the future. It is the caller who knows that the
    /// future may travel.
    fn send<F: Future + 'static>(&self, label: Label, future: F) -> (JoinHandle<F::Output>, bool) {
        // Boxed here, so that it is not moved under the lock, whatever its size.
        let sent = self.0.let_in(Box::pin(future), |future| {
            let task = Task::new(&self.0, Some(future));
            let handle = task.clone().handle();
            (Message::Spawn(task, label), handle)
        });
        match sent {
            Ok(handle) => (JoinHandle::new(handle), true),
            Err(future) => {
                panics::contain("the destructor of a refused future", || drop(future));
                let (end, handle) = JobEnd::new(&self.0);
                end.finish(Err(Failure::Cancelled));
                (JoinHandle::new(handle), false)
            }
        }
    }
}

pin_project! {
    /// A future that is made by its first poll.
    #[project = MadeProjection]
    enum Made<M, F> {
        Not { make: Option<M> },
        Yes { #[pin] future: F },
    }
}

impl<F: Future, M: FnOnce() -> F> Future for Made<M, F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        loop {
            match self.as_mut().project() {
                MadeProjection::Yes { future } => return future.poll(cx),
                MadeProjection::Not { make } => {
                    let make = make.take().expect("one that panicked is not polled again");
                    let future = make();
                    self.set(Self::Yes { future });
                }
            }
        }
    }
}

impl Clone for Spawner {
    fn clone(&self) -> Self {
        Self::new(&self.0)
    }
}

impl Drop for Spawner {
    fn drop(&mut self) {
        // Without the last one a loop that sleeps may be stuck: it has to look.
        if self.0.spawners.fetch_sub(1, AcqRel) == 1 {
            self.0.unparker.unpark();
        }
    }
}

impl Spawn for Spawner {
    #[track_caller]
    fn spawn_obj(&self, future: FutureObj<'static, ()>) -> Result<(), SpawnError> {
        let (_, sent) = self.send(Label::of_value(&future), future);
        if sent { Ok(()) } else { Err(SpawnError::shutdown()) }
    }
}

/// Spawns tasks on a loop from its own thread: a [`futures_task::LocalSpawn`] for libraries that
/// ask for one. In your own code, [`spawn`](crate::spawn) does the same.
#[derive(Clone, Debug)]
pub struct LocalSpawner(Weak<Core>);

impl LocalSpawner {
    pub(crate) fn new(core: &Rc<Core>) -> Self {
        Self(Rc::downgrade(core))
    }
}

impl LocalSpawn for LocalSpawner {
    #[track_caller]
    fn spawn_local_obj(&self, future: LocalFutureObj<'static, ()>) -> Result<(), SpawnError> {
        let core = self.0.upgrade().filter(|core| !core.closing.get());
        let core = core.ok_or(SpawnError::shutdown())?;
        let _entered = context::enter(&core);
        drop(core.spawn(Label::of_value(&future), future));
        Ok(())
    }
}

impl Spawn for LocalSpawner {
    #[track_caller]
    fn spawn_obj(&self, future: FutureObj<'static, ()>) -> Result<(), SpawnError> {
        self.spawn_local_obj(future.into())
    }
}
