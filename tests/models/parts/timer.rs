//! What the timer crate is made of in a model.

#[path = "thread_local.rs"]
mod local;

pub(crate) use local::thread_local;

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
            Ok(())
        }
    }
}
