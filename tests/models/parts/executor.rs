//! What the executor crate is made of in a model.

use std::cell::RefCell;
use std::io;
use std::sync::Arc;

use loom::sync::MutexGuard;
use loom::sync::atomic::{AtomicUsize, Ordering};

#[path = "thread_local.rs"]
mod local;

pub(crate) use local::thread_local;

std::thread_local! {
    /// loom tries the orders only of what touches the same thing, and it does not see std's
    /// reference counts. So whatever threads do here touches this, and counts come in every order.
    pub(crate) static THING: RefCell<Option<Arc<AtomicUsize>>> = const { RefCell::new(None) };
}

pub(crate) fn touch() {
    let thing = THING.with_borrow(Option::clone);
    thing.expect("every model has one").fetch_add(1, Ordering::Relaxed);
}

/// What lowering a reference count does for the order: whoever finds it lower, and has a fence after
/// that, sees what was written before.
#[cfg(test)]
pub(crate) fn touch_count() {
    let thing = THING.with_borrow(Option::clone);
    thing.expect("every model has one").fetch_add(1, Ordering::Release);
}

/// `parking_lot`'s mutex.
#[derive(Debug, Default)]
pub(crate) struct Mutex<T>(loom::sync::Mutex<T>);

impl<T> Mutex<T> {
    pub(crate) fn new(value: T) -> Self {
        Self(loom::sync::Mutex::new(value))
    }

    #[track_caller]
    pub(crate) fn lock(&self) -> MutexGuard<'_, T> {
        touch();
        self.0.lock().unwrap()
    }
}

/// `std::thread::Builder`, with a stack that is enough for what loom takes of it.
pub(crate) struct Builder(loom::thread::Builder);

impl Builder {
    pub(crate) fn new() -> Self {
        Self(loom::thread::Builder::new().stack_size(0x8000))
    }

    pub(crate) fn name(self, name: String) -> Self {
        Self(self.0.name(name))
    }

    pub(crate) fn spawn(
        self,
        work: impl FnOnce() + Send + 'static,
    ) -> io::Result<loom::thread::JoinHandle<()>> {
        self.0.spawn(work)
    }
}

pub(crate) mod atomic {
    use std::cell::Cell;

    pub(crate) use loom::sync::atomic::{AtomicU32, AtomicU64, AtomicUsize, Ordering, fence};

    std::thread_local! {
        /// Clears flags by a store where the code says "swap", to see that a model notices.
        pub(crate) static STORES_INSTEAD: Cell<bool> = const { Cell::new(false) };
    }

    #[derive(Debug, Default)]
    pub(crate) struct AtomicBool(loom::sync::atomic::AtomicBool);

    impl AtomicBool {
        pub(crate) fn new(value: bool) -> Self {
            Self(loom::sync::atomic::AtomicBool::new(value))
        }

        #[track_caller]
        pub(crate) fn load(&self, order: Ordering) -> bool {
            super::touch();
            self.0.load(order)
        }

        #[track_caller]
        pub(crate) fn store(&self, value: bool, order: Ordering) {
            super::touch();
            self.0.store(value, order);
        }

        #[track_caller]
        pub(crate) fn swap(&self, value: bool, order: Ordering) -> bool {
            super::touch();
            if !value && STORES_INSTEAD.get() {
                self.0.store(value, Ordering::Release);
                return true;
            }
            self.0.swap(value, order)
        }
    }
}

/// `crossbeam_channel`'s unbounded channel: a queue under a lock.
pub(crate) mod channel {
    use std::cell::RefCell;
    use std::collections::VecDeque;
    use std::fmt;
    use std::sync::{Arc, Weak};
    use std::time::Duration;

    pub(crate) use crossbeam_channel::{RecvTimeoutError, SendError, TryRecvError};
    use loom::sync::{Condvar, Mutex};

    struct Channel<T> {
        state: Mutex<State<T>>,
        changed: Condvar,
    }

    struct State<T> {
        queue: VecDeque<T>,
        senders: usize,
        receivers: usize,
        /// So many receivers have waited long enough.
        expired: usize,
    }

    std::thread_local! {
        /// The channels of the model.
        static CHANNELS: RefCell<Vec<Weak<dyn Expire>>> = const { RefCell::new(Vec::new()) };
    }

    #[cfg_attr(not(test), expect(dead_code, reason = "for the models"))]
    trait Expire {
        fn expire(&self);
    }

    impl<T> Expire for Channel<T> {
        fn expire(&self) {
            self.state.lock().unwrap().expired += 1;
            self.changed.notify_all();
        }
    }

    /// Whoever receives, or is the next to do so, has waited long enough.
    #[cfg(test)]
    pub(crate) fn let_time_pass() {
        let channels: Vec<_> = CHANNELS.take().iter().filter_map(Weak::upgrade).collect();
        channels.iter().for_each(|channel| channel.expire());
    }

    pub(crate) fn unbounded<T: 'static>() -> (Sender<T>, Receiver<T>) {
        let state = State { queue: VecDeque::new(), senders: 1, receivers: 1, expired: 0 };
        let channel = Arc::new(Channel { state: Mutex::new(state), changed: Condvar::new() });
        let known: Weak<dyn Expire> = Arc::downgrade(&(channel.clone() as Arc<dyn Expire>));
        CHANNELS.with_borrow_mut(|channels| channels.push(known));
        (Sender(channel.clone()), Receiver(channel))
    }

    pub(crate) struct Sender<T>(Arc<Channel<T>>);

    impl<T> fmt::Debug for Sender<T> {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("Sender")
        }
    }

    impl<T> Sender<T> {
        pub(crate) fn send(&self, message: T) -> Result<(), SendError<T>> {
            let mut state = self.0.state.lock().unwrap();
            if state.receivers == 0 {
                return Err(SendError(message));
            }
            state.queue.push_back(message);
            self.0.changed.notify_one();
            Ok(())
        }
    }

    impl<T> Drop for Sender<T> {
        fn drop(&mut self) {
            self.0.state.lock().unwrap().senders -= 1;
            self.0.changed.notify_all();
        }
    }

    pub(crate) struct Receiver<T>(Arc<Channel<T>>);

    impl<T> Receiver<T> {
        pub(crate) fn try_recv(&self) -> Result<T, TryRecvError> {
            let mut state = self.0.state.lock().unwrap();
            match state.queue.pop_front() {
                Some(message) => Ok(message),
                None if state.senders == 0 => Err(TryRecvError::Disconnected),
                None => Err(TryRecvError::Empty),
            }
        }

        /// How long a time is, [`let_time_pass`] says.
        pub(crate) fn recv_timeout(&self, _: Duration) -> Result<T, RecvTimeoutError> {
            let mut state = self.0.state.lock().unwrap();
            loop {
                if let Some(message) = state.queue.pop_front() {
                    return Ok(message);
                }
                if state.senders == 0 {
                    return Err(RecvTimeoutError::Disconnected);
                }
                if state.expired > 0 {
                    state.expired -= 1;
                    return Err(RecvTimeoutError::Timeout);
                }
                state = self.0.changed.wait(state).unwrap();
            }
        }
    }

    impl<T> Clone for Receiver<T> {
        fn clone(&self) -> Self {
            self.0.state.lock().unwrap().receivers += 1;
            Self(self.0.clone())
        }
    }

    impl<T> Drop for Receiver<T> {
        fn drop(&mut self) {
            let rest = {
                let mut state = self.0.state.lock().unwrap();
                state.receivers -= 1;
                if state.receivers > 0 { VecDeque::new() } else { std::mem::take(&mut state.queue) }
            };
            drop(rest); // what is in it may be foreign: not under the lock
        }
    }
}
