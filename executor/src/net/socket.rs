use std::io;
use std::sync::Arc;
use std::task::{Context, Poll};

use mio::event::Source;

use super::reactor::{Reactor, Slot};
use crate::event_loop::Core;
use crate::journal::{Event, Way};
use crate::{TaskId, context};

/// How many operations a task may do in one poll, on sockets that are always ready, before the
/// others have their turn. It is tokio's figure, too.
pub(crate) const BUDGET: u32 = 128;

/// A socket of `mio`, registered with the loop in which it was made.
#[derive(Debug)]
pub(super) struct Socket<S: Source> {
    source: S,
    slot: Arc<Slot>,
    reactor: Arc<Reactor>,
}

impl<S: Source> Socket<S> {
    /// # Panics
    /// Outside an event loop.
    #[track_caller]
    pub(super) fn new(mut source: S) -> io::Result<Self> {
        let core = context::expect("a function of executor::net");
        let slot = core.reactor.register(&mut source)?;
        let socket = Self { source, slot, reactor: core.reactor.clone() };
        socket.tell(&core, |token, by| Event::IoRegistered { token, by });
        Ok(socket)
    }

    pub(super) fn source(&self) -> &S {
        &self.source
    }

    /// Does `operation` as soon as it does not block.
    pub(super) fn poll<T>(
        &self,
        way: Way,
        cx: &mut Context<'_>,
        operation: impl FnMut(&S) -> io::Result<T>,
    ) -> Poll<io::Result<T>> {
        self.poll_until(way, cx, |_| false, operation)
    }

    /// [`poll`](Self::poll) of an operation on bytes for which there is so much `room`. If it
    /// does a part of that, it need not be tried again to see that no more can be done now.
    pub(super) fn poll_bytes(
        &self,
        way: Way,
        cx: &mut Context<'_>,
        room: usize,
        operation: impl FnMut(&S) -> io::Result<usize>,
    ) -> Poll<io::Result<usize>> {
        self.poll_until(way, cx, |&done| 0 < done && done < room, operation)
    }

    fn poll_until<T>(
        &self,
        way: Way,
        cx: &mut Context<'_>,
        is_short: impl Fn(&T) -> bool,
        mut operation: impl FnMut(&S) -> io::Result<T>,
    ) -> Poll<io::Result<T>> {
        let core = context::current();
        if core.as_ref().is_some_and(|core| core.budget.get() == 0) {
            // It is the turn of the others; then this task goes on.
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        let mut tried = false;
        let polled = self.reactor.poll_io(&self.slot, way, cx, is_short, || {
            tried = true;
            operation(&self.source)
        });
        match core {
            Some(core) if polled.is_ready() => {
                core.budget.set(core.budget.get().saturating_sub(1));
            }
            // To find that a socket is not ready costs nothing: a task may wait for any number.
            Some(core) => self.tell(&core, |token, by| {
                // Nothing else than "would block" makes a try end so.
                Event::IoWaits { token, by, way, would_block: tried }
            }),
            None => {}
        }
        polled
    }

    /// [`poll`](Self::poll) as a future.
    pub(super) async fn perform<T>(
        &self,
        way: Way,
        mut operation: impl FnMut(&S) -> io::Result<T>,
    ) -> io::Result<T> {
        std::future::poll_fn(|cx| self.poll(way, cx, &mut operation)).await
    }

    /// Tells the socket's own loop. Another one, in which it may be used, does not know it.
    fn tell(&self, core: &Core, event: impl FnOnce(usize, Option<TaskId>) -> Event) {
        if core.journal.is_on() && Arc::ptr_eq(&core.reactor, &self.reactor) {
            core.tell(|| event(self.slot.token.0, core.doing.get().task()));
        }
    }
}

impl<S: Source> Drop for Socket<S> {
    fn drop(&mut self) {
        self.reactor.deregister(&mut self.source, &self.slot);
        if let Some(core) = context::current() {
            self.tell(&core, |token, by| Event::IoClosed { token, by });
        }
    }
}
