//! Connecting: to nobody, to the second of two addresses, by name, and not to the end.

use std::io::{self, ErrorKind};
use std::net::{
    IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6, TcpListener as Peers,
};
#[cfg(unix)]
use std::process::Command;

use executor::journal::Event;
use executor::net::{TcpListener, TcpStream, UdpSocket};
use futures::AsyncWriteExt;
use socket2::{Domain, Socket, Type};
use timer::timeout;

use super::{ANY_PORT, run, until, until_the_loop_has_looked};
use crate::checked::EventLoop;
use crate::support::{Record, Wakes, ends, ms, poll};
#[cfg(unix)]
use crate::support::{alone_with, simulate};

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
        let stream = TcpStream::connect([refusing, address, refusing]).await.unwrap();
        assert_eq!(stream.peer_addr().unwrap(), address);
        let refused = TcpStream::connect(vec![refusing, refusing]).await.unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::ConnectionRefused);
        let nowhere = TcpStream::connect(&[][..]).await.unwrap_err();
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
            let line = line!() + 1;
            TcpStream::connect(("localhost", address.port())).await.unwrap();
            record.pick(|_, event| match event {
                Event::JobQueued { name, site, .. } => Some((name.to_string(), site.line() - line)),
                _ => None,
            })
        })
    });
    assert_eq!(jobs, [("look-up of localhost".to_owned(), 0)]);
}

/// What is said of the jobs of a program on a loop whose only pool thread is taken until the end.
fn jobs_behind_a_busy_pool(program: impl AsyncFnOnce() + Send + 'static) -> Vec<String> {
    ends(|| {
        let record = Record::default();
        let builder = EventLoop::builder().blocking_threads(1).observer(record.clone());
        builder.build().unwrap().run(async {
            let (release, is_released) = crossbeam_channel::bounded::<()>(0);
            let busy = executor::spawn_blocking(move || is_released.recv());
            program().await;
            drop(release);
            assert!(busy.await.unwrap().is_err());
            executor::spawn_blocking(|| ()).await.unwrap();
        });
        let names = record.pick(|_, event| match event {
            Event::JobQueued { task, name, .. } => Some((*task, name.to_string())),
            _ => None,
        });
        let mut named = std::collections::BTreeMap::from_iter(names);
        // The first and the last are those from here.
        named.pop_first();
        named.pop_last();
        record.pick(|_, event| match event {
            Event::JobStarted { task, .. } => Some(format!("{} starts", named.get(task)?)),
            Event::Cancelled { task } => Some(format!("{} is cancelled", named.get(task)?)),
            _ => None,
        })
    })
}

/// B12.7, B10.4: all types that std has for addresses, and slices and arrays that are only borrowed.
#[test]
fn what_is_an_address_is_not_looked_up_and_so_does_not_wait_for_the_pool() {
    let jobs = jobs_behind_a_busy_pool(async || {
        let (v4, v6) = (Ipv4Addr::LOCALHOST, Ipv6Addr::LOCALHOST);
        let listener = TcpListener::bind((v4, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let port = address.port();
        let connected = [
            TcpStream::connect(address).await,
            TcpStream::connect(&address).await,
            TcpStream::connect(SocketAddrV4::new(v4, port)).await,
            TcpStream::connect((v4, port)).await,
            TcpStream::connect((IpAddr::V4(v4), port)).await,
            TcpStream::connect(("127.0.0.1", port)).await,
            TcpStream::connect(("127.0.0.1".to_owned(), port)).await,
            TcpStream::connect(address.to_string()).await,
            TcpStream::connect(&address.to_string()).await,
            TcpStream::connect(address.to_string().as_str()).await,
            TcpStream::connect([address]).await,
            TcpStream::connect(&[address]).await,
            TcpStream::connect(&[address][..]).await,
            TcpStream::connect(vec![address]).await,
            TcpStream::connect(&vec![address]).await,
        ];
        for stream in connected {
            assert_eq!(stream.unwrap().peer_addr().unwrap(), address);
        }
        // Whether there is an IPv6 here or not, the answer comes at once.
        let sixes = [
            TcpListener::bind((v6, 0)).await,
            TcpListener::bind((IpAddr::V6(v6), 0)).await,
            TcpListener::bind(SocketAddrV6::new(v6, 0, 0, 0)).await,
            TcpListener::bind(("::1", 0)).await,
            TcpListener::bind("[::1]:0").await,
            TcpListener::bind("::1:0").await,
        ];
        let heard =
            sixes.map(|bound| bound.map(|listener| listener.local_addr().unwrap().ip()).ok());
        assert_eq!(heard, [heard[0]; 6]);
        UdpSocket::bind(("127.0.0.1", 0)).await.unwrap();
    });
    assert_eq!(jobs, [""; 0]);
}

/// B10.4
#[test]
fn a_look_up_that_is_given_up_while_it_waits_for_a_thread_never_runs() {
    let jobs = jobs_behind_a_busy_pool(async || {
        let (_, waker) = Wakes::new();
        assert!(poll(&mut Box::pin(TcpStream::connect(("localhost", 1))), &waker).is_pending());
        assert!(poll(&mut Box::pin(TcpListener::bind("localhost:0")), &waker).is_pending());
        let given_up = timeout(ms(1), UdpSocket::bind("localhost:0".to_owned())).await;
        assert!(given_up.is_err());
    });
    assert_eq!(jobs, ["look-up of localhost is cancelled"; 3]);
}

/// B10.4
#[test]
fn text_that_can_be_no_address_is_an_error_without_a_look_up() {
    let jobs = jobs_behind_a_busy_pool(async || {
        for text in ["localhost", "localhost:", "localhost:http", "localhost:65536", ""] {
            let error = TcpStream::connect(text).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidInput);
            let expected = format!("{text:?} is neither an address nor HOST:PORT");
            assert_eq!(error.to_string(), expected);
        }
    });
    assert_eq!(jobs, [""; 0]);
}

/// B10.4, B11.6. In a process whose threads are to have a stack that no system can give them, of
/// which Windows runs no test.
#[cfg(unix)]
#[test]
fn a_look_up_that_gets_no_thread_is_an_error_and_no_panic() {
    let huge_stacks = |mut test: Command| {
        test.env("RUST_MIN_STACK", (usize::MAX / 4 * 3).to_string());
        test
    };
    let name = "sockets::connect::a_look_up_that_gets_no_thread_is_an_error_and_no_panic";
    alone_with(name, huge_stacks, || {
        simulate(async {
            let errors = [
                TcpStream::connect(("localhost", 1)).await.map(drop).unwrap_err(),
                TcpListener::bind("localhost:0").await.map(drop).unwrap_err(),
                UdpSocket::bind("localhost:0").await.map(drop).unwrap_err(),
            ];
            for error in errors {
                let text = error.to_string();
                let begin = "no thread could be started for the look-up of localhost: ";
                assert!(text.starts_with(begin), "{text}");
            }
        });
    });
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
        let stream = connect.await.unwrap();
        let (peer, _) = peers.accept().unwrap();
        drop(peer);
        assert_eq!(stream.read(&mut [0; 8]).await.unwrap(), 0);
    });
}

/// B12.7
#[test]
fn small_pieces_are_sent_at_once_if_that_is_asked_for_and_not_otherwise() {
    run(async || {
        let peers = Peers::bind(ANY_PORT).unwrap();
        for nodelay in [true, false] {
            let stream = TcpStream::connect(peers.local_addr().unwrap()).await.unwrap();
            stream.set_nodelay(true).unwrap();
            stream.set_nodelay(nodelay).unwrap();
            assert_eq!(stream.into_std().unwrap().nodelay().unwrap(), nodelay);
        }
    });
}
