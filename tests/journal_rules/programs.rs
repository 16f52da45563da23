//! The rules are kept, by programs of all sorts.

use std::cell::RefCell;
use std::future::poll_fn;
use std::rc::Rc;
use std::task::Poll;
use std::time::Duration;

use executor::net::{TcpListener, TcpStream};
use executor::{Clock, EventLoop, gather, gather_all, spawn, spawn_blocking, spawner, yield_now};
use futures::channel::{mpsc, oneshot};
use futures::{AsyncReadExt, AsyncWriteExt, FutureExt, SinkExt, StreamExt};
use proptest::prelude::*;
use timer::{interval, sleep, timeout};

use super::Checker;
use crate::support::{ends, ms, on_drop, pending_with};

/// Runs a program, however it may end, and checks its journal.
fn check_on<F: Future<Output = ()>>(clock: Clock, program: F) {
    let checker = Checker::default();
    let mut event_loop = EventLoop::builder()
        .clock(clock)
        .observer(checker.clone())
        .slow_poll(Duration::from_millis(50))
        .build()
        .unwrap();
    let run = std::panic::AssertUnwindSafe(|| event_loop.try_run(program).is_ok());
    let _ = std::panic::catch_unwind(run);
    drop(event_loop);
    checker.assert_kept();
}

fn check<F: Future<Output = ()>>(program: F) {
    check_on(Clock::simulated(), program);
}

#[test]
fn by_tasks_that_sleep_yield_and_join() {
    check(async {
        let sleepers = (0..100).map(|n| async move {
            sleep(ms(n * 37 % 200)).await;
            yield_now().await;
            spawn(async move { sleep(ms(n % 7)).await }).await.unwrap();
        });
        gather_all(sleepers).await;
    });
}

#[test]
fn by_timers_that_are_cancelled_and_moved() {
    check(async {
        for n in 1..50 {
            let _ = timeout(ms(n), sleep(ms(25))).await;
        }
        let mut beat = interval(ms(10));
        for _ in 0..5 {
            beat.tick().await;
        }
        sleep(ms(100_000)).await;
    });
}

#[test]
fn by_tasks_that_are_aborted_detached_or_left() {
    check(async {
        let aborted = spawn(sleep(ms(1000)));
        let never_polled = spawn(async {});
        never_polled.abort();
        drop(spawn(sleep(ms(5))));
        drop(spawn(pending_with(sleep(ms(7)))));
        sleep(ms(10)).await;
        aborted.abort();
        assert!(aborted.await.is_err() && never_polled.await.is_err());
        drop(spawn(sleep(ms(5))));
    });
}

#[test]
fn by_tasks_that_are_aborted_before_the_loop_has_taken_them_in() {
    check(async {
        // By the remote door: it comes in when this poll is over.
        let task = spawner().spawn(async {});
        task.abort();
        assert!(task.await.is_err());
    });
}

#[test]
fn by_tasks_that_panic() {
    check(async {
        let panics = spawn(async {
            sleep(ms(1)).await;
            panic!("on purpose");
        });
        assert!(panics.await.is_err());
        drop(spawn(sleep(ms(100))));
        panic!("the main future, too");
    });
}

#[test]
fn by_destructors_that_wake_and_spawn() {
    check(async {
        let (sender, receiver) = oneshot::channel::<()>();
        let dropped = on_drop(move || {
            drop(sender);
            drop(spawn(async {}));
        });
        let task = spawn(pending_with(dropped));
        yield_now().await;
        task.abort();
        assert!(receiver.await.is_err());
    });
}

#[test]
fn by_outputs_whose_destructors_wake_spawn_and_sleep() {
    check(async {
        let (sender, receiver) = oneshot::channel::<()>();
        let output = on_drop(move || {
            drop(sender);
            drop(spawn(async {}));
            assert!(sleep(ms(1)).now_or_never().is_none());
        });
        drop(spawn(async { output }));
        assert!(receiver.await.is_err());
    });
}

#[test]
fn by_a_main_future_whose_destructor_wakes_it() {
    let mut wakes = None;
    check(poll_fn(move |cx| {
        let waker = cx.waker().clone();
        let _ = wakes.insert(on_drop(move || waker.wake()));
        Poll::Ready(())
    }));
}

#[test]
fn by_tasks_that_wake_each_other() {
    check(async {
        let (mut there, mut over_there) = mpsc::channel(0);
        let (mut back, mut here) = mpsc::channel(0);
        let echo = async move {
            while let Some(word) = over_there.next().await {
                back.send(word).await.unwrap();
            }
        };
        let ask = async move {
            for word in 0..20 {
                there.send(word).await.unwrap();
                assert_eq!(here.next().await, Some(word));
            }
        };
        gather!(echo, ask).await;
    });
}

#[test]
fn by_programs_that_are_stuck() {
    check(async {
        let place = Rc::new(RefCell::new(None));
        let kept = place.clone();
        drop(spawn(std::future::poll_fn(move |cx| {
            kept.replace(Some(cx.waker().clone()));
            std::task::Poll::<()>::Pending
        })));
        drop(spawn(async move { drop(place.take()) }));
        spawn(std::future::pending::<()>()).await.unwrap();
    });
}

#[test]
fn by_polls_that_hold_the_loop() {
    let clock = Clock::simulated();
    check_on(clock.clone(), async move {
        let beats = async {
            for _ in 0..10 {
                sleep(ms(20)).await;
            }
        };
        let blocks = async move {
            for _ in 0..3 {
                clock.advance(ms(70));
                yield_now().await;
            }
        };
        gather!(beats, blocks).await;
    });
}

#[test]
fn by_jobs_of_the_pool_and_other_threads() {
    ends(|| {
        let clock = Clock::simulated();
        check_on(clock.clone(), async move {
            let jobs = (0..10).map(|n| {
                let clock = clock.clone();
                spawn_blocking(move || clock.advance(ms(n * 10)))
            });
            let jobs: Vec<_> = jobs.collect();
            let (sender, receiver) = oneshot::channel();
            let thread = std::thread::spawn(move || sender.send(()));
            receiver.await.unwrap();
            thread.join().unwrap().unwrap();
            for job in jobs {
                job.await.unwrap();
            }
        });
    });
}

#[test]
fn by_sockets_that_wait_are_used_and_closed() {
    ends(|| {
        check(async {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let address = listener.local_addr().unwrap();
            let waiters = spawn(async move {
                loop {
                    let (stream, _) = listener.accept().await.unwrap();
                    drop(spawn(async move { futures::io::copy(&stream, &mut &stream).await }));
                }
            });
            gather_all((0..10).map(|n| async move {
                let mut stream = TcpStream::connect(address).await.unwrap();
                stream.write_all(&[n; 100]).await.unwrap();
                stream.read_exact(&mut [0; 100]).await.unwrap();
            }))
            .await;
            waiters.abort();
        });
    });
}

#[test]
fn by_a_slow_poll_of_a_task_with_timers_of_its_own() {
    let clock = Clock::simulated();
    let theirs = clock.clone();
    check_on(clock, async move {
        let both = spawn(async { futures::join!(sleep(ms(10)), sleep(ms(20))) });
        let mut own = sleep(ms(10));
        assert!(futures::poll!(&mut own).is_pending());
        yield_now().await;
        theirs.advance(ms(100));
        yield_now().await;
        own.await;
        both.await.unwrap();
    });
}

#[test]
fn by_jobs_that_no_thread_takes_up() {
    ends(|| {
        let checker = Checker::default();
        let builder = EventLoop::builder().blocking_threads(1).observer(checker.clone());
        let (release, is_released) = crossbeam_channel::bounded::<()>(0);
        builder.build().unwrap().run(async {
            // It takes the only thread, until the end of the run.
            drop(spawn_blocking(move || is_released.recv()));
            let aborted = spawn_blocking(|| ());
            aborted.abort();
            // Its end releases the first one: what is left is dropped by then.
            drop(spawn_blocking(move || drop(release)));
        });
        checker.assert_kept();
    });
}

#[test]
fn under_the_real_clock_too() {
    check_on(Clock::scaled(1000.0), async {
        gather_all((0..20).map(|n| sleep(ms(n * 100)))).await;
        spawn_blocking(|| ()).await.unwrap();
    });
}

/// What the tasks of a random program do, one step after the other.
#[derive(Clone, Debug)]
enum Step {
    Yield,
    Sleep(u64),
    Timeout(u64, u64),
    Spawn(Vec<Step>),
    Detach(Vec<Step>),
    Abort(Vec<Step>),
    Panic,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let leaf = prop_oneof![
        4 => Just(Step::Yield),
        4 => (0..500u64).prop_map(Step::Sleep),
        2 => ((0..90u64), (0..90u64)).prop_map(|(limit, time)| Step::Timeout(limit, time)),
        1 => Just(Step::Panic),
    ];
    let steps = prop::collection::vec(leaf, 0..4);
    steps.prop_recursive(4, 40, 4, |inner| {
        let nested = prop_oneof![
            inner.clone().prop_map(Step::Spawn),
            inner.clone().prop_map(Step::Detach),
            inner.clone().prop_map(Step::Abort),
            Just(Step::Yield),
        ];
        prop::collection::vec(nested, 0..4)
    })
}

/// `joined`: there is somebody to take its panic, which is a line on stderr otherwise.
async fn play(steps: Vec<Step>, joined: bool) {
    for step in steps {
        match step {
            Step::Yield => yield_now().await,
            Step::Sleep(time) => sleep(ms(time)).await,
            Step::Timeout(limit, time) => drop(timeout(ms(limit), sleep(ms(time))).await),
            Step::Spawn(steps) => drop(spawn(Box::pin(play(steps, true))).await),
            Step::Detach(steps) => drop(spawn(Box::pin(play(steps, false)))),
            Step::Abort(steps) => {
                let task = spawn(Box::pin(play(steps, false)));
                yield_now().await;
                task.abort();
            }
            // As a panic, but without a word on stderr.
            Step::Panic if !joined => {}
            Step::Panic => std::panic::resume_unwind(Box::new("on purpose")),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..Default::default() })]

    #[test]
    fn by_random_programs(steps in steps()) {
        check(async { drop(spawn(play(steps, true)).await) });
    }
}
