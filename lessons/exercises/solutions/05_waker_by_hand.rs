//! A waker's table of functions: a solution.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::task::{RawWaker, RawWakerVTable, Waker};

#[derive(Default)]
pub struct Bell {
    rings: AtomicU32,
}

impl Bell {
    pub fn ring(&self) {
        self.rings.fetch_add(1, Relaxed);
    }

    pub fn rings(&self) -> u32 {
        self.rings.load(Relaxed)
    }
}

pub fn waker(bell: &Arc<Bell>) -> Waker {
    let bell = Arc::into_raw(bell.clone());
    // SAFETY: the pointer owns one count, of which the table keeps account.
    unsafe { Waker::from_raw(RawWaker::new(bell.cast(), &TABLE)) }
}

static TABLE: RawWakerVTable =
    RawWakerVTable::new(clone, wake, wake_by_ref, drop_waker);

unsafe fn clone(bell: *const ()) -> RawWaker {
    // SAFETY: the pointer comes from `Arc::into_raw`, and the waker that is
    // cloned owns a count, so the bell is alive.
    unsafe { Arc::increment_strong_count(bell.cast::<Bell>()) };
    RawWaker::new(bell, &TABLE)
}

unsafe fn wake(bell: *const ()) {
    // SAFETY: the count is the waker's own, which is used up.
    let bell = unsafe { Arc::from_raw(bell.cast::<Bell>()) };
    bell.ring();
}

unsafe fn wake_by_ref(bell: *const ()) {
    // SAFETY: the waker owns a count for as long as it is borrowed.
    let bell = unsafe { &*bell.cast::<Bell>() };
    bell.ring();
}

unsafe fn drop_waker(bell: *const ()) {
    // SAFETY: the count is the waker's own, which is gone after this.
    drop(unsafe { Arc::from_raw(bell.cast::<Bell>()) });
}
