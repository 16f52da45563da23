//! The waker, by hand: what `std::task::Waker` calls, through four function pointers.
//!
//! A `Waker` is a data pointer and a vtable. Our data pointer is that of the task's `Arc`, and a
//! `Waker` stands for one count of that `Arc`: cloning it adds one, dropping it takes one away.
//! Only the waker that the loop lends to a poll has none of its own.
//! `std::task::Wake` would write these functions for us; here they can be read, and stepped into.
//!
//! All wakers have the same vtable, whatever the type `F` of their task's future: what they need is
//! in the task's head, which comes first in it. Only the count is the `Arc`'s, and takes the type: so
//! the head knows the two functions that change it.

use std::mem::ManuallyDrop;
use std::ops::Deref;
use std::ptr;
use std::sync::Arc;
use std::task::{RawWaker, RawWakerVTable, Waker};

use crate::cell::{AnyTask, Parts, Task};
use crate::ready;
use crate::task::Head;

static VTABLE: RawWakerVTable = RawWakerVTable::new(clone, wake, wake_by_ref, drop);

/// How the count of a task is changed by those who do not know its type.
#[derive(Debug)]
pub(crate) struct Counts {
    raise: unsafe fn(*const ()),
    lower: unsafe fn(*const ()),
}

impl Counts {
    pub(crate) const fn of<F: Future>() -> &'static Self {
        &Self { raise: raise::<F>, lower: lower::<F> }
    }
}

/// A waker of a task, lent for as long as the task is: cloning it takes a count, as always, but it
/// has none of its own. So a poll costs no counting.
pub(crate) fn lend(task: &Arc<AnyTask>) -> impl Deref<Target = Waker> {
    let data = Arc::as_ptr(task).cast();
    // SAFETY: the functions of `VTABLE` keep `RawWakerVTable`'s contract: each says below how. They
    // may be called from any thread, as a `Task` is `Send` and `Sync`. An `AnyTask` is
    // a `Task<Parts<_>>`: only these are `AnyParts`.
    // The count that this waker stands for is the one of `task`, which outlives it
    // (`impl` captures the lifetime of `task`); `ManuallyDrop` keeps it from being given up.
    ManuallyDrop::new(unsafe { Waker::from_raw(RawWaker::new(data, &VTABLE)) })
}

/// Makes a count of a task a waker.
pub(crate) fn own<P: ?Sized>(task: Arc<Task<P>>) -> Waker {
    let data = Arc::into_raw(task).cast();
    // SAFETY: as in `lend`, but for the count: this waker has its own.
    unsafe { Waker::from_raw(RawWaker::new(data, &VTABLE)) }
}

/// The head of the task that a waker wakes, if the waker is one of ours.
pub(crate) fn head(waker: &Waker) -> Option<&Head> {
    // SAFETY: only the functions of this file make wakers with `VTABLE`; for as long as `waker`
    // lives somebody has a count.
    ptr::eq(waker.vtable(), &VTABLE).then(|| unsafe { head_of(waker.data()) })
}

/// # Safety
/// `data` is the pointer of an `Arc<Task<_>>` of which somebody has a count for all of `'a`.
unsafe fn head_of<'a>(data: *const ()) -> &'a Head {
    // SAFETY: a `Task` is `repr(C)`, and its head is its first field.
    unsafe { &*data.cast::<Head>() }
}

/// Takes a count more for the copy.
unsafe fn clone(data: *const ()) -> RawWaker {
    // SAFETY: the waker that is cloned has a count, or borrows one.
    unsafe { (head_of(data).counts.raise)(data) };
    RawWaker::new(data, &VTABLE)
}

/// Wakes, and gives the count up: `wake` consumes its waker.
unsafe fn wake(data: *const ()) {
    // SAFETY: the count was the consumed waker's. Here it is given up, or goes on in a new waker.
    unsafe {
        let head = head_of(data);
        if ready::wake_here(head) {
            (head.counts.lower)(data);
        } else {
            ready::wake_elsewhere(Waker::from_raw(RawWaker::new(data, &VTABLE)));
        }
    }
}

/// Wakes, and leaves the count where it is.
unsafe fn wake_by_ref(data: *const ()) {
    // SAFETY: the count stays with the borrowed waker. If the wake has to travel, it takes another.
    unsafe {
        if !ready::wake_here(head_of(data)) {
            ready::wake_elsewhere(Waker::from_raw(clone(data)));
        }
    }
}

/// Gives the count up, and wakes nobody. But a loop that sleeps may have counted on this waker to end
/// its sleep: without it, it may be stuck, and has to ask once more. So it is called, when the count
/// is gone.
unsafe fn drop(data: *const ()) {
    // SAFETY: the count was the dropped waker's; `head` is not used after it is given up.
    unsafe {
        let head = head_of(data);
        let (asks, lower) = (ready::who_asks_for(head), head.counts.lower);
        lower(data);
        // Only now, so that the loop does not find the count any more.
        if let Some(remote) = asks {
            remote.unparker.unpark();
        }
    }
}

unsafe fn raise<F: Future>(data: *const ()) {
    // SAFETY: the caller knows of a count of the task, which is a `Task<Parts<F>>`: its head says
    // so, by naming this function.
    unsafe { Arc::increment_strong_count(data.cast::<Task<Parts<F>>>()) }
}

unsafe fn lower<F: Future>(data: *const ()) {
    // SAFETY: as above; and the count was the caller's.
    unsafe { Arc::decrement_strong_count(data.cast::<Task<Parts<F>>>()) }
}
