//! Spawning from afar: `Spawner`, and both of them for libraries that ask for `Spawn` and
//! `LocalSpawn` (B1.2, B5.2, B5.3).

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::{Arc, Barrier};
use std::thread;

use crossbeam_channel::{Sender, bounded, unbounded};
use executor::journal::Event;
use executor::{
    Clock, JoinError, JoinHandle, Spawner, local_spawner, spawn, spawn_blocking, spawner, yield_now,
};
use futures::FutureExt;
use futures::task::{LocalSpawn, LocalSpawnExt, Spawn, SpawnExt};
use parking_lot::Mutex;
use timer::sleep;

use crate::checked::{EventLoop, run};
use crate::support::{
    Drops, HOUR, TellParked, ends, on_a_thread, on_drop, panic_of, pending_with, poll, simulate,
    simulate_and_record, simulated,
};

fn is_cancelled<T>(handle: JoinHandle<T>) -> bool {
    matches!(handle.now_or_never(), Some(Err(JoinError::Cancelled)))
}

#[test]
fn a_spawner_goes_to_any_thread() {
    fn goes_anywhere<T: Clone + Send + Sync + 'static>(_: &T) {}
    goes_anywhere(&simulated().spawner());
}

#[test]
fn what_another_thread_spawns_runs_on_the_loops_thread() {
    ends(|| {
        let mut event_loop = EventLoop::new().unwrap();
        let spawner = event_loop.spawner();
        let (done, is_done) = futures::channel::oneshot::channel();
        let loops_thread = thread::current().id();
        let thread = thread::spawn(move || {
            let ran_on = run(spawner.spawn(async { thread::current().id() }));
            done.send(()).unwrap();
            ran_on.unwrap()
        });
        event_loop.run(is_done).unwrap();
        assert_eq!(thread.join().unwrap(), loops_thread);
    });
}

/// A real clock: nothing but the call ends this sleep.
#[test]
fn a_spawn_from_another_thread_ends_the_sleep_of_the_loop() {
    ends(|| {
        let (parked, is_parked) = unbounded();
        let mut event_loop = EventLoop::builder().observer(TellParked(parked)).build().unwrap();
        let spawner = event_loop.spawner();
        let (sender, mut receiver) = futures::channel::mpsc::unbounded();
        let thread = thread::spawn(move || {
            for round in 0..500 {
                is_parked.recv().unwrap();
                let sender = sender.clone();
                drop(spawner.spawn(async move { sender.unbounded_send(round).unwrap() }));
            }
        });
        event_loop.run(async {
            use futures::StreamExt;
            for round in 0..500 {
                assert_eq!(receiver.next().await, Some(round));
            }
        });
        thread.join().unwrap();
    });
}

#[test]
fn what_several_threads_spawn_at_once_all_runs() {
    ends(|| {
        let ran = Drops::default();
        simulate(async {
            let (start, spawner) = (Arc::new(Barrier::new(4)), spawner());
            let jobs = [(); 4].map(|()| {
                let (start, spawner, ran) = (start.clone(), spawner.clone(), ran.clone());
                spawn_blocking(move || {
                    start.wait();
                    for _ in 0..250 {
                        let counted = ran.one();
                        drop(spawner.spawn(async move { drop(counted) }));
                    }
                })
            });
            executor::gather_all(jobs).await;
            yield_now().await;
        });
        assert_eq!(ran.count(), 1000);
    });
}

#[test]
fn what_is_spawned_before_the_loop_runs_runs_with_it() {
    let mut event_loop = simulated();
    let handle = event_loop.spawner().spawn(async { "early" });
    assert!(!handle.is_finished());
    assert_eq!(event_loop.run(handle).unwrap(), "early");
}

#[test]
fn what_is_spawned_between_two_runs_runs_in_the_second() {
    let mut event_loop = simulated();
    let spawner = event_loop.run(async { spawner() });
    let handle = on_a_thread(|| spawner.spawn(async { "in between" }));
    assert_eq!(event_loop.run(handle).unwrap(), "in between");
}

#[test]
fn the_loops_own_thread_may_use_a_spawner_as_well() {
    simulate(async {
        let spawner = spawner();
        assert_eq!(spawner.spawn(async { 7 }).await.unwrap(), 7);
        // Aborted before the loop has even taken it in.
        let drops = Drops::default();
        let handle = spawner.spawn(pending_with(drops.one()));
        handle.abort();
        assert!(matches!(handle.await, Err(JoinError::Cancelled)));
        assert_eq!(drops.count(), 1);
    });
}

#[test]
fn what_is_spawned_on_a_loop_that_is_gone_is_dropped_at_once_and_cancelled() {
    let spawner = simulated().spawner();
    let drops = Drops::default();
    let handle = spawner.spawn(pending_with(drops.one()));
    assert_eq!(drops.count(), 1);
    assert!(is_cancelled(handle));
}

#[test]
fn what_is_spawned_but_not_taken_in_before_the_loop_is_gone_is_dropped_on_the_loops_thread() {
    let dropped_on = Arc::new(Mutex::new(None));
    let event_loop = simulated();
    let (spawner, on) = (event_loop.spawner(), dropped_on.clone());
    let handle = on_a_thread(move || {
        let look = on_drop(move || {
            let inside =
                executor::current_task().is_some() || timer::now() == timer::Instant::START;
            *on.lock() = Some((inside, thread::current().id()));
        });
        spawner.spawn(pending_with(look))
    });
    drop(event_loop);
    assert_eq!(*dropped_on.lock(), Some((true, thread::current().id())));
    assert!(is_cancelled(handle));
}

/// The job runs still when the loop begins to end: the end of the task lets it go on.
#[test]
fn what_a_job_spawns_as_the_loop_ends_is_refused() {
    ends(|| {
        let drops = Drops::default();
        let (job,) = simulate(async {
            let (spawner, counted) = (spawner(), drops.one());
            let (started, has_started) = bounded(1);
            let (closing, is_closing) = bounded::<()>(0);
            let job = spawn_blocking(move || {
                started.send(()).unwrap();
                let _ = is_closing.recv();
                spawner.spawn(pending_with(counted))
            });
            has_started.recv().unwrap();
            drop(spawn(pending_with(closing)));
            (job,)
        });
        let task = job.now_or_never().unwrap().unwrap();
        assert!(is_cancelled(task));
        assert_eq!(drops.count(), 1);
    });
}

#[test]
fn threads_that_spawn_while_the_loop_ends_and_goes_are_told_what_became_of_it() {
    ends(|| {
        for _ in 0..100 {
            let (start, drops) = (Arc::new(Barrier::new(2)), Drops::default());
            let mut event_loop = simulated();
            let (spawner, started, counter) = (event_loop.spawner(), start.clone(), drops.clone());
            let thread = thread::spawn(move || {
                started.wait();
                (0..50).map(|_| spawner.spawn(pending_with(counter.one()))).collect::<Vec<_>>()
            });
            event_loop.run(async {
                start.wait();
                yield_now().await;
            });
            drop(event_loop);
            let handles = thread.join().unwrap();
            assert!(handles.into_iter().all(is_cancelled));
            assert_eq!(drops.count(), 50);
        }
    });
}

/// As long as there is a spawner the loop cannot know that it is stuck.
#[test]
fn without_a_spawner_the_loop_knows_that_it_is_stuck() {
    ends(|| {
        let mut event_loop = EventLoop::new().unwrap();
        let spawner = event_loop.spawner();
        let stuck = event_loop.try_run(async move {
            drop(spawner.spawn(async {}));
            drop(spawner);
            std::future::pending::<()>().await;
        });
        assert_eq!(stuck.unwrap_err().tasks.len(), 1);
    });
}

#[test]
fn the_last_spawner_dropped_while_the_loop_sleeps_lets_it_know_that_it_is_stuck() {
    ends(|| {
        let (parked, is_parked) = unbounded();
        let mut event_loop = EventLoop::builder().observer(TellParked(parked)).build().unwrap();
        let spawner = event_loop.spawner();
        let thread = thread::spawn(move || {
            is_parked.recv().unwrap();
            drop(spawner);
        });
        let stuck = event_loop.try_run(std::future::pending::<()>()).unwrap_err();
        assert_eq!(stuck.tasks.len(), 1);
        thread.join().unwrap();
    });
}

#[test]
fn the_journal_names_the_line_that_called_the_spawner() {
    let (line, record) = simulate_and_record(async {
        let spawner = spawner();
        let line = line!() + 1;
        spawner.spawn(async {}).await.unwrap();
        line
    });
    let sites = record.pick(|_, event| match event {
        Event::Spawned { site, .. } => Some((site.file(), site.line())),
        _ => None,
    });
    assert_eq!(sites[1], (file!(), line));
}

/// For libraries.
#[test]
fn a_spawner_is_a_spawn() {
    simulate(async {
        let spawn: &dyn Spawn = &spawner();
        spawn.status().unwrap();
        let handle = spawn.spawn_with_handle(async { 42 }).unwrap();
        assert_eq!(handle.await, 42);
    });
}

#[test]
fn a_spawner_of_a_loop_that_is_gone_is_shut_down() {
    let spawner = simulated().spawner();
    let drops = Drops::default();
    let error = Spawn::spawn_obj(&spawner, Box::pin(pending_with(drops.one())).into());
    assert!(error.unwrap_err().is_shutdown());
    assert_eq!(drops.count(), 1);
}

#[test]
fn a_local_spawner_is_a_local_spawn_of_futures_that_stay_on_their_thread() {
    simulate(async {
        let spawn: &dyn LocalSpawn = &local_spawner();
        spawn.status_local().unwrap();
        let shared = Rc::new(Cell::new(0));
        let theirs = shared.clone();
        let handle = spawn.spawn_local_with_handle(async move { theirs.set(42) }).unwrap();
        handle.await;
        assert_eq!(shared.get(), 42);
        let spawn: &dyn Spawn = &local_spawner();
        assert_eq!(spawn.spawn_with_handle(async { 7 }).unwrap().await, 7);
    });
}

#[test]
fn a_local_spawner_works_before_the_run_and_between_runs() {
    let mut event_loop = simulated();
    let spawner = event_loop.local_spawner();
    for value in 1..4 {
        let handle = spawner.spawn_local_with_handle(async move { value }).unwrap();
        assert_eq!(event_loop.run(handle), value);
    }
}

#[test]
fn a_local_spawner_of_a_loop_that_ends_or_is_gone_is_shut_down() {
    let refused = Rc::new(RefCell::new(None));
    let mut event_loop = simulated();
    let (spawner, result) = (event_loop.local_spawner(), refused.clone());
    let drops = Drops::default();
    let counted = drops.one();
    event_loop.run(async {
        let spawn_late = on_drop(move || {
            *result.borrow_mut() = Some(spawner.spawn_local(pending_with(counted)));
        });
        drop(spawn(pending_with(spawn_late)));
        yield_now().await;
    });
    assert!(refused.take().unwrap().unwrap_err().is_shutdown());
    assert_eq!(drops.count(), 1);
    let spawner = event_loop.local_spawner();
    drop(event_loop);
    assert!(spawner.spawn_local(async {}).unwrap_err().is_shutdown());
}

/// A spawner in a task of its own loop is no cycle that keeps either of them.
#[test]
fn tasks_that_own_spawners_of_their_loop_do_not_keep_it() {
    let drops = Drops::default();
    let event_loop = EventLoop::builder().clock(Clock::simulated()).build().unwrap();
    let spawners: (Spawner, _) = (event_loop.spawner(), event_loop.local_spawner());
    let probe = event_loop.local_spawner();
    drop(event_loop.spawn(pending_with((spawners, drops.one()))));
    drop(event_loop);
    assert_eq!(drops.count(), 1);
    assert!(probe.spawn_local(async { sleep(HOUR).await }).unwrap_err().is_shutdown());
}

#[test]
fn a_job_finds_the_spawner_of_its_own_loop() {
    run(async {
        let job = spawn_blocking(|| {
            let outer = executor::spawner().spawn(async { executor::current_task() });
            // A loop that is entered within the job comes first.
            let inner = executor::run(async { executor::spawner().spawn(async { 2 }).await });
            (outer, inner.unwrap())
        });
        let (outer, inner) = job.await.unwrap();
        let id = outer.id();
        assert_eq!((outer.await.unwrap(), inner), (Some(id), 2));
    });
}

#[test]
fn after_a_job_its_thread_knows_no_loop() {
    let panic = run(async {
        let panicked = spawn_blocking(|| panic!("burnt"));
        assert!(panicked.await.is_err());
        spawn_blocking(|| {
            std::thread::spawn(|| panic_of(executor::spawner)).join().expect("it was caught")
        })
        .await
        .unwrap()
    });
    assert!(panic.contains("executor::spawner was called outside an event loop"), "{panic}");
}

#[test]
fn what_is_made_on_the_loops_thread_need_not_be_send() {
    let loops = std::thread::current().id();
    let drops = Drops::default();
    let (made, dropped) = (drops.one(), drops.clone());
    let thread = run(async move {
        let spawner = spawner();
        let job = spawn_blocking(move || {
            spawner.spawn_with(move || {
                let not_send = Rc::new(made);
                async move {
                    executor::yield_now().await;
                    drop(not_send);
                    std::thread::current().id()
                }
            })
        });
        job.await.unwrap().await.unwrap()
    });
    assert_eq!((thread, dropped.count()), (loops, 1));
}

#[test]
fn who_is_refused_is_not_made() {
    let spawner = run(async { spawner() });
    let drops = Drops::default();
    let kept = drops.one();
    let handle = spawner.spawn_with(move || {
        drop(kept);
        async { unreachable!("the loop is gone") }
    });
    assert_eq!(drops.count(), 1);
    let outcome: Result<(), _> = crate::support::block_on(handle);
    assert!(outcome.unwrap_err().is_cancelled());
}

#[test]
fn a_panic_of_who_makes_a_future_is_the_tasks() {
    run(async {
        let handle = spawner().spawn_with(|| -> std::future::Ready<()> { panic!("burnt") });
        assert!(handle.await.unwrap_err().is_panic());
    });
}

/// A foreign waker that says what becomes of who asks for a spawner in it.
struct AsksForSpawner(Sender<String>);

impl std::task::Wake for AsksForSpawner {
    fn wake(self: Arc<Self>) {
        let _ = self.0.send(panic_of(executor::spawner));
    }
}

/// B11.3
#[test]
fn a_waker_that_is_called_at_the_end_of_a_job_finds_no_loop() {
    let (told, tells) = unbounded();
    let panic = run(async {
        let (go, waits) = bounded::<()>(0);
        let mut job = spawn_blocking(move || waits.recv().unwrap());
        assert!(poll(&mut job, &Arc::new(AsksForSpawner(told)).into()).is_pending());
        go.send(()).unwrap();
        // A job that only waits, so that the loop does not take itself for stuck.
        spawn_blocking(move || tells.recv()).await.unwrap().expect("it was called")
    });
    assert!(panic.contains("executor::spawner was called outside an event loop"), "{panic}");
}
