//! What monoio does alike with either driver.

use std::net::SocketAddr;
use std::time::Duration;

use monoio::blocking::{DefaultThreadPool, ThreadPool};
use monoio::io::{AsyncReadRent, AsyncReadRentExt, AsyncWriteRentExt, IntoPollIo};
use monoio::net::tcp::stream_poll::TcpStreamPoll;
pub use monoio::net::{TcpListener, TcpStream};
pub use monoio::spawn;
use monoio::task::JoinHandle;
use monoio_compat::hyper::MonoioIo;

use crate::rows::{MESSAGE, WORKS};

pub fn pool() -> Box<dyn ThreadPool + Send> {
    Box::new(DefaultThreadPool::new(4))
}

pub fn join<T>(task: JoinHandle<T>) -> JoinHandle<T> {
    task
}

pub fn detach<T>(task: JoinHandle<T>) {
    drop(task);
}

pub fn sleep(duration: Duration) -> monoio::time::Sleep {
    monoio::time::sleep(duration)
}

pub async fn spawn_blocking<T: Send + 'static>(job: impl FnOnce() -> T + Send + 'static) -> T {
    monoio::spawn_blocking(job).await.expect(WORKS)
}

pub async fn listen() -> (TcpListener, SocketAddr) {
    let listener = TcpListener::bind("127.0.0.1:0").expect(WORKS);
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

/// Sends back what comes, until the other side is gone. A buffer is given away for as long as an
/// operation takes, and comes back with its result.
pub async fn echo(mut stream: TcpStream) {
    let mut buffer = Vec::with_capacity(1024);
    loop {
        let (length, read) = stream.read(buffer).await;
        if length.expect(WORKS) == 0 {
            return;
        }
        let (written, mut sent) = stream.write_all(read).await;
        written.expect(WORKS);
        sent.clear();
        buffer = sent;
    }
}

/// Sends `message` there and back, `times` over.
pub async fn talk(stream: &mut TcpStream, message: [u8; MESSAGE], times: u64) {
    let mut out = message.to_vec();
    let mut back = vec![0; MESSAGE];
    for _ in 0..times {
        let (written, sent) = stream.write_all(out).await;
        written.expect(WORKS);
        out = sent;
        let (read, came) = stream.read_exact(back).await;
        read.expect(WORKS);
        back = came;
        assert_eq!(back, message);
    }
}

/// A stream as hyper wants it.
pub fn io(stream: TcpStream) -> MonoioIo<TcpStreamPoll> {
    MonoioIo::new(stream.into_poll_io().expect(WORKS))
}
