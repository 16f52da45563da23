//! Loops of one-thread runtimes: a loop stays on its thread, so that thread keeps it.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;

use executor::{EventLoop, Spawner};

use super::handle::or_panic;
use super::{Handle, Running, context};

thread_local! {
    static LOOPS: RefCell<HashMap<u64, (Handle, EventLoop)>> = RefCell::default();
    static BORROWED: Cell<bool> = const { Cell::new(false) };
}

/// Makes the runtime's loop, for this thread to keep.
pub(crate) fn make(handle: &Handle) -> Spawner {
    let event_loop = or_panic(handle.0.event_loop());
    let spawner = event_loop.spawner();
    // Of a runtime that is gone the loop goes at once, and the spawner refuses all.
    if !handle.0.is_closed() {
        LOOPS.with_borrow_mut(|loops| loops.insert(handle.0.id, (handle.clone(), event_loop)));
    }
    spawner
}

/// Runs the runtime's loop until the future is done. On a thread that does not keep the loop, the
/// future is run alone.
#[track_caller]
pub(crate) fn run_until<F: Future>(handle: &Handle, future: F) -> F::Output {
    handle.spawner();
    let kept = LOOPS.with_borrow_mut(|loops| loops.remove(&handle.0.id));
    let Some((_, event_loop)) = kept else { return handle.block_on(future) };
    let mut kept = Kept { handle, event_loop: Some(event_loop) };
    let event_loop = kept.event_loop.as_mut().expect("it was just put there");
    let _running = Running::enter(handle);
    let mut future = Box::pin(future);
    event_loop.run_until(async move {
        context::note_main();
        future.as_mut().await
    })
}

/// Whether this thread keeps the runtime's loop, and it does not run.
pub(crate) fn keeps(handle: &Handle) -> bool {
    LOOPS.with_borrow(|loops| loops.contains_key(&handle.0.id))
}

/// Does something with the runtime's loop entered, if this is the thread that keeps it.
#[track_caller]
pub(crate) fn enter<T>(handle: &Handle, make: impl FnOnce() -> T) -> T {
    handle.spawner();
    let kept = LOOPS.with_borrow_mut(|loops| loops.remove(&handle.0.id));
    let Some((_, event_loop)) = kept else { return make() };
    let kept = Kept { handle, event_loop: Some(event_loop) };
    kept.event_loop.as_ref().expect("it was just put there").enter(make)
}

/// Puts the loop back, even after a panic.
struct Kept<'a> {
    handle: &'a Handle,
    event_loop: Option<EventLoop>,
}

impl Drop for Kept<'_> {
    fn drop(&mut self) {
        if let Some(event_loop) = self.event_loop.take() {
            let kept = (self.handle.clone(), event_loop);
            LOOPS.with_borrow_mut(|loops| loops.insert(self.handle.0.id, kept));
        }
    }
}

/// The runtime is dropped, and so is its loop, if this is the thread that keeps it.
pub(crate) fn forget(handle: &Handle) {
    let kept = LOOPS.try_with(|loops| loops.borrow_mut().remove(&handle.0.id)).ok().flatten();
    if kept.is_some() {
        let _running = Running::enter(handle);
        drop(kept);
    }
}

/// The loop that runs on this thread is not the runtime's own.
pub(crate) fn is_borrowed() -> bool {
    BORROWED.get()
}

pub(crate) struct Borrowed(bool);

impl Borrowed {
    pub(crate) fn enter() -> Self {
        Self(BORROWED.replace(true))
    }
}

impl Drop for Borrowed {
    fn drop(&mut self) {
        BORROWED.set(self.0);
    }
}
