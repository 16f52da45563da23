//! tokio's names for what all sockets have in common.

/// The names that all have.
macro_rules! readiness {
    ($type:ty) => {
        $crate::net::names::readiness!(both $type);

        impl $type {
            pub async fn async_io<R>(
                &self,
                interest: real_tokio::io::Interest,
                operation: impl FnMut() -> std::io::Result<R>,
            ) -> std::io::Result<R> {
                self.io().async_io(interest, operation).await
            }
        }

        $crate::net::names::readiness!(read $type);
        $crate::net::names::readiness!(write $type);
    };
    (both $type:ty) => {
        impl $type {
            pub async fn ready(
                &self,
                interest: real_tokio::io::Interest,
            ) -> std::io::Result<real_tokio::io::Ready> {
                self.io().ready(interest).await
            }

            pub fn try_io<R>(
                &self,
                interest: real_tokio::io::Interest,
                operation: impl FnOnce() -> std::io::Result<R>,
            ) -> std::io::Result<R> {
                self.io().try_io(interest, operation)
            }
        }
    };
    (read $type:ty) => {
        impl $type {
            pub async fn readable(&self) -> std::io::Result<()> {
                self.io().0.readable().await
            }

            pub fn poll_read_ready(
                &self,
                cx: &mut std::task::Context<'_>,
            ) -> std::task::Poll<std::io::Result<()>> {
                self.io().poll_read_ready(cx)
            }

            pub fn poll_recv_ready(
                &self,
                cx: &mut std::task::Context<'_>,
            ) -> std::task::Poll<std::io::Result<()>> {
                self.io().poll_read_ready(cx)
            }
        }
    };
    (write $type:ty) => {
        impl $type {
            pub async fn writable(&self) -> std::io::Result<()> {
                self.io().0.writable().await
            }

            pub fn poll_write_ready(
                &self,
                cx: &mut std::task::Context<'_>,
            ) -> std::task::Poll<std::io::Result<()>> {
                self.io().poll_write_ready(cx)
            }

            pub fn poll_send_ready(
                &self,
                cx: &mut std::task::Context<'_>,
            ) -> std::task::Poll<std::io::Result<()>> {
                self.io().poll_write_ready(cx)
            }
        }
    };
}
pub(crate) use readiness;

/// Reading, and what is tried at once, for what `std` reads through a shared reference.
macro_rules! reads {
    ($type:ty) => {
        impl $type {
            pub fn try_read(&self, buffer: &mut [u8]) -> std::io::Result<usize> {
                std::io::Read::read(&mut self.io().get(), buffer)
            }

            pub fn try_read_vectored(
                &self,
                buffers: &mut [std::io::IoSliceMut<'_>],
            ) -> std::io::Result<usize> {
                std::io::Read::read_vectored(&mut self.io().get(), buffers)
            }

            pub fn try_read_buf<B: bytes::BufMut>(&self, buffer: &mut B) -> std::io::Result<usize> {
                $crate::net::watched::into_buf(buffer, |bytes| self.try_read(bytes))
            }
        }

        impl real_tokio::io::AsyncRead for $type {
            fn poll_read(
                self: std::pin::Pin<&mut Self>,
                cx: &mut std::task::Context<'_>,
                buffer: &mut real_tokio::io::ReadBuf<'_>,
            ) -> std::task::Poll<std::io::Result<()>> {
                let room = buffer.initialize_unfilled();
                let polled = futures_io::AsyncRead::poll_read(
                    std::pin::Pin::new(&mut &self.io().0),
                    cx,
                    room,
                );
                polled.map_ok(|bytes| buffer.advance(bytes))
            }
        }
    };
}
pub(crate) use reads;

/// Writing, for what `std` writes through a shared reference.
macro_rules! writes {
    ($type:ty) => {
        impl $type {
            pub fn try_write(&self, bytes: &[u8]) -> std::io::Result<usize> {
                std::io::Write::write(&mut self.io().get(), bytes)
            }

            pub fn try_write_vectored(
                &self,
                bytes: &[std::io::IoSlice<'_>],
            ) -> std::io::Result<usize> {
                std::io::Write::write_vectored(&mut self.io().get(), bytes)
            }
        }

        impl real_tokio::io::AsyncWrite for $type {
            fn poll_write(
                self: std::pin::Pin<&mut Self>,
                cx: &mut std::task::Context<'_>,
                bytes: &[u8],
            ) -> std::task::Poll<std::io::Result<usize>> {
                futures_io::AsyncWrite::poll_write(std::pin::Pin::new(&mut &self.io().0), cx, bytes)
            }

            fn poll_write_vectored(
                self: std::pin::Pin<&mut Self>,
                cx: &mut std::task::Context<'_>,
                bytes: &[std::io::IoSlice<'_>],
            ) -> std::task::Poll<std::io::Result<usize>> {
                let mut io = &self.io().0;
                let io = std::pin::Pin::new(&mut io);
                futures_io::AsyncWrite::poll_write_vectored(io, cx, bytes)
            }

            fn is_write_vectored(&self) -> bool {
                true
            }

            fn poll_flush(
                self: std::pin::Pin<&mut Self>,
                _cx: &mut std::task::Context<'_>,
            ) -> std::task::Poll<std::io::Result<()>> {
                std::task::Poll::Ready(Ok(()))
            }

            fn poll_shutdown(
                self: std::pin::Pin<&mut Self>,
                _cx: &mut std::task::Context<'_>,
            ) -> std::task::Poll<std::io::Result<()>> {
                std::task::Poll::Ready(self.get_mut().shut_down())
            }
        }
    };
}
pub(crate) use writes;

/// Descriptors, as the runtime's own types lend them.
macro_rules! descriptor {
    ($type:ty) => {
        impl std::os::fd::AsFd for $type {
            fn as_fd(&self) -> std::os::fd::BorrowedFd<'_> {
                std::os::fd::AsFd::as_fd(self.io().get())
            }
        }

        impl std::os::fd::AsRawFd for $type {
            fn as_raw_fd(&self) -> std::os::fd::RawFd {
                std::os::fd::AsRawFd::as_raw_fd(self.io().get())
            }
        }
    };
}
pub(crate) use descriptor;
