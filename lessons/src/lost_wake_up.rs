//! The lost wake-up: between a look at what one waits for and the waker that one leaves.

use std::future::poll_fn;
use std::io;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::task::{Context, Poll, Waker};
use std::thread;
use std::time::Duration;

use executor::spawn;
use timer::{now, timeout};

use crate::lesson::{Clocks, Evening, Lesson, Stage, Twin, look, println};

/// How long one waits for a letter before one gives up.
const PATIENCE: Duration = Duration::from_secs(2);

/// A letter box, which two threads use.
#[derive(Default)]
struct LetterBox {
    has_letter: AtomicBool,
    waker: Mutex<Option<Waker>>,
}

impl LetterBox {
    /// What the postman does: puts the letter in, then calls whoever has left a waker.
    fn deliver(&self) -> &'static str {
        self.has_letter.store(true, SeqCst);
        match self.waker.lock().expect("nobody panics with it").take() {
            None => "puts a letter in, and finds no waker",
            Some(waker) => {
                waker.wake();
                "puts a letter in, and calls the waker"
            }
        }
    }

    fn look(&self) -> Poll<()> {
        let has_letter = self.has_letter.load(SeqCst);
        println!("I look: {}", if has_letter { "a letter!" } else { "no letter" });
        if has_letter { Poll::Ready(()) } else { Poll::Pending }
    }

    fn register(&self, cx: &mut Context<'_>) {
        println!("I leave my waker");
        *self.waker.lock().expect("nobody panics with it") = Some(cx.waker().clone());
    }
}

/// The postman comes just now: all of his steps, on his own thread, before the next of ours.
fn postman_comes(letter_box: &Arc<LetterBox>) {
    let letter_box = letter_box.clone();
    let came = thread::spawn(move || letter_box.deliver()).join();
    println!("        The postman {}", came.expect("he does not panic"));
}

/// Who looks first leaves a gap between the look and the waker.
async fn look_first(letter_box: Arc<LetterBox>) {
    poll_fn(|cx| {
        let letter = letter_box.look();
        if letter.is_pending() {
            postman_comes(&letter_box);
            letter_box.register(cx);
        }
        letter
    })
    .await;
}

/// Who leaves the waker first cannot miss him: not if he comes before the look,
async fn waker_first(letter_box: Arc<LetterBox>) {
    poll_fn(|cx| {
        letter_box.register(cx);
        postman_comes(&letter_box);
        letter_box.look()
    })
    .await;
}

/// and not if he comes after it.
async fn waker_first_he_later(letter_box: Arc<LetterBox>) {
    poll_fn(|cx| {
        letter_box.register(cx);
        let letter = letter_box.look();
        if letter.is_pending() {
            postman_comes(&letter_box);
        }
        letter
    })
    .await;
}

async fn wait<F: Future<Output = ()> + 'static>(letter: fn(Arc<LetterBox>) -> F) {
    let start = now();
    let letter = spawn(letter(Arc::default()));
    let came = if timeout(PATIENCE, letter).await.is_ok() { "I have it" } else { "I give up" };
    println!("{came} after {:.0} seconds", (now() - start).as_secs_f64());
}

fn play(stage: &mut Stage) -> io::Result<()> {
    stage.scene("look first", |_| wait(look_first))?;
    stage.note(
        "The letter is there, and the waker too: nobody will call it. The loop knows of a waker \
         that is alive, and cannot tell: without the timeout it would sleep for ever.",
    );
    stage.scene("waker first", |_| wait(waker_first))?;
    stage.scene("he comes later", |_| wait(waker_first_he_later))
}

/// The lesson `lost-wake-up`.
pub(crate) const LESSON: Lesson = Lesson {
    name: "lost-wake-up",
    title: "leave the waker, then look: the other order may hang",
    watch: "\
A postman, on a thread of his own, brings a letter while you look for it. Here he
comes always at the worst moment. Watch the order of the steps.",
    play,
    clocks: Clocks::All,
    rust: include_str!("lost_wake_up.rs"),
    python: Twin::Program(include_str!("../python/lost_wake_up.py")),
    evening: Evening::Understand,
    minutes: 15,
    look: &[look!("timer/src/park.rs", "Handshake::try_park", "the loop sleeps: the same order")],
    change: "\
let wait call letter without spawn. Then the timeout's timer wakes the same task,
which looks again: what was lost is found, too late. (So other wakes hide a lost
one. asyncio's timeout wakes only to cancel, so its program gives up as before.)",
};
