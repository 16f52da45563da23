//! A channel for one value.
//!
//! `receiver.await` waits until the sender has sent: `Some` of the value; or
//! until the sender is dropped without it: `None`. The sender and the receiver
//! share a `State`, on one thread.
//!
//! Two things are missing: the receiver leaves nothing by which it could be
//! woken, and the sender does not wake it. Whoever is woken may look at the
//! state at once: so it must not be borrowed any more.

use std::cell::RefCell;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

struct State<T> {
    value: Option<T>,
    sender_is_gone: bool,
    /// Of the task that waits for the value.
    waker: Option<Waker>,
}

pub struct Sender<T>(Rc<RefCell<State<T>>>);
pub struct Receiver<T>(Rc<RefCell<State<T>>>);

pub fn oneshot<T>() -> (Sender<T>, Receiver<T>) {
    let state = State { value: None, sender_is_gone: false, waker: None };
    let state = Rc::new(RefCell::new(state));
    (Sender(state.clone()), Receiver(state))
}

impl<T> Sender<T> {
    pub fn send(self, value: T) {
        self.0.borrow_mut().value = Some(value);
        // Here its drop follows.
    }
}

impl<T> Drop for Sender<T> {
    fn drop(&mut self) {
        self.0.borrow_mut().sender_is_gone = true;
    }
}

impl<T> Future for Receiver<T> {
    type Output = Option<T>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<T>> {
        let mut state = self.0.borrow_mut();
        if state.value.is_some() || state.sender_is_gone {
            return Poll::Ready(state.value.take());
        }
        Poll::Pending
    }
}
