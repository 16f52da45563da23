//! The programs that the rungs run. Each returns what can be counted.

use std::collections::HashSet;
use std::future::poll_fn;
use std::io::{ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::panic::resume_unwind;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::*};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, ThreadId};
use std::time::{Duration, Instant};

use futures_channel::oneshot;
use futures_lite::future;
use mio::Token;
use parking_lot::Mutex;

use super::poller;

pub(super) type Boxed = Pin<Box<dyn Future<Output = ()> + Send>>;

/// A rung, as programs use it.
#[derive(Clone, Copy)]
pub(super) struct Rung {
    pub(super) block_on: fn(Boxed),
    pub(super) spawn: fn(Boxed),
    pub(super) sleep: fn(Duration) -> Boxed,
}

macro_rules! rung {
    ($module:path) => {{
        use $module as rung;
        $crate::ladder::programs::Rung {
            block_on: |future| rung::block_on(future),
            spawn: |future| {
                let _ = rung::spawn(future);
            },
            sleep: |duration| Box::pin(rung::sleep(duration)),
        }
    }};
}

pub(super) use rung;

/// Counts the polls of a future.
pub(super) fn counted(polls: &Arc<AtomicUsize>, future: Boxed) -> Boxed {
    let (polls, mut future) = (polls.clone(), future);
    Box::pin(poll_fn(move |context| {
        let polled = future.as_mut().poll(context);
        polls.fetch_add(1, SeqCst);
        polled
    }))
}

/// How often the future is polled until it is ready.
pub(super) fn polls_of(block_on: fn(Boxed), future: Boxed) -> usize {
    let polls = Arc::<AtomicUsize>::default();
    block_on(counted(&polls, future));
    polls.load(SeqCst)
}

/// Another thread sends a message, once whoever waits for it has been polled so often. Returns how
/// often that is in the end.
pub(super) fn message_after(block_on: fn(Boxed), gate: usize) -> usize {
    let (send, message) = oneshot::channel();
    let polls = Arc::<AtomicUsize>::default();
    let seen = Arc::clone(&polls);
    let sender = thread::spawn(move || {
        wait_until(|| seen.load(SeqCst) >= gate);
        let _ = send.send(());
    });
    block_on(counted(
        &polls,
        Box::pin(async {
            let _ = message.await;
        }),
    ));
    sender.join().expect("the sender does not panic");
    polls.load(SeqCst)
}

fn wait_until(is_so: impl Fn() -> bool) {
    while !is_so() {
        thread::yield_now();
    }
}

/// What happens, in its order.
pub(super) type Events = Arc<Mutex<Vec<String>>>;

pub(super) const DISHES: [&str; 3] = ["soup", "pasta", "cake"];

async fn cook(dish: &str, cooked: Boxed, events: &Events) {
    events.lock().push(format!("{dish} begins"));
    cooked.await;
    events.lock().push(format!("{dish} ends"));
}

/// Three dishes, of which each cooks for so long: one after the other.
pub(super) fn one_by_one(
    block_on: fn(Boxed),
    sleep: fn(Duration) -> Boxed,
    each: Duration,
) -> Vec<String> {
    let events = Events::default();
    let told = events.clone();
    block_on(Box::pin(async move {
        for dish in DISHES {
            cook(dish, sleep(each), &events).await;
        }
    }));
    told.lock().clone()
}

/// The same, with a task a dish.
pub(super) fn as_tasks(rung: Rung, each: Duration) -> Vec<String> {
    let events = Events::default();
    let told = events.clone();
    (rung.block_on)(Box::pin(async move {
        let mut ends = Vec::new();
        for dish in DISHES {
            let (end, ended) = oneshot::channel();
            let events = events.clone();
            (rung.spawn)(Box::pin(async move {
                cook(dish, (rung.sleep)(each), &events).await;
                let _ = end.send(());
            }));
            ends.push(ended);
        }
        for ended in ends {
            let _ = ended.await;
        }
    }));
    told.lock().clone()
}

/// Sleeps until the tasks that are ready were polled. A thread may lose its core just before it
/// arms a timer, which is due then: hence more than one.
async fn let_others(rung: Rung) {
    for _ in 0..3 {
        (rung.sleep)(Duration::from_millis(20)).await;
    }
}

/// So many tasks in a row: each waits for a message from the next one and sends it on, and the last
/// begins. Returns how often they are polled, together.
pub(super) fn chain(rung: Rung, tasks: usize) -> usize {
    let polls = Arc::<AtomicUsize>::default();
    let counter = Arc::clone(&polls);
    (rung.block_on)(Box::pin(async move {
        let (mut send, end) = oneshot::channel();
        for _ in 1..tasks {
            let (next, message) = oneshot::channel::<()>();
            let send = std::mem::replace(&mut send, next);
            let hand_on = async move {
                let _ = message.await;
                let _ = send.send(());
            };
            (rung.spawn)(counted(&counter, Box::pin(hand_on)));
        }
        (rung.spawn)(counted(
            &counter,
            Box::pin(async {
                let _ = send.send(());
            }),
        ));
        let _ = end.await;
    }));
    polls.load(SeqCst)
}

/// A task that waits is woken five times in a row. Returns how often it is polled.
pub(super) fn woken_five_times(rung: Rung) -> usize {
    let polls = Arc::<AtomicUsize>::default();
    let counter = Arc::clone(&polls);
    (rung.block_on)(Box::pin(async move {
        let kept = Arc::new(Mutex::new(None));
        let keeper = kept.clone();
        let keep = poll_fn(move |context| {
            *keeper.lock() = Some(context.waker().clone());
            Poll::Pending
        });
        (rung.spawn)(counted(&counter, Box::pin(keep)));
        while kept.lock().is_none() {
            (rung.sleep)(Duration::from_millis(1)).await;
        }
        let waker = kept.lock().clone().expect("it was there just now");
        (0..5).for_each(|_| waker.wake_by_ref());
        drop(waker);
        let_others(rung).await;
    }));
    polls.load(SeqCst)
}

/// Notes by which thread a waker is called.
struct Noted(Waker, Arc<Mutex<HashSet<ThreadId>>>);

impl Wake for Noted {
    fn wake(self: Arc<Self>) {
        self.1.lock().insert(thread::current().id());
        self.0.wake_by_ref();
    }
}

/// So many tasks sleep. Returns by how many threads they are woken.
pub(super) fn threads_of_sleeps(rung: Rung, sleeps: usize, each: Duration) -> usize {
    let callers = Arc::new(Mutex::new(HashSet::new()));
    let noted = callers.clone();
    (rung.block_on)(Box::pin(async move {
        let mut ends = Vec::new();
        for _ in 0..sleeps {
            let (end, ended) = oneshot::channel();
            let (mut sleep, noted) = ((rung.sleep)(each), noted.clone());
            let sleep = poll_fn(move |context| {
                let waker = Arc::new(Noted(context.waker().clone(), noted.clone()));
                sleep.as_mut().poll(&mut Context::from_waker(&waker.into()))
            });
            (rung.spawn)(Box::pin(async move {
                sleep.await;
                let _ = end.send(());
            }));
            ends.push(ended);
        }
        for ended in ends {
            let _ = ended.await;
        }
    }));
    callers.lock().len()
}

/// A message comes from another thread while the task that waits for it is polled, and has just
/// found nothing. Returns how often the task is polled.
pub(super) fn woken_while_polled(rung: Rung) -> usize {
    let polls = Arc::<AtomicUsize>::default();
    let counter = Arc::clone(&polls);
    (rung.block_on)(Box::pin(async move {
        let mut message = false;
        let wait = poll_fn(move |context| {
            if message {
                return Poll::Ready(());
            }
            // By the time that this poll returns, the other thread has done its part.
            let waker = context.waker().clone();
            let sender = thread::spawn(move || waker.wake());
            sender.join().expect("a waker of ours does not panic");
            message = true;
            Poll::Pending
        });
        (rung.spawn)(counted(&counter, Box::pin(wait)));
        let_others(rung).await;
    }));
    polls.load(SeqCst)
}

/// So many timeouts of a minute, one after the other, around what is ready at once. Returns how
/// many deadlines are kept afterwards, and how long it took.
pub(super) fn timeouts(rung: Rung, count: usize, kept: fn() -> usize) -> (usize, Duration) {
    let begin = Instant::now();
    (rung.block_on)(Box::pin(async move {
        for _ in 0..count {
            // The sleep is polled first, and arms its timer.
            future::or((rung.sleep)(Duration::from_secs(60)), future::ready(())).await;
        }
    }));
    (kept(), begin.elapsed())
}

/// A task reads from a socket, into which another thread writes when `gate` lets it. With a poller
/// the task waits for that. Without one it asks again and again. Returns how often it is polled.
pub(super) fn read(
    rung: Rung,
    has_poller: bool,
    gate: impl FnOnce(&AtomicUsize) + Send + 'static,
) -> std::io::Result<usize> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let ours = TcpStream::connect(listener.local_addr()?)?;
    let (mut theirs, _) = listener.accept()?;
    ours.set_nonblocking(true)?;
    let polls = Arc::<AtomicUsize>::default();
    let seen = Arc::clone(&polls);
    let writer = thread::spawn(move || {
        gate(&seen);
        theirs.write_all(b"soup")
    });
    let mut ours = mio::net::TcpStream::from_std(ours);
    let (send, outcome) = oneshot::channel();
    let reader = async move {
        let registered = if has_poller { poller::register(&mut ours, Token(1)) } else { Ok(()) };
        let read = loop {
            match ours.read(&mut [0; 4]) {
                Err(error) if error.kind() == ErrorKind::WouldBlock && has_poller => {
                    poller::readable(Token(1)).await;
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => future::yield_now().await,
                read => break read,
            }
        };
        let _ = send.send(registered.and(read));
    };
    (rung.block_on)(counted(&polls, Box::pin(reader)));
    writer.join().expect("the writer does not panic")?;
    let outcome = future::block_on(outcome).expect("the reader has ended");
    outcome.map(|_| polls.load(SeqCst))
}

/// Another thread wakes a task of a loop that sleeps until a deadline so far away. Returns whether
/// the task was polled only after that.
pub(super) fn woken_too_late(
    rung: Rung,
    sleeps: &'static AtomicUsize,
    until: Duration,
) -> (bool, Duration) {
    let (send, outcome) = oneshot::channel();
    (rung.block_on)(Box::pin(async move {
        let (begin, before) = (Instant::now(), sleeps.load(SeqCst));
        (rung.spawn)((rung.sleep)(until));
        let (wake, woken) = oneshot::channel();
        thread::spawn(move || {
            wait_until(|| sleeps.load(SeqCst) > before);
            let _ = wake.send(());
        });
        let _ = woken.await;
        let _ = send.send((begin.elapsed() >= until, begin.elapsed()));
    }));
    future::block_on(outcome).expect("the task has ended")
}

/// One task panics, and two others are still to be polled. Returns how many of these come to their
/// end.
pub(super) fn beside_a_panic(rung: Rung) -> usize {
    let ended = Arc::<AtomicUsize>::default();
    let counter = Arc::clone(&ended);
    let run = move || {
        (rung.block_on)(Box::pin(async move {
            // As `panic!` does, without the line on stderr.
            (rung.spawn)(Box::pin(async { resume_unwind(Box::new("the toast is burnt")) }));
            for _ in 0..2 {
                let ended = Arc::<AtomicUsize>::clone(&counter);
                (rung.spawn)(Box::pin(async move {
                    ended.fetch_add(1, SeqCst);
                }));
            }
            (rung.sleep)(Duration::from_millis(1)).await;
        }));
    };
    // The panic ends this thread, if nobody has caught it before.
    let _ = thread::spawn(run).join();
    ended.load(SeqCst)
}

/// The rung before the fourth, for the half million polls that the third one tells of, too.
pub(super) const MANY_TASKS: Rung = rung!(super::many_tasks);
