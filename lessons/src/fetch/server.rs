//! An HTTP server that takes a second for each answer, however many it has to give.

use std::io;
use std::net::SocketAddr;
use std::sync::mpsc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use executor::net::{TcpListener, TcpStream};
use executor::{Clock, EventLoop, spawn};
use futures_channel::oneshot;
use timer::sleep;

use super::http;

const SECOND: Duration = Duration::from_secs(1);

/// A server, until it is dropped.
pub(super) struct Server {
    address: SocketAddr,
    /// Dropped, it ends the thread.
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    /// Starts it on a thread of its own, with a loop of its own. On the loop of its clients it
    /// could never answer one that blocks: the client would hold the loop, and so the server, and
    /// wait for it for ever.
    ///
    /// # Errors
    /// When the system has no thread, port or descriptor left for it.
    pub(super) fn start(clock: Clock) -> io::Result<Self> {
        let (ready, is_ready) = mpsc::channel();
        let (stop, stopped) = oneshot::channel();
        let work = move || {
            let event_loop = EventLoop::builder().clock(clock).build();
            let served = event_loop.and_then(|mut it| it.run(serve(&ready, stopped)));
            if let Err(error) = served {
                // If it has begun to serve, nobody listens any more, and its clients are told.
                let _ = ready.send(Err(error));
            }
        };
        let thread = thread::Builder::new().name("server".to_owned()).spawn(work)?;
        let address = is_ready.recv().expect("it sends its address, or why it has none")?;
        Ok(Self { address, stop: Some(stop), thread: Some(thread) })
    }

    pub(super) fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.stop.take());
        // If it has panicked it has said so.
        let _ = self.thread.take().map(JoinHandle::join);
    }
}

/// Serves until it is told to stop.
async fn serve(
    ready: &mpsc::Sender<io::Result<SocketAddr>>,
    stopped: oneshot::Receiver<()>,
) -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let _ = ready.send(listener.local_addr());
    drop(spawn(accept(listener)));
    let _ = stopped.await;
    Ok(())
}

async fn accept(listener: TcpListener) {
    while let Ok((stream, _)) = listener.accept().await {
        drop(spawn(take_your_time(stream)));
    }
}

/// If its connection breaks, the client is told so by its own end.
async fn take_your_time(mut stream: TcpStream) -> io::Result<()> {
    if http::read_request(&mut stream).await? {
        sleep(SECOND).await;
        http::answer(&mut stream, "dish").await?;
    }
    Ok(())
}
