//! Which driver is entered on this thread. The executor has the same for its loop: this crate knows
//! nothing of it.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use crate::Driver;
use crate::clock::Kind;
use crate::primitives::thread_local;
use crate::simulated::Simulated;

thread_local! {
    static CURRENT: RefCell<Option<Rc<Driver>>> = const { RefCell::new(None) };
}

impl Driver {
    /// Makes this the driver that [`sleep`](crate::sleep) finds on this thread, until the guard
    /// is dropped; then it is again the one from before.
    pub fn enter(self: &Rc<Self>) -> Entered {
        let before = CURRENT.try_with(|current| current.replace(Some(self.clone())));
        Entered { before: before.ok().flatten() }
    }
}

/// Leaves the driver when dropped; see [`Driver::enter`].
#[must_use = "the driver is left again when this is dropped"]
pub struct Entered {
    before: Option<Rc<Driver>>,
}

impl Drop for Entered {
    fn drop(&mut self) {
        let before = self.before.take();
        // While the thread ends its locals may be gone already, and with them the driver.
        let _ = CURRENT.try_with(|current| current.replace(before));
    }
}

/// The driver entered on this thread.
#[track_caller]
pub(crate) fn current(caller: &str) -> Rc<Driver> {
    match try_current() {
        Some(driver) => driver,
        None => panic!(
            "{caller} was called outside an event loop, where no clock ticks: \
             call it in a future that executor::run runs"
        ),
    }
}

/// The driver entered on this thread, if there is one and the thread is not just ending.
pub(crate) fn try_current() -> Option<Rc<Driver>> {
    CURRENT.try_with(|current| current.borrow().clone()).ok().flatten()
}

/// Whether the loop on this thread lives by that simulated clock.
pub(crate) fn current_lives_by(clock: &Arc<Simulated>) -> bool {
    try_current().is_some_and(|driver| match &driver.clock().kind {
        Kind::Simulated(simulated) => Arc::ptr_eq(simulated, clock),
        Kind::Real | Kind::Scaled(_) => false,
    })
}
