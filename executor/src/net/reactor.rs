//! The reactor: which socket is ready, and whom to tell.
//!
//! `mio` says once that a socket became readable, and not again until a read has found nothing.
//! So the reactor remembers it: a socket counts as readable until an operation on it says
//! "would block", or does less than it was asked for.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::task::{Context, Poll, Waker};

use mio::event::{Event, Source};
use mio::{Interest, Registry, Token};
use parking_lot::Mutex;
use timer::Slab;

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

#[derive(Debug, Default)]
struct Slots {
    slab: Slab<Arc<Slot>>,
    registered: usize,
}

/// What is known of one socket.
#[derive(Debug)]
pub(crate) struct Slot {
    pub(crate) token: Token,
    directions: [Mutex<Direction>; 2],
}

/// One of the two ways to use a socket: each has its own readiness and its own waiting task.
#[derive(Debug, Default)]
struct Direction {
    ready: bool,
    /// The end, an error or urgent data was told of, which happens only once: from then on a short
    /// operation says nothing.
    short_says_nothing: bool,
    /// How many times it became ready, so that an operation that found nothing takes back only
    /// the readiness that it had seen, and not a newer one.
    times: u64,
    waker: Option<Waker>,
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
        let slot = Arc::new(Slot { token, directions: Default::default() });
        slots.slab.insert(slot.clone());
        Ok(slot)
    }

    pub(crate) fn deregister(&self, source: &mut impl Source, slot: &Slot) {
        // The system forgets a socket that is closed; here it is about to be.
        let _ = self.registry.deregister(source);
        self.slots.lock().slab.remove(slot_of(slot.token));
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.slots.lock().slab.is_empty()
    }

    /// The loop's thread, with an event of the poller: returns whom to wake.
    pub(crate) fn ready(&self, event: &Event) -> Option<(Readiness, [Option<Waker>; 2])> {
        let slot = self.slots.lock().slab.get(slot_of(event.token())).cloned();
        let slot = slot.filter(|slot| slot.token == event.token())?;
        // An end or an error is for both ways: the next operation is told.
        let read_end = event.is_read_closed() || event.is_error();
        let write_end = event.is_write_closed() || event.is_error();
        let (readable, writable) =
            (event.is_readable() || read_end, event.is_writable() || write_end);
        let reads_stop_short = read_end || event.is_priority();
        let reader = if readable { slot.set_ready(Way::Read, reads_stop_short) } else { None };
        let writer = if writable { slot.set_ready(Way::Write, write_end) } else { None };
        Some((Readiness { token: event.token().0, readable, writable }, [reader, writer]))
    }

    /// The loop is gone. Returns whoever still waits: woken, they are told by an error.
    pub(crate) fn close(&self) -> Vec<Waker> {
        self.closed.store(true, Relaxed);
        let slots: Vec<_> = self.slots.lock().slab.iter().map(|(_, slot)| slot.clone()).collect();
        let both = slots.iter().flat_map(|slot| [Way::Read, Way::Write].map(|way| (slot, way)));
        both.filter_map(|(slot, way)| slot.set_ready(way, true)).collect()
    }

    /// Does `operation` as soon as it does not block. `is_short` says of what it did whether it
    /// was less than there was room for.
    pub(crate) fn poll_io<T>(
        &self,
        slot: &Slot,
        way: Way,
        cx: &mut Context<'_>,
        is_short: impl Fn(&T) -> bool,
        mut operation: impl FnMut() -> io::Result<T>,
    ) -> Poll<io::Result<T>> {
        loop {
            if self.closed.load(Relaxed) {
                return Poll::Ready(Err(io::Error::other("the event loop of this socket is gone")));
            }
            let Some(seen) = slot.ready_or_wait(way, cx) else { return Poll::Pending };
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

impl Slot {
    fn set_ready(&self, way: Way, short_says_nothing: bool) -> Option<Waker> {
        let mut direction = self.directions[way as usize].lock();
        direction.ready = true;
        direction.short_says_nothing |= short_says_nothing;
        direction.times += 1;
        direction.waker.take()
    }

    /// Whether an operation that did less than it had room for has done all that could be done: see
    /// epoll(7), question 9. Other pollers have their own opinions.
    fn is_exhausted_by_less(&self, way: Way) -> bool {
        let epoll = cfg!(any(target_os = "linux", target_os = "android"));
        epoll && !self.directions[way as usize].lock().short_says_nothing
    }

    /// Takes the readiness back that was seen, unless there is a newer one.
    fn clear(&self, way: Way, seen: u64) {
        let mut direction = self.directions[way as usize].lock();
        if direction.times == seen {
            direction.ready = false;
        }
    }

    /// How many times it was ready, if it is; else the task is to be woken when it is.
    fn ready_or_wait(&self, way: Way, cx: &mut Context<'_>) -> Option<u64> {
        let waker = {
            let direction = self.directions[way as usize].lock();
            if direction.ready {
                return Some(direction.times);
            }
            if direction.waker.as_ref().is_some_and(|waker| waker.will_wake(cx.waker())) {
                return None;
            }
            drop(direction);
            cx.waker().clone() // foreign code: not under the lock
        };
        let mut direction = self.directions[way as usize].lock();
        if direction.ready {
            return Some(direction.times);
        }
        let replaced = direction.waker.replace(waker);
        drop(direction);
        drop(replaced);
        None
    }
}

fn slot_of(token: Token) -> usize {
    token.0 & ((1 << SLOT_BITS) - 1)
}
