//! A channel for one value: a solution.

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
        let mut state = self.0.borrow_mut();
        state.sender_is_gone = true;
        let waker = state.waker.take();
        // A waker is somebody else's code, which may want the state.
        drop(state);
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

impl<T> Future for Receiver<T> {
    type Output = Option<T>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<T>> {
        let mut state = self.0.borrow_mut();
        if state.value.is_some() || state.sender_is_gone {
            return Poll::Ready(state.value.take());
        }
        state.waker = Some(cx.waker().clone());
        Poll::Pending
    }
}
