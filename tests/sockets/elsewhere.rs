//! On a thread where no loop is entered, or another one: a socket is its reactor's, not the thread's.

use std::net::TcpStream as Peer;

use executor::net::{TcpListener, TcpStream, UdpSocket};
use executor::spawn_blocking;

use super::{ANY_PORT, run};
use crate::support::block_on;

/// B10.7: the connection that was taken from the system is not lost.
#[test]
fn a_connection_is_accepted_where_no_loop_is_entered() {
    run(async || {
        let listener = TcpListener::bind(ANY_PORT).await.unwrap();
        let peer = Peer::connect(listener.local_addr().unwrap()).unwrap();
        let accept = spawn_blocking(move || block_on(listener.accept()).unwrap());
        let (stream, address) = accept.await.unwrap();
        assert_eq!(address, peer.local_addr().unwrap());
        super::send(&peer, b"news");
        let mut news = [0; 8];
        assert_eq!(stream.read(&mut news).await.unwrap(), 4);
    });
}

#[test]
fn a_connection_accepted_in_another_loop_is_of_the_listeners_loop() {
    run(async || {
        let listener = TcpListener::bind(ANY_PORT).await.unwrap();
        let peer = Peer::connect(listener.local_addr().unwrap()).unwrap();
        let accept = spawn_blocking(move || executor::run(listener.accept()).unwrap());
        // That loop has ended; the connection has not.
        let (stream, _) = accept.await.unwrap();
        super::send(&peer, b"news");
        assert_eq!(stream.read(&mut [0; 8]).await.unwrap(), 4);
    });
}

#[test]
fn a_socket_that_was_begun_in_the_loop_may_be_finished_elsewhere() {
    run(async || {
        let listener = TcpListener::bind(ANY_PORT);
        let listener = spawn_blocking(move || block_on(listener).unwrap()).await.unwrap();
        let connect = TcpStream::connect(listener.local_addr().unwrap());
        let client = spawn_blocking(move || block_on(connect).unwrap());
        let (server, _) = listener.accept().await.unwrap();
        let client = client.await.unwrap();
        let write = async move { client.write(b"soup").await.unwrap() };
        assert_eq!(spawn_blocking(move || block_on(write)).await.unwrap(), 4);
        assert_eq!(server.read(&mut [0; 8]).await.unwrap(), 4);
        let socket = UdpSocket::bind(ANY_PORT);
        let socket = spawn_blocking(move || block_on(socket).unwrap()).await.unwrap();
        socket.send_to(b"soup", socket.local_addr().unwrap()).await.unwrap();
        assert_eq!(socket.recv_from(&mut [0; 8]).await.unwrap().0, 4);
    });
}

#[test]
fn a_name_is_not_looked_up_where_no_loop_is_entered_and_the_error_says_so() {
    run(async || {
        let connect = TcpStream::connect("localhost:1");
        let connect = spawn_blocking(move || block_on(connect).unwrap_err().to_string());
        let error = connect.await.unwrap();
        assert!(error.contains("poll this inside the loop"), "{error}");
    });
}
