//! Whose reads and writes are those of something inside: a socket's those of a reference to it, a
//! half's those of its socket. Each poll is passed on as it is.

/// `forward_read!([AsyncRead for Outer] outer => inner)`, where `inner` is what reads.
macro_rules! forward_read {
    ([$($head:tt)*] $outer:ident => $inner:expr) => {
        impl $($head)* {
            fn poll_read(
                self: std::pin::Pin<&mut Self>,
                cx: &mut std::task::Context<'_>,
                buffer: &mut [u8],
            ) -> std::task::Poll<std::io::Result<usize>> {
                let $outer = self;
                std::pin::Pin::new(&mut $inner).poll_read(cx, buffer)
            }
        }
    };
}

/// `forward_write!([AsyncWrite for Outer] outer => inner)`, where `inner` is what writes.
macro_rules! forward_write {
    ([$($head:tt)*] $outer:ident => $inner:expr) => {
        impl $($head)* {
            fn poll_write(
                self: std::pin::Pin<&mut Self>,
                cx: &mut std::task::Context<'_>,
                bytes: &[u8],
            ) -> std::task::Poll<std::io::Result<usize>> {
                let $outer = self;
                std::pin::Pin::new(&mut $inner).poll_write(cx, bytes)
            }

            fn poll_write_vectored(
                self: std::pin::Pin<&mut Self>,
                cx: &mut std::task::Context<'_>,
                bytes: &[std::io::IoSlice<'_>],
            ) -> std::task::Poll<std::io::Result<usize>> {
                let $outer = self;
                std::pin::Pin::new(&mut $inner).poll_write_vectored(cx, bytes)
            }

            fn poll_flush(
                self: std::pin::Pin<&mut Self>,
                cx: &mut std::task::Context<'_>,
            ) -> std::task::Poll<std::io::Result<()>> {
                let $outer = self;
                std::pin::Pin::new(&mut $inner).poll_flush(cx)
            }

            fn poll_close(
                self: std::pin::Pin<&mut Self>,
                cx: &mut std::task::Context<'_>,
            ) -> std::task::Poll<std::io::Result<()>> {
                let $outer = self;
                std::pin::Pin::new(&mut $inner).poll_close(cx)
            }
        }
    };
}

pub(super) use {forward_read, forward_write};
