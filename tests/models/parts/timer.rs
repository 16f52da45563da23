//! What the timer crate is made of in a model.

#[path = "thread_local.rs"]
mod local;

pub(crate) use local::thread_local;

pub(crate) mod atomic {
    pub(crate) use loom::sync::atomic::Ordering;

    #[derive(Debug)]
    pub(crate) struct AtomicU8(loom::sync::atomic::AtomicU8);

    impl AtomicU8 {
        pub(crate) fn new(value: u8) -> Self {
            Self(loom::sync::atomic::AtomicU8::new(value))
        }

        pub(crate) fn load(&self, order: Ordering) -> u8 {
            self.0.load(order)
        }

        /// Other threads get their turn before loom looks at an atomic. Here they do so after it,
        /// too: what the thread does next may be nothing that loom sees.
        pub(crate) fn swap(&self, value: u8, order: Ordering) -> u8 {
            let before = self.0.swap(value, order);
            self.0.load(Ordering::Relaxed);
            before
        }

        pub(crate) fn compare_exchange(
            &self,
            current: u8,
            new: u8,
            success: Ordering,
            failure: Ordering,
        ) -> Result<u8, u8> {
            self.0.compare_exchange(current, new, success, failure)
        }
    }
}

/// A clock that stands still: a model has to do the same each time.
pub(crate) mod coarsetime {
    pub(crate) struct Instant;

    impl Instant {
        pub(crate) fn now_without_cache_update() -> ::coarsetime::Instant {
            Self::from_ticks(0)
        }

        pub(crate) fn from_ticks(ticks: u64) -> ::coarsetime::Instant {
            ::coarsetime::Instant::from_ticks(ticks)
        }
    }
}

/// A poller without descriptors: only its `Waker` ends its sleep. It says so once, whether it slept
/// then or not, as the system's does.
pub(crate) mod mio {
    use std::io;
    use std::sync::Arc;
    use std::time::Duration;

    pub(crate) use ::mio::{Events, Token};
    use loom::sync::{Condvar, Mutex};

    #[derive(Clone, Debug, Default)]
    struct Signal(Arc<(Mutex<bool>, Condvar)>);

    pub(crate) struct Poll(Registry);

    impl Poll {
        pub(crate) fn new() -> io::Result<Self> {
            let real = ::mio::Poll::new()?.registry().try_clone()?;
            Ok(Self(Registry { signal: Signal::default(), real }))
        }

        pub(crate) fn registry(&self) -> &Registry {
            &self.0
        }

        pub(crate) fn poll(&mut self, _: &mut Events, limit: Option<Duration>) -> io::Result<()> {
            let (called, changed) = &*self.0.signal.0;
            let mut called = called.lock().unwrap();
            // There are no timers in models: a limited sleep is one of no length.
            while !*called && limit.is_none() {
                called = changed.wait(called).unwrap();
            }
            *called = false;
            Ok(())
        }
    }

    pub(crate) struct Registry {
        signal: Signal,
        real: ::mio::Registry,
    }

    impl Registry {
        /// For sockets, of which there are none in models.
        pub(crate) fn try_clone(&self) -> io::Result<::mio::Registry> {
            self.real.try_clone()
        }
    }

    #[derive(Debug)]
    pub(crate) struct Waker(Signal);

    impl Waker {
        pub(crate) fn new(registry: &Registry, _: Token) -> io::Result<Self> {
            Ok(Self(registry.signal.clone()))
        }

        pub(crate) fn wake(&self) -> io::Result<()> {
            let (called, changed) = &*self.0.0;
            *called.lock().unwrap() = true;
            changed.notify_one();
            // As after a swap: others get their turn.
            drop(called.lock().unwrap());
            Ok(())
        }
    }
}
