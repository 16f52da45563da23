//! Datagrams.

use executor::net::UdpSocket;
use executor::spawn;
use futures::FutureExt;

use super::{ANY_PORT, run, until_the_loop_has_looked};

/// B10.1, B10.2
#[test]
fn datagrams_go_there_and_back_each_whole_and_with_its_sender() {
    run(async || {
        let server = UdpSocket::bind(ANY_PORT).await.unwrap();
        let address = server.local_addr().unwrap();
        drop(spawn(async move {
            let mut buffer = [0; 1024];
            loop {
                let (n, from) = server.recv_from(&mut buffer).await.unwrap();
                server.send_to(&buffer[..n], from).await.unwrap();
            }
        }));
        let clients = (0..20u8).map(|client| async move {
            let socket = UdpSocket::bind(ANY_PORT).await.unwrap();
            for n in 0..20u8 {
                let datagram = vec![client; usize::from(n)];
                assert_eq!(socket.send_to(&datagram, address).await.unwrap(), datagram.len());
                let mut buffer = [0; 1024];
                let (n, from) = socket.recv_from(&mut buffer).await.unwrap();
                assert_eq!((&buffer[..n], from), (&datagram[..], address));
            }
        });
        executor::gather_all(clients).await;
    });
}

/// B10.3, on every system: Windows, by itself, makes an error of it.
#[test]
fn a_datagram_is_cut_to_the_length_of_the_buffer_and_its_rest_is_gone() {
    run(async || {
        let socket = UdpSocket::bind(ANY_PORT).await.unwrap();
        let address = socket.local_addr().unwrap();
        socket.send_to(b"too long for it", address).await.unwrap();
        socket.send_to(b"next", address).await.unwrap();
        let mut buffer = [0; 8];
        assert_eq!(socket.peek_from(&mut buffer).await.unwrap(), (8, address));
        assert_eq!(&buffer, b"too long");
        buffer.fill(0);
        assert_eq!(socket.recv_from(&mut buffer).await.unwrap(), (8, address));
        assert_eq!(&buffer, b"too long");
        assert_eq!(socket.recv_from(&mut buffer).await.unwrap(), (4, address));
        assert_eq!(&buffer, b"nextlong");
    });
}

/// B10.3
#[test]
fn a_datagram_of_a_peer_is_cut_to_the_length_of_the_buffer_too() {
    run(async || {
        let socket = UdpSocket::bind(ANY_PORT).await.unwrap();
        socket.connect(socket.local_addr().unwrap()).await.unwrap();
        socket.send(b"too long for it").await.unwrap();
        socket.send(b"next").await.unwrap();
        let mut buffer = [0; 8];
        assert_eq!(socket.peek(&mut buffer).await.unwrap(), 8);
        assert_eq!(&buffer, b"too long");
        buffer.fill(0);
        assert_eq!(socket.recv(&mut buffer).await.unwrap(), 8);
        assert_eq!(&buffer, b"too long");
        assert_eq!(socket.recv(&mut buffer).await.unwrap(), 4);
        assert_eq!(&buffer, b"nextlong");
    });
}

/// B10.6
#[test]
fn one_task_receives_while_another_sends() {
    run(async || {
        let socket = std::rc::Rc::new(UdpSocket::bind(ANY_PORT).await.unwrap());
        let (sender, address) = (socket.clone(), socket.local_addr().unwrap());
        let receiver = spawn(async move {
            let mut buffer = [0; 8];
            socket.recv_from(&mut buffer).await.unwrap().0
        });
        until_the_loop_has_looked().await; // it waits
        sender.send_to(b"news", address).await.unwrap();
        assert_eq!(receiver.await.unwrap(), 4);
    });
}

/// B10.10
#[test]
fn a_receive_that_is_dropped_takes_no_datagram_with_it() {
    run(async || {
        let socket = UdpSocket::bind(ANY_PORT).await.unwrap();
        assert!(socket.recv_from(&mut [0; 8]).now_or_never().is_none());
        socket.send_to(b"news", socket.local_addr().unwrap()).await.unwrap();
        until_the_loop_has_looked().await;
        assert_eq!(socket.recv_from(&mut [0; 8]).await.unwrap().0, 4);
    });
}

#[test]
fn a_socket_with_a_peer_sends_to_it_and_hears_nobody_else() {
    run(async || {
        let bind = async || UdpSocket::bind(ANY_PORT).await.unwrap();
        let (a, b, other) = (bind().await, bind().await, bind().await);
        let address = |socket: &UdpSocket| socket.local_addr().unwrap();
        assert!(a.peer_addr().is_err());
        a.connect(address(&b)).await.unwrap();
        assert_eq!(a.peer_addr().unwrap(), address(&b));
        assert_eq!(a.send(b"soup").await.unwrap(), 4);
        let mut buffer = [0; 8];
        assert_eq!(b.peek_from(&mut buffer).await.unwrap(), (4, address(&a)));
        assert_eq!(b.recv_from(&mut buffer).await.unwrap(), (4, address(&a)));
        other.send_to(b"spam", address(&a)).await.unwrap();
        b.send_to(b"news", address(&a)).await.unwrap();
        assert_eq!(a.peek(&mut buffer).await.unwrap(), 4);
        assert_eq!(&buffer[..4], b"news");
        assert_eq!(a.recv(&mut buffer).await.unwrap(), 4);
        until_the_loop_has_looked().await;
        assert!(a.recv(&mut buffer).now_or_never().is_none(), "spam");
    });
}

#[test]
fn protocols_poll_a_socket_without_a_future_of_ours() {
    run(async || {
        let socket = UdpSocket::bind(ANY_PORT).await.unwrap();
        let address = socket.local_addr().unwrap();
        let mut buffer = [0; 8];
        let receive = spawn({
            let socket = std::rc::Rc::new(socket);
            let sender = socket.clone();
            async move {
                let mut sent = false;
                std::future::poll_fn(|cx| {
                    if !sent {
                        assert!(socket.poll_recv_from(cx, &mut buffer).is_pending());
                        sent = sender.poll_send_to(cx, b"soup", address).is_ready();
                    }
                    socket.poll_recv_from(cx, &mut buffer)
                })
                .await
            }
        });
        assert_eq!(receive.await.unwrap().unwrap(), (4, address));
    });
}
