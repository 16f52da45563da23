//! Waiting for what never comes: what a loop can know of it, and what not.

use std::cell::Cell;
use std::future::{pending, poll_fn};
use std::rc::Rc;
use std::task::Poll;
use std::time::Duration;

use executor::{JoinHandle, gather, spawn_named};
use futures::channel::oneshot;
use timer::timeout;

/// Says Pending, and forgets the waker in `_cx`: so nobody can ever wake it.
#[allow(dead_code)]
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

#[allow(dead_code)]
async fn receive(news: oneshot::Receiver<()>, request: oneshot::Sender<()>) {
    println!("Receiver: I wait for the news");
    if news.await.is_ok() {
        let _ = request.send(());
    }
}

#[allow(dead_code)]
async fn send(news: oneshot::Sender<()>, request: oneshot::Receiver<()>) {
    println!("Sender: I wait to be asked");
    if request.await.is_ok() {
        let _ = news.send(());
    }
}

/// A receiver whose sender waits for it. Their wakers are kept, each in a channel.
#[allow(dead_code)]
async fn no_news() {
    let ((news, to_come), (request, asked)) = (oneshot::channel(), oneshot::channel());
    let both = async { gather!(receive(to_come, request), send(news, asked)).await };
    if timeout(Duration::from_secs(1), both).await.is_err() {
        println!("A second has passed: no news");
    }
}

async fn main() {
    host().await; // and now `forgetful()`, `no_news()`
}
