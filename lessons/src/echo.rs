//! How a task waits for a socket: an echo server and its guests, all on one thread.

use std::io;
use std::net::SocketAddr;

use executor::net::{TcpListener, TcpStream};
use executor::{gather_all, spawn};
use futures_lite::{AsyncReadExt, AsyncWriteExt};

use crate::lesson::{Clocks, Evening, Lesson, Stage, Twin, look, println};

/// Sends back all that comes, until the guest has gone.
async fn echo(mut stream: TcpStream) -> io::Result<()> {
    let mut buffer = [0; 1024];
    loop {
        let length = stream.read(&mut buffer).await?;
        if length == 0 {
            return Ok(());
        }
        println!("Waiter: {}!", String::from_utf8_lossy(&buffer[..length]));
        stream.write_all(&buffer[..length]).await?;
    }
}

/// Each guest gets a waiter, which is a task of its own.
async fn serve(listener: TcpListener) -> io::Result<()> {
    loop {
        let (stream, _) = listener.accept().await?;
        drop(spawn(waiter(stream)));
    }
}

async fn waiter(stream: TcpStream) {
    if let Err(error) = echo(stream).await {
        println!("Waiter: a guest is lost: {error}");
    }
}

async fn guest(address: SocketAddr, order: &str) -> io::Result<String> {
    let mut stream = TcpStream::connect(address).await?;
    stream.write_all(order.as_bytes()).await?;
    // A stream has no messages, only bytes: so it reads as many as it is to get back.
    let mut echo = vec![0; order.len()];
    stream.read_exact(&mut echo).await?;
    Ok(String::from_utf8_lossy(&echo).into_owned())
}

async fn open_for(orders: &'static [&'static str]) -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    drop(spawn(serve(listener))); // it serves until the end of the run cancels it
    let echoes = gather_all(orders.iter().map(|order| guest(address, order))).await;
    let echoes: Vec<String> = echoes.into_iter().collect::<io::Result<_>>()?;
    println!("Got back: {echoes:?}");
    Ok(())
}

async fn open(orders: &'static [&'static str]) {
    if let Err(error) = open_for(orders).await {
        println!("No echo: {error}");
    }
}

fn play(stage: &mut Stage) -> io::Result<()> {
    stage.scene_of_sockets("one guest", |_| open(&["soup"]))?;
    stage.scene("three guests", |_| open(&["soup", "salad", "cake"]))?;
    Ok(())
}

/// The lesson `echo`.
pub(crate) const LESSON: Lesson = Lesson {
    name: "echo",
    title: "how a server and its guests wait for sockets, on one thread",
    watch: "\
A guest sends an order, a waiter sends it back. Watch who leaves its waker with
which socket's token: when that is ready, the loop calls the waker, which queues
the task. It stays ready until a try says WouldBlock, or reads all there is.",
    play,
    clocks: Clocks::All,
    rust: include_str!("echo.rs"),
    python: Twin::Program(include_str!("../python/echo.py")),
    evening: Evening::Internals,
    minutes: 10,
    look: &[
        look!("executor/src/net/reactor.rs", "poll_io", "tries, or waits"),
        look!("executor/src/waiting.rs", "wake_sockets", "calls the wakers"),
    ],
    change: "\
let a guest order a second thing, with --trace.",
};
