//! Waiting for what never comes: what a loop can know of it, and what not.

use std::cell::Cell;
use std::future::{pending, poll_fn};
use std::io;
use std::rc::Rc;
use std::task::Poll;
use std::time::Duration;

use executor::{JoinHandle, gather, spawn_named};
use futures_channel::oneshot;
use timer::timeout;

use crate::lesson::{Clocks, Evening, Lesson, Stage, Twin, look, println};

/// Says Pending, and forgets the waker in `_cx`: so nobody can ever wake it.
async fn forgetful() {
    println!("Waiting to be woken");
    poll_fn(|_cx| Poll::<()>::Pending).await;
}

/// Two guests, each of whom waits for the end of the other; their host waits for nobody.
async fn host() {
    let door = Rc::new(Cell::new(None::<JoinHandle<()>>));
    let alice = spawn_named("Alice", {
        let door = door.clone();
        async move {
            println!("Alice: after you, Bob");
            let bob = door.take().expect("the host has put him there");
            bob.await.expect("Bob neither panics nor is aborted");
        }
    });
    let bob = spawn_named("Bob", async {
        println!("Bob: after you, Alice");
        alice.await.expect("Alice neither panics nor is aborted");
    });
    door.set(Some(bob));
    pending().await // both handles are given away: there is nobody left to wait for
}

async fn receive(news: oneshot::Receiver<()>, request: oneshot::Sender<()>) {
    println!("Receiver: I wait for the news");
    if news.await.is_ok() {
        let _ = request.send(());
    }
}

async fn send(news: oneshot::Sender<()>, request: oneshot::Receiver<()>) {
    println!("Sender: I wait to be asked");
    if request.await.is_ok() {
        let _ = news.send(());
    }
}

/// A receiver whose sender waits for it. Their wakers are kept, each in a channel.
async fn no_news() {
    let ((news, to_come), (request, asked)) = (oneshot::channel(), oneshot::channel());
    let both = async { gather!(receive(to_come, request), send(news, asked)).await };
    if timeout(Duration::from_secs(1), both).await.is_err() {
        println!("A second has passed: no news");
    }
}

fn play(stage: &mut Stage) -> io::Result<()> {
    stage.scene("a forgotten waker", |_| forgetful())?;
    stage.scene("each awaits the other", |_| host())?;
    stage.scene("a receiver, a sender", |_| no_news())?;
    stage.note("Of this the loop makes no report: it counts wakers, and two are alive, kept in");
    stage.note("channels. Who might still send there it cannot know. So it takes a timeout.");
    Ok(())
}

/// The lesson `stuck`.
pub(crate) const LESSON: Lesson = Lesson {
    name: "stuck",
    title: "waiting for what never comes",
    watch: "\
Three programs that wait for what never comes. asyncio would hang in each, but
for its timeout. Watch which ones the loop sees through, and whom it names.",
    play,
    clocks: Clocks::All,
    rust: include_str!("stuck.rs"),
    python: Twin::Program(include_str!("../python/stuck.py")),
    evening: Evening::Understand,
    minutes: 10,
    look: &[
        look!("executor/src/watch/stuck.rs", "Core::stuck", "counts who could still wake"),
        look!("executor/src/join_handle.rs", "JoinHandle::poll", "leaves word who waits"),
    ],
    change: "\
let forgetful keep a clone of its waker in a `thread_local!`. No report comes, nor
anything else after `Waiting to be woken`: whoever has a waker may call it, so the
loop sleeps until somebody does. asyncio's sleeps either way. Ctrl+C ends it.",
};
