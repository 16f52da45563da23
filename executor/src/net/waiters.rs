//! Who waits for one way of a socket: a line, first in, first woken.
//!
//! When the socket becomes ready, all of them are woken, and each tries. A future that finds nothing
//! comes back to the place in the line that it had before, ahead of all who came later: so whoever
//! waits long enough is the first to try. tokio and async-io keep such lists, too.

use std::collections::VecDeque;
use std::ops::Range;
use std::task::Waker;

/// So many wakers can wait that came by the polls of a trait, and that nobody takes back.
const POLLS: usize = 32;
/// A line with room for so many is not worth shrinking.
const SMALL: usize = 4;

/// How somebody waits in a line.
#[derive(Debug)]
pub(crate) enum Place {
    /// By a future, which leaves the line when it is dropped. It has a number from when it first
    /// waits until it is done, also while it is not in the line because it was woken, and tries.
    Future(Option<u64>),
    /// By a poll of a trait, which has nothing that is dropped when it is given up. So each waker
    /// has one place, for as long as it is not woken.
    Poll,
}

#[derive(Debug)]
struct Waiter {
    number: u64,
    by_poll: bool,
    waker: Waker,
}

/// What it returns are wakers to be dropped or called: foreign code, for when the lock that
/// guards this is free.
#[derive(Debug, Default)]
pub(super) struct Waiters {
    /// In the order of their numbers.
    line: VecDeque<Waiter>,
    next_number: u64,
}

impl Waiters {
    /// Whether this very waker is there already.
    pub(super) fn has(&self, place: &Place, waker: &Waker) -> bool {
        let will_wake = |waiter: &Waiter| waiter.waker.will_wake(waker);
        match place {
            Place::Future(_) => self.find(place).is_some_and(|at| will_wake(&self.line[at])),
            Place::Poll => self.line.iter().any(|waiter| waiter.by_poll && will_wake(waiter)),
        }
    }

    /// Puts a waker into the line; returns the one that it replaces.
    pub(super) fn wait(&mut self, place: &mut Place, waker: Waker) -> Option<Waker> {
        if let Some(at) = self.find(place) {
            return Some(std::mem::replace(&mut self.line[at].waker, waker));
        }
        let number = match place {
            Place::Future(Some(number)) => *number,
            Place::Future(None) | Place::Poll => self.next_number,
        };
        self.next_number = self.next_number.max(number + 1);
        if let Place::Future(own) = place {
            *own = Some(number);
        }
        if self.line.capacity() == 0 {
            self.line.reserve_exact(1); // most lines are never longer
        }
        let by_poll = matches!(place, Place::Poll);
        self.line.insert(self.first_from(number), Waiter { number, by_poll, waker });
        None
    }

    /// Polls of a trait that were given up must not pile up. So before one more waits than there
    /// may be, this takes out the first of them, to be woken: if it has not been given up, it will
    /// be back.
    pub(super) fn make_room(&mut self, place: &Place) -> Option<Waker> {
        let is_full = |line: &VecDeque<Waiter>| {
            line.len() >= POLLS && line.iter().filter(|waiter| waiter.by_poll).count() >= POLLS
        };
        if !matches!(place, Place::Poll) || !is_full(&self.line) {
            return None;
        }
        let first = self.line.iter().position(|waiter| waiter.by_poll)?;
        Some(self.remove(first))
    }

    /// A future leaves the line, if it is in it; it keeps its number.
    pub(super) fn leave(&mut self, place: &Place) -> Option<Waker> {
        let at = self.find(place)?;
        Some(self.remove(at))
    }

    /// The numbers of all who wait now.
    pub(super) fn numbers(&self) -> Range<u64> {
        self.line.front().map_or(0..0, |first| first.number..self.next_number)
    }

    /// Takes out the first with one of these numbers, and from `numbers` all up to it. Who comes
    /// back meanwhile to a place that was passed already is not taken out again.
    pub(super) fn take_next(&mut self, numbers: &mut Range<u64>) -> Option<Waker> {
        let at = self.first_from(numbers.start);
        let Some(waiter) = self.line.get(at).filter(|waiter| waiter.number < numbers.end) else {
            numbers.start = numbers.end;
            return None;
        };
        numbers.start = waiter.number + 1;
        Some(self.remove(at))
    }

    fn find(&self, place: &Place) -> Option<usize> {
        let Place::Future(Some(number)) = place else { return None };
        let at = self.first_from(*number);
        self.line.get(at).is_some_and(|waiter| waiter.number == *number).then_some(at)
    }

    /// Where in the line the numbers begin that are not below this one.
    fn first_from(&self, number: u64) -> usize {
        self.line.partition_point(|waiter| waiter.number < number)
    }

    fn remove(&mut self, at: usize) -> Waker {
        let waiter = self.line.remove(at).expect("it was found there, under the same lock");
        // A long line leaves no memory behind.
        if self.line.len() < self.line.capacity() / 4 {
            self.line.shrink_to(SMALL);
        }
        waiter.waker
    }
}
