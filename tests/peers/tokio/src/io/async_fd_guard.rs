//! What `AsyncFd` says is ready, until the program says that it is not.

use std::fmt;
use std::io;
use std::os::fd::AsRawFd;

use real_tokio::io::{Interest, Ready};

use super::async_fd::AsyncFd;

pub struct AsyncFdReadyGuard<'a, T: AsRawFd> {
    pub(super) fd: &'a AsyncFd<T>,
    pub(super) ready: Ready,
}

pub struct AsyncFdReadyMutGuard<'a, T: AsRawFd> {
    pub(super) fd: &'a mut AsyncFd<T>,
    pub(super) ready: Ready,
}

#[derive(Debug)]
pub struct TryIoError(());

/// What is ready for whoever is interested in that.
pub(super) fn wanted(interest: Interest) -> Ready {
    let mut wanted = Ready::ERROR;
    if interest.is_readable() {
        wanted |= Ready::READABLE | Ready::READ_CLOSED;
    }
    if interest.is_writable() {
        wanted |= Ready::WRITABLE | Ready::WRITE_CLOSED;
    }
    if interest.is_priority() {
        wanted |= Ready::PRIORITY | Ready::READ_CLOSED;
    }
    wanted
}

macro_rules! guard {
    ($guard:ident) => {
        impl<T: AsRawFd> $guard<'_, T> {
            pub fn clear_ready(&mut self) {
                self.fd.clear(self.ready);
                self.ready = Ready::EMPTY;
            }

            pub fn clear_ready_matching(&mut self, ready: Ready) {
                self.fd.clear(ready);
                self.ready = self.ready - ready;
            }

            pub fn retain_ready(&mut self) {}

            pub fn ready(&self) -> Ready {
                self.ready
            }

            pub fn get_inner(&self) -> &T {
                &self.fd.inner
            }

            fn after<R>(&mut self, result: io::Result<R>) -> Result<io::Result<R>, TryIoError> {
                match result {
                    Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                        self.clear_ready();
                        Err(TryIoError(()))
                    }
                    result => Ok(result),
                }
            }
        }
    };
}

guard!(AsyncFdReadyGuard);
guard!(AsyncFdReadyMutGuard);

impl<'a, T: AsRawFd> AsyncFdReadyGuard<'a, T> {
    pub fn get_ref(&self) -> &'a AsyncFd<T> {
        self.fd
    }

    pub fn try_io<R>(
        &mut self,
        operation: impl FnOnce(&'a AsyncFd<T>) -> io::Result<R>,
    ) -> Result<io::Result<R>, TryIoError> {
        let result = operation(self.fd);
        self.after(result)
    }
}

impl<T: AsRawFd> AsyncFdReadyMutGuard<'_, T> {
    pub fn try_io<R>(
        &mut self,
        operation: impl FnOnce(&mut AsyncFd<T>) -> io::Result<R>,
    ) -> Result<io::Result<R>, TryIoError> {
        let result = operation(self.fd);
        self.after(result)
    }

    pub fn get_inner_mut(&mut self) -> &mut T {
        &mut self.fd.inner
    }
}

impl<T: AsRawFd> fmt::Debug for AsyncFdReadyGuard<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReadyGuard").field("ready", &self.ready).finish_non_exhaustive()
    }
}
