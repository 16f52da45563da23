//! The blocking pool (B11): its threads, its queue, its end, and time while a job is out.

mod holds;
mod left;

use std::collections::HashSet;
use std::future::pending;
#[cfg(unix)]
use std::process::Command;
use std::rc::Rc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Barrier};
use std::thread;
use std::time::Duration;

use crossbeam_channel::{Receiver, bounded, unbounded};
use executor::journal::Event;
use executor::{
    Clock, JoinError, JoinHandle, gather_all, spawn, spawn_blocking, spawner, yield_now,
};
use futures::FutureExt;
use parking_lot::Mutex;
use timer::{Instant, now, sleep, timeout};

use crate::checked::{EventLoop, run};
#[cfg(unix)]
use crate::support::alone_with;
use crate::support::{
    Drops, HOUR, TellParked, ends, ms, on_drop, panic_of, pending_with, simulate,
    simulate_and_record, simulated, text,
};

fn with_threads(limit: usize) -> EventLoop {
    EventLoop::builder().clock(Clock::simulated()).blocking_threads(limit).build().unwrap()
}

fn is_cancelled<T>(handle: JoinHandle<T>) -> bool {
    matches!(handle.now_or_never(), Some(Err(JoinError::Cancelled)))
}

/// A job that tells when it runs, and runs until it is told to end.
fn held_job() -> (Receiver<()>, crossbeam_channel::Sender<()>, JoinHandle<&'static str>) {
    let (started, has_started) = bounded(1);
    let (release, released) = bounded(1);
    let job = spawn_blocking(move || {
        started.send(()).unwrap();
        let _ = released.recv();
        "done"
    });
    (has_started, release, job)
}

/// B11.1
#[test]
fn the_result_of_a_job_comes_to_its_handle() {
    simulate(async {
        let (on, result) = spawn_blocking(|| (thread::current().id(), 6 * 7)).await.unwrap();
        assert_eq!(result, 42);
        assert_ne!(on, thread::current().id());
    });
}

/// B11.1
#[test]
fn the_panic_of_a_job_comes_to_its_handle() {
    simulate(async {
        let job = spawn_blocking(|| panic!("this job panics, and is meant to"));
        let Err(JoinError::Panicked(panic)) = job.await else { panic!("it did not") };
        assert_eq!(text(&*panic), "this job panics, and is meant to");
    });
}

/// B11.1
#[test]
fn a_pool_thread_survives_the_panic_of_its_job() {
    with_threads(1).run(async {
        let id = || thread::current().id();
        let before = spawn_blocking(id).await.unwrap();
        spawn_blocking(|| panic!("this job panics, and is meant to")).await.unwrap_err();
        assert_eq!(spawn_blocking(id).await.unwrap(), before);
    });
}

/// B11.1. Not even that of a result that nobody wants.
#[test]
fn a_pool_thread_survives_the_panic_of_a_destructor() {
    with_threads(1).run(async {
        let id = || thread::current().id();
        let before = spawn_blocking(id).await.unwrap();
        drop(spawn_blocking(|| on_drop(|| panic!("this destructor panics, and is meant to"))));
        assert_eq!(spawn_blocking(id).await.unwrap(), before);
    });
}

/// B11.2
#[test]
fn jobs_are_taken_up_first_in_first_out() {
    let order = Arc::new(Mutex::new(Vec::new()));
    with_threads(1).run(async {
        let jobs: Vec<_> = (0..100)
            .map(|job| {
                let order = order.clone();
                spawn_blocking(move || order.lock().push(job))
            })
            .collect();
        gather_all(jobs).await;
    });
    assert!(order.lock().iter().copied().eq(0..100));
}

/// B11.2
#[test]
fn more_jobs_than_threads_all_run_and_never_more_at_once_than_there_are_threads() {
    let (running, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    with_threads(3).run(async {
        let jobs: Vec<_> = (0..100)
            .map(|job| {
                let (running, most) = (running.clone(), most.clone());
                spawn_blocking(move || {
                    most.fetch_max(running.fetch_add(1, SeqCst) + 1, SeqCst);
                    thread::yield_now();
                    running.fetch_sub(1, SeqCst);
                    job
                })
            })
            .collect();
        let results: Vec<i32> = gather_all(jobs).await.into_iter().map(Result::unwrap).collect();
        assert!(results.into_iter().eq(0..100));
    });
    assert!(most.load(SeqCst) <= 3);
}

/// B11.2
#[test]
fn as_many_jobs_run_at_once_as_there_are_threads() {
    ends(|| {
        let threads: HashSet<_> = with_threads(4).run(async {
            let all_at_work = Arc::new(Barrier::new(4));
            let jobs = (0..4).map(|_| {
                let all_at_work = all_at_work.clone();
                spawn_blocking(move || {
                    all_at_work.wait();
                    thread::current().id()
                })
            });
            gather_all(jobs.collect::<Vec<_>>()).await.into_iter().map(Result::unwrap).collect()
        });
        assert_eq!(threads.len(), 4);
    });
}

/// B11.3. Each is handed in when the only thread is just done with the one before. (The thread
/// that goes for good does so after ten seconds without a job; that race is a model's affair.)
#[test]
fn a_job_handed_in_as_the_only_thread_goes_idle_is_not_stranded() {
    ends(|| {
        with_threads(1).run(async {
            for job in 0..500 {
                assert_eq!(spawn_blocking(move || job).await.unwrap(), job);
            }
        });
    });
}

/// The handle of a job that runs when the main future is done, and is let go when the loop, at its
/// end, sleeps to wait for it; and how many such jobs came to their end by then.
fn run_ends_before_its_job() -> (JoinHandle<&'static str>, usize) {
    let (parked, is_parked) = unbounded();
    let builder = EventLoop::builder().clock(Clock::simulated()).observer(TellParked(parked));
    let done = Drops::default();
    let counted = done.one();
    let (job,) = builder.build().unwrap().run(async move {
        let (started, has_started) = bounded(1);
        let job = spawn_blocking(move || {
            started.send(()).unwrap();
            if is_parked.recv().is_err() {
                std::mem::forget(counted);
            }
            "done"
        });
        has_started.recv().unwrap();
        (job,)
    });
    (job, done.count())
}

/// B11.4, B12.5
#[test]
fn a_job_that_runs_is_waited_for_at_the_end_of_run() {
    let (job, done) = run_ends_before_its_job();
    assert_eq!(done, 1);
    assert_eq!(job.now_or_never().unwrap().unwrap(), "done");
}

/// B11.4, B12.5
#[test]
fn jobs_that_wait_for_a_thread_are_cancelled_at_the_end_of_run() {
    ends(|| {
        let (drops, ran) = (Drops::default(), Arc::new(AtomicUsize::new(0)));
        let (running, queued) = with_threads(1).run(async {
            let (has_started, release, running) = held_job();
            has_started.recv().unwrap();
            let queued = [(); 3].map(|()| {
                let (counted, ran) = (drops.one(), ran.clone());
                spawn_blocking(move || {
                    ran.fetch_add(1, SeqCst);
                    drop(counted);
                })
            });
            // The thread is let go by the drop of the last in the queue, so it takes up none.
            drop(spawn_blocking(move || drop(release)));
            (running, queued)
        });
        assert_eq!(running.now_or_never().unwrap().unwrap(), "done");
        assert!(queued.into_iter().all(is_cancelled));
        assert_eq!((ran.load(SeqCst), drops.count()), (0, 3));
    });
}

/// B11.4
#[test]
fn a_thread_that_awaits_a_queued_job_is_told_when_the_loop_ends() {
    ends(|| {
        let (handles, handle) = bounded(1);
        let awaiting = thread::spawn(move || run::<JoinHandle<&str>>(handle.recv().unwrap()));
        with_threads(1).run(async {
            let (has_started, release, _running) = held_job();
            has_started.recv().unwrap();
            handles.send(spawn_blocking(|| "never")).unwrap();
            drop(spawn_blocking(move || drop(release)));
        });
        assert!(matches!(awaiting.join().unwrap(), Err(JoinError::Cancelled)));
    });
}

/// B11.4
#[test]
fn a_loop_that_has_ended_twice_still_takes_jobs() {
    let mut event_loop = with_threads(1);
    for _ in 0..3 {
        event_loop.run(yield_now());
        let result = event_loop.run(async { spawn_blocking(|| "done").await.unwrap() });
        assert_eq!(result, "done");
    }
}

/// B11.4. A thread without a job waits for ten seconds, and would be found out by this.
#[test]
fn idle_threads_end_with_their_loop() {
    thread_local! {
        static ALIVE: std::cell::RefCell<Option<crossbeam_channel::Sender<()>>> =
            const { std::cell::RefCell::new(None) };
    }
    let (alive, ended) = bounded::<()>(0);
    let mut event_loop = with_threads(3);
    event_loop.run(async {
        let all_at_work = Arc::new(Barrier::new(3));
        let jobs = [(); 3].map(|()| {
            let (alive, all_at_work) = (alive.clone(), all_at_work.clone());
            spawn_blocking(move || {
                ALIVE.set(Some(alive));
                all_at_work.wait();
            })
        });
        gather_all(jobs).await;
    });
    drop(alive);
    assert!(ended.try_recv().unwrap_err().is_empty(), "they wait for jobs of the next run");
    drop(event_loop);
    let outcome = ended.recv_timeout(Duration::from_secs(9));
    assert!(outcome.unwrap_err().is_disconnected(), "the last of them has ended");
}

/// B11.4
#[test]
fn a_job_that_is_aborted_while_it_waits_for_a_thread_never_runs() {
    let ran = Drops::default();
    with_threads(1).run(async {
        let (has_started, release, running) = held_job();
        has_started.recv().unwrap();
        let counted = ran.clone();
        let aborted = spawn_blocking(move || drop(counted.one()));
        aborted.abort();
        release.send(()).unwrap();
        running.await.unwrap();
        assert!(matches!(aborted.await, Err(JoinError::Cancelled)));
        spawn_blocking(|| ()).await.unwrap();
    });
    assert_eq!(ran.count(), 0);
}

/// B11.4. As `spawn_blocking` says: "one that runs is not interrupted, only its result is
/// dropped".
#[test]
fn the_result_of_a_job_that_is_aborted_while_it_runs_is_dropped() {
    simulate(async {
        let (has_started, release, job) = held_job();
        has_started.recv().unwrap();
        job.abort();
        release.send(()).unwrap();
        assert!(matches!(job.await, Err(JoinError::Cancelled)));
    });
}

/// B11.5
#[test]
fn a_job_spawns_a_task_on_the_loop() {
    simulate(async {
        let (spawner, loops_thread) = (spawner(), thread::current().id());
        let job = spawn_blocking(move || spawner.spawn(async { thread::current().id() }));
        assert_eq!(job.await.unwrap().await.unwrap(), loops_thread);
    });
}

/// B11.5
#[test]
fn a_job_may_wait_for_a_task_that_it_spawns() {
    ends(|| {
        let answer = simulate(async {
            let spawner = spawner();
            // It blocks its thread with a loop of its own; the task runs on ours.
            spawn_blocking(move || run(spawner.spawn(async { 42 }))).await
        });
        assert_eq!(answer.unwrap().unwrap(), 42);
    });
}

/// B11.5
#[test]
fn a_job_wakes_a_task_that_waits_for_something_else() {
    simulate(async {
        let (sender, receiver) = futures::channel::oneshot::channel();
        let job = spawn_blocking(move || sender.send("from the pool").unwrap());
        assert_eq!(receiver.await.unwrap(), "from the pool");
        job.await.unwrap();
    });
}

/// B11.5
#[test]
fn a_job_that_spawns_a_job_needs_the_loop_to_do_it() {
    simulate(async {
        let text = spawn_blocking(|| panic_of(|| spawn_blocking(|| ()))).await.unwrap();
        assert!(text.starts_with("executor::spawn_blocking was called outside an event loop"));
        let spawner = spawner();
        let job = spawn_blocking(move || spawner.spawn(async { spawn_blocking(|| 7).await }));
        assert_eq!(job.await.unwrap().await.unwrap().unwrap(), 7);
    });
}

/// B11.5. Time that moves on as soon as the loop has nothing to do would be an hour later.
#[test]
fn a_simulated_clock_stands_still_while_a_job_is_out() {
    for _ in 0..100 {
        let (parked, is_parked) = unbounded();
        let clock = Clock::simulated();
        let observer = TellParked(parked);
        let builder = EventLoop::builder().clock(clock.clone()).observer(observer);
        let seen = builder.build().unwrap().run(async move {
            let job = spawn_blocking(move || {
                is_parked.recv().unwrap();
                (0..10).for_each(|_| thread::yield_now());
                clock.now()
            });
            timeout(HOUR, job).await
        });
        assert_eq!(seen.unwrap().unwrap(), Instant::START);
    }
}

/// B11.5. The job is over, but what it has woken is still to run.
#[test]
fn a_simulated_clock_stands_still_until_the_loop_has_heard_of_the_end_of_a_job() {
    simulate(async {
        for round in 0..1000 {
            timeout(HOUR, spawn_blocking(|| ())).await.unwrap().unwrap();
            assert_eq!(now(), Instant::START, "round {round}");
        }
    });
}

/// B11.5. The same for a job that has woken a task and then lets time pass.
#[test]
fn a_simulated_clock_stands_still_until_the_loop_has_heard_a_wake_before_an_advance() {
    let clock = Clock::simulated();
    EventLoop::builder().clock(clock.clone()).build().unwrap().run(async {
        for round in 0..1000 {
            let (clock, before) = (clock.clone(), now());
            let (sender, receiver) = futures::channel::oneshot::channel();
            let job = spawn_blocking(move || {
                sender.send(()).unwrap();
                clock.advance(HOUR);
            });
            receiver.await.unwrap();
            assert_eq!(now(), before, "round {round}");
            job.await.unwrap();
            assert_eq!(now(), before + HOUR, "round {round}");
        }
    });
}

/// What the loop sees of timers every 10 ms, and of jobs that let these times pass.
fn story_of_jobs(jobs: &'static [u64]) -> Vec<String> {
    let clock = Clock::simulated();
    let story = Rc::new(std::cell::RefCell::new(Vec::new()));
    let mut event_loop = EventLoop::builder().clock(clock.clone()).build().unwrap();
    event_loop.run(async {
        let note = |what: String| {
            let at = now().since_start().as_millis();
            story.borrow_mut().push(format!("{at}: {what}"));
        };
        let jobs = jobs.iter().map(|&time| {
            let clock = clock.clone();
            spawn_blocking(move || clock.advance(ms(time)))
        });
        let jobs = jobs.collect::<Vec<_>>().into_iter().enumerate().map(|(n, job)| async move {
            job.await.unwrap();
            note(format!("job {n}"));
        });
        let ticks = async {
            for _ in 0..4 {
                sleep(ms(10)).await;
                note("tick".to_owned());
            }
        };
        futures::join!(futures::future::join_all(jobs), ticks);
    });
    story.take()
}

/// B11.5
#[test]
fn the_loops_timers_go_on_while_a_job_lets_time_pass() {
    for _ in 0..100 {
        let story = ["10: tick", "20: tick", "25: job 0", "30: tick", "40: tick"];
        assert_eq!(story_of_jobs(&[25]), story);
    }
}

/// B11.5
#[test]
fn jobs_and_timers_go_on_in_the_order_of_their_times_every_time() {
    for _ in 0..100 {
        let story = ["5: job 1", "10: tick", "15: job 2", "20: tick", "25: job 0", "30: tick"];
        assert_eq!(story_of_jobs(&[25, 5, 15])[..6], story);
    }
}

/// B11.5
#[test]
fn a_job_that_lets_time_pass_twice_meets_the_timers_in_between() {
    for _ in 0..100 {
        let clock = Clock::simulated();
        let mut event_loop = EventLoop::builder().clock(clock.clone()).build().unwrap();
        let times = event_loop.run(async {
            let job = spawn_blocking(move || {
                let pass = |time| {
                    clock.advance(ms(time));
                    clock.now().since_start()
                };
                [pass(15), pass(0), pass(15)]
            });
            sleep(ms(20)).await;
            assert_eq!(now(), Instant::START + ms(20));
            job.await.unwrap()
        });
        assert_eq!(times, [ms(15), ms(15), ms(30)]);
    }
}

/// B11.5. The second job waits for the thread of the first, which waits for time to pass.
#[test]
fn a_job_that_waits_for_a_thread_does_not_keep_time_from_passing() {
    ends(|| {
        let clock = Clock::simulated();
        let builder = EventLoop::builder().clock(clock.clone()).blocking_threads(1);
        builder.build().unwrap().run(async {
            let jobs = [10, 20].map(|time| {
                let clock = clock.clone();
                spawn_blocking(move || {
                    clock.advance(ms(time));
                    clock.now().since_start()
                })
            });
            let ends: Vec<_> = gather_all(jobs).await.into_iter().map(Result::unwrap).collect();
            assert_eq!(ends, [ms(10), ms(30)]);
        });
    });
}

/// B11.4, B11.5
#[test]
fn a_job_that_lets_time_pass_at_the_end_of_run_is_waited_for() {
    ends(|| {
        let clock = Clock::simulated();
        let mut event_loop = EventLoop::builder().clock(clock.clone()).build().unwrap();
        let (job,) = event_loop.run(async {
            let (started, has_started) = bounded(1);
            let clock = clock.clone();
            let job = spawn_blocking(move || {
                started.send(()).unwrap();
                clock.advance(HOUR);
            });
            has_started.recv().unwrap();
            (job,)
        });
        job.now_or_never().unwrap().unwrap();
        assert_eq!(clock.now(), Instant::START + HOUR);
    });
}

/// B11.5
#[test]
fn the_journal_tells_of_a_job_in_order_and_on_which_thread_it_ran() {
    let (id, record) = simulate_and_record(async {
        let job = spawn_blocking(|| ());
        let id = job.id();
        job.await.unwrap();
        sleep(ms(1)).await;
        id
    });
    let story = record.pick(|_, event| match event {
        Event::JobQueued { task, .. } if *task == id => Some("queued".to_owned()),
        Event::JobStarted { task, thread } if *task == id => thread.name().map(str::to_owned),
        Event::JobFinished { task } if *task == id => Some("finished".to_owned()),
        _ => None,
    });
    assert_eq!(story, ["queued", "blocking-1", "finished"]);
}

/// B11.6
#[test]
fn a_pool_of_no_threads_is_refused() {
    let error = EventLoop::builder().blocking_threads(0).build().map(drop).unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::InvalidInput);
    assert!(error.to_string().contains("give blocking_threads 1 or more"));
}

/// B11.6. In a process whose threads are to have a stack that no system can give them. (On Windows
/// such a process ends before it gets here: the thread for the test is one of them.)
#[cfg(unix)]
#[test]
fn a_thread_that_cannot_be_started_is_an_error_and_no_hang() {
    let huge_stacks = |mut test: Command| {
        test.env("RUST_MIN_STACK", (usize::MAX / 4 * 3).to_string());
        test
    };
    let name = "blocking::a_thread_that_cannot_be_started_is_an_error_and_no_hang";
    alone_with(name, huge_stacks, || {
        thread::Builder::new().spawn(|| ()).map(drop).unwrap_err();
        let drops = Drops::default();
        simulate(async {
            let counted = drops.one();
            let text = panic_of(|| spawn_blocking(move || drop(counted)));
            assert!(text.starts_with("no thread could be started for a blocking job: "), "{text}");
            assert_eq!(drops.count(), 1);
            // The loop goes on, time and all, and does not wait for that job at its end.
            sleep(HOUR).await;
            spawn(async {}).await.unwrap();
        });
    });
}

/// B11.4
#[test]
fn a_panic_of_the_main_future_waits_for_the_jobs_that_run() {
    let (mut event_loop, done) = (simulated(), Drops::default());
    let counted = done.one();
    let text = panic_of(|| {
        event_loop.run(async {
            let (started, has_started) = bounded(1);
            let (release, released) = bounded::<()>(0);
            drop(spawn_blocking(move || {
                started.send(()).unwrap();
                let _ = released.recv();
                drop(counted);
            }));
            has_started.recv().unwrap();
            drop(spawn(pending_with(release)));
            panic!("dinner is cancelled, and meant to be");
        })
    });
    assert_eq!(text, "dinner is cancelled, and meant to be");
    assert_eq!(done.count(), 1);
    event_loop.run(async { drop(spawn(pending::<()>())) });
}

/// B11.4. What is still ready at the end of `run` is no reason not to wait for the job.
#[test]
fn a_job_that_lets_time_pass_ends_though_a_task_is_left_in_the_ready_queue() {
    ends(|| {
        let clock = Clock::simulated();
        EventLoop::builder().clock(clock.clone()).build().unwrap().run(async {
            drop(spawn_blocking(move || clock.advance(HOUR)));
            timer::sleep(ms(1)).await;
            drop(spawn(async {}));
        });
    });
}

/// B11.5. Only a job gives a hold up, and only its own.
#[test]
fn a_foreign_thread_that_advances_the_clock_does_not_take_the_hold_of_a_job() {
    let clock = Clock::simulated();
    EventLoop::builder().clock(clock.clone()).build().unwrap().run(async {
        let (release, released) = bounded::<()>(1);
        let slept = spawn(timer::sleep(HOUR));
        let job = spawn_blocking(move || released.recv().unwrap());
        // It moves the clock itself, and at once, instead of waiting for the loop to move it.
        thread::spawn(move || clock.advance(ms(1))).join().unwrap();
        executor::yield_now().await;
        release.send(()).unwrap();
        job.await.unwrap();
        assert!(!slept.is_finished());
        assert_eq!(now() - Instant::START, ms(1));
    });
}

/// B11.6. In a process with room for one more thread: the job that waits for it has no hold.
#[cfg(target_os = "linux")]
#[test]
fn a_job_for_which_no_thread_could_be_started_does_not_keep_time_from_passing() {
    const GIB: u64 = 1 << 30;
    if size_of_this_process() > 100 * GIB {
        // A sanitizer has taken so much of the address space that there is nothing to limit.
        return;
    }
    let limit = (size_of_this_process() + 6 * GIB) / 1024;
    let room_for_a_few = |test: Command| {
        let mut limited = crate::support::with_limit(format!("-v {limit}"))(test);
        limited.env("RUST_MIN_STACK", (GIB / 4 * 3).to_string());
        limited
    };
    let name =
        "blocking::a_job_for_which_no_thread_could_be_started_does_not_keep_time_from_passing";
    alone_with(name, room_for_a_few, || ends(with_room_for_one_thread));
}

#[cfg(target_os = "linux")]
fn with_room_for_one_thread() {
    // The room is filled to a rest of less than 64 MiB. Then one large thread goes: there is room for
    // one of the pool's threads, with some to spare for what else takes memory, and not for two.
    let fill = |stack: usize| {
        let others = std::iter::from_fn(|| {
            let (end, ended) = bounded::<()>(0);
            let builder = thread::Builder::new().stack_size(stack);
            Some((end, builder.spawn(move || _ = ended.recv()).ok()?))
        });
        Vec::from_iter(others)
    };
    let mut large = fill(1 << 30);
    let _small = fill(64 << 20);
    let (end, thread) = large.pop().unwrap();
    drop(end);
    thread.join().unwrap();
    let clock = Clock::simulated();
    EventLoop::builder().clock(clock.clone()).build().unwrap().run(async {
        let (has_started, release, first) = held_job();
        has_started.recv().unwrap();
        thread::Builder::new().spawn(|| ()).map(drop).unwrap_err();
        let jobs = [20, 10].map(|time| {
            let clock = clock.clone();
            spawn_blocking(move || {
                clock.advance(ms(time));
                clock.now().since_start()
            })
        });
        release.send(()).unwrap();
        assert_eq!(first.await.unwrap(), "done");
        let ends: Vec<_> = gather_all(jobs).await.into_iter().map(Result::unwrap).collect();
        assert_eq!(ends, [ms(20), ms(30)]);
    });
}

/// Of its address space, in bytes.
#[cfg(target_os = "linux")]
fn size_of_this_process() -> u64 {
    let pages = std::fs::read_to_string("/proc/self/statm").unwrap();
    pages.split(' ').next().unwrap().parse::<u64>().unwrap() * 4096
}

/// B11.2: each has a name of its own, which debuggers and panics show.
#[test]
fn the_threads_of_a_pool_are_numbered() {
    let names = run(async {
        let both = std::sync::Arc::new(std::sync::Barrier::new(2));
        let jobs = [both.clone(), both].map(|both| {
            spawn_blocking(move || {
                both.wait();
                std::thread::current().name().map(str::to_owned)
            })
        });
        let [first, second] = jobs;
        std::collections::BTreeSet::from([first.await.unwrap(), second.await.unwrap()])
    });
    assert_eq!(names, ["blocking-1", "blocking-2"].map(|name| Some(name.to_owned())).into());
}

/// B11.3: ten seconds later, while its loop goes on.
#[test]
fn a_thread_that_has_nothing_to_do_ends() {
    use futures::channel::oneshot;
    thread_local! {
        static KEPT: std::cell::Cell<Option<oneshot::Sender<()>>> = const { std::cell::Cell::new(None) };
    }
    run(async {
        let (kept, is_gone) = oneshot::channel();
        spawn_blocking(move || KEPT.set(Some(kept))).await.unwrap();
        assert!(is_gone.await.is_err(), "it is dropped with its thread");
        // And the pool knows that it has one thread less.
        assert_eq!(spawn_blocking(|| 7).await.unwrap(), 7);
    });
}
