use std::cell::Cell;
use std::io;
use std::net::{Shutdown, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::task::{Context, Poll};

use mio::event::Source;

use super::contain;
use super::reactor::Reactor;
use super::slot::{Slot, Waking};
use super::usage::Usage;
use super::wait::Wait;
use super::waiters::Place;
use crate::event_loop::Core;
use crate::journal::{Event, Readiness, SocketKind, Way};
use crate::{TaskId, context};

/// How many operations a task may do in one poll, on sockets that are always ready, before the
/// others have their turn. It is tokio's figure, too.
pub(crate) const BUDGET: i32 = 128;

/// A socket of `mio`, registered with a loop.
#[derive(Debug)]
pub(super) struct Socket<S: Source> {
    /// `None` only when it was taken out, at the very end.
    source: Option<S>,
    slot: Arc<Slot>,
    reactor: Arc<Reactor>,
    kind: SocketKind,
    address: fn(&S) -> io::Result<SocketAddr>,
    /// The journal knows it: from when it was made, or first used, on the loop's own thread.
    is_told: AtomicBool,
}

impl<S: Source> Socket<S> {
    /// A socket of that reactor's loop, whichever is entered on this thread.
    pub(super) fn new(
        reactor: Arc<Reactor>,
        mut source: S,
        kind: SocketKind,
        address: fn(&S) -> io::Result<SocketAddr>,
    ) -> io::Result<Self> {
        let slot = reactor.register(&mut source)?;
        let is_told = AtomicBool::new(false);
        let socket = Self { source: Some(source), slot, reactor, kind, address, is_told };
        if let Some(core) = context::current().filter(|core| socket.is_seen_by(core)) {
            socket.tell_of_it(&core);
        }
        Ok(socket)
    }

    /// The reactor of its loop.
    pub(super) fn reactor(&self) -> &Arc<Reactor> {
        &self.reactor
    }

    pub(super) fn source(&self) -> &S {
        self.source.as_ref().expect("it is taken out only by who consumes the socket")
    }

    /// The socket without its loop.
    pub(super) fn into_source(mut self) -> S {
        self.leave().expect("it is taken out only here")
    }

    /// Takes it out of the loop, once.
    fn leave(&mut self) -> Option<S> {
        self.reactor.deregister(self.source.as_mut()?, &self.slot);
        self.slot.forget_waiters();
        if let Some(core) = context::current() {
            self.tell(&core, |token, by| Event::IoClosed { token, by });
        }
        self.source.take()
    }

    /// Somebody who waits to use it: a future of ours, which is dropped when it is given up.
    pub(super) fn wait<T>(&self, usage: Usage<T>) -> Wait<'_, S, T> {
        Wait::new(self, usage)
    }

    /// Somebody waits no longer.
    pub(super) fn leave_line(&self, way: Way, place: &Place) {
        self.slot.leave(way, place);
    }

    /// Does `operation` as soon as it does not block, as a future.
    pub(super) async fn perform<T>(
        &self,
        usage: Usage<T>,
        mut operation: impl FnMut(&S) -> io::Result<T>,
    ) -> io::Result<T> {
        let mut wait = self.wait(usage);
        std::future::poll_fn(|cx| wait.poll(cx, &mut operation)).await
    }

    /// Does `operation` as soon as it does not block, for a poll of a trait.
    pub(super) fn poll<T>(
        &self,
        usage: &Usage<T>,
        cx: &mut Context<'_>,
        operation: impl FnMut(&S) -> io::Result<T>,
    ) -> Poll<io::Result<T>> {
        self.poll_until(usage, &mut Place::Poll, cx, |_| false, operation)
    }

    /// [`poll`](Self::poll) of an operation on bytes for which there is so much `room`. If it
    /// does a part of that, it need not be tried again to see that no more can be done now.
    pub(super) fn poll_bytes(
        &self,
        usage: &Usage<usize>,
        cx: &mut Context<'_>,
        room: usize,
        operation: impl FnMut(&S) -> io::Result<usize>,
    ) -> Poll<io::Result<usize>> {
        self.poll_until(usage, &mut Place::Poll, cx, is_part_of(room), operation)
    }

    pub(super) fn poll_until<T>(
        &self,
        usage: &Usage<T>,
        place: &mut Place,
        cx: &mut Context<'_>,
        is_short: impl Fn(&T) -> bool,
        mut operation: impl FnMut(&S) -> io::Result<T>,
    ) -> Poll<io::Result<T>> {
        let core = context::current();
        if core.as_ref().is_some_and(|core| is_refused(&core.budget)) {
            // It is the turn of the others; then this task goes on.
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        let (way, site) = (usage.way, usage.site);
        let mut tried = false;
        let polled = self.reactor.poll_io(&self.slot, way, place, cx, is_short, || {
            tried = true;
            operation(self.source())
        });
        let Some(core) = core else { return polled };
        match &polled {
            // To find that a socket is not ready costs nothing: a task may wait for any number.
            Poll::Pending => self.tell(&core, |token, by| {
                // Nothing else than "would block" makes a try end so.
                Event::IoWaits { token, by, way, would_block: tried, site }
            }),
            Poll::Ready(result) => {
                core.budget.set(core.budget.get() - 1);
                let Ok(done) = result else { return polled };
                self.tell(&core, |token, by| {
                    let (did, still_ready) = ((usage.did)(done), self.slot.is_ready(way));
                    Event::IoDone { token, by, did, still_ready, site }
                });
            }
        }
        polled
    }

    /// This side has shut down one way, or both. Windows does not report that to those who wait for
    /// it. So they are woken here: each tries once more, and finds the end.
    pub(super) fn end(&self, how: Shutdown) {
        let both = [(Way::Read, how != Shutdown::Write), (Way::Write, how != Shutdown::Read)];
        let [readable, writable] = both.map(|(way, ended)| ended && !self.slot.is_ready(way));
        let waiting = both.map(|(way, ended)| ended.then(|| self.slot.set_ready(way, true)));
        if let Some(core) = context::current().filter(|_| readable || writable) {
            self.tell(&core, |token, _| Event::IoReady(Readiness { token, readable, writable }));
        }
        for waker in Waking::new(self.slot.clone(), waiting) {
            contain("a waker called by a socket", || waker.wake());
        }
    }

    /// Tells the socket's own loop. Another one, in which it may be used, does not know it.
    fn tell(&self, core: &Core, event: impl FnOnce(usize, Option<TaskId>) -> Event) {
        if self.is_seen_by(core) {
            self.tell_of_it(core);
            core.tell(|| event(self.slot.token.0, core.doing.get().task()));
        }
    }

    fn is_seen_by(&self, core: &Core) -> bool {
        core.journal.is_on() && Arc::ptr_eq(&core.reactor, &self.reactor)
    }

    /// Tells that it is there, once. (Only the loop's thread comes here.)
    fn tell_of_it(&self, core: &Core) {
        if !self.is_told.load(Relaxed) {
            self.is_told.store(true, Relaxed);
            let (token, by) = (self.slot.token.0, core.doing.get().task());
            let (kind, address) = (self.kind, (self.address)(self.source()).ok());
            core.tell(|| Event::IoRegistered { token, by, kind, address });
        }
    }
}

/// Whether nothing is left of the budget.
///
/// A task that is refused is woken, and has a new budget in its next poll. But there may be another
/// executor inside it, a `block_on` say, which asks again and again within the same poll, and
/// would do so for ever. So after as many refusals as there were operations it gets a new budget.
fn is_refused(budget: &Cell<i32>) -> bool {
    let left = budget.get();
    if left > 0 {
        return false;
    }
    budget.set(if left > 1 - BUDGET { left - 1 } else { BUDGET });
    true
}

/// Whether what was done is a part of what there was room for.
pub(super) fn is_part_of(room: usize) -> impl Fn(&usize) -> bool {
    move |&done| 0 < done && done < room
}

impl<S: Source> Drop for Socket<S> {
    fn drop(&mut self) {
        drop(self.leave());
    }
}
