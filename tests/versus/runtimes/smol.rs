//! smol's `LocalExecutor`, with async-io.

use std::net::SocketAddr;
use std::time::Duration;

pub use in_order::gather;
pub use smol::future::yield_now;
use smol::io::{AsyncReadExt, AsyncWriteExt};
pub use smol::net::{TcpListener, TcpStream};
pub use smol::unblock as spawn_blocking;
use smol::{LocalExecutor, Task, Timer};
use smol_hyper::rt::FuturesIo;

use crate::rows::{MESSAGE, Measured, WORKS};

#[path = "../rows/blocking.rs"]
mod blocking;
#[path = "../rows/http.rs"]
mod http;
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

thread_local! {
    static TASKS: LocalExecutor<'static> = const { LocalExecutor::new() };
}

/// Runs `body` as a task.
pub fn run<F: Future + 'static>(body: F) -> F::Output {
    TASKS.with(|tasks| smol::block_on(tasks.run(spawn(body))))
}

pub fn spawn<F: Future + 'static>(future: F) -> Task<F::Output> {
    TASKS.with(|tasks| tasks.spawn(future))
}

pub fn join<T>(task: Task<T>) -> Task<T> {
    task
}

pub fn detach<T>(task: Task<T>) {
    task.detach();
}

pub async fn sleep(duration: Duration) {
    Timer::after(duration).await;
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
