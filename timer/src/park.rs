//! The park handshake: how a loop falls asleep without missing the thread that wakes it.
//!
//! The race: the loop finds its inbox empty; another thread puts something in; the loop goes to
//! sleep. One byte closes it. The other thread writes *first* to the inbox and *then* to the
//! byte; the loop writes *first* to the byte and sleeps only if nobody was before it. Both are
//! read-modify-writes, which see each other in one order: either the loop sees `NOTIFIED` and
//! stays awake, or the other thread sees `PARKED` and ends the sleep.

use std::io;
use std::sync::{Arc, Weak};

use crate::primitives::atomic::{AtomicU8, Ordering::AcqRel, Ordering::Acquire};
use crate::primitives::mio;

/// The loop is at work, and nobody has called.
const RUNNING: u8 = 0;
/// The loop sleeps, or is just about to: only a write to the poller reaches it.
const PARKED: u8 = 1;
/// Somebody has called, and the loop has not looked into its inbox since: it does before it sleeps.
const NOTIFIED: u8 = 2;

#[derive(Debug)]
pub(crate) struct Handshake(AtomicU8);

impl Handshake {
    pub(crate) fn new() -> Self {
        Self(AtomicU8::new(RUNNING))
    }

    /// The loop's side: may it sleep? Not while there is a call that it has not taken.
    pub(crate) fn try_park(&self) -> bool {
        self.0.compare_exchange(RUNNING, PARKED, AcqRel, Acquire).is_ok()
    }

    /// The loop's side, after the sleep. A call that ended it is still to be taken.
    pub(crate) fn resume(&self) {
        // It fails when there is a call; either way nobody finds `PARKED` any more.
        let _ = self.0.compare_exchange(PARKED, RUNNING, AcqRel, Acquire);
    }

    /// The loop's side, before it looks into its inbox: has anybody called since the last look?
    #[inline]
    pub(crate) fn take_call(&self) -> bool {
        self.is_called() && self.0.swap(RUNNING, AcqRel) == NOTIFIED
    }

    pub(crate) fn is_called(&self) -> bool {
        self.0.load(Acquire) == NOTIFIED
    }

    /// The other side, with something put into the inbox: must the sleeper be woken?
    pub(crate) fn notify(&self) -> bool {
        self.0.swap(NOTIFIED, AcqRel) == PARKED
    }
}

/// Ends a driver's sleep from any thread. Clones reach the same driver; once it is gone they reach
/// nobody, and keep nothing of it open.
///
/// It is asyncio's self-pipe, and crossbeam's `Unparker` for a thread that sleeps in
/// `mio::Poll` instead of on a condition variable.
#[derive(Clone, Debug)]
pub struct Unparker(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    handshake: Handshake,
    /// The driver's, so that its descriptor is closed with the driver.
    poller: Weak<mio::Waker>,
}

impl Unparker {
    /// It reaches the driver for as long as that keeps the waker of its poller, which comes along.
    pub(crate) fn new(
        registry: &mio::Registry,
        token: mio::Token,
    ) -> io::Result<(Self, Arc<mio::Waker>)> {
        let waker = Arc::new(mio::Waker::new(registry, token)?);
        let shared = Shared { handshake: Handshake::new(), poller: Arc::downgrade(&waker) };
        Ok((Self(Arc::new(shared)), waker))
    }

    /// Whether both reach the same driver.
    pub fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    pub(crate) fn handshake(&self) -> &Handshake {
        &self.0.handshake
    }

    /// The loop's side: whether [`unpark`](Self::unpark) was called since the last look.
    /// If not, nothing new can be in the loop's inbox: looking here is cheaper than looking there.
    #[inline]
    pub fn take_call(&self) -> bool {
        self.0.handshake.take_call()
    }

    /// Whether there is a call that was not taken yet.
    pub fn is_called(&self) -> bool {
        self.0.handshake.is_called()
    }

    /// Has a sleeping driver look at its simulated clock again, which is no call.
    pub(crate) fn nudge(&self) {
        self.end_sleep();
    }

    fn end_sleep(&self) {
        if let Some(poller) = self.0.poller.upgrade() {
            // The one thing that can go wrong is a full event counter, and then the sleeper has
            // been woken already.
            let _ = poller.wake();
        }
    }

    /// Ends the driver's sleep, or keeps it from beginning its next one.
    ///
    /// Whatever the loop is to find must have been put into its inbox *before* this call.
    pub fn unpark(&self) {
        if self.0.handshake.notify() {
            self.end_sleep();
        }
    }
}
