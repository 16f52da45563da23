//! Leave the waker, then look: in the other order a wake-up may be lost.

use std::future::poll_fn;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::thread;
use std::time::Duration;

use executor::{JoinHandle, spawn};
use timer::timeout;

/// A letter box, which two threads use.
#[derive(Default)]
struct LetterBox {
    has_letter: AtomicBool,
    waker: Mutex<Option<Waker>>,
}

impl LetterBox {
    fn look(&self) -> Poll<()> {
        let has_letter = self.has_letter.load(SeqCst);
        println!("I look: {}", if has_letter { "a letter!" } else { "no letter" });
        if has_letter { Poll::Ready(()) } else { Poll::Pending }
    }

    fn leave_waker(&self, cx: &mut Context<'_>) {
        println!("I leave my waker");
        *self.waker.lock().unwrap() = Some(cx.waker().clone());
    }
}

/// Puts a letter in, from another thread, and calls the waker if there is one.
fn postman_comes(letter_box: &Arc<LetterBox>) {
    let letter_box = letter_box.clone();
    let postman = thread::spawn(move || {
        letter_box.has_letter.store(true, SeqCst);
        let waker = letter_box.waker.lock().unwrap().take();
        waker.map(Waker::wake).is_some()
    });
    println!("The postman comes, and finds a waker: {}", postman.join().unwrap());
}

/// Wrong: he comes between the look and the waker.
async fn look_first(letter_box: Arc<LetterBox>) {
    poll_fn(|cx| {
        let letter = letter_box.look();
        if letter.is_pending() {
            postman_comes(&letter_box);
            letter_box.leave_waker(cx);
        }
        letter
    })
    .await;
}

/// Right: if he comes between the two, the look finds his letter.
async fn waker_first(letter_box: Arc<LetterBox>) {
    poll_fn(|cx| {
        letter_box.leave_waker(cx);
        postman_comes(&letter_box);
        letter_box.look()
    })
    .await;
}

async fn wait_for(letter: JoinHandle<()>) {
    let came = timeout(Duration::from_secs(2), letter).await.is_ok();
    println!("{}", if came { "I have it" } else { "Two seconds have passed: I give up" });
}

async fn main() {
    wait_for(spawn(look_first(Arc::default()))).await;
    wait_for(spawn(waker_first(Arc::default()))).await;
}
