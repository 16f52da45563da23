//! Connecting: to nobody, to the second of two addresses, by name, and not to the end.

use std::io::{self, ErrorKind};
use std::net::{SocketAddr, TcpListener as Peers, ToSocketAddrs};

use executor::journal::Event;
use executor::net::{TcpListener, TcpStream};
use futures::{AsyncReadExt, AsyncWriteExt};
use socket2::{Domain, Socket, Type};

use super::{ANY_PORT, run, until, until_the_loop_has_looked};
use crate::checked::EventLoop;
use crate::support::{Record, Wakes, ends, poll};

/// An address at which nobody listens, and nobody can begin to while the socket is there.
fn nobody_listens() -> (Socket, SocketAddr) {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
    let any: SocketAddr = ANY_PORT.parse().unwrap();
    socket.bind(&any.into()).unwrap();
    let address = socket.local_addr().unwrap().as_socket().unwrap();
    (socket, address)
}

/// A listener whose queue is full: the kernel leaves further connections half made.
pub fn nobody_accepts() -> (Socket, Vec<Socket>, SocketAddr) {
    let (listener, address) = nobody_listens();
    listener.listen(0).unwrap();
    let mut clients = Vec::new();
    loop {
        let client = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
        client.set_nonblocking(true).unwrap();
        let _in_progress = client.connect(&address.into());
        // On the loopback it stands at once, or does not for a second: a queue for none holds one.
        if client.peer_addr().is_err() && clients.len() >= 2 {
            return (listener, clients, address);
        }
        clients.push(client);
    }
}

/// Several addresses for one name.
struct Several(Vec<SocketAddr>);

impl ToSocketAddrs for Several {
    type Iter = std::vec::IntoIter<SocketAddr>;

    fn to_socket_addrs(&self) -> io::Result<Self::Iter> {
        Ok(self.0.clone().into_iter())
    }
}

/// B10.4
#[test]
fn a_connection_that_is_refused_is_an_error() {
    run(async || {
        let (_socket, address) = nobody_listens();
        let refused = TcpStream::connect(address).await.unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::ConnectionRefused);
    });
}

/// B10.4
#[test]
fn a_connection_is_made_to_the_first_address_that_will_do() {
    run(async || {
        let (_socket, refusing) = nobody_listens();
        let peers = Peers::bind(ANY_PORT).unwrap();
        let address = peers.local_addr().unwrap();
        let stream = TcpStream::connect(Several(vec![refusing, address, refusing])).await.unwrap();
        assert_eq!(stream.peer_addr().unwrap(), address);
        let refused = TcpStream::connect(Several(vec![refusing, refusing])).await.unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::ConnectionRefused);
        let nowhere = TcpStream::connect(Several(vec![])).await.unwrap_err();
        assert_eq!(nowhere.kind(), ErrorKind::InvalidInput);
    });
}

/// A look-up blocks, so it is for the pool; what is an address already needs none.
#[test]
fn a_name_is_looked_up_on_the_pool_and_an_address_is_not() {
    let jobs = ends(|| {
        let record = Record::default();
        let mut event_loop = EventLoop::builder().observer(record.clone()).build().unwrap();
        event_loop.run(async {
            let listener = TcpListener::bind(ANY_PORT).await.unwrap();
            let address = listener.local_addr().unwrap();
            TcpStream::connect(address).await.unwrap();
            let jobs = || record.count(|event| matches!(event, Event::JobQueued { .. }));
            let before = jobs();
            TcpStream::connect(("localhost", address.port())).await.unwrap();
            (before, jobs())
        })
    });
    assert_eq!(jobs, (0, 1));
}

/// B10.4
#[test]
fn a_connection_that_nobody_accepts_yet_stands_and_can_be_written_to() {
    run(async || {
        let peers = Peers::bind(ANY_PORT).unwrap();
        let mut stream = TcpStream::connect(peers.local_addr().unwrap()).await.unwrap();
        stream.set_nodelay(true).unwrap();
        stream.write_all(b"early").await.unwrap();
        let (peer, address) = peers.accept().unwrap();
        assert_eq!(address, stream.local_addr().unwrap());
        drop(stream);
        assert_eq!(io::read_to_string(peer).unwrap(), "early");
    });
}

/// B10.4
#[test]
fn a_connection_that_is_given_up_half_way_leaves_no_one_waiting() {
    run(async || {
        let (_listener, _clients, address) = nobody_accepts();
        let (wakes, waker) = Wakes::new();
        let mut connect = Box::pin(TcpStream::connect(address));
        assert!(poll(&mut connect, &waker).is_pending());
        until_the_loop_has_looked().await;
        assert!(poll(&mut connect, &waker).is_pending());
        drop(connect);
        until_the_loop_has_looked().await;
        assert_eq!(wakes.count(), 0);
    });
}

/// B10.4: the half made connection is made when there is room for it.
#[test]
fn a_connection_that_has_to_wait_is_woken_when_it_stands() {
    run(async || {
        let peers = Peers::bind(ANY_PORT).unwrap();
        let (wakes, waker) = Wakes::new();
        let mut connect = Box::pin(TcpStream::connect(peers.local_addr().unwrap()));
        // Whether it stands at once or not: the first poll has not looked yet.
        assert!(poll(&mut connect, &waker).is_pending());
        until(|| wakes.count() == 1).await;
        let mut stream = connect.await.unwrap();
        let (peer, _) = peers.accept().unwrap();
        drop(peer);
        assert_eq!(stream.read(&mut [0; 8]).await.unwrap(), 0);
    });
}
