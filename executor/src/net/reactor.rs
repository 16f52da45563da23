//! The reactor: which socket is ready, and whom to tell.
//!
//! `mio` says once that a socket became readable, and not again until a read has found nothing.
//! So the reactor remembers it: a socket counts as readable until an operation on it says
//! "would block", or does less than it was asked for.

use std::io;
use std::panic::RefUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::task::{Context, Poll, Waker};

use mio::event::{Event, Source};
use mio::{Interest, Registry, Token};
use parking_lot::Mutex;
use timer::Slab;

use super::slot::{Slot, Waking};
use super::waiters::Place;
use crate::journal::{Readiness, Way};

/// Of a token's bits, those that name the slot. The others are its generation.
const SLOT_BITS: u32 = usize::BITS / 2;

/// What a socket is registered for: both ways, which are sorted out when it says that it is ready.
/// And urgent data, where that can be asked for: a read stops short of it.
#[cfg(any(target_os = "linux", target_os = "android"))]
const INTEREST: Interest = Interest::READABLE.add(Interest::WRITABLE).add(Interest::PRIORITY);
#[cfg(not(any(target_os = "linux", target_os = "android")))]
const INTEREST: Interest = Interest::READABLE.add(Interest::WRITABLE);

/// All sockets that are registered with a loop.
#[derive(Debug)]
pub(crate) struct Reactor {
    registry: Registry,
    slots: Mutex<Slots>,
    closed: AtomicBool,
}

/// No code of the user's runs under a lock of a reactor or a slot: no panic leaves them half changed.
impl RefUnwindSafe for Reactor {}
impl RefUnwindSafe for Slot {}

#[derive(Debug, Default)]
struct Slots {
    slab: Slab<Arc<Slot>>,
    registered: usize,
}

impl Reactor {
    pub(crate) fn new(registry: Registry) -> Self {
        Self { registry, slots: Mutex::default(), closed: AtomicBool::new(false) }
    }

    /// Adds a socket.
    pub(crate) fn register(&self, source: &mut impl Source) -> io::Result<Arc<Slot>> {
        let mut slots = self.slots.lock();
        slots.registered += 1;
        // A slot is used again, a token is not: an event that comes late for a socket that is
        // gone, whose number the system has given away already, finds nobody.
        let generation = slots.registered;
        let token = Token(slots.slab.next_number() | generation << SLOT_BITS);
        self.registry.register(source, token, INTEREST)?;
        let slot = Arc::new(Slot::new(token));
        slots.slab.insert(slot.clone());
        Ok(slot)
    }

    pub(crate) fn deregister(&self, source: &mut impl Source, slot: &Slot) {
        // The system forgets a socket that is closed; here it is about to be.
        let _ = self.registry.deregister(source);
        let removed = self.slots.lock().slab.remove(slot_of(slot.token));
        drop(removed);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.slots.lock().slab.is_empty()
    }

    /// The loop's thread, with an event of the poller: returns whom to wake.
    pub(crate) fn ready(&self, event: &Event) -> Option<(Readiness, Waking)> {
        let slot = self.slots.lock().slab.get(slot_of(event.token())).cloned();
        let slot = slot.filter(|slot| slot.token == event.token())?;
        // An end or an error is for both ways: the next operation is told.
        let read_end = event.is_read_closed() || event.is_error();
        let write_end = event.is_write_closed() || event.is_error();
        let (readable, writable) =
            (event.is_readable() || read_end, event.is_writable() || write_end);
        let reads_stop_short = read_end || event.is_priority();
        let readers = readable.then(|| slot.set_ready(Way::Read, reads_stop_short));
        let writers = writable.then(|| slot.set_ready(Way::Write, write_end));
        let readiness = Readiness { token: event.token().0, readable, writable };
        Some((readiness, Waking::new(slot, [readers, writers])))
    }

    /// The loop is gone. Returns whoever still waits: woken, they are told by an error.
    pub(crate) fn close(&self) -> impl Iterator<Item = Waker> + use<> {
        self.closed.store(true, Relaxed);
        let slots: Vec<_> = self.slots.lock().slab.iter().map(|(_, slot)| slot.clone()).collect();
        slots.into_iter().flat_map(|slot| {
            let both = [Way::Read, Way::Write].map(|way| Some(slot.set_ready(way, true)));
            Waking::new(slot, both)
        })
    }

    /// Does `operation` as soon as it does not block; until then `place` says how to wait.
    /// `is_short` says of what it did whether it was less than there was room for.
    pub(crate) fn poll_io<T>(
        &self,
        slot: &Slot,
        way: Way,
        place: &mut Place,
        cx: &mut Context<'_>,
        is_short: impl Fn(&T) -> bool,
        mut operation: impl FnMut() -> io::Result<T>,
    ) -> Poll<io::Result<T>> {
        loop {
            if self.closed.load(Relaxed) {
                return Poll::Ready(Err(io::Error::other("the event loop of this socket is gone")));
            }
            let Some(seen) = slot.ready_or_wait(way, place, cx) else { return Poll::Pending };
            match operation() {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => slot.clear(way, seen),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Ok(done) => {
                    // To ask once more would be a system call that finds nothing.
                    if is_short(&done) && slot.is_exhausted_by_less(way) {
                        slot.clear(way, seen);
                    }
                    return Poll::Ready(Ok(done));
                }
                error => return Poll::Ready(error),
            }
        }
    }
}

fn slot_of(token: Token) -> usize {
    token.0 & ((1 << SLOT_BITS) - 1)
}
