//! quinn on our loop: both ends, with losses, and with ngtcp2's programs as the other end.

mod ends;
mod ngtcp2;
mod relay;

use std::sync::Arc;
use std::time::Duration;

use executor::{EventLoop, gather_all, run, spawn, spawn_blocking};
use futures::executor::block_on;
use programs::quinn::OurLoop;
use quinn::{Connection, ConnectionError, Endpoint, IdleTimeout};
use quinn::{RecvStream, SendStream, TransportConfig};
use timer::{Clock, sleep};

use ends::{Ends, connect};
use relay::relay;

const HOUR: Duration = Duration::from_secs(3600);
/// A hundred megabytes, in pieces.
const PIECES: usize = 1600;
const PIECE: usize = 62_500;

/// A piece of bytes that follow from their place.
fn piece(number: usize) -> Vec<u8> {
    let places = number * PIECE..(number + 1) * PIECE;
    places.map(|at| (at ^ at >> 8 ^ at >> 16).wrapping_mul(167) as u8).collect()
}

/// Sends back what comes on each stream of each connection.
async fn echo(server: Endpoint) {
    while let Some(incoming) = server.accept().await {
        let connection = incoming.await.unwrap();
        drop(spawn(async move {
            while let Ok((mut to, mut from)) = connection.accept_bi().await {
                drop(spawn(async move {
                    while let Some(chunk) = from.read_chunk(usize::MAX, true).await.unwrap() {
                        to.write_chunk(chunk.bytes).await.unwrap();
                    }
                    to.finish().unwrap();
                }));
            }
        }));
    }
}

/// A connection to an echo server, both on the loop on this thread.
async fn echoing(ends: &Ends) -> (Endpoint, Connection) {
    let runtime = Arc::new(OurLoop::new());
    let server = ends.server(runtime.clone());
    let address = server.local_addr().unwrap();
    drop(spawn(echo(server)));
    let client = ends.client(runtime);
    let connection = connect(&client, address).await;
    (client, connection)
}

/// Sends `bytes` on a stream of its own, and returns what comes back.
async fn echo_of(connection: &Connection, bytes: &[u8]) -> Vec<u8> {
    let (mut to, mut from) = connection.open_bi().await.unwrap();
    let send = async {
        to.write_all(bytes).await.unwrap();
        to.finish().unwrap();
    };
    let receive = async { from.read_to_end(usize::MAX).await.unwrap() };
    futures::join!(send, receive).1
}

#[test]
fn three_hundred_streams_at_once_each_get_their_own_bytes_back() {
    run(async {
        let (_client, connection) = echoing(&Ends::new("echo")).await;
        let streams = (0..300).map(|number| {
            let connection = connection.clone();
            async move {
                let bytes = &piece(number)[..number * 200];
                echo_of(&connection, bytes).await == bytes
            }
        });
        assert!(gather_all(streams).await.into_iter().all(|is_right| is_right));
    });
}

async fn send(mut stream: SendStream) {
    for number in 0..PIECES {
        stream.write_all(&piece(number)).await.unwrap();
    }
    stream.finish().unwrap();
    stream.stopped().await.unwrap(); // all was acknowledged
}

async fn receive(mut stream: RecvStream) {
    let mut received = vec![0; PIECE];
    for number in 0..PIECES {
        stream.read_exact(&mut received).await.unwrap();
        assert!(received == piece(number), "piece {number}");
    }
    assert!(stream.read_chunk(1, true).await.unwrap().is_none(), "more than was sent");
}

#[test]
fn a_hundred_megabytes_arrive_whole_though_one_datagram_in_fifty_is_lost() {
    run(async {
        let (ends, runtime) = (Ends::new("bulk"), Arc::new(OurLoop::new()));
        let (server, client) = (ends.server(runtime.clone()), ends.client(runtime));
        let (address, traffic) = relay(server.local_addr().unwrap(), 50, 2026).await;
        let receiver = spawn(async move {
            let connection = server.accept().await.unwrap().await.unwrap();
            receive(connection.accept_uni().await.unwrap()).await;
            connection.closed().await;
        });
        let connection = connect(&client, address).await;
        send(connection.open_uni().await.unwrap()).await;
        connection.close(0u8.into(), b"served");
        client.wait_idle().await;
        receiver.await.unwrap();
        let (passed, lost) = (traffic.passed.get(), traffic.lost.get());
        println!("{passed} datagrams passed, {lost} were lost");
        assert!(lost > passed / 100, "{lost} of {passed} are not what was asked for");
        assert!(connection.stats().path.lost_packets > 0, "nothing was sent again");
    });
}

/// A connection ends when it was silent for so long; if `keep_alive`, a sign of life comes before.
fn idle_after(silence: Duration, keep_alive: bool) -> TransportConfig {
    let mut transport = TransportConfig::default();
    transport.max_idle_timeout(Some(IdleTimeout::try_from(silence).unwrap()));
    transport.keep_alive_interval(keep_alive.then_some(silence / 3));
    transport
}

#[test]
fn a_connection_without_a_sign_of_life_ends_when_its_time_is_over_on_our_clock() {
    let event_loop = EventLoop::builder().clock(Clock::simulated()).build();
    event_loop.unwrap().run(async {
        let ends = Ends::with("echo", idle_after(HOUR, false));
        let (_client, connection) = echoing(&ends).await;
        assert_eq!(echo_of(&connection, b"soup").await, b"soup");
        let silent_from = timer::now();
        assert_eq!(connection.closed().await, ConnectionError::TimedOut);
        let silence = timer::now() - silent_from;
        // The last sign of life may be an acknowledgement that comes a little later.
        assert!((HOUR..HOUR + HOUR / 60).contains(&silence), "after {silence:?}");
    });
}

#[test]
fn signs_of_life_keep_a_connection_for_a_day() {
    let event_loop = EventLoop::builder().clock(Clock::simulated()).build();
    event_loop.unwrap().run(async {
        let ends = Ends::with("echo", idle_after(HOUR, true));
        let (_client, connection) = echoing(&ends).await;
        sleep(24 * HOUR).await;
        assert_eq!(connection.close_reason(), None);
        assert_eq!(echo_of(&connection, b"soup").await, b"soup");
        let pings = connection.stats().frame_tx.ping;
        assert!((72..=80).contains(&pings), "{pings} signs of life");
    });
}

#[test]
fn what_quinn_hands_out_serves_on_another_thread() {
    run(async {
        let (client, connection) = echoing(&Ends::new("echo")).await;
        let closed = connection.clone();
        let job = spawn_blocking(move || {
            let bytes = piece(7);
            assert!(block_on(echo_of(&connection, &bytes)) == bytes);
            let address = connection.remote_address();
            let another = block_on(connect(&client, address));
            assert_eq!(block_on(echo_of(&another, b"soup")), b"soup");
            drop(another);
            connection.close(7u8.into(), b"enough");
        });
        job.await.unwrap();
        assert_eq!(closed.closed().await, ConnectionError::LocallyClosed);
    });
}
