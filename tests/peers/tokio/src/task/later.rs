//! The handle's half of a task for which there is no loop yet.

use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard};
use std::task::{Context, Poll, Waker};

pub(crate) struct Later<T> {
    start: Arc<Start>,
    handle: Mutex<Option<executor::JoinHandle<T>>>,
}

/// What is known of it whatever its output.
#[derive(Default)]
pub(crate) struct Start(Mutex<State>);

enum State {
    Waiting(Option<Waker>),
    Started(executor::AbortHandle),
    Cancelled,
}

impl Default for State {
    fn default() -> Self {
        Self::Waiting(None)
    }
}

impl<T> Default for Later<T> {
    fn default() -> Self {
        Self { start: Arc::default(), handle: Mutex::default() }
    }
}

impl<T> Later<T> {
    pub(crate) fn start(&self) -> &Arc<Start> {
        &self.start
    }

    pub(crate) fn poll(&self, cx: &mut Context<'_>) -> Poll<Result<T, executor::JoinError>> {
        match &mut *lock(&self.start.0) {
            State::Started(_) => {}
            State::Cancelled => return Poll::Ready(Err(executor::JoinError::Cancelled)),
            State::Waiting(waker) => {
                *waker = Some(cx.waker().clone());
                return Poll::Pending;
            }
        }
        let mut handle = lock(&self.handle);
        Pin::new(handle.as_mut().expect("it was put there before the start")).poll(cx)
    }
}

impl Start {
    pub(crate) fn abort(&self) {
        let mut state = lock(&self.0);
        match &*state {
            State::Started(handle) => handle.abort(),
            State::Waiting(_) => {
                let before = std::mem::replace(&mut *state, State::Cancelled);
                drop(state);
                wake(before);
            }
            State::Cancelled => {}
        }
    }

    pub(crate) fn is_finished(&self) -> bool {
        match &*lock(&self.0) {
            State::Started(handle) => handle.is_finished(),
            State::Waiting(_) => false,
            State::Cancelled => true,
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}

fn wake(before: State) {
    if let State::Waiting(Some(waker)) = before {
        waker.wake();
    }
}

/// Kept with the future. Dropped before there is a loop, it says "cancelled".
pub(crate) struct Unstarted<T>(pub(crate) Arc<Later<T>>);

impl<T: 'static> Unstarted<T> {
    pub(crate) fn start<F: Future<Output = T> + 'static>(self, future: F) {
        if matches!(*lock(&self.0.start.0), State::Cancelled) {
            return;
        }
        let handle = executor::spawn(future);
        let started = State::Started(handle.abort_handle());
        *lock(&self.0.handle) = Some(handle);
        let before = std::mem::replace(&mut *lock(&self.0.start.0), started);
        wake(before);
    }
}

impl<T> Drop for Unstarted<T> {
    fn drop(&mut self) {
        let is_waiting = matches!(*lock(&self.0.start.0), State::Waiting(_));
        if is_waiting {
            self.0.start.abort();
        }
    }
}
