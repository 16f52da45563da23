use std::rc::{Rc, Weak};
use std::sync::Arc;

use futures_task::{FutureObj, LocalFutureObj, LocalSpawn, Spawn, SpawnError};

use crate::event_loop::Core;
use crate::join::{self, JoinHandle};
use crate::label::Label;
use crate::ready::{Message, Remote};
use crate::task::{Header, Task};

/// Spawns tasks on a loop from any thread: asyncio's `run_coroutine_threadsafe`.
///
/// It is also a [`futures_task::Spawn`], so libraries that ask for one run on our loop. Once the
/// loop has ended, what is spawned is dropped, and its handle resolves to `Cancelled`.
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
#[derive(Clone, Debug)]
pub struct Spawner {
    remote: Arc<Remote>,
    /// As long as there is a spawner, the loop cannot know that it is stuck.
    _alive: Arc<()>,
}

impl Spawner {
    pub(crate) fn new(core: &Core) -> Self {
        Self { remote: core.remote.clone(), _alive: core.spawners.clone() }
    }

    /// Spawns a future on the loop, whether or not the loop is running just now.
    #[track_caller]
    pub fn spawn<F>(&self, future: F) -> JoinHandle<F::Output>
    where
        F: Future<Output: Send> + Send + 'static,
    {
        self.send(future).0
    }

    /// The handle, and whether there is still a loop.
    #[track_caller]
    fn send<F>(&self, future: F) -> (JoinHandle<F::Output>, bool)
    where
        F: Future<Output: Send> + Send + 'static,
    {
        let header = Header::new(&self.remote);
        let (handle, completer) = join::pair(&header);
        let task = Box::pin(Task { future, completer });
        (handle, self.remote.send(Message::Spawn(header, Label::of_type::<F>(), task)))
    }
}

impl Spawn for Spawner {
    #[track_caller]
    fn spawn_obj(&self, future: FutureObj<'static, ()>) -> Result<(), SpawnError> {
        let (_, sent) = self.send(future);
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
