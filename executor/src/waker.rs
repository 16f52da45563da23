//! The waker, by hand: what `std::task::Waker` calls, through four function pointers.
//!
//! A `Waker` is a data pointer and a vtable. Our data pointer is that of an `Arc<Header>`, and a
//! `Waker` stands for one count of that `Arc`: cloning it adds one, dropping it takes one away.
//! Only the waker that the loop lends to a poll has none of its own.
//! `std::task::Wake` would write these functions for us; here they can be read, and stepped into.
//!
//! This is the only file with `unsafe` code.

use std::mem::ManuallyDrop;
use std::ops::Deref;
use std::ptr;
use std::sync::Arc;
use std::task::{RawWaker, RawWakerVTable, Waker};

use crate::ready;
use crate::task::Header;

static VTABLE: RawWakerVTable = RawWakerVTable::new(clone, wake, wake_by_ref, drop);

/// A waker of the task to which the header belongs, lent for as long as the header is: cloning it
/// takes a count, as always, but it has none of its own. So a poll costs no counting.
pub(crate) fn lend(header: &Arc<Header>) -> impl Deref<Target = Waker> {
    let data = Arc::as_ptr(header).cast();
    // SAFETY: the functions of `VTABLE` keep `RawWakerVTable`'s contract: each says below how.
    // They may be called from any thread, because `Header` is `Send` and `Sync` (the compiler
    // checks it below). The count that this waker stands for is the one of `header`, which
    // outlives it by the return type's lifetime; `ManuallyDrop` keeps it from being given up.
    ManuallyDrop::new(unsafe { Waker::from_raw(RawWaker::new(data, &VTABLE)) })
}

/// The header behind a waker, if the waker is one of ours. It takes no count: another thread's loop
/// might find it, and nobody would tell that loop when it goes.
pub(crate) fn header(waker: &Waker) -> Option<&Header> {
    // SAFETY: only `lend` and `clone` make wakers with `VTABLE`, and their data is an
    // `Arc<Header>`'s pointer; for as long as `waker` lives somebody has a count.
    ptr::eq(waker.vtable(), &VTABLE).then(|| unsafe { &*waker.data().cast::<Header>() })
}

/// Takes a count more for the copy.
unsafe fn clone(data: *const ()) -> RawWaker {
    // SAFETY: `data` is an `Arc<Header>`'s pointer; for as long as the waker that is cloned lives
    // somebody has a count.
    unsafe { Arc::increment_strong_count(data.cast::<Header>()) };
    RawWaker::new(data, &VTABLE)
}

/// Wakes, and gives the count up: `wake` consumes its waker.
unsafe fn wake(data: *const ()) {
    // SAFETY: `data` is an `Arc<Header>`'s pointer, and the count was the consumed waker's.
    let header = unsafe { Arc::from_raw(data.cast::<Header>()) };
    if !ready::wake_here(&header) {
        ready::wake_elsewhere(header);
    }
}

/// Wakes, and leaves the count where it is.
unsafe fn wake_by_ref(data: *const ()) {
    // SAFETY: `data` is an `Arc<Header>`'s pointer; its count stays with the borrowed waker.
    let header = unsafe { ManuallyDrop::new(Arc::from_raw(data.cast::<Header>())) };
    if !ready::wake_here(&header) {
        ready::wake_elsewhere(Arc::clone(&header));
    }
}

/// Gives the count up.
unsafe fn drop(data: *const ()) {
    // SAFETY: `data` is an `Arc<Header>`'s pointer, and the count was the dropped waker's.
    ready::let_go(unsafe { Arc::from_raw(data.cast::<Header>()) });
}

/// A waker goes to any thread, and its header with it.
const fn assert_shareable<T: Send + Sync>() {}
const _: () = assert_shareable::<Header>();
