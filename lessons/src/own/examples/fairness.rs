//! Who starves whom, and the two numbers that bound it: 61 polls, and 128 operations.

use std::cell::Cell;
use std::future::ready;
use std::io;
use std::rc::Rc;
use std::time::Duration;

use executor::net::{TcpListener, TcpStream, UdpSocket};
use executor::{gather, spawn, yield_now};
use futures::{AsyncReadExt, AsyncWriteExt};

/// What it awaits is ready at once, so without `yield_now` nobody else gets a turn.
async fn peel(what: &str, in_turns: bool) {
    for _ in 0..4 {
        stage::block(Duration::from_millis(40));
        print!("{what} ");
        if in_turns { yield_now().await } else { ready(()).await }
    }
}

/// One task that is always ready. The loop looks for the letter all the same, after 61 polls.
async fn busy_next_to_a_letter() -> io::Result<()> {
    let letter_box = UdpSocket::bind("127.0.0.1:0").await?;
    let address = letter_box.local_addr()?;
    let reader = spawn(async move { letter_box.recv_from(&mut [0; 8]).await });
    yield_now().await; // now the reader waits
    UdpSocket::bind("127.0.0.1:0").await?.send_to(b"a letter", address).await?;
    let mut turns = 0;
    while !reader.is_finished() {
        turns += 1;
        yield_now().await;
    }
    println!("Busy: the letter was read after {turns} turns of mine");
    Ok(())
}

/// Says how much the reader had read when it let others go first.
async fn other(read: Rc<Cell<u32>>) {
    while read.get() == 0 {
        yield_now().await;
    }
    println!("Other: it is my turn, after {} bytes", read.get());
}

/// Reads what is there already, byte by byte. After 128 operations it has to let others go first.
async fn greedy_next_to_another() -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let mut sender = TcpStream::connect(listener.local_addr()?).await?;
    let (mut stream, _) = listener.accept().await?;
    sender.write_all(&[0; 300]).await?;
    let read = Rc::new(Cell::new(0));
    drop(spawn(other(read.clone())));
    while read.get() < 300 {
        stream.read_exact(&mut [0]).await?;
        read.set(read.get() + 1);
    }
    println!("Greedy: all 300 bytes are read");
    Ok(())
}

async fn main() -> io::Result<()> {
    gather!(peel("potato", false), peel("carrot", false)).await;
    println!("- never Pending");
    gather!(peel("potato", true), peel("carrot", true)).await;
    println!("- in turns");
    busy_next_to_a_letter().await?;
    greedy_next_to_another().await
}
