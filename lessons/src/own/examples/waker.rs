//! Nobody polls a sleeping task again, unless the waker that it has left is called.

use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use executor::spawn;
use stage::block;
use timer::sleep;

/// A bell, and the waker of the task that listens to it.
#[derive(Default)]
struct Bell {
    has_rung: Cell<bool>,
    listener: RefCell<Option<Waker>>,
}

async fn ring_later(bell: Rc<Bell>) {
    sleep(Duration::from_secs(1)).await;
    println!("Ding!");
    bell.has_rung.set(true);
    if let Some(waker) = bell.listener.take() {
        waker.wake();
    }
}

/// Ready once the bell has rung. If it has not, `wait` says how this is to be polled again.
async fn rung(wait: impl Fn(&Bell, &mut Context<'_>)) {
    let bell = Rc::new(Bell::default());
    drop(spawn(ring_later(bell.clone())));
    poll_fn(|cx| {
        if bell.has_rung.get() {
            return Poll::Ready(());
        }
        wait(&bell, cx);
        Poll::Pending
    })
    .await;
    println!("The waiter comes");
}

/// Leaves no waker: the bell rings, and nobody comes.
async fn forgetful() {
    rung(|_bell, _cx| {}).await;
}

/// Wakes itself at once, over and over. It works, and takes the whole thread.
#[allow(dead_code)]
async fn spinning() {
    rung(|_bell, cx| {
        block(Duration::from_millis(40)); // how long a look at the bell takes
        cx.waker().wake_by_ref();
    })
    .await;
}

/// Leaves its waker where the bell finds it: two polls are enough.
#[allow(dead_code)]
async fn sleeping() {
    rung(|bell, cx| *bell.listener.borrow_mut() = Some(cx.waker().clone())).await;
}

async fn main() {
    forgetful().await; // and now `spinning()`, `sleeping()`
}
