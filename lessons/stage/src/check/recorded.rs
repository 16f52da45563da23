//! A flag and a thread that do what std's do, and record each call by which one thread wakes another:
//! so a check can read in which order they came. loom's types stand in for std's in the same way.

use std::cell::RefCell;
use std::sync::atomic::Ordering;

thread_local! {
    static CALLS: RefCell<Vec<Call>> = const { RefCell::new(Vec::new()) };
}

/// A call that was recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Call {
    /// A flag was set to this value.
    Stored(bool, Ordering),
    /// [`unpark`](thread::Thread::unpark) was called.
    Unparked,
}

/// What the program calls on this thread, in order.
///
/// ```
/// use std::sync::atomic::Ordering::Release;
///
/// use stage::check::{self, Call, atomic::AtomicBool, thread};
///
/// let (is_ready, me) = (AtomicBool::new(false), thread::current());
/// let calls = check::calls_of(|| {
///     is_ready.store(true, Release);
///     me.unpark();
/// });
/// assert_eq!(calls, [Call::Stored(true, Release), Call::Unparked]);
/// ```
pub fn calls_of(program: impl FnOnce()) -> Vec<Call> {
    CALLS.take();
    program();
    CALLS.take()
}

fn record(call: Call) {
    CALLS.with_borrow_mut(|calls| calls.push(call));
}

/// std's `sync::atomic`, as far as it is recorded.
pub mod atomic {
    use std::sync::atomic::{self, Ordering};

    use super::{Call, record};

    /// std's [`AtomicBool`](atomic::AtomicBool), of which each change is recorded.
    #[derive(Debug, Default)]
    pub struct AtomicBool(atomic::AtomicBool);

    impl AtomicBool {
        /// One with this value.
        pub const fn new(value: bool) -> Self {
            Self(atomic::AtomicBool::new(value))
        }

        /// Its value.
        pub fn load(&self, ordering: Ordering) -> bool {
            self.0.load(ordering)
        }

        /// Sets it.
        ///
        /// # Panics
        /// As std's does: no store has the ordering Acquire, or AcqRel.
        #[track_caller]
        pub fn store(&self, value: bool, ordering: Ordering) {
            self.0.store(value, ordering);
            record(Call::Stored(value, ordering));
        }

        /// Sets it; returns what it was.
        pub fn swap(&self, value: bool, ordering: Ordering) -> bool {
            record(Call::Stored(value, ordering));
            self.0.swap(value, ordering)
        }

        /// Sets it, or leaves it set; returns what it was.
        pub fn fetch_or(&self, value: bool, ordering: Ordering) -> bool {
            let was = self.0.fetch_or(value, ordering);
            record(Call::Stored(was || value, ordering));
            was
        }

        /// Sets it if it has the value `current`; returns what it was.
        ///
        /// # Errors
        /// When it had another one.
        ///
        /// # Panics
        /// As std's does: no load has the ordering Release, or AcqRel.
        #[track_caller]
        pub fn compare_exchange(
            &self,
            current: bool,
            new: bool,
            success: Ordering,
            failure: Ordering,
        ) -> Result<bool, bool> {
            let done = self.0.compare_exchange(current, new, success, failure);
            if done.is_ok() {
                record(Call::Stored(new, success));
            }
            done
        }
    }
}

/// std's `thread`, as far as it is recorded.
pub mod thread {
    use std::thread;

    use super::{Call, record};

    /// std's [`Thread`](thread::Thread), whose waking up is recorded.
    #[derive(Clone, Debug)]
    pub struct Thread(thread::Thread);

    /// The thread that calls this.
    pub fn current() -> Thread {
        Thread(thread::current())
    }

    /// Sleeps until somebody calls [`unpark`](Thread::unpark).
    pub fn park() {
        thread::park();
    }

    impl Thread {
        /// Ends its sleep, or the next one if it is awake.
        pub fn unpark(&self) {
            record(Call::Unparked);
            self.0.unpark();
        }
    }
}
