//! Fairness: who starves whom, and the two numbers that bound it.

use std::cell::Cell;
use std::future::ready;
use std::io;
use std::rc::Rc;
use std::time::Duration;

use executor::net::{TcpListener, TcpStream, UdpSocket};
use executor::{Clock, gather, spawn, yield_now};
use futures_lite::{AsyncReadExt, AsyncWriteExt};

use crate::lesson::{Clocks, Evening, Lesson, Stage, Twin, look, print, println, sleep_the_thread};

/// Peels. What it awaits is ready at once, so it never gives the thread away.
async fn peel(what: &str, clock: Clock) {
    for _ in 0..4 {
        sleep_the_thread(&clock, Duration::from_millis(40));
        print!("{what} ");
        ready(()).await;
    }
}

/// The same, but it lets others go first.
async fn peel_in_turns(what: &str, clock: Clock) {
    for _ in 0..4 {
        sleep_the_thread(&clock, Duration::from_millis(40));
        print!("{what} ");
        yield_now().await;
    }
}

async fn two_peel(clock: Clock) {
    gather!(peel("potato", clock.clone()), peel("carrot", clock)).await;
    println!("done");
}

async fn two_peel_in_turns(clock: Clock) {
    gather!(peel_in_turns("potato", clock.clone()), peel_in_turns("carrot", clock)).await;
    println!("done");
}

/// One task that is always ready: when does the loop look whether a letter has come?
async fn busy_next_to_a_letter() -> io::Result<()> {
    let letter_box = UdpSocket::bind("127.0.0.1:0").await?;
    let address = letter_box.local_addr()?;
    let has_come = Rc::new(Cell::new(false));
    let reader = spawn({
        let has_come = has_come.clone();
        async move {
            letter_box.recv_from(&mut [0; 8]).await?;
            has_come.set(true);
            io::Result::Ok(())
        }
    });
    yield_now().await; // now the reader waits
    UdpSocket::bind("127.0.0.1:0").await?.send_to(b"a letter", address).await?;
    let mut turns = 0;
    while !has_come.get() {
        turns += 1;
        yield_now().await;
    }
    println!("Busy: the letter was read after {turns} turns of mine");
    reader.await.expect("the reader neither panics nor is aborted")
}

/// A socket that is always ready, read byte by byte: how long does it keep the thread?
async fn greedy_next_to_another() -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let mut sender = TcpStream::connect(listener.local_addr()?).await?;
    let (mut stream, _) = listener.accept().await?;
    sender.write_all(&[0; 300]).await?;
    let read = Rc::new(Cell::new(0));
    let other = spawn({
        let read = read.clone();
        async move {
            while read.get() == 0 {
                yield_now().await;
            }
            println!("Other: {} bytes are read, and it is my turn", read.get());
        }
    });
    while read.get() < 300 {
        stream.read_exact(&mut [0]).await?;
        read.set(read.get() + 1);
    }
    println!("Greedy: all 300 bytes are read");
    other.await.expect("the other neither panics nor is aborted");
    Ok(())
}

async fn told(program: impl Future<Output = io::Result<()>>) {
    if let Err(error) = program.await {
        println!("No network: {error}");
    }
}

fn play(stage: &mut Stage) -> io::Result<()> {
    stage.scene("never Pending", two_peel)?;
    stage.note("An await that is ready does not let anybody else go first.");
    stage.scene("yield_now", two_peel_in_turns)?;
    stage.scene("61 polls", |_| told(busy_next_to_a_letter()))?;
    stage.scene("128 operations", |_| told(greedy_next_to_another()))
}

/// The lesson `fairness`.
pub(crate) const LESSON: Lesson = Lesson {
    name: "fairness",
    title: "who starves whom, and the two numbers that bound it",
    watch: "\
Watch who gets a turn, and when: at first by manners. Then the loop sees to it: it
asks the system after 61 polls, and lets a poll have 128 operations on sockets.",
    play,
    clocks: Clocks::All,
    rust: include_str!("fairness.rs"),
    python: Twin::None(
        "Its loop asks the system after each round of its queue, and what a stream has buffered \
         may be read without a pause: it has neither number.",
    ),
    evening: Evening::Internals,
    minutes: 15,
    look: &[
        look!("executor/src/event_loop.rs", "Core::run", "counts to 61"),
        look!("executor/src/net/socket.rs", "is_refused", "counts to 128"),
    ],
    change: "\
let peel_in_turns yield after every other piece only. In which order is peeled then?",
};
