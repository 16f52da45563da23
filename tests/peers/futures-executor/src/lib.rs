//! The executors of the crate futures, on Short Order.

mod local_pool;
mod thread_pool;

use std::ops::{Deref, DerefMut};

use executor::EventLoop;
use futures_core::Stream;
use futures_util::StreamExt;

pub use local_pool::{LocalPool, LocalSpawner};
pub use real_futures_executor::{Enter, EnterError, enter};
pub use thread_pool::{ThreadPool, ThreadPoolBuilder};

/// A loop to run now. Other threads may wake what waits on it: it never calls itself stuck.
fn new_loop() -> EventLoop {
    EventLoop::new().unwrap_or_else(|error| panic!("an event loop could not be made: {error}"))
}

pub fn block_on<F: Future>(future: F) -> F::Output {
    let mut event_loop = new_loop();
    let _hope = event_loop.spawner();
    event_loop.run(future)
}

pub fn block_on_stream<S: Stream + Unpin>(stream: S) -> BlockingStream<S> {
    BlockingStream { stream }
}

/// An iterator over a stream, which blocks.
#[derive(Debug)]
pub struct BlockingStream<S: Stream + Unpin> {
    stream: S,
}

impl<S: Stream + Unpin> BlockingStream<S> {
    pub fn into_inner(self) -> S {
        self.stream
    }
}

impl<S: Stream + Unpin> Iterator for BlockingStream<S> {
    type Item = S::Item;

    fn next(&mut self) -> Option<S::Item> {
        block_on(self.stream.next())
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.stream.size_hint()
    }
}

impl<S: Stream + Unpin> Deref for BlockingStream<S> {
    type Target = S;

    fn deref(&self) -> &S {
        &self.stream
    }
}

impl<S: Stream + Unpin> DerefMut for BlockingStream<S> {
    fn deref_mut(&mut self) -> &mut S {
        &mut self.stream
    }
}
