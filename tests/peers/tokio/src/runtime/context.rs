//! Which runtime is meant on this thread, and which one's loop runs on it.

use std::cell::{Cell, RefCell};
use std::fmt;
use std::marker::PhantomData;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use executor::TaskId;

use super::Handle;

thread_local! {
    static ENTERED: RefCell<Vec<(u64, Handle)>> = const { RefCell::new(Vec::new()) };
    static RUNNING: RefCell<Option<Handle>> = const { RefCell::new(None) };
    /// The future given to `block_on` is no task to tokio.
    static MAIN: Cell<Option<TaskId>> = const { Cell::new(None) };
}

/// The runtime that is meant here.
pub(crate) fn current() -> Result<Handle, TryCurrentError> {
    let last = |entered: &RefCell<Vec<_>>| {
        entered.borrow().last().map(|(_, handle): &(u64, Handle)| handle.clone())
    };
    match ENTERED.try_with(last) {
        Ok(Some(handle)) => Ok(handle),
        Ok(None) => Err(TryCurrentError { destroyed: false }),
        Err(_) => Err(TryCurrentError { destroyed: true }),
    }
}

/// The runtime whose loop runs on this thread.
pub(crate) fn running() -> Option<Handle> {
    RUNNING.try_with(|running| running.borrow().clone()).ok().flatten()
}

/// Called in the first poll of the future that a loop is run for.
pub(crate) fn note_main() {
    MAIN.set(executor::current_task());
}

/// The task that is polled or dropped on this thread, but for the main one.
pub(crate) fn task() -> Option<TaskId> {
    let main = MAIN.try_with(Cell::get).ok().flatten();
    executor::current_task().filter(|task| Some(*task) != main)
}

/// A runtime is meant on this thread, until the guard is dropped.
#[derive(Debug)]
#[must_use]
pub struct EnterGuard<'a> {
    _entered: Entered,
    _handle: PhantomData<&'a Handle>,
    _not_send: PhantomData<*mut ()>,
}

/// Has no lifetime, so that its drop uses none: the runtime may be moved while it is entered.
#[derive(Debug)]
struct Entered(u64);

impl EnterGuard<'_> {
    pub(crate) fn new(handle: &Handle) -> Self {
        static GUARDS: AtomicU64 = AtomicU64::new(0);
        let number = GUARDS.fetch_add(1, Relaxed);
        let _destroyed =
            ENTERED.try_with(|entered| entered.borrow_mut().push((number, handle.clone())));
        Self { _entered: Entered(number), _handle: PhantomData, _not_send: PhantomData }
    }
}

impl Drop for Entered {
    fn drop(&mut self) {
        let is_last = ENTERED.try_with(|entered| {
            let mut entered = entered.borrow_mut();
            let last = entered.last().map(|(number, _)| *number);
            let place = entered.iter().position(|(number, _)| *number == self.0);
            let left = place.map(|place| entered.remove(place));
            (last == Some(self.0), left)
        });
        if let Ok((false, _)) = is_last
            && !std::thread::panicking()
        {
            panic!(
                "`EnterGuard` values dropped out of order. Guards returned by \
                 `tokio::runtime::Handle::enter()` must be dropped in the reverse \
                 order as they were acquired."
            );
        }
    }
}

/// A loop runs on this thread for a runtime, which is meant here too.
pub(crate) struct Running {
    before: Option<Handle>,
    main: Option<TaskId>,
    _entered: EnterGuard<'static>,
}

impl Running {
    pub(crate) fn enter(handle: &Handle) -> Self {
        // A runtime may be dropped with its thread's locals.
        let before = RUNNING.try_with(|running| running.replace(Some(handle.clone())));
        let main = MAIN.try_with(Cell::take);
        Self {
            before: before.ok().flatten(),
            main: main.ok().flatten(),
            _entered: EnterGuard::new(handle),
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let before = self.before.take();
        let _destroyed = MAIN.try_with(|main| main.set(self.main));
        let _left = RUNNING.try_with(|running| running.replace(before));
    }
}

/// No runtime is meant on this thread.
pub struct TryCurrentError {
    destroyed: bool,
}

impl TryCurrentError {
    pub fn is_missing_context(&self) -> bool {
        !self.destroyed
    }

    pub fn is_thread_local_destroyed(&self) -> bool {
        self.destroyed
    }
}

impl fmt::Debug for TryCurrentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = if self.destroyed { "ThreadLocalDestroyed" } else { "NoContext" };
        f.debug_struct("TryCurrentError").field("kind", &kind).finish()
    }
}

impl fmt::Display for TryCurrentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.destroyed {
            "The Tokio context thread-local variable has been destroyed."
        } else {
            "there is no reactor running, must be called from the context of a Tokio 1.x runtime"
        })
    }
}

impl std::error::Error for TryCurrentError {}
