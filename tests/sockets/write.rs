//! Full buffers and parts of writes.

use std::future::poll_fn;
use std::io::{IoSlice, Read};
use std::net::TcpStream as Peer;
use std::pin::Pin;
use std::task::Poll;

use executor::net::{TcpListener, TcpStream};
use futures::{AsyncWrite, AsyncWriteExt};
use socket2::{Domain, Socket, Type};

use super::{ANY_PORT, run, until, until_the_loop_has_looked};
use crate::support::{Wakes, poll};

/// A connection to a peer that takes little at a time.
async fn pair_with_small_buffers() -> (TcpStream, Peer) {
    let listener = TcpListener::bind(ANY_PORT).await.unwrap();
    let peer = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
    peer.set_recv_buffer_size(4096).unwrap();
    peer.set_send_buffer_size(4096).unwrap();
    peer.connect(&listener.local_addr().unwrap().into()).unwrap();
    let (stream, _) = listener.accept().await.unwrap();
    (stream, peer.into())
}

/// Bytes of which none can be lost, doubled or moved without notice.
fn pattern(length: usize) -> Vec<u8> {
    (0..length).map(|n| (n ^ (n >> 8) ^ (n >> 16)) as u8).collect()
}

/// B10.3
#[test]
fn a_write_to_full_buffers_takes_a_part_and_goes_on_when_the_peer_has_read() {
    run(async || {
        let (stream, mut peer) = pair_with_small_buffers().await;
        let bytes = pattern(10_000_000);
        let (wakes, waker) = Wakes::new();
        until_the_loop_has_looked().await; // it is writable
        let Poll::Ready(first) = poll(&mut stream.write(&bytes), &waker) else {
            panic!("there is room at first")
        };
        let mut written = first.unwrap();
        assert!(0 < written && written < bytes.len(), "{written} were written at once");
        // More and more goes on to the peer's buffer, until nothing moves any more.
        let waiting = loop {
            let mut write = stream.write(&bytes[written..]);
            match poll(&mut write, &waker) {
                Poll::Ready(n) => written += n.unwrap(),
                Poll::Pending => break write,
            }
            executor::yield_now().await;
        };
        let before = wakes.count();
        let mut read = vec![0; written];
        peer.read_exact(&mut read).unwrap();
        assert!(read == bytes[..written], "not what was sent");
        until(|| wakes.count() > before).await;
        assert!(waiting.await.unwrap() > 0);
    });
}

/// B10.3
#[test]
fn ten_megabytes_go_through_small_buffers_whole_and_in_order() {
    run(async || {
        let (mut stream, mut peer) = pair_with_small_buffers().await;
        let reader = std::thread::spawn(move || {
            let mut read = Vec::new();
            peer.read_to_end(&mut read).unwrap();
            read
        });
        let bytes = pattern(10_000_000);
        let mut writes = 0;
        let mut rest = &bytes[..];
        while !rest.is_empty() {
            rest = &rest[stream.write(rest).await.unwrap()..];
            writes += 1;
        }
        stream.close().await.unwrap();
        assert!(writes > 1, "all was written at once");
        assert!(reader.join().unwrap() == bytes, "not what was sent");
    });
}

/// B10.3: into a buffer that ends before the message does, and after.
#[test]
fn a_megabyte_comes_through_small_buffers_whole_and_in_order() {
    run(async || {
        let (stream, peer) = pair_with_small_buffers().await;
        let writer = std::thread::spawn(move || {
            super::send(&peer, &pattern(1_000_000));
        });
        let (mut read, mut buffer, mut short_reads) = (Vec::new(), vec![0; 6001], 0);
        loop {
            let n = stream.read(&mut buffer).await.unwrap();
            if n == 0 {
                break;
            }
            short_reads += usize::from(n < buffer.len());
            read.extend_from_slice(&buffer[..n]);
        }
        writer.join().unwrap();
        assert!(short_reads > 0);
        assert!(read == pattern(1_000_000), "not what was sent");
    });
}

/// B10.3
#[test]
fn a_write_from_several_buffers_takes_them_in_order() {
    run(async || {
        let (stream, mut peer) = pair_with_small_buffers().await;
        let parts = [b"an ".as_slice(), b"", b"order ", b"of toast"].map(IoSlice::new);
        let written =
            std::future::poll_fn(|cx| Pin::new(&mut &stream).poll_write_vectored(cx, &parts));
        assert_eq!(written.await.unwrap(), 17);
        let mut read = [0; 17];
        peer.read_exact(&mut read).unwrap();
        assert_eq!(&read, b"an order of toast");
    });
}

/// B10.3: what it leaves is not for lack of room in the buffers.
#[test]
fn a_write_of_more_slices_than_the_system_takes_at_once_goes_on() {
    run(async || {
        let (stream, _peer) = super::pair().await;
        let slices: Vec<_> = (0..2000).map(|_| IoSlice::new(b"x")).collect();
        let mut left = &slices[..];
        while !left.is_empty() {
            let mut to = &stream;
            let write = poll_fn(|cx| Pin::new(&mut to).poll_write_vectored(cx, left));
            left = &left[write.await.unwrap()..];
        }
    });
}
