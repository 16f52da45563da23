//! Waiting for the network: a server that is slow to answer.

use std::io::{self, Read};
use std::net::{self, Ipv4Addr, SocketAddr};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use executor::net::{TcpListener, TcpStream};
use executor::{EventLoop, spawn};
use futures_channel::oneshot;
use futures_lite::{AsyncReadExt, AsyncWriteExt};
use timer::sleep;

/// How long an answer takes.
const SLOW: Duration = Duration::from_millis(200);

/// Asks the server, and waits for its answer as a coroutine does.
pub(super) async fn ask(server: SocketAddr) -> io::Result<u64> {
    let mut stream = TcpStream::connect(server).await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    Ok(answer.len() as u64)
}

/// The same with std's blocking calls, for a thread that has nothing else to do.
pub(super) fn ask_and_block(server: SocketAddr) -> io::Result<u64> {
    let mut stream = net::TcpStream::connect(server)?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer.len() as u64)
}

/// The server, on a loop and a thread of its own. It is there as long as this is.
pub(super) struct Server {
    pub(super) address: SocketAddr,
    _stop: oneshot::Sender<()>,
}

impl Server {
    /// Starts it, at a port that the system chooses.
    ///
    /// # Errors
    /// What the system reports.
    pub(super) fn start() -> io::Result<Self> {
        let (tell, told) = mpsc::channel();
        let (stop, stopped) = oneshot::channel();
        let server = thread::Builder::new().name("server".to_owned());
        server.spawn(move || match EventLoop::new() {
            Ok(mut event_loop) => event_loop.run(open(tell, stopped)),
            Err(error) => {
                let _ = tell.send(Err(error));
            }
        })?;
        let address = told.recv().expect("the server tells its address, or why it has none")?;
        Ok(Self { address, _stop: stop })
    }
}

/// Serves until `stop` is dropped.
async fn open(tell: mpsc::Sender<io::Result<SocketAddr>>, stopped: oneshot::Receiver<()>) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await;
    let bound = listener.and_then(|listener| Ok((listener.local_addr()?, listener)));
    let address = bound.map(|(address, listener)| {
        drop(spawn(serve(listener)));
        address
    });
    if tell.send(address).is_ok() {
        let _ = stopped.await;
    }
}

/// However many ask, each has its answer after the same time: to wait is no work for a server.
async fn serve(listener: TcpListener) -> io::Result<()> {
    loop {
        let (stream, _) = listener.accept().await?;
        drop(spawn(answer(stream)));
    }
}

async fn answer(mut stream: TcpStream) -> io::Result<()> {
    sleep(SLOW).await;
    stream.write_all(b"Your order is ready\n").await
}
