use std::io;
use std::task::{Context, Poll};

use mio::event::Source;

use super::socket::{Socket, is_part_of};
use super::usage::Usage;
use super::waiters::Place;

/// A future's place in the line of those who wait for one way of a socket. Dropped, it is given
/// back.
#[derive(Debug)]
pub(super) struct Wait<'a, S: Source, T> {
    socket: &'a Socket<S>,
    usage: Usage<T>,
    place: Place,
}

impl<'a, S: Source, T> Wait<'a, S, T> {
    pub(super) fn new(socket: &'a Socket<S>, usage: Usage<T>) -> Self {
        Self { socket, usage, place: Place::Future(None) }
    }

    /// Does `operation` as soon as it does not block.
    pub(super) fn poll(
        &mut self,
        cx: &mut Context<'_>,
        operation: impl FnMut(&S) -> io::Result<T>,
    ) -> Poll<io::Result<T>> {
        self.poll_until(cx, |_| false, operation)
    }

    fn poll_until(
        &mut self,
        cx: &mut Context<'_>,
        is_short: impl Fn(&T) -> bool,
        operation: impl FnMut(&S) -> io::Result<T>,
    ) -> Poll<io::Result<T>> {
        let polled = self.socket.poll_until(&self.usage, &mut self.place, cx, is_short, operation);
        if polled.is_ready() {
            // Who tries has left the line. If it waits again, it is behind those who wait now.
            self.place = Place::Future(None);
        }
        polled
    }
}

impl<S: Source> Wait<'_, S, usize> {
    /// [`Socket::poll_bytes`].
    pub(super) fn poll_bytes(
        &mut self,
        cx: &mut Context<'_>,
        room: usize,
        operation: impl FnMut(&S) -> io::Result<usize>,
    ) -> Poll<io::Result<usize>> {
        self.poll_until(cx, is_part_of(room), operation)
    }
}

impl<S: Source, T> Drop for Wait<'_, S, T> {
    fn drop(&mut self) {
        if let Place::Future(Some(_)) = self.place {
            self.socket.leave_line(self.usage.way, &self.place);
        }
    }
}
