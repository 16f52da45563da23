//! Standard streams: jobs for the pool, as tokio has them.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use real_tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use crate::fs::Blocking;

#[derive(Debug)]
pub struct Stdin(Blocking<io::Stdin>);

#[derive(Debug)]
pub struct Stdout(Blocking<io::Stdout>);

#[derive(Debug)]
pub struct Stderr(Blocking<io::Stderr>);

pub fn stdin() -> Stdin {
    Stdin(Blocking::new(io::stdin()))
}

pub fn stdout() -> Stdout {
    Stdout(Blocking::new(io::stdout()))
}

pub fn stderr() -> Stderr {
    Stderr(Blocking::new(io::stderr()))
}

impl AsyncRead for Stdin {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_read(cx, buffer)
    }
}

macro_rules! writes {
    ($($type:ty),*) => {
        $(impl AsyncWrite for $type {
            fn poll_write(
                mut self: Pin<&mut Self>,
                cx: &mut Context<'_>,
                bytes: &[u8],
            ) -> Poll<io::Result<usize>> {
                Pin::new(&mut self.0).poll_write(cx, bytes)
            }

            fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
                Pin::new(&mut self.0).poll_flush(cx)
            }

            fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
                self.poll_flush(cx)
            }
        })*
    };
}

writes!(Stdout, Stderr);
