//! Which loop is entered on this thread.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use crate::event_loop::Core;
use crate::primitives::thread_local;
use crate::ready::Remote;

thread_local! {
    static CURRENT: RefCell<Option<Rc<Core>>> = const { RefCell::new(None) };
}

thread_local! {
    /// On a thread of a pool: the loop whose job it does.
    static JOB_OF: RefCell<Option<Arc<Remote>>> = const { RefCell::new(None) };
}

/// The loop entered on this thread; `None` also while the thread's locals are being destroyed.
pub(crate) fn current() -> Option<Rc<Core>> {
    CURRENT.try_with(|current| current.borrow().clone()).ok().flatten()
}

/// Looks at the loop entered on this thread, if there is one. That takes no count of it; but `look`
/// must not run the user's code, which may enter another loop.
#[inline]
pub(crate) fn look_at_current<T>(look: impl FnOnce(&Rc<Core>) -> T) -> Option<T> {
    CURRENT.try_with(|current| current.borrow().as_ref().map(look)).ok().flatten()
}

/// The loop entered on this thread, for a function that cannot do without.
#[track_caller]
pub(crate) fn expect(caller: &str) -> Rc<Core> {
    match current() {
        Some(core) => core,
        None => panic!(
            "{caller} was called outside an event loop: \
             call it in a future that executor::run runs"
        ),
    }
}

/// Does a job of that loop on this thread.
pub(crate) fn in_job_of<T>(remote: Arc<Remote>, job: impl FnOnce() -> T) -> T {
    struct Ended;
    impl Drop for Ended {
        fn drop(&mut self) {
            let _remote = JOB_OF.try_with(RefCell::take);
        }
    }
    let _before = JOB_OF.try_with(|of| of.replace(Some(remote)));
    let _ended = Ended;
    job()
}

/// The remote door of the loop entered on this thread, or else of the loop whose job it does.
pub(crate) fn remote() -> Option<Arc<Remote>> {
    let entered = look_at_current(|core| core.remote.clone());
    entered.or_else(|| JOB_OF.try_with(|remote| remote.borrow().clone()).ok().flatten())
}

/// Enters a loop, with its driver, until the guard is dropped. Then the thread is back in
/// whatever was entered before.
pub(crate) fn enter(core: &Rc<Core>) -> Entered {
    let before = CURRENT.try_with(|current| current.replace(Some(core.clone())));
    Entered { before: before.ok().flatten(), _driver: core.driver.enter() }
}

pub(crate) struct Entered {
    before: Option<Rc<Core>>,
    _driver: timer::Entered,
}

impl Drop for Entered {
    fn drop(&mut self) {
        let before = self.before.take();
        // The loop that is left goes out of the cell first and is dropped after.
        let _left = CURRENT.try_with(|current| current.replace(before));
    }
}
