//! Code that is not ours: observers, destructors, payloads of panics (B14). Wakers are in
//! `panics.rs`. Whatever it throws, the loop goes on; and it is called with the loop entered.

use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::thread;
use std::time::Duration;

use executor::journal::{Event, Observer};
use executor::{Clock, EventLoop, JoinError, spawn, yield_now};
use futures::future::join;
use timer::sleep;

use crate::support::{Drops, PanicsInDrop, alone, ends, ms, on_drop, panic_of, pending_with};

/// Panics at the `n`-th event, and once more when it is dropped for that.
struct PanicsAt {
    left: Rc<Cell<usize>>,
    _destructor: Option<PanicsInDrop>,
}

impl Observer for PanicsAt {
    fn on_event(&mut self, _: Duration, _: &Event) {
        let left = self.left.get();
        self.left.set(left.wrapping_sub(1));
        assert!(left != 0, "the observer");
    }
}

/// Whatever the loop does when its observer panics, all else is as if it had not been there. It is
/// tried at every event of a program.
fn an_observer_that_panics(in_its_drop_too: bool) {
    for n in 0.. {
        let left = Rc::new(Cell::new(n));
        let destructor = in_its_drop_too.then(|| PanicsInDrop("the observer's destructor"));
        let observer = PanicsAt { left, _destructor: destructor };
        let builder = EventLoop::builder().clock(Clock::simulated()).observer(observer);
        let mut event_loop = builder.build().unwrap();
        let (drops, ended) = (Drops::default(), Rc::new(RefCell::new(Vec::new())));
        let before = event_loop.spawn(pending_with(drops.one()));
        let program = async {
            let sleeper = spawn(async {
                sleep(ms(5)).await;
                PanicsInDrop("an output's destructor")
            });
            drop(spawn(pending_with((drops.one(), PanicsInDrop("a future's destructor")))));
            drop(spawn(async { std::panic::panic_any(PanicsInDrop("a payload's destructor")) }));
            let aborted = spawn(pending_with(drops.one()));
            aborted.abort();
            let is_aborted = aborted.await.is_err();
            ended.borrow_mut().push(is_aborted);
            let job = executor::spawn_blocking(|| 5);
            let output = job.await.unwrap();
            ended.borrow_mut().push(output == 5);
            sleep(ms(1)).await;
            drop(sleeper);
            sleep(ms(10)).await;
            ended.borrow_mut().push(true);
            PanicsInDrop("the output of run")
        };
        let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            std::mem::forget(event_loop.run(program));
        }));
        assert_eq!(*ended.borrow(), [true; 3], "at event {n}");
        assert_eq!(drops.count(), 3, "at event {n}");
        assert!(matches!(
            crate::support::poll_once(before),
            Poll::Ready(Err(JoinError::Cancelled))
        ));
        match outcome {
            Ok(()) => {
                // It has lived to the end of the first run.
                assert!(n > 30, "{n} events");
                break;
            }
            Err(panic) => assert_eq!(panic.downcast_ref::<&str>(), Some(&"the observer")),
        }
        // The loop runs again, and says nothing more of it.
        assert_eq!(event_loop.run(async { spawn(async { 5 }).await.unwrap() }), 5);
    }
}

/// B14.1
#[test]
fn a_panic_of_the_observer_at_any_event_leaves_run_at_its_end_and_changes_nothing_else() {
    const NAME: &str = "foreign::\
         a_panic_of_the_observer_at_any_event_leaves_run_at_its_end_and_changes_nothing_else";
    alone(NAME, || ends(|| an_observer_that_panics(false)));
}

/// B14.1
#[test]
fn so_does_that_of_an_observer_whose_destructor_panics_as_well() {
    const NAME: &str = "foreign::so_does_that_of_an_observer_whose_destructor_panics_as_well";
    alone(NAME, || ends(|| an_observer_that_panics(true)));
}

/// B14.1
#[test]
fn an_observer_that_is_told_of_a_spawn_before_the_run_finds_the_loop_entered() {
    struct Asks(Rc<Cell<usize>>);
    impl Observer for Asks {
        fn on_event(&mut self, _: Duration, event: &Event) {
            if let Event::Spawned { .. } = event {
                self.0.set(executor::tasks().len());
            }
        }
    }
    let seen = Rc::new(Cell::new(0));
    let event_loop = EventLoop::builder().observer(Asks(seen.clone())).build().unwrap();
    drop(event_loop.spawn(async {}));
    assert_eq!(seen.get(), 1);
    let spawner = event_loop.local_spawner();
    futures_task::LocalSpawn::spawn_local_obj(&spawner, Box::new(async {}).into()).unwrap();
    assert_eq!(seen.get(), 2);
}

/// B14.1
#[test]
fn the_observer_is_dropped_with_its_loop_entered() {
    struct Quiet(#[expect(dead_code, reason = "held for its drop")] Box<dyn std::any::Any>);
    impl Observer for Quiet {
        fn on_event(&mut self, _: Duration, _: &Event) {}
    }
    let tasks = Rc::new(Cell::new(None));
    let told = tasks.clone();
    let destructor = on_drop(move || {
        told.set(Some(executor::tasks().len()));
        panic!("the observer's destructor");
    });
    let observer = Quiet(Box::new(destructor));
    drop(EventLoop::builder().observer(observer).build().unwrap());
    assert_eq!(tasks.get(), Some(0));
}

/// One of two futures that are polled together, in a task.
struct Panics;

impl Future for Panics {
    type Output = ();

    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        panic!("one branch");
    }
}

/// Holds a lock, and sees in its destructor whether the thread is panicking.
#[expect(clippy::await_holding_lock, reason = "that is what is tried")]
async fn holds(lock: Arc<Mutex<u32>>, seen: Arc<AtomicUsize>) {
    let mut value = lock.lock().unwrap();
    *value = 1; // half done
    let _seen = on_drop(|| {
        seen.fetch_add(if thread::panicking() { 1 } else { 100 }, SeqCst);
    });
    std::future::pending::<()>().await;
    drop(value);
}

/// B14.2
#[test]
fn what_is_left_of_a_future_that_panics_is_dropped_while_the_thread_is_panicking() {
    let (lock, seen) = (Arc::new(Mutex::new(0)), Arc::new(AtomicUsize::new(0)));
    let in_task = (lock.clone(), seen.clone());
    let outcome = executor::run(async move {
        let (lock, seen) = in_task;
        spawn(join(Box::pin(holds(lock, seen)), Panics)).await
    });
    assert!(matches!(outcome, Err(JoinError::Panicked(_))));
    assert!(lock.is_poisoned());
    assert_eq!(seen.load(SeqCst), 1);
}

/// B14.2
#[test]
fn so_is_what_is_left_of_the_future_given_to_run() {
    let (lock, seen) = (Arc::new(Mutex::new(0)), Arc::new(AtomicUsize::new(0)));
    let main = join(Box::pin(holds(lock.clone(), seen.clone())), Panics);
    assert_eq!(panic_of(|| executor::run(main)), "one branch");
    assert!(lock.is_poisoned());
    assert_eq!(seen.load(SeqCst), 1);
}

/// B14.2: such a panic ends there; all else is dropped.
#[test]
fn a_destructor_that_panics_while_its_future_panics_does_not_end_the_process() {
    const NAME: &str =
        "foreign::a_destructor_that_panics_while_its_future_panics_does_not_end_the_process";
    alone(NAME, || {
        let drops = Drops::default();
        let kept = drops.one();
        let other = async {
            let _kept = kept;
            pending_with(PanicsInDrop("meanwhile")).await;
        };
        let outcome = executor::run(async {
            let outcome = spawn(join(Box::pin(other), Panics)).await;
            assert_eq!(spawn(async { 5 }).await.unwrap(), 5);
            outcome
        });
        let Err(JoinError::Panicked(panic)) = outcome else { panic!("it panicked") };
        assert_eq!(panic.downcast_ref::<&str>(), Some(&"one branch"));
        assert_eq!(drops.count(), 1);
        let main = join(Box::pin(pending_with(PanicsInDrop("meanwhile"))), Panics);
        assert_eq!(panic_of(|| executor::run(main)), "one branch");
    });
}

/// B14.3
#[test]
fn run_ends_though_other_threads_go_on_to_spawn() {
    ends(|| {
        let mut event_loop = EventLoop::new().unwrap();
        let stop = Arc::new(AtomicBool::new(false));
        let threads: Vec<_> = (0..2)
            .map(|_| {
                let (spawner, stop) = (event_loop.spawner(), stop.clone());
                thread::spawn(move || {
                    while !stop.load(SeqCst) {
                        // What takes longer to drop than to spawn.
                        drop(spawner.spawn(async {}));
                        let slow = on_drop(|| thread::sleep(ms(2)));
                        drop(spawner.spawn(async move { drop(slow) }));
                        thread::sleep(ms(1)); // so that there are hundreds, not tens of thousands
                    }
                })
            })
            .collect();
        event_loop.run(sleep_a_little());
        // They have not stopped.
        stop.store(true, SeqCst);
        drop(event_loop);
        threads.into_iter().for_each(|thread| thread.join().unwrap());
    });
}

async fn sleep_a_little() {
    sleep(ms(20)).await;
}

/// B14.3: whether they are run, cancelled or refused.
#[test]
fn futures_that_are_spawned_around_the_end_of_a_loop_are_all_dropped_and_their_panics_contained() {
    const NAME: &str = "foreign::\
         futures_that_are_spawned_around_the_end_of_a_loop_are_all_dropped_and_their_panics_contained";
    alone(NAME, || {
        let drops = Drops::default();
        let spawned = Arc::new(AtomicUsize::new(0));
        // Wine and QEMU, by which this is run for Windows and s390x, take long for a panic.
        let loops = if cfg!(any(windows, target_arch = "s390x")) { 20 } else { 300 };
        for _ in 0..loops {
            let event_loop = EventLoop::new().unwrap();
            let spawner = event_loop.spawner();
            let (drops, spawned) = (drops.clone(), spawned.clone());
            let (started, has_started) = std::sync::mpsc::channel();
            let thread = thread::spawn(move || {
                for n in 0..100 {
                    spawned.fetch_add(1, SeqCst);
                    let kept = (drops.one(), PanicsInDrop("a future's destructor"));
                    let handle = spawner.spawn(pending_with(kept));
                    if n == 5 {
                        started.send(()).unwrap();
                    }
                    drop(handle);
                }
            });
            has_started.recv().unwrap();
            drop(event_loop);
            thread.join().unwrap();
        }
        assert_eq!((spawned.load(SeqCst), drops.count()), (loops * 100, loops * 100));
    });
}

/// B14.3: it sees that it was refused, and its future is dropped on its own thread.
#[test]
fn a_spawner_that_comes_too_late_is_told() {
    let event_loop = EventLoop::new().unwrap();
    let spawner = event_loop.spawner();
    drop(event_loop);
    let dropped_on = Arc::new(Mutex::new(None));
    let told = dropped_on.clone();
    let kept = on_drop(move || *told.lock().unwrap() = Some(thread::current().id()));
    let handle = spawner.spawn(async move { drop(kept) });
    assert_eq!(*dropped_on.lock().unwrap(), Some(thread::current().id()));
    assert!(handle.is_finished());
    let refused = futures_task::Spawn::spawn_obj(&spawner, Box::new(async {}).into());
    assert!(refused.unwrap_err().is_shutdown());
}

/// B14.3: between two runs a loop takes what is sent.
#[test]
fn after_a_run_the_entrance_is_open_again() {
    let mut event_loop = EventLoop::new().unwrap();
    let spawner = event_loop.spawner();
    event_loop.run(yield_now());
    let handle = thread::spawn(move || spawner.spawn(async { 5 })).join().unwrap();
    assert_eq!(event_loop.run(handle).unwrap(), 5);
}

/// A poll that nobody asked for leaves nothing either.
#[test]
fn a_future_that_panics_is_not_polled_again() {
    let polls = Rc::new(Cell::new(0));
    let counted = polls.clone();
    let outcome = executor::run(async move {
        spawn(poll_fn(move |cx| -> Poll<()> {
            counted.set(counted.get() + 1);
            cx.waker().wake_by_ref();
            panic!("once");
        }))
        .await
    });
    assert!(outcome.is_err());
    assert_eq!(polls.get(), 1);
}
