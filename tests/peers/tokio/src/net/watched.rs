//! What all sockets have in common: our `Async`, and tokio's names for readiness.

use std::io;
use std::os::fd::AsFd;
use std::task::{Context, Poll};

use executor::net::Async;
use real_tokio::io::{Interest, Ready};
use rustix::event::{PollFd, PollFlags, Timespec};

use crate::runtime::Handle;

/// What tokio says where a loop is gone.
pub(crate) const SHUT_DOWN: &str = "A Tokio 1.x context was found, but it is being shutdown.";

#[derive(Debug)]
pub(crate) struct Watched<T: AsFd>(pub(crate) Async<T>);

impl<T: AsFd + Send + 'static> Watched<T> {
    #[track_caller]
    pub(crate) fn new(io: T) -> io::Result<Self> {
        let made = Handle::current().on_loop(|| Async::new(io));
        made.unwrap_or_else(|| Err(io::Error::other(SHUT_DOWN))).map(Self)
    }
}

impl<T: AsFd> Watched<T> {
    pub(crate) fn get(&self) -> &T {
        self.0.get_ref()
    }

    pub(crate) async fn ready(&self, interest: Interest) -> io::Result<Ready> {
        let mut readable = std::pin::pin!(self.0.readable());
        let mut writable = std::pin::pin!(self.0.writable());
        std::future::poll_fn(|cx| {
            let reads = interest.is_readable() && readable.as_mut().poll(cx)?.is_ready();
            let writes = !reads && interest.is_writable() && writable.as_mut().poll(cx)?.is_ready();
            if reads || writes { Poll::Ready(io::Result::Ok(())) } else { Poll::Pending }
        })
        .await?;
        Ok(ready_now(self.get(), interest))
    }

    pub(crate) fn poll_read_ready(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.0.poll_read_with(cx, |io| if_any(io, PollFlags::IN))
    }

    pub(crate) fn poll_write_ready(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.0.poll_write_with(cx, |io| if_any(io, PollFlags::OUT))
    }

    pub(crate) fn try_io<R>(
        &self,
        interest: Interest,
        operation: impl FnOnce() -> io::Result<R>,
    ) -> io::Result<R> {
        if ready_now(self.get(), interest).is_empty() {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        operation()
    }

    pub(crate) async fn async_io<R>(
        &self,
        interest: Interest,
        mut operation: impl FnMut() -> io::Result<R>,
    ) -> io::Result<R> {
        if interest.is_readable() {
            self.0.read_with(|_| operation()).await
        } else {
            self.0.write_with(|_| operation()).await
        }
    }
}

/// "Would block", unless the system says that it is ready.
pub(crate) fn if_any(io: &impl AsFd, flags: PollFlags) -> io::Result<()> {
    if asked(io, flags).is_empty() { Err(io::ErrorKind::WouldBlock.into()) } else { Ok(()) }
}

fn asked(io: &impl AsFd, flags: PollFlags) -> PollFlags {
    let mut asked = [PollFd::new(io, flags)];
    match rustix::event::poll(&mut asked, Some(&Timespec::default())) {
        Ok(_) => asked[0].revents(),
        Err(_) => PollFlags::empty(),
    }
}

/// What the system says of it now.
pub(crate) fn ready_now(io: &impl AsFd, interest: Interest) -> Ready {
    let (mut flags, mut ready) = (PollFlags::RDHUP, Ready::EMPTY);
    flags.set(PollFlags::IN, interest.is_readable());
    flags.set(PollFlags::OUT, interest.is_writable());
    flags.set(PollFlags::PRI, interest.is_priority());
    let is = asked(io, flags);
    let ended = is.contains(PollFlags::HUP);
    if interest.is_readable() {
        if is.intersects(PollFlags::IN) {
            ready |= Ready::READABLE;
        }
        if ended || is.contains(PollFlags::IN | PollFlags::RDHUP) {
            ready |= Ready::READ_CLOSED;
        }
    }
    if interest.is_writable() {
        if is.intersects(PollFlags::OUT) {
            ready |= Ready::WRITABLE;
        }
        if ended || is.contains(PollFlags::ERR) {
            ready |= Ready::WRITE_CLOSED;
        }
    }
    if interest.is_priority() && is.contains(PollFlags::PRI) {
        ready |= Ready::PRIORITY;
    }
    if is.contains(PollFlags::ERR) {
        ready |= Ready::ERROR;
    }
    ready
}

/// Reads into a buffer of the crate `bytes`, by way of one of ours.
pub(crate) fn into_buf<B: bytes::BufMut, R: Bytes>(
    buffer: &mut B,
    read: impl FnOnce(&mut [u8]) -> io::Result<R>,
) -> io::Result<R> {
    let mut bytes = vec![0; buffer.remaining_mut().min(64 * 1024)];
    let done = read(&mut bytes)?;
    buffer.put_slice(&bytes[..done.count()]);
    Ok(done)
}

/// How much was read.
pub(crate) trait Bytes {
    fn count(&self) -> usize;
}

impl Bytes for usize {
    fn count(&self) -> usize {
        *self
    }
}

impl<A> Bytes for (usize, A) {
    fn count(&self) -> usize {
        self.0
    }
}
