//! tokio's `current_thread` runtime, and `tokio::spawn`, which wants futures that are `Send`.

use std::net::SocketAddr;

pub use beside::ROWS as BESIDE;
use hyper_util::rt::TokioIo;
pub use in_order::gather;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
pub use tokio::net::{TcpListener, TcpStream, UdpSocket};
use tokio::runtime::{Builder, Runtime};
pub use tokio::task::{self, JoinHandle, spawn, yield_now};
pub use tokio::time::{sleep, timeout};

use crate::rows::{MESSAGE, Measured, WORKS};

#[path = "../rows/beside.rs"]
mod beside;
#[path = "../rows/blocking.rs"]
mod blocking;
#[path = "../rows/http.rs"]
mod http;
#[path = "../rows/idle.rs"]
mod idle;
#[path = "in_order.rs"]
mod in_order;
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
pub fn run<F: Future<Output: Send> + Send + 'static>(body: F) -> F::Output {
    runtime().block_on(async { join(spawn(body)).await })
}

pub fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().expect(WORKS)
}

/// A runtime that can run more than once.
pub use runtime as event_loop;

pub fn run_on<F: Future>(runtime: &mut Runtime, body: F) -> F::Output {
    runtime.block_on(body)
}

pub async fn join<T>(task: JoinHandle<T>) -> T {
    task.await.expect(WORKS)
}

pub fn detach<T>(task: JoinHandle<T>) {
    drop(task);
}

pub async fn spawn_blocking<T: Send + 'static>(job: impl FnOnce() -> T + Send + 'static) -> T {
    task::spawn_blocking(job).await.expect(WORKS)
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
pub fn io(stream: TcpStream) -> TokioIo<TcpStream> {
    TokioIo::new(stream)
}
