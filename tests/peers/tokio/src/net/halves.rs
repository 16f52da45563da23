//! Halves of a stream: of a reference to it, or of an `Arc`.

/// All four halves of a stream.
macro_rules! halves {
    ($stream:ident, $io:ty) => {
        use std::net::Shutdown;
        use std::sync::Arc;

        use $crate::net::watched::Watched;

        #[derive(Debug)]
        pub struct ReadHalf<'a>(pub(crate) &'a $stream);

        #[derive(Debug)]
        pub struct WriteHalf<'a>(pub(crate) &'a $stream);

        #[derive(Debug)]
        pub struct OwnedReadHalf(pub(crate) Arc<$stream>);

        /// Dropped, it says that nothing more comes.
        #[derive(Debug)]
        pub struct OwnedWriteHalf {
            pub(crate) stream: Arc<$stream>,
            pub(crate) shuts_down: bool,
        }

        pub(crate) fn owned(stream: $stream) -> (OwnedReadHalf, OwnedWriteHalf) {
            let stream = Arc::new(stream);
            (OwnedReadHalf(stream.clone()), OwnedWriteHalf { stream, shuts_down: true })
        }

        impl ReadHalf<'_> {
            fn stream(&self) -> &$stream {
                self.0
            }

            fn io(&self) -> &Watched<$io> {
                self.0.io()
            }
        }

        impl WriteHalf<'_> {
            fn stream(&self) -> &$stream {
                self.0
            }

            fn io(&self) -> &Watched<$io> {
                self.0.io()
            }

            fn shut_down(&self) -> std::io::Result<()> {
                self.0.shut_down()
            }
        }

        impl OwnedReadHalf {
            fn stream(&self) -> &$stream {
                &self.0
            }

            fn io(&self) -> &Watched<$io> {
                self.0.io()
            }

            pub fn reunite(self, other: OwnedWriteHalf) -> Result<$stream, ReuniteError> {
                reunite(self, other)
            }
        }

        impl OwnedWriteHalf {
            fn stream(&self) -> &$stream {
                &self.stream
            }

            fn io(&self) -> &Watched<$io> {
                self.stream.io()
            }

            /// Only the writing half is told to end; the drop says nothing more.
            fn shut_down(&mut self) -> std::io::Result<()> {
                self.shuts_down = false;
                self.stream.shut_down()
            }

            pub fn forget(mut self) {
                self.shuts_down = false;
            }

            pub fn reunite(self, other: OwnedReadHalf) -> Result<$stream, ReuniteError> {
                reunite(other, self)
            }
        }

        impl Drop for OwnedWriteHalf {
            fn drop(&mut self) {
                if self.shuts_down {
                    let _it_may_be_over = self.io().get().shutdown(Shutdown::Write);
                }
            }
        }

        fn reunite(read: OwnedReadHalf, mut write: OwnedWriteHalf) -> Result<$stream, ReuniteError> {
            if !Arc::ptr_eq(&read.0, &write.stream) {
                return Err(ReuniteError(read, write));
            }
            write.shuts_down = false;
            drop(write);
            Ok(Arc::try_unwrap(read.0).expect("there are two halves, and no more"))
        }

        #[derive(Debug)]
        pub struct ReuniteError(pub OwnedReadHalf, pub OwnedWriteHalf);

        impl std::fmt::Display for ReuniteError {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("tried to reunite halves that are not from the same socket")
            }
        }

        impl std::error::Error for ReuniteError {}

        $crate::net::halves::half!(read ReadHalf<'_>, $stream);
        $crate::net::halves::half!(read OwnedReadHalf, $stream);
        $crate::net::halves::half!(write WriteHalf<'_>, $stream);
        $crate::net::halves::half!(write OwnedWriteHalf, $stream);
    };
}
pub(crate) use halves;

macro_rules! half {
    (read $half:ty, $stream:ty) => {
        $crate::net::halves::half!(any $half, $stream);
        $crate::net::names::readiness!(read $half);
        $crate::net::names::reads!($half);
    };
    (write $half:ty, $stream:ty) => {
        $crate::net::halves::half!(any $half, $stream);
        $crate::net::names::readiness!(write $half);
        $crate::net::names::writes!($half);
    };
    (any $half:ty, $stream:ty) => {
        $crate::net::names::readiness!(both $half);

        impl AsRef<$stream> for $half {
            fn as_ref(&self) -> &$stream {
                self.stream()
            }
        }
    };
}
pub(crate) use half;
