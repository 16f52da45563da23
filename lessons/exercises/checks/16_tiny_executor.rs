//! Checks `run`.

use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::mpsc;
use std::task::Poll;
use std::thread;
use std::time::Duration;

use exercise::{BoxFuture, run};
use futures::channel::oneshot;
use stage::check::{self, Verdict, same};

/// A future that is ready with its poll of that number, and the count of its polls. What it does
/// before that is up to `until_then`.
fn counted(
    ready_with: usize,
    mut until_then: impl FnMut(&std::task::Waker) + Send + 'static,
) -> (BoxFuture, Arc<AtomicUsize>) {
    let polls = Arc::new(AtomicUsize::new(0));
    let count = polls.clone();
    let future = std::future::poll_fn(move |cx| {
        if count.fetch_add(1, SeqCst) + 1 >= ready_with {
            return Poll::Ready(());
        }
        until_then(cx.waker());
        Poll::Pending
    });
    (Box::pin(future), polls)
}

fn all_polled() -> Verdict {
    let tasks: Vec<_> = (0..3).map(|_| counted(1, |_| {})).collect();
    let (futures, polls): (Vec<_>, Vec<_>) = tasks.into_iter().unzip();
    run(futures);
    same("polls", vec![1, 1, 1], polls.iter().map(|polls| polls.load(SeqCst)).collect())
}

fn woken_by_itself() -> Verdict {
    let (future, polls) = counted(3, |waker| waker.wake_by_ref());
    run(vec![future]);
    same("polls of a task that wakes itself twice", 3, polls.load(SeqCst))
}

fn woken_twice_at_once() -> Verdict {
    let (future, polls) = counted(9, {
        let mut is_first = true;
        move |waker| {
            if std::mem::take(&mut is_first) {
                waker.wake_by_ref();
                waker.wake_by_ref();
            }
        }
    });
    run(vec![future]);
    same("polls of a task that wakes itself twice in one poll", 2, polls.load(SeqCst))
}

fn woken_by_another() -> Verdict {
    let (sender, receiver) = oneshot::channel();
    let got = Arc::new(AtomicUsize::new(0));
    let to = got.clone();
    run(vec![
        Box::pin(async move { to.store(receiver.await.unwrap_or(0), SeqCst) }),
        Box::pin(async move { drop(sender.send(3)) }),
    ]);
    same("what one task was sent by the other", 3, got.load(SeqCst))
}

fn woken_by_a_thread() -> Verdict {
    let (goes_on, is_over) = mpsc::channel::<()>();
    let mut is_over = Some(is_over);
    let (future, polls) = counted(2, move |waker| {
        let (waker, is_over) = (waker.clone(), is_over.take());
        thread::spawn(move || {
            // `run` is to wait for this wake; one that does not is over long before.
            let _ = is_over.map(|it| it.recv_timeout(Duration::from_millis(200)));
            waker.wake();
        });
    });
    run(vec![future]);
    drop(goes_on);
    same("polls of a task that another thread wakes", 2, polls.load(SeqCst))
}

fn main() -> ExitCode {
    check::main(&[
        ("each task is polled", all_polled),
        ("a task that wakes itself is polled again", woken_by_itself),
        ("woken twice before its turn, it is polled once", woken_twice_at_once),
        ("a task that another one wakes goes on", woken_by_another),
        ("so does one that another thread wakes", woken_by_a_thread),
    ])
}
