//! What is written and how it ends, where only the descriptor's own functions know more.

use std::io::{ErrorKind, IoSlice, Read, Write, pipe};
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::net::UnixStream;

use executor::net::Async;
use executor::spawn;
use futures::AsyncWriteExt;
use parking_lot::Mutex;

use crate::sockets::run;

/// B10.3
#[test]
fn several_slices_are_written_at_once() {
    run(async || {
        let (a, b) = UnixStream::pair().unwrap();
        let mut a = Async::new(a).unwrap();
        let slices = [IoSlice::new(b"so"), IoSlice::new(b"up")];
        assert_eq!(a.write_vectored(&slices).await.unwrap(), 4);
        let mut text = [0; 4];
        (&b).read_exact(&mut text).unwrap();
        assert_eq!(&text, b"soup");
    });
}

/// B10.4: what `close` does for a descriptor of which only its own functions know more.
#[test]
fn to_close_it_writes_out_what_was_kept_back() {
    struct KeepsBack(UnixStream, Mutex<Vec<u8>>);
    impl AsFd for KeepsBack {
        fn as_fd(&self) -> BorrowedFd<'_> {
            self.0.as_fd()
        }
    }
    impl Read for &KeepsBack {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            (&self.0).read(buffer)
        }
    }
    impl Write for &KeepsBack {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.1.lock().extend(bytes);
            Ok(bytes.len())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            (&self.0).write_all(&self.1.lock().split_off(0))
        }
    }
    run(async || {
        let (a, b) = UnixStream::pair().unwrap();
        let mut a = Async::new(KeepsBack(a, Mutex::default())).unwrap();
        b.set_nonblocking(true).unwrap();
        a.write_all(b"soup").await.unwrap();
        let mut text = [0; 4];
        assert_eq!((&b).read(&mut text).unwrap_err().kind(), ErrorKind::WouldBlock);
        a.close().await.unwrap();
        (&b).read_exact(&mut text).unwrap();
        assert_eq!(&text, b"soup");
    });
}

/// B10.9: a signal that comes in between is nobody's error.
#[test]
fn an_operation_that_was_interrupted_is_done_again() {
    run(async || {
        let (a, b) = UnixStream::pair().unwrap();
        let a = Async::new(a).unwrap();
        (&b).write_all(b"news").unwrap();
        let mut tries = 0;
        let read = a.read_with(|mut stream| {
            tries += 1;
            if tries == 1 { Err(ErrorKind::Interrupted.into()) } else { stream.read(&mut [0; 8]) }
        });
        assert_eq!(read.await.unwrap(), 4);
        assert_eq!(tries, 2);
    });
}

/// B10.4: an end is for both ways, also if no error comes with it.
#[test]
fn who_waits_to_write_is_told_of_the_end_as_well() {
    run(async || {
        let (reader, writer) = pipe().unwrap();
        let reader = Async::new(reader).unwrap();
        let waits = spawn(async move { reader.writable().await });
        executor::yield_now().await;
        assert!(!waits.is_finished());
        drop(writer);
        waits.await.unwrap().unwrap();
    });
}
