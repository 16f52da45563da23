//! The reactor: how the system's event finds the task, and what an edge is.

use std::io::{self, Read, Write};
use std::net::{TcpListener as Listener, TcpStream as Sender};
use std::time::Duration;

use executor::net::{TcpListener, TcpStream};
use executor::{gather, yield_now};
use futures_lite::AsyncWriteExt;
use mio::net::TcpStream as Socket;
use mio::{Events, Interest, Poll, Token};

use crate::lesson::{Clocks, Evening, Lesson, Stage, Twin, look, println};

/// A socket, registered under a number; who sends to it; and what asks the system.
struct ByHand {
    poll: Poll,
    socket: Socket,
    sender: Sender,
}

impl ByHand {
    fn new() -> io::Result<Self> {
        let listener = Listener::bind("127.0.0.1:0")?;
        let sender = Sender::connect(listener.local_addr()?)?;
        let (socket, _) = listener.accept()?;
        socket.set_nonblocking(true)?;
        let (poll, mut socket) = (Poll::new()?, Socket::from_std(socket));
        poll.registry().register(&mut socket, Token(7), Interest::READABLE)?;
        Ok(Self { poll, socket, sender })
    }

    /// Asks for events, as the loop does when it has nothing else to do.
    fn ask(&mut self, patience: Duration) -> io::Result<()> {
        let mut events = Events::with_capacity(8);
        self.poll.poll(&mut events, Some(patience))?;
        match events.iter().next() {
            Some(event) => println!("The system says: {:?} can be read", event.token()),
            None => println!("The system says nothing"),
        }
        Ok(())
    }

    /// Reads one byte, or finds that there is none.
    fn read(&mut self) -> io::Result<bool> {
        let mut byte = [0];
        match self.socket.read(&mut byte) {
            Ok(_) => println!("Read: {}", char::from(byte[0])),
            Err(error) => println!("Not read: {:?}", error.kind()),
        }
        Ok(byte[0] != 0)
    }
}

/// The system tells an edge: that something has come, not that something is there.
fn by_hand() -> io::Result<()> {
    let mut by_hand = ByHand::new()?;
    by_hand.sender.write_all(b"ab")?;
    by_hand.ask(Duration::from_secs(10))?;
    by_hand.read()?; // and not on: there might be more
    by_hand.ask(Duration::ZERO)?;
    println!("b is there, and nobody will ever tell. So: on until WouldBlock");
    while by_hand.read()? {}
    by_hand.sender.write_all(b"c")?;
    by_hand.ask(Duration::from_secs(10))
}

/// Stops after each byte, and is none the worse for it: the loop's note says "readable" until a
/// try says WouldBlock.
async fn reader(listener: TcpListener) -> io::Result<()> {
    let (stream, _) = listener.accept().await?;
    let mut byte = [0];
    while stream.read(&mut byte).await? > 0 {
        println!("Read: {}", char::from(byte[0]));
        yield_now().await;
    }
    Ok(())
}

async fn ours() -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let sender = async move { TcpStream::connect(address).await?.write_all(b"ab").await };
    let (read, sent) = gather!(reader(listener), sender).await;
    read.and(sent)
}

async fn told() {
    if let Err(error) = ours().await {
        println!("No network: {error}");
    }
}

fn play(stage: &mut Stage) -> io::Result<()> {
    by_hand()?;
    stage.scene_of_sockets("by the loop", |_| told())
}

/// The lesson `reactor`.
pub(crate) const LESSON: Lesson = Lesson {
    name: "reactor",
    title: "where the system's event finds the task, and what an edge is",
    watch: "\
The system knows no wakers: it says a number, the token, by which the loop finds a
note, and in it a waker. Watch what it says when one stops before WouldBlock.",
    play,
    clocks: Clocks::All,
    rust: include_str!("reactor.rs"),
    python: Twin::None("It asks by level: what is left unread is told again, each round."),
    evening: Evening::Internals,
    minutes: 15,
    look: &[
        look!("executor/src/net/reactor.rs", "ready", "from the token to the wakers"),
        look!("executor/src/net/reactor.rs", "poll_io", "tries, or leaves a waker"),
    ],
    change: "\
ask once more at the end of by_hand, before c is read. Does the system say it again?",
};
