//! `Async`: whatever has a descriptor.

mod operations;

use std::fs::File;
use std::future::poll_fn;
use std::io::{ErrorKind, Read, Write, pipe};
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::net::{UnixDatagram, UnixListener, UnixStream};
use std::process::{Command, Stdio};

use executor::net::Async;
use executor::spawn;
use futures::{AsyncReadExt, AsyncWriteExt, FutureExt};

use super::run;
use super::told::recorded;
use crate::support::panic_of;

#[test]
fn a_unix_socket_is_accepted_connected_read_and_written() {
    run(async || {
        let path = std::env::temp_dir().join(format!("short-order-{}.sock", std::process::id()));
        let listener = Async::new(UnixListener::bind(&path).unwrap()).unwrap();
        let server = spawn(async move {
            let (stream, _) = listener.read_with(|listener| listener.accept()).await.unwrap();
            let stream = Async::new(stream).unwrap();
            futures::io::copy(&stream, &mut &stream).await.unwrap()
        });
        executor::yield_now().await; // it waits
        let mut client = Async::new(UnixStream::connect(&path).unwrap()).unwrap();
        std::fs::remove_file(&path).unwrap();
        client.write_all(&[7; 100_000]).await.unwrap();
        client.get_ref().shutdown(std::net::Shutdown::Write).unwrap();
        let mut echo = Vec::new();
        client.read_to_end(&mut echo).await.unwrap();
        assert_eq!(echo, [7; 100_000]);
        assert_eq!(server.await.unwrap(), 100_000);
    });
}

#[test]
fn a_pipe_is_written_while_it_is_read_and_fills_up() {
    run(async || {
        let (reader, writer) = pipe().unwrap();
        let (mut reader, mut writer) = (Async::new(reader).unwrap(), Async::new(writer).unwrap());
        assert!(reader.readable().now_or_never().is_none());
        writer.writable().await.unwrap();
        let mut room = 0;
        while let Some(wrote) = writer.write(&[7; 4096]).now_or_never() {
            room += wrote.unwrap();
            executor::yield_now().await; // what a poll may do is limited
        }
        assert!(writer.writable().now_or_never().is_none());
        let waits = spawn(async move { writer.write_all(b"end").await.unwrap() });
        executor::yield_now().await;
        let mut all = Vec::new();
        reader.read_to_end(&mut all).await.unwrap(); // the end comes when the writer is dropped
        waits.await.unwrap();
        assert_eq!(all.len(), room + 3);
    });
}

#[test]
fn readable_says_what_is_true_now_also_when_it_was_read_past_the_loop() {
    run(async || {
        let (a, b) = UnixStream::pair().unwrap();
        let a = Async::new(a).unwrap();
        (&b).write_all(b"news").unwrap();
        a.readable().await.unwrap();
        a.readable().await.unwrap(); // it still is
        a.get_ref().read_exact(&mut [0; 4]).unwrap();
        assert!(a.readable().now_or_never().is_none());
        let waits = spawn(async move { a.readable().await.unwrap() });
        executor::yield_now().await;
        (&b).write_all(b"more").unwrap();
        waits.await.unwrap();
    });
}

#[test]
fn a_poll_that_finds_nothing_waits_and_is_woken_when_there_is_something() {
    run(async || {
        let (a, b) = UnixDatagram::pair().unwrap();
        let (a, b) = (Async::new(a).unwrap(), Async::new(b).unwrap());
        let mut tries = 0;
        let receives = spawn(async move {
            let mut buffer = [0; 16];
            let receive = poll_fn(|cx| {
                a.poll_read_with(cx, |socket| {
                    tries += 1;
                    socket.recv(&mut buffer)
                })
            });
            let length = receive.await.unwrap();
            (buffer[..length].to_vec(), tries)
        });
        executor::yield_now().await; // it waits
        poll_fn(|cx| b.poll_write_with(cx, |socket| socket.send(b"soup"))).await.unwrap();
        let (datagram, tries) = receives.await.unwrap();
        assert_eq!(datagram, b"soup");
        assert!(tries <= 2, "it was tried {tries} times: not only when it was ready");
    });
}

#[test]
fn a_childs_output_comes_as_it_is_written() {
    run(async || {
        let mut child =
            Command::new("cat").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let output = std::os::fd::OwnedFd::from(child.stdout.take().unwrap());
        let mut output = Async::new(std::io::PipeReader::from(output)).unwrap();
        let mut input = child.stdin.take().unwrap();
        let mut text = [0; 4];
        for dish in [b"soup", b"cake"] {
            input.write_all(dish).unwrap();
            output.read_exact(&mut text).await.unwrap();
            assert_eq!(&text, dish);
        }
        drop(input);
        assert_eq!(output.read(&mut text).await.unwrap(), 0);
        assert!(child.wait().unwrap().success());
    });
}

#[test]
fn a_regular_file_is_refused_with_the_systems_error() {
    run(async || {
        let file = a_file();
        let refused = Async::new(file).unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::PermissionDenied, "{refused}");
    });
}

fn a_file() -> File {
    File::open(std::env::current_exe().unwrap()).unwrap()
}

#[test]
fn what_is_taken_out_has_left_the_loop_and_can_come_again() {
    run(async || {
        let (a, b) = UnixDatagram::pair().unwrap();
        let a = Async::new(a).unwrap();
        assert!(a.readable().now_or_never().is_none());
        let a = a.into_inner();
        b.send(b"news").unwrap();
        let a = Async::new(a).unwrap();
        let mut news = [0; 8];
        assert_eq!(a.read_with(|socket| socket.recv(&mut news)).await.unwrap(), 4);
    });
}

#[test]
fn a_poll_by_hand_does_the_operation_as_soon_as_it_does_not_block() {
    run(async || {
        let (a, b) = UnixDatagram::pair().unwrap();
        let (a, b) = (Async::new(a).unwrap(), Async::new(b).unwrap());
        let mut news = [0; 8];
        let mut receive = poll_fn(|cx| a.poll_read_with(cx, |socket| socket.recv(&mut news)));
        assert!(futures::poll!(&mut receive).is_pending());
        let sent = poll_fn(|cx| b.poll_write_with(cx, |socket| socket.send(b"news")));
        assert_eq!(sent.await.unwrap(), 4);
        assert_eq!(receive.await.unwrap(), 4);
    });
}

#[test]
fn the_errors_of_an_operation_are_the_callers() {
    run(async || {
        let (a, b) = UnixStream::pair().unwrap();
        let a = Async::new(a).unwrap();
        drop(b);
        let own = a.read_with(|_| Err::<(), _>(std::io::Error::other("burnt"))).await;
        assert_eq!(own.unwrap_err().to_string(), "burnt");
    });
}

#[test]
fn the_journal_tells_of_a_descriptor_what_it_was_used_for() {
    let told = recorded(async |_| {
        let (a, b) = UnixStream::pair().unwrap();
        let (a, mut b) = (Async::new(a).unwrap(), Async::new(b).unwrap());
        b.write_all(b"news").await.unwrap();
        a.read_with(|mut stream| stream.read(&mut [0; 8])).await.unwrap();
    });
    let done: Vec<_> = told.iter().filter(|line| !line.contains("waits")).collect();
    let expected = ["registers 1", "registers 2", "writes 4 to 2", "uses, to read, 1"];
    assert_eq!(done[..4], expected);
}

#[test]
fn outside_a_loop_it_panics_and_says_so() {
    let (a, _) = UnixStream::pair().unwrap();
    let panic = panic_of(|| Async::new(a));
    assert!(panic.contains("Async::new was called outside an event loop"), "{panic}");
}

#[test]
fn who_is_asked_for_a_descriptor_may_use_the_loop() {
    struct Nosy(UnixStream);
    impl AsFd for Nosy {
        fn as_fd(&self) -> BorrowedFd<'_> {
            drop(Async::new(UnixStream::pair().unwrap().0).unwrap());
            self.0.as_fd()
        }
    }
    run(async || {
        let (a, b) = UnixStream::pair().unwrap();
        let a = Async::new(Nosy(a)).unwrap();
        (&b).write_all(b"news").unwrap();
        a.readable().await.unwrap();
        drop(a.into_inner());
    });
}
