//! The clients of the HTTP server: no runtime of those compared, but two threads that write a
//! request to each of their connections, and then read all the answers.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::thread;
use std::time::Instant;

use crate::rows::{WORKS, per, span};

const THREADS: u64 = 2;
const CONNECTIONS: u64 = 32;
const REQUEST: &[u8] = b"GET / HTTP/1.1\r\nhost: localhost\r\n\r\n";

/// Nanoseconds for a request.
pub fn run(address: SocketAddr, requests: u64) -> f64 {
    let times = requests.div_ceil(THREADS * CONNECTIONS);
    let threads = Vec::from_iter((0..THREADS).map(|_| thread::spawn(move || ask(address, times))));
    let spans: Vec<_> = threads
        .into_iter()
        .map(|thread| thread.join().expect("it only reads and writes"))
        .collect();
    per(span(&spans), times * THREADS * CONNECTIONS)
}

fn ask(address: SocketAddr, times: u64) -> (Instant, Instant) {
    let connect = |_| {
        let stream = TcpStream::connect(address).expect(WORKS);
        stream.set_nodelay(true).expect(WORKS);
        stream
    };
    let mut streams: Vec<_> = (0..CONNECTIONS).map(connect).collect();
    // All answers are as long as the first.
    let mut answer = Vec::new();
    for stream in &mut streams {
        stream.write_all(REQUEST).expect(WORKS);
        answer = first_answer(stream);
    }
    let start = Instant::now();
    for _ in 0..times {
        for stream in &mut streams {
            stream.write_all(REQUEST).expect(WORKS);
        }
        for stream in &mut streams {
            stream.read_exact(&mut answer).expect(WORKS);
        }
    }
    assert!(answer.ends_with(b"Hello, world!"), "{}", String::from_utf8_lossy(&answer));
    (start, Instant::now())
}

fn first_answer(stream: &mut TcpStream) -> Vec<u8> {
    let mut answer = Vec::new();
    while !answer.ends_with(b"Hello, world!") {
        let mut byte = [0];
        stream.read_exact(&mut byte).expect(WORKS);
        answer.extend(byte);
    }
    answer
}
