//! What is known of one socket: each way, whether it is ready, and who waits for it.

use std::ops::Range;
use std::sync::Arc;
use std::task::{Context, Waker};

use mio::Token;
use parking_lot::{Mutex, MutexGuard};

use super::contain;
use super::waiters::{Place, Waiters};
use crate::journal::Way;

/// What is known of one socket.
#[derive(Debug)]
pub(crate) struct Slot {
    pub(super) token: Token,
    directions: [Mutex<Direction>; 2],
}

/// One of the two ways to use a socket: each has its own readiness, and those who wait for it.
#[derive(Debug, Default)]
struct Direction {
    ready: bool,
    /// The end, an error or urgent data was told of, which happens only once: from then on a short
    /// operation says nothing.
    short_says_nothing: bool,
    /// How many times it became ready, so that an operation that found nothing takes back only
    /// the readiness that it had seen, and not a newer one.
    times: u64,
    waiters: Waiters,
}

/// The wakers of those who wait for a socket, taken out one by one, without the lock: who is given
/// up before its turn comes is not woken.
#[derive(Debug)]
pub(crate) struct Waking {
    slot: Arc<Slot>,
    /// The numbers of those whose turn is yet to come, each way.
    left: [Range<u64>; 2],
}

impl Slot {
    pub(super) fn new(token: Token) -> Self {
        Self { token, directions: Default::default() }
    }

    /// Returns the numbers of those who are to be woken.
    pub(super) fn set_ready(&self, way: Way, short_says_nothing: bool) -> Range<u64> {
        let mut direction = self.directions[way as usize].lock();
        direction.ready = true;
        direction.short_says_nothing |= short_says_nothing;
        direction.times += 1;
        direction.waiters.numbers()
    }

    /// Whether it counts as ready.
    pub(super) fn is_ready(&self, way: Way) -> bool {
        self.directions[way as usize].lock().ready
    }

    /// Whether an operation that did less than it had room for has done all that could be done: see
    /// epoll(7), question 9. Other pollers have their own opinions.
    pub(super) fn is_exhausted_by_less(&self, way: Way) -> bool {
        let epoll = cfg!(any(target_os = "linux", target_os = "android"));
        epoll && !self.directions[way as usize].lock().short_says_nothing
    }

    /// Takes the readiness back that was seen, unless there is a newer one.
    pub(super) fn clear(&self, way: Way, seen: u64) {
        let mut direction = self.directions[way as usize].lock();
        if direction.times == seen {
            direction.ready = false;
        }
    }

    /// How many times it was ready, if it is; else the task is to be woken when it is.
    pub(super) fn ready_or_wait(
        &self,
        way: Way,
        place: &mut Place,
        cx: &mut Context<'_>,
    ) -> Option<u64> {
        let mut direction = self.directions[way as usize].lock();
        if direction.ready {
            return Some(Self::try_now(direction, place));
        }
        if direction.waiters.has(place, cx.waker()) {
            return None;
        }
        drop(direction);
        let waker = cx.waker().clone(); // foreign code: not under the lock
        direction = self.directions[way as usize].lock();
        if direction.ready {
            return Some(Self::try_now(direction, place));
        }
        let crowded_out = direction.waiters.make_room(place);
        let replaced = direction.waiters.wait(place, waker);
        drop(direction);
        if let Some(waker) = crowded_out {
            contain("a waker called by a socket", || waker.wake());
        }
        dispose(replaced);
        None
    }

    /// Who tries is not in the line: it needs no wake.
    #[inline]
    fn try_now(mut direction: MutexGuard<'_, Direction>, place: &Place) -> u64 {
        let own = direction.waiters.leave(place);
        let times = direction.times;
        drop(direction);
        dispose(own);
        times
    }

    /// Somebody waits no longer.
    pub(super) fn leave(&self, way: Way, place: &Place) {
        let left = self.directions[way as usize].lock().waiters.leave(place);
        dispose(left);
    }

    /// The socket is gone, and so is all that could be waited for.
    pub(super) fn forget_waiters(self: &Arc<Self>) {
        let all = |direction: &Mutex<Direction>| Some(direction.lock().waiters.numbers());
        let waiting = Waking::new(self.clone(), self.directions.each_ref().map(all));
        waiting.for_each(|waker| dispose(Some(waker)));
    }
}

impl Waking {
    /// Of those who have these numbers, each way.
    pub(super) fn new(slot: Arc<Slot>, numbers: [Option<Range<u64>>; 2]) -> Self {
        Self { slot, left: numbers.map(Option::unwrap_or_default) }
    }
}

impl Iterator for Waking {
    type Item = Waker;

    fn next(&mut self) -> Option<Waker> {
        let ways = self.left.iter_mut().zip(&self.slot.directions);
        let mut ways = ways.filter(|(left, _)| !left.is_empty());
        ways.find_map(|(left, direction)| direction.lock().waiters.take_next(left))
    }
}

/// Drops a waker, which may be foreign.
fn dispose(waker: Option<Waker>) {
    if let Some(waker) = waker {
        contain("the destructor of a waker kept by a socket", || drop(waker));
    }
}
