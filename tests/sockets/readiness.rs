//! Readiness: remembered, taken back, announced anew; and whom it wakes.

use std::net::Shutdown;
use std::sync::Arc;

use executor::journal::Event;
use executor::net::TcpStream;
use executor::spawn;
use futures::{AsyncReadExt, AsyncWriteExt};

use super::{pair, run, send, until, until_the_loop_has_looked};
use crate::checked::EventLoop;
use crate::support::{Record, Wakes, ends, poll};

/// Fills the buffers of both ends; returns how much that took.
pub async fn fill(stream: &TcpStream) -> usize {
    let (_, nobody) = Wakes::new();
    let mut filled = 0;
    loop {
        while let std::task::Poll::Ready(written) =
            poll(&mut stream.write(&[7; 64 * 1024]), &nobody)
        {
            filled += written.unwrap();
            executor::yield_now().await; // a new budget
        }
        // The peer's end may have taken some more meanwhile.
        until_the_loop_has_looked().await;
        if poll(&mut stream.write(&[7]), &nobody).is_pending() {
            return filled;
        }
        filled += 1;
    }
}

/// B10.1
#[test]
fn a_readiness_that_finds_nothing_leaves_the_task_waiting_with_its_waker_kept() {
    run(async || {
        let (stream, peer) = pair().await;
        let (wakes, waker) = Wakes::new();
        let mut buffer = [0; 8];
        let mut read = stream.read(&mut buffer);
        assert!(poll(&mut read, &waker).is_pending());
        send(&peer, b"a");
        until(|| wakes.count() == 1).await;
        // Somebody else is faster: for the task that was woken there is nothing left.
        assert_eq!(stream.read(&mut [0; 8]).await.unwrap(), 1);
        assert!(poll(&mut read, &waker).is_pending());
        until_the_loop_has_looked().await;
        assert_eq!(wakes.count(), 1);
        send(&peer, b"b");
        until(|| wakes.count() == 2).await;
        assert_eq!(read.await.unwrap(), 1);
        assert_eq!(buffer[0], b'b');
    });
}

/// B10.1
#[test]
fn a_readiness_of_one_way_is_none_of_the_other() {
    run(async || {
        let (stream, _peer) = pair().await;
        until_the_loop_has_looked().await; // it is writable
        let (wakes, waker) = Wakes::new();
        let mut buffer = [0; 8];
        let mut read = stream.read(&mut buffer);
        assert!(poll(&mut read, &waker).is_pending());
        assert!(poll(&mut stream.write(b"there is room"), &waker).is_ready());
        until_the_loop_has_looked().await;
        assert_eq!(wakes.count(), 0);
    });
}

/// B10.2
#[test]
fn a_socket_that_was_drained_is_announced_again_every_time() {
    run(async || {
        let (mut stream, peer) = pair().await;
        let mut buffer = [0; 8];
        for n in 0..200u8 {
            let (wakes, waker) = Wakes::new();
            let mut read = stream.read(&mut buffer[..1]);
            assert!(poll(&mut read, &waker).is_pending());
            send(&peer, &[n, n]);
            until(|| wakes.count() == 1).await;
            drop(read);
            stream.read_exact(&mut buffer[..2]).await.unwrap();
            assert_eq!(buffer[..2], [n, n]);
        }
    });
}

/// B10.2, B10.3: the end of the buffer is not the end of what there is to read.
#[test]
fn what_a_short_read_has_left_is_read_without_another_event() {
    let (read, events) = ends(|| {
        let record = Record::default();
        let mut event_loop = EventLoop::builder().observer(record.clone()).build().unwrap();
        let io_events = || {
            let events = record.count(|event| matches!(event, Event::IoReady(_)));
            move || record.count(|event| matches!(event, Event::IoReady(_))) - events
        };
        event_loop.run(async {
            let (stream, peer) = pair().await;
            let (wakes, waker) = Wakes::new();
            let mut buffer = [0; 3];
            until_the_loop_has_looked().await;
            let mut first = stream.read(&mut buffer);
            assert!(poll(&mut first, &waker).is_pending());
            let new_events = io_events();
            send(&peer, b"short order");
            until(|| wakes.count() == 1).await;
            drop(first);
            let mut read = Vec::new();
            while read.len() < 11 {
                let n = stream.read(&mut buffer).await.unwrap();
                read.extend_from_slice(&buffer[..n]);
            }
            (read, new_events())
        })
    });
    assert_eq!((read.as_slice(), events), (b"short order".as_slice(), 1));
}

/// B10.2
#[test]
fn what_was_peeked_at_is_still_there() {
    run(async || {
        let (stream, peer) = pair().await;
        let task = spawn(async move {
            let mut buffer = [0; 8];
            assert_eq!(stream.peek(&mut buffer).await.unwrap(), 2);
            assert_eq!(stream.peek(&mut buffer[..1]).await.unwrap(), 1);
            assert_eq!(stream.read(&mut buffer).await.unwrap(), 2);
            assert_eq!(&buffer[..2], b"ab");
        });
        until_the_loop_has_looked().await;
        send(&peer, b"ab");
        task.await.unwrap();
    });
}

/// B10.6
#[test]
fn of_a_reader_and_a_writer_of_one_socket_each_is_woken_for_its_own_way() {
    run(async || {
        let (stream, peer) = pair().await;
        let filled = fill(&stream).await;
        let [(reads, reader), (writes, writer)] = [Wakes::new(), Wakes::new()];
        let (mut buffer, mut more) = ([0; 8], [0; 8]);
        let (mut read, mut write) = (stream.read(&mut buffer), stream.write(b"more"));
        assert!(poll(&mut read, &reader).is_pending());
        assert!(poll(&mut write, &writer).is_pending());

        send(&peer, b"ping");
        until(|| reads.count() == 1).await;
        assert_eq!(writes.count(), 0);
        assert_eq!(read.await.unwrap(), 4);

        let mut read = stream.read(&mut more);
        assert!(poll(&mut read, &reader).is_pending());
        let (mut blocking, mut sink) = (&peer, vec![0; filled]);
        std::io::Read::read_exact(&mut blocking, &mut sink).unwrap();
        until(|| writes.count() == 1).await;
        assert_eq!(reads.count(), 1);
        assert_eq!(write.await.unwrap(), 4);
    });
}

/// B10.6: the same with tasks, which have no need to split the socket.
#[test]
fn one_task_reads_while_another_writes() {
    run(async || {
        const LENGTH: usize = 3_000_000;
        let (stream, peer) = pair().await;
        let stream = std::rc::Rc::new(stream);
        let echo = std::thread::spawn(move || std::io::copy(&mut &peer, &mut &peer).unwrap());
        let (reader, writer) = (stream.clone(), stream);
        let reader = spawn(async move {
            let mut back = Vec::new();
            (&*reader).read_to_end(&mut back).await.unwrap();
            back
        });
        let sent = Vec::from_iter((0..LENGTH).map(|n| (n / 7) as u8));
        (&*writer).write_all(&sent).await.unwrap();
        writer.shutdown(Shutdown::Write).unwrap();
        assert!(reader.await.unwrap() == sent, "not what was sent");
        assert_eq!(echo.join().unwrap(), LENGTH as u64);
    });
}

/// B10.6: the nearest thing to a registration with another token that our sockets have.
#[test]
fn of_two_wakers_by_which_a_future_was_polled_only_the_later_is_called() {
    run(async || {
        let (stream, peer) = pair().await;
        let [(first, first_waker), (second, second_waker)] = [Wakes::new(), Wakes::new()];
        let mut buffer = [0; 8];
        let mut read = stream.read(&mut buffer);
        assert!(poll(&mut read, &first_waker).is_pending());
        assert!(poll(&mut read, &second_waker).is_pending());
        drop(first_waker);
        assert_eq!(Arc::strong_count(&first), 1, "it is kept though it was replaced");
        send(&peer, b"a");
        until(|| second.count() == 1).await;
        assert_eq!(first.count(), 0);
        assert_eq!(read.await.unwrap(), 1);
    });
}
