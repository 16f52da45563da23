//! The program itself, as tasks of the runtime.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::future::poll_fn;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::task::Poll;
use std::time::Duration;

use executor::{Clock, JoinError, JoinHandle, spawn, spawn_blocking, yield_now};
use futures::StreamExt;
use futures::channel::mpsc::{UnboundedReceiver, UnboundedSender, unbounded};
use timer::{Instant, sleep_until, timeout};

use crate::checked::EventLoop;

use super::model::{BEAT, HALF, numbers};
use super::{Ends, Outcome, Step, digest};

/// What becomes of the tasks of a program.
pub fn run(program: Vec<Step>) -> Ends {
    let clock = Clock::simulated();
    let world = Rc::new(World {
        clock: clock.clone(),
        numbers: numbers(&program),
        ends: RefCell::default(),
    });
    let mut event_loop = EventLoop::builder().clock(clock).blocking_threads(64).build().unwrap();
    event_loop.run(async {
        let (_, root) = world.spawn("0".to_owned(), program);
        let _ = root.await;
        sleep_until(at(moment() + BEAT - 1)).await;
    });
    drop(event_loop);
    world.ends.take()
}

struct World {
    clock: Clock,
    numbers: BTreeMap<String, u64>,
    ends: RefCell<Ends>,
}

fn at(moment: u64) -> Instant {
    Instant::START + Duration::from_millis(moment)
}

fn moment() -> u64 {
    timer::now().since_start().as_millis() as u64
}

async fn next_beat() {
    sleep_until(at(moment().next_multiple_of(BEAT))).await;
}

/// Tells how a task has ended, when it is dropped.
struct Ending {
    name: String,
    world: Rc<World>,
    value: Option<u64>,
}

impl Drop for Ending {
    fn drop(&mut self) {
        let outcome = match self.value {
            _ if std::thread::panicking() => Outcome::Panicked,
            Some(value) => Outcome::Value(value),
            None => Outcome::Cancelled,
        };
        let before = self.world.ends.borrow_mut().insert(self.name.clone(), (moment(), outcome));
        assert_eq!(before, None, "task {} has ended twice", self.name);
    }
}

impl World {
    fn spawn(
        self: &Rc<Self>,
        name: String,
        steps: Vec<Step>,
    ) -> (UnboundedSender<u64>, JoinHandle<u64>) {
        let (sender, inbox) = unbounded();
        let ending = Ending { name, world: self.clone(), value: None };
        let play: Pin<Box<dyn Future<Output = u64>>> = Box::pin(play(steps, inbox, ending));
        (sender, spawn(play))
    }
}

struct Child {
    door: UnboundedSender<u64>,
    handle: JoinHandle<u64>,
    joined: bool,
}

async fn play(steps: Vec<Step>, mut inbox: UnboundedReceiver<u64>, mut ending: Ending) -> u64 {
    let world = ending.world.clone();
    let (mut value, mut sent) = (0, 0);
    let mut children: Vec<Child> = Vec::new();
    for step in steps {
        let count = children.len().max(1);
        match step {
            Step::Yield => yield_now().await,
            Step::Sleep(beats) => timer::sleep(Duration::from_millis(beats * BEAT)).await,
            Step::Spawn(steps) => {
                let name = format!("{}.{}", ending.name, children.len());
                let (door, handle) = world.spawn(name, steps);
                children.push(Child { door, handle, joined: false });
            }
            Step::Stillborn(steps) => {
                let name = format!("{}.{}", ending.name, children.len());
                let (door, handle) = world.spawn(name, steps);
                handle.abort();
                children.push(Child { door, handle, joined: false });
            }
            Step::Join(which) => {
                let Some(child) = children.get_mut(which % count) else { continue };
                if !std::mem::replace(&mut child.joined, true) {
                    let outcome = match (&mut child.handle).await {
                        Ok(value) => Outcome::Value(value),
                        Err(JoinError::Panicked(_)) => Outcome::Panicked,
                        Err(JoinError::Cancelled) => Outcome::Cancelled,
                    };
                    value = digest(value, outcome.digest());
                    next_beat().await;
                }
            }
            Step::Abort(which) => {
                let Some(child) = children.get(which % count) else { continue };
                sleep_until(at(moment() + world.numbers[&ending.name])).await;
                child.handle.abort();
                next_beat().await;
            }
            Step::Send(which) => {
                let Some(child) = children.get(which % count) else { continue };
                sent += 1;
                let _ = child.door.unbounded_send(100 + sent);
            }
            Step::Receive(beats) => {
                let limit = Duration::from_millis(beats * BEAT + HALF);
                let learnt = match timeout(limit, inbox.next()).await {
                    Ok(Some(message)) => message,
                    Ok(None) => 3,
                    Err(_) => 4,
                };
                value = digest(value, learnt);
                next_beat().await;
            }
            Step::Threads(count) => woken_by_threads(count, &world.clock).await,
            Step::Job(beats) => {
                let clock = world.clock.clone();
                let job = spawn_blocking(move || {
                    clock.advance(Duration::from_millis(beats * BEAT));
                    5
                });
                value = digest(value, job.await.unwrap());
            }
            Step::Panic => std::panic::resume_unwind(Box::new("as the program says")),
        }
    }
    ending.value = Some(value);
    value
}

/// Waits until each of them has called. They hold the clock: no time passes meanwhile.
async fn woken_by_threads(count: usize, clock: &Clock) {
    let calls = Arc::new(AtomicUsize::new(0));
    let mut started = false;
    poll_fn(|cx| {
        if !std::mem::replace(&mut started, true) {
            for _ in 0..count {
                let (calls, waker, hold) = (calls.clone(), cx.waker().clone(), clock.hold());
                std::thread::spawn(move || {
                    calls.fetch_add(1, Relaxed);
                    waker.wake();
                    drop(hold);
                });
            }
        }
        if calls.load(Relaxed) == count { Poll::Ready(()) } else { Poll::Pending }
    })
    .await
}
