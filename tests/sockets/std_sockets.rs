//! Sockets from and to std's, and halves.

use std::io::{ErrorKind, Read, Write};
use std::net::{TcpStream as Peer, UdpSocket as PeerUdp};

use executor::net::{TcpListener, TcpStream, UdpSocket};
use executor::spawn;
use futures::{AsyncReadExt, AsyncWriteExt};

use super::{ANY_PORT, pair, run, send};
use crate::support::{Wakes, panic_of, poll};

#[test]
fn std_sockets_come_into_the_loop_and_do_not_block_it() {
    run(async || {
        let listener = std::net::TcpListener::bind(ANY_PORT).unwrap();
        let address = listener.local_addr().unwrap();
        let listener = TcpListener::from_std(listener).unwrap();
        assert!(poll(&mut Box::pin(listener.accept()), &Wakes::new().1).is_pending());
        let mut client = TcpStream::from_std(Peer::connect(address).unwrap()).unwrap();
        let (mut server, _) = listener.accept().await.unwrap();
        assert!(poll(&mut server.read(&mut [0; 4]), &Wakes::new().1).is_pending());
        client.write_all(b"soup").await.unwrap();
        let mut order = [0; 4];
        server.read_exact(&mut order).await.unwrap();
        assert_eq!(&order, b"soup");

        let socket = UdpSocket::from_std(PeerUdp::bind(ANY_PORT).unwrap()).unwrap();
        assert!(poll(&mut Box::pin(socket.recv(&mut order)), &Wakes::new().1).is_pending());
        socket.send_to(b"cake", socket.local_addr().unwrap()).await.unwrap();
        assert_eq!(socket.recv(&mut order).await.unwrap(), 4);
    });
}

#[test]
fn a_socket_that_goes_to_std_blocks_and_has_left_the_loop() {
    run(async || {
        let (stream, peer) = pair().await;
        let (wakes, waker) = Wakes::new();
        {
            let (mut by_the_trait, mut read) = (&stream, [0; 4]);
            let mut reading = AsyncReadExt::read(&mut by_the_trait, &mut read);
            assert!(poll(&mut reading, &waker).is_pending());
        }
        drop(waker);
        let mut stream = stream.into_std().unwrap();
        assert_eq!(std::sync::Arc::strong_count(&wakes), 1, "nobody waits for it any more");
        let reader = std::thread::spawn(move || {
            let mut news = [0; 4];
            stream.read_exact(&mut news).unwrap(); // would say "would block"
            stream.write_all(&news).unwrap();
        });
        send(&peer, b"news");
        reader.join().unwrap();
        let mut echo = [0; 4];
        (&peer).read_exact(&mut echo).unwrap();
        assert_eq!(&echo, b"news");

        let listener = TcpListener::bind(ANY_PORT).await.unwrap().into_std().unwrap();
        let _peer = Peer::connect(listener.local_addr().unwrap()).unwrap();
        listener.accept().unwrap();
        let socket = UdpSocket::bind(ANY_PORT).await.unwrap().into_std().unwrap();
        socket.send_to(b"cake", socket.local_addr().unwrap()).unwrap();
        assert_eq!(socket.recv(&mut [0; 8]).unwrap(), 4);
    });
}

#[test]
fn a_std_socket_taken_in_outside_a_loop_panics_with_the_functions_name() {
    let socket = PeerUdp::bind(ANY_PORT).unwrap();
    let panic = panic_of(|| UdpSocket::from_std(socket));
    assert!(panic.contains("UdpSocket::from_std was called outside an event loop"), "{panic}");
}

#[test]
fn one_task_owns_the_half_that_reads_and_another_the_one_that_writes() {
    run(async || {
        let (stream, peer) = pair().await;
        let (mut reads, mut writes) = stream.into_split();
        let reader = spawn(async move {
            let mut text = String::new();
            reads.read_to_string(&mut text).await.unwrap();
            text
        });
        let writer = spawn(async move { writes.write_all(b"soup").await.unwrap() });
        writer.await.unwrap();
        // The half that writes is gone: that is the end for the other side, and for it alone.
        let mut order = Vec::new();
        (&peer).read_to_end(&mut order).unwrap();
        assert_eq!(order, b"soup");
        send(&peer, b"news");
        peer.shutdown(std::net::Shutdown::Write).unwrap();
        assert_eq!(reader.await.unwrap(), "news");
    });
}

#[test]
fn the_half_that_writes_writes_several_slices_and_closes() {
    run(async || {
        let (stream, peer) = pair().await;
        let (reads, mut writes) = stream.into_split();
        assert_eq!(reads.as_ref().peer_addr().unwrap(), writes.as_ref().peer_addr().unwrap());
        let slices = [std::io::IoSlice::new(b"so"), std::io::IoSlice::new(b"up")];
        assert_eq!(writes.write_vectored(&slices).await.unwrap(), 4);
        writes.close().await.unwrap();
        let mut order = Vec::new();
        (&peer).read_to_end(&mut order).unwrap();
        assert_eq!(order, b"soup");
        assert_eq!(writes.write(b"more").await.unwrap_err().kind(), ErrorKind::BrokenPipe);
    });
}

#[test]
fn sockets_may_cross_a_catch_of_a_panic_as_those_of_std_may() {
    fn may_cross<T: std::panic::UnwindSafe + std::panic::RefUnwindSafe>() {}
    may_cross::<executor::net::TcpListener>();
    may_cross::<executor::net::TcpStream>();
    may_cross::<executor::net::UdpSocket>();
    #[cfg(unix)]
    may_cross::<executor::net::Async<std::os::unix::net::UnixStream>>();
}
