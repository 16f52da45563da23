//! The ends of a connection: orderly, of one way only, and by a crash.

use std::io::{Error, ErrorKind, Read, Result, Write};
use std::net::Shutdown;
use std::pin::pin;
use std::rc::Rc;

use executor::spawn;
use futures::{AsyncReadExt, AsyncWriteExt};

use super::{pair, reset, run, send, until_the_loop_has_looked};
use crate::support::{Wakes, poll, poll_once};

/// What a read says of a reset. Of one that came before the read, Wine makes an end.
#[track_caller]
fn assert_reset(read: Result<usize>) {
    match read {
        Ok(read) => assert_eq!((read, cfg!(windows)), (0, true)),
        Err(error) => assert_eq!(error.kind(), ErrorKind::ConnectionReset),
    }
}

/// Whether a write says that there is no connection any more. Unix tells a reset once, and then a
/// broken pipe; Windows has other names for it.
fn is_gone(error: &Error) -> bool {
    let kinds = [ErrorKind::BrokenPipe, ErrorKind::ConnectionReset, ErrorKind::ConnectionAborted];
    kinds[..if cfg!(windows) { 3 } else { 2 }].contains(&error.kind())
}

/// B10.4
#[test]
fn the_end_is_read_after_all_that_was_sent_before_it_and_again_and_again() {
    run(async || {
        let (mut stream, peer) = pair().await;
        let task = spawn(async move {
            let mut read = String::new();
            stream.read_to_string(&mut read).await.unwrap();
            assert_eq!(read, "all of it");
            for _ in 0..3 {
                assert_eq!(stream.read(&mut [0; 8]).await.unwrap(), 0);
            }
        });
        until_the_loop_has_looked().await; // the task waits
        send(&peer, b"all of it");
        drop(peer);
        task.await.unwrap();
    });
}

/// B10.4
#[test]
fn who_has_ended_its_way_can_still_read() {
    run(async || {
        let (mut stream, mut peer) = pair().await;
        stream.write_all(b"the order").await.unwrap();
        stream.close().await.unwrap();
        let mut heard = String::new();
        peer.read_to_string(&mut heard).unwrap();
        assert_eq!(heard, "the order");
        let error = stream.write(b"one more").await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::BrokenPipe);
        send(&peer, b"the bill");
        drop(peer);
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        assert_eq!(answer, "the bill");
    });
}

/// B10.4: what is closed already is closed.
#[test]
fn to_close_after_both_ways_have_ended_is_no_error() {
    run(async || {
        let (mut stream, peer) = pair().await;
        peer.shutdown(Shutdown::Write).unwrap();
        assert_eq!(stream.read(&mut [0; 8]).await.unwrap(), 0);
        for _ in 0..3 {
            stream.close().await.unwrap();
            until_the_loop_has_looked().await;
        }
        // The system's own word for it is for those who ask for that. Windows has none.
        let shut_down = stream.shutdown(Shutdown::Write).map_err(|error| error.kind());
        let expected = if cfg!(windows) { Ok(()) } else { Err(ErrorKind::NotConnected) };
        assert_eq!(shut_down, expected);
    });
}

/// B10.4
#[test]
fn to_close_after_a_reset_is_no_error() {
    run(async || {
        let (mut stream, peer) = pair().await;
        reset(peer);
        assert_reset(stream.read(&mut [0; 8]).await);
        stream.close().await.unwrap();
        (&stream).close().await.unwrap();
    });
}

/// B10.4
#[test]
fn who_has_read_the_end_can_still_write() {
    run(async || {
        let (mut stream, mut peer) = pair().await;
        send(&peer, b"the order");
        peer.shutdown(Shutdown::Write).unwrap();
        let mut order = String::new();
        stream.read_to_string(&mut order).await.unwrap();
        assert_eq!(order, "the order");
        stream.write_all(b"the bill").await.unwrap();
        drop(stream);
        let mut answer = String::new();
        peer.read_to_string(&mut answer).unwrap();
        assert_eq!(answer, "the bill");
    });
}

/// B10.4
#[test]
fn a_reader_that_waits_is_told_when_its_own_side_ends_reading() {
    run(async || {
        let (stream, _peer) = pair().await;
        let stream = Rc::new(stream);
        let reader = stream.clone();
        let task = spawn(async move { reader.read(&mut [0; 8]).await });
        until_the_loop_has_looked().await;
        stream.shutdown(Shutdown::Read).unwrap();
        assert_eq!(task.await.unwrap().unwrap(), 0);
    });
}

/// B10.4: by the side itself, at once: not every system would tell it.
#[test]
fn who_ends_a_way_wakes_those_who_wait_for_it_and_no_others() {
    run(async || {
        let (stream, _peer) = pair().await;
        while poll_once(stream.write(&[7; 64 * 1024])).is_ready() {
            until_the_loop_has_looked().await;
        }
        let ((reads, for_reads), (writes, for_writes)) = (Wakes::new(), Wakes::new());
        let (mut read_buffer, mut peek_buffer) = ([0; 8], [0; 8]);
        let mut read = stream.read(&mut read_buffer);
        let mut peek = pin!(stream.peek(&mut peek_buffer));
        let mut write = stream.write(b"one more");
        assert!(poll(&mut read, &for_reads).is_pending());
        assert!(poll(&mut peek, &for_reads).is_pending());
        assert!(poll(&mut write, &for_writes).is_pending());
        stream.shutdown(Shutdown::Read).unwrap();
        assert_eq!((reads.count(), writes.count()), (2, 0));
        assert_eq!((read.await.unwrap(), peek.await.unwrap()), (0, 0));
        stream.shutdown(Shutdown::Write).unwrap();
        assert_eq!((reads.count(), writes.count()), (2, 1));
        assert_eq!(write.await.unwrap_err().kind(), ErrorKind::BrokenPipe);
        // Nor does who comes later wait for anything.
        assert_eq!(stream.read(&mut [0; 8]).await.unwrap(), 0);
        assert_eq!(stream.write(b"too late").await.unwrap_err().kind(), ErrorKind::BrokenPipe);
    });
}

/// B10.4: by `futures_io`'s `close`, and for both ways at once.
#[test]
fn tasks_that_wait_are_told_when_another_one_closes() {
    run(async || {
        for ends_both in [false, true] {
            let (stream, _peer) = pair().await;
            let stream = Rc::new(stream);
            let (reader, writer) = (stream.clone(), stream.clone());
            let reads = spawn(async move { reader.read(&mut [0; 8]).await });
            let writes = spawn(async move {
                loop {
                    if let Err(error) = (&*writer).write_all(&[7; 64 * 1024]).await {
                        return error.kind();
                    }
                }
            });
            until_the_loop_has_looked().await;
            assert!(!reads.is_finished() && !writes.is_finished());
            if ends_both {
                stream.shutdown(Shutdown::Both).unwrap();
                assert_eq!(reads.await.unwrap().unwrap(), 0);
            } else {
                (&*stream).close().await.unwrap();
                assert!(!reads.is_finished());
            }
            assert_eq!(writes.await.unwrap(), ErrorKind::BrokenPipe);
        }
    });
}

/// B10.4: with room in no buffer the writer waits, with nothing sent the reader does.
#[test]
fn a_reset_tells_the_reader_and_the_writer_that_wait() {
    run(async || {
        let (stream, peer) = pair().await;
        let stream = Rc::new(stream);
        let (reader, writer) = (stream.clone(), stream);
        let reader = spawn(async move { reader.read(&mut [0; 8]).await });
        let writer = spawn(async move {
            loop {
                if let Err(error) = writer.write(&[7; 64 * 1024]).await {
                    return error.kind();
                }
            }
        });
        until_the_loop_has_looked().await;
        assert!(!reader.is_finished() && !writer.is_finished());
        reset(peer);
        // Unix tells the reset once, to who comes first; the other sees an end, or a broken pipe.
        let read = reader.await.unwrap().map_err(|error| error.kind());
        let written = writer.await.unwrap();
        let is_told = match (read, written) {
            (Err(ErrorKind::ConnectionReset), ErrorKind::BrokenPipe) => true,
            (Ok(0), ErrorKind::ConnectionReset) => true,
            (Err(ErrorKind::ConnectionReset), _) => cfg!(windows),
            _ => false,
        };
        assert!(is_told, "{read:?}, {written:?}");
    });
}

/// B10.4
#[test]
fn a_reset_is_an_error_and_no_end() {
    run(async || {
        let (stream, peer) = pair().await;
        let task = spawn(async move {
            assert_reset(stream.read(&mut [0; 8]).await);
            assert!(stream.write(b"hello?").await.is_err());
        });
        until_the_loop_has_looked().await;
        reset(peer);
        task.await.unwrap();
    });
}

/// B10.4. No signal, either: but Rust has SIGPIPE ignored before `main` anyway.
#[test]
fn a_write_to_a_peer_that_is_gone_is_an_error_sooner_or_later() {
    run(async || {
        let (stream, peer) = pair().await;
        drop(peer);
        // The first writes may be on their way before the answer to them comes.
        let error = loop {
            if let Err(error) = stream.write(b"hello?").await {
                break error;
            }
            until_the_loop_has_looked().await;
        };
        assert!(is_gone(&error), "{error:?}");
        let error = stream.write(b"hello?").await.unwrap_err();
        assert!(is_gone(&error) && (cfg!(windows) || error.kind() == ErrorKind::BrokenPipe));
    });
}

/// B10.4
#[test]
fn a_stream_that_is_dropped_sends_what_was_written_and_then_the_end() {
    run(async || {
        let (mut stream, mut peer) = pair().await;
        stream.write_all(&[7; 100_000]).await.unwrap();
        drop(stream);
        let mut read = Vec::new();
        peer.read_to_end(&mut read).unwrap();
        assert_eq!(read.len(), 100_000);
        let _ = peer.write(b"to nobody");
    });
}

/// B10.2: a read stops short of urgent data, though there is more behind it.
#[test]
fn urgent_data_hides_nothing_that_comes_after_it() {
    run(async || {
        let (stream, peer) = pair().await;
        let peer = socket2::Socket::from(peer);
        peer.send(b"abc").unwrap();
        peer.send_out_of_band(b"!").unwrap();
        peer.send(b"def").unwrap();
        let (mut read, mut buffer) = (Vec::new(), [0; 64]);
        while read.len() < 6 {
            let length = stream.read(&mut buffer).await.unwrap();
            read.extend_from_slice(&buffer[..length]);
        }
        assert_eq!(read, b"abcdef");
    });
}
