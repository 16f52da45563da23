//! Short Order.

use std::net::SocketAddr;

pub use beside::ROWS as BESIDE;
pub use executor::net::{TcpListener, TcpStream, UdpSocket};
pub use executor::{EventLoop, JoinHandle, gather_all as gather, spawn, yield_now};
use futures::{AsyncReadExt, AsyncWriteExt};
use smol_hyper::rt::FuturesIo;
pub use timer::{sleep, timeout};

use crate::rows::{MESSAGE, Measured, WORKS};

#[path = "../rows/beside.rs"]
mod beside;
#[path = "../rows/blocking.rs"]
mod blocking;
#[path = "../rows/http.rs"]
mod http;
#[path = "../rows/idle.rs"]
mod idle;
#[path = "../rows/sockets.rs"]
mod sockets;
#[path = "../rows/tasks.rs"]
mod tasks;
#[path = "../rows/threads.rs"]
mod threads;
#[path = "../rows/timers.rs"]
mod timers;

/// What it is measured in.
pub const ROWS: &[&[Measured]] =
    &[tasks::ROWS, threads::ROWS, blocking::ROWS, timers::ROWS, sockets::ROWS, http::ROWS];

/// Runs `body` as a task.
pub fn run<F: Future + 'static>(body: F) -> F::Output {
    executor::run(async { join(spawn(body)).await })
}

/// A loop that can run more than once.
pub fn event_loop() -> EventLoop {
    EventLoop::new().expect(WORKS)
}

pub fn run_on<F: Future>(event_loop: &mut EventLoop, body: F) -> F::Output {
    event_loop.run(body)
}

pub async fn join<T>(task: JoinHandle<T>) -> T {
    task.await.expect(WORKS)
}

pub fn detach<T>(task: JoinHandle<T>) {
    drop(task);
}

pub async fn spawn_blocking<T: Send + 'static>(job: impl FnOnce() -> T + Send + 'static) -> T {
    executor::spawn_blocking(job).await.expect(WORKS)
}

pub async fn listen() -> (TcpListener, SocketAddr) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect(WORKS);
    let address = listener.local_addr().expect(WORKS);
    (listener, address)
}

pub async fn accept(listener: &TcpListener) -> TcpStream {
    let (stream, _) = listener.accept().await.expect(WORKS);
    stream.set_nodelay(true).expect(WORKS);
    stream
}

pub async fn connect(address: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(address).await.expect(WORKS);
    stream.set_nodelay(true).expect(WORKS);
    stream
}

/// Sends back what comes, until the other side is gone.
pub async fn echo(mut stream: TcpStream) {
    let mut buffer = [0; 1024];
    loop {
        let length = stream.read(&mut buffer).await.expect(WORKS);
        if length == 0 {
            return;
        }
        stream.write_all(&buffer[..length]).await.expect(WORKS);
    }
}

/// Sends `message` there and back, `times` over.
pub async fn talk(stream: &mut TcpStream, message: [u8; MESSAGE], times: u64) {
    let mut back = [0; MESSAGE];
    for _ in 0..times {
        stream.write_all(&message).await.expect(WORKS);
        stream.read_exact(&mut back).await.expect(WORKS);
        assert_eq!(back, message);
    }
}

/// A stream as hyper wants it.
pub fn io(stream: TcpStream) -> FuturesIo<TcpStream> {
    FuturesIo::new(stream)
}
