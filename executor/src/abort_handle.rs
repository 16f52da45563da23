//! `AbortHandle`: cancelling a task without waiting for it.

use std::fmt;
use std::sync::{Arc, Weak};

use crate::cell::AnyTask;
use crate::journal::Event;
use crate::{TaskId, context, ready, waker};

/// Cancels a task: tokio's type of this name.
///
/// It may be cloned and sent to any thread, and kept apart from the [`JoinHandle`](crate::JoinHandle).
/// It has no part in the output, and keeps no loop alive; of a task that is done it keeps the
/// memory.
///
/// ```
/// use executor::JoinError;
///
/// executor::run(async {
///     let handle = executor::spawn(std::future::pending::<()>());
///     let abort = handle.abort_handle();
///     executor::spawn(async move { abort.abort() }).await?;
///     assert!(handle.await.unwrap_err().is_cancelled());
///     Ok::<(), JoinError>(())
/// })?;
/// # Ok::<(), JoinError>(())
/// ```
#[derive(Clone)]
pub struct AbortHandle {
    id: TaskId,
    /// Weak: a count would look like a waker's, and a task that nobody wakes like one for which
    /// there is hope.
    task: Weak<AnyTask>,
}

impl AbortHandle {
    pub(crate) fn new(task: &Arc<AnyTask>) -> Self {
        Self { id: task.head.id, task: Arc::downgrade(task) }
    }

    /// The task's id.
    pub fn id(&self) -> TaskId {
        self.id
    }

    /// Cancels the task; see [`JoinHandle::abort`](crate::JoinHandle::abort). Nothing happens if it
    /// is done, or its loop is gone.
    pub fn abort(&self) {
        if let Some(task) = self.task.upgrade() {
            abort_task(&task);
        }
    }

    /// Whether the task has come to its end, in whichever way; tokio's has it by this name.
    ///
    /// ```
    /// executor::run(async {
    ///     let handle = executor::spawn(async {});
    ///     let abort = handle.abort_handle();
    ///     assert!(!abort.is_finished());
    ///     handle.await?;
    ///     assert!(abort.is_finished());
    ///     Ok::<(), executor::JoinError>(())
    /// })?;
    /// # Ok::<(), executor::JoinError>(())
    /// ```
    pub fn is_finished(&self) -> bool {
        self.task.upgrade().is_none_or(|task| task.join.is_finished())
    }
}

impl fmt::Debug for AbortHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AbortHandle").field("id", &self.id).finish_non_exhaustive()
    }
}

/// Cancels a task, but not here and now: the caller may hold a lock that its destructor takes.
pub(crate) fn abort_task(task: &Arc<AnyTask>) {
    task.head.set_aborted();
    if let Some(core) = context::current().filter(|core| task.head.is_of(&core.remote))
        && task.can_be_aborted()
    {
        core.tell(|| Event::Aborted { task: task.head.id, by: core.doing.get().task() });
    }
    if !ready::wake_here(&task.head) {
        ready::wake_elsewhere(waker::own(task.clone()));
    }
}
