//! B1: tasks come to be, run, and are joined.

use std::any::Any;
use std::cell::{Cell, OnceCell, RefCell};
use std::collections::HashSet;
use std::future::{pending, poll_fn};
use std::pin::pin;
use std::rc::Rc;
use std::task::{Poll, Waker};
use std::thread;
use std::time::Duration;

use crossbeam_channel::unbounded;
use executor::journal::{Event, Observer};
use executor::{
    JoinError, JoinHandle, Spawner, TaskId, TaskState, current_task, gather_all, spawn,
    spawn_blocking, spawn_named, spawner, tasks, yield_now,
};
use futures::StreamExt;
use futures::channel::{mpsc as channel, oneshot};

use crate::checked::{EventLoop, run};
use crate::support::{
    Drops, TellParked, Wakes, on_drop, panic_of, pending_with, poll, simulate, simulated,
    until_nothing_is_ready,
};

/// B1.1
#[test]
fn a_spawned_task_does_nothing_until_the_loop_runs() {
    let mut event_loop = EventLoop::new().unwrap();
    let polls = Rc::new(Cell::new(0));
    let counter = polls.clone();
    drop(event_loop.spawn(async move { counter.set(counter.get() + 1) }));
    assert_eq!(polls.get(), 0);
    event_loop.run(yield_now());
    assert_eq!(polls.get(), 1);
}

/// B1.1
#[test]
fn a_task_spawned_between_two_runs_runs_in_the_second() {
    let mut event_loop = EventLoop::new().unwrap();
    event_loop.run(async {});
    let handle = event_loop.spawn(async { "between" });
    assert!(!handle.is_finished());
    assert_eq!(event_loop.run(handle).unwrap(), "between");
}

/// B1.1: here no task survives its `run`, as in asyncio (B12.3).
#[test]
#[expect(clippy::async_yields_async, reason = "it is awaited in the next run")]
fn a_task_that_is_left_at_the_end_of_run_is_gone_in_the_next() {
    let mut event_loop = EventLoop::new().unwrap();
    let drops = Drops::default();
    let token = drops.one();
    let handle = event_loop.run(async {
        let handle = spawn(pending_with(token));
        yield_now().await;
        handle
    });
    assert_eq!(drops.count(), 1);
    let (outcome, left) = event_loop.run(async { (handle.await, tasks().len()) });
    assert!(matches!(outcome, Err(JoinError::Cancelled)));
    assert_eq!(left, 1, "only the future given to `run`");
}

/// B1.2
#[test]
fn tasks_are_spawned_before_the_loop_runs() {
    let mut event_loop = EventLoop::new().unwrap();
    let handles = [1, 2, 3].map(|n| event_loop.spawn(async move { n }));
    let sum = event_loop.run(async {
        let mut sum = 0;
        for handle in handles {
            sum += handle.await.unwrap();
        }
        sum
    });
    assert_eq!(sum, 6);
}

/// B1.2
#[test]
fn a_task_spawns_a_task_and_waits_for_it() {
    let outer = async { spawn(async { spawn(async { 7 }).await.unwrap() }).await.unwrap() };
    assert_eq!(run(outer), 7);
}

/// B1.2
#[test]
fn a_task_spawned_inside_a_poll_is_polled_after_that_poll() {
    let story = Rc::new(RefCell::new(Vec::new()));
    let (outer, inner) = (story.clone(), story.clone());
    run(async move {
        let mut inner = Some(async move { inner.borrow_mut().push("polled") });
        let mut spawned = None;
        let parent = spawn(poll_fn(move |cx| {
            if let Some(inner) = inner.take() {
                outer.borrow_mut().push("spawning");
                spawned = Some(spawn(inner));
                outer.borrow_mut().push("spawned");
            }
            poll(spawned.as_mut().unwrap(), cx.waker())
        }));
        parent.await.unwrap().unwrap();
    });
    assert_eq!(*story.borrow(), ["spawning", "spawned", "polled"]);
}

/// B1.2
#[test]
fn another_thread_spawns_while_the_loop_sleeps() {
    let (parked, is_parked) = unbounded();
    let mut event_loop = EventLoop::builder().observer(TellParked(parked)).build().unwrap();
    let spawner = event_loop.spawner();
    let (done, is_done) = oneshot::channel();
    let thread = thread::spawn(move || {
        is_parked.recv().unwrap();
        spawner.spawn(async move { done.send(thread::current().id()).unwrap() })
    });
    assert_eq!(event_loop.run(is_done), Ok(thread::current().id()), "it runs on the loop's thread");
    assert!(thread.join().unwrap().is_finished());
}

/// B1.2
#[test]
fn another_thread_spawns_while_the_loop_is_busy() {
    let turns = run(async {
        let turns = Rc::new(Cell::new(0));
        for _ in 0..10 {
            let turns = turns.clone();
            drop(spawn(async move {
                loop {
                    turns.set(turns.get() + 1);
                    yield_now().await;
                }
            }));
        }
        let spawner = spawner();
        let job = spawn_blocking(move || spawner.spawn(async { yield_now().await }));
        job.await.unwrap().await.unwrap();
        turns.get()
    });
    assert!(turns > 0, "the loop was busy");
}

/// B1.2
#[test]
fn four_threads_spawn_at_once_and_nothing_is_lost() {
    let outputs = run(async {
        let spawn_many = |spawner: Spawner| {
            move || (0..250).map(|n| spawner.spawn(async move { n })).collect::<Vec<_>>()
        };
        let jobs: Vec<_> = (0..4).map(|_| spawn_blocking(spawn_many(spawner()))).collect();
        let mut outputs = Vec::new();
        for job in jobs {
            for handle in job.await.unwrap() {
                outputs.push(handle.await.unwrap());
            }
        }
        outputs
    });
    let expected: Vec<i32> = (0..4).flat_map(|_| 0..250).collect();
    assert_eq!(outputs, expected);
}

/// B1.3
#[test]
fn joining_before_the_task_has_run_yields_the_output() {
    let output = run(async {
        let handle = spawn(async { "output" });
        assert!(!handle.is_finished());
        handle.await
    });
    assert_eq!(output.unwrap(), "output");
}

/// B1.3
#[test]
fn joining_while_the_task_waits_yields_the_output() {
    simulate(async {
        let mut handle = spawn(async {
            until_nothing_is_ready().await;
            "output"
        });
        yield_now().await;
        assert!(poll(&mut handle, Waker::noop()).is_pending());
        assert_eq!(handle.await.unwrap(), "output");
    });
}

/// B1.3
#[test]
fn joining_a_finished_task_is_ready_at_once() {
    run(async {
        let mut handle = spawn(async { "output" });
        yield_now().await;
        assert!(handle.is_finished());
        assert!(matches!(poll(&mut handle, Waker::noop()), Poll::Ready(Ok("output"))));
    });
}

/// B1.3
#[test]
fn a_handle_panics_with_a_clear_text_when_polled_after_it_was_ready() {
    run(async {
        let mut handle = spawn(async { "output" });
        assert_eq!((&mut handle).await.unwrap(), "output");
        let text = panic_of(|| poll(&mut handle, Waker::noop()));
        assert_eq!(
            text,
            format!("the JoinHandle of {} was polled after it was ready", handle.id())
        );
        assert!(handle.is_finished(), "and can be asked other things still");
    });
}

/// B1.4
#[test]
fn a_task_is_polled_once_for_each_wake_and_not_without() {
    simulate(async {
        let (mut wake, mut woken) = channel::unbounded::<()>();
        let polls = Rc::new(Cell::new(0));
        let counter = polls.clone();
        drop(spawn(poll_fn(move |cx| {
            counter.set(counter.get() + 1);
            woken.poll_next_unpin(cx).map(drop)
        })));
        until_nothing_is_ready().await;
        assert_eq!(polls.get(), 1, "the first poll needs no wake");
        until_nothing_is_ready().await;
        assert_eq!(polls.get(), 1, "nobody has woken it");
        wake.start_send(()).unwrap();
        until_nothing_is_ready().await;
        assert_eq!(polls.get(), 2);
    });
}

/// B1.4
#[test]
fn many_wakes_during_a_poll_or_after_it_mean_one_more_poll() {
    simulate(async {
        let (polls, kept) = (Rc::new(Cell::new(0)), Rc::new(OnceCell::<Waker>::new()));
        let (counter, keep) = (polls.clone(), kept.clone());
        drop(spawn(poll_fn(move |cx| {
            counter.set(counter.get() + 1);
            if keep.set(cx.waker().clone()).is_ok() {
                (0..3).for_each(|_| cx.waker().wake_by_ref());
            }
            Poll::<()>::Pending
        })));
        until_nothing_is_ready().await;
        assert_eq!(polls.get(), 2);
        (0..3).for_each(|_| kept.get().unwrap().wake_by_ref());
        until_nothing_is_ready().await;
        assert_eq!(polls.get(), 3);
    });
}

/// B1.4
#[test]
fn a_task_is_not_polled_after_ready_even_if_it_woke_itself() {
    simulate(async {
        let polls = Rc::new(Cell::new(0));
        let counter = polls.clone();
        let handle = spawn(poll_fn(move |cx| {
            counter.set(counter.get() + 1);
            cx.waker().wake_by_ref();
            Poll::Ready(())
        }));
        until_nothing_is_ready().await;
        assert!(handle.is_finished());
        assert_eq!(polls.get(), 1);
    });
}

/// B1.4
#[test]
fn the_last_wake_of_a_finished_task_polls_nobody_who_has_taken_its_place() {
    simulate(async {
        let polls = Rc::new(Cell::new(0));
        let counter = polls.clone();
        drop(spawn(poll_fn(|cx| {
            cx.waker().wake_by_ref();
            Poll::Ready(())
        })));
        yield_now().await;
        drop(spawn(poll_fn(move |_| {
            counter.set(counter.get() + 1);
            Poll::<()>::Pending
        })));
        until_nothing_is_ready().await;
        assert_eq!(polls.get(), 1);
    });
}

/// B1.4
#[test]
fn run_does_not_poll_its_future_after_ready() {
    let mut event_loop = simulated();
    let mut polls = 0;
    event_loop.run(poll_fn(|cx| {
        polls += 1;
        cx.waker().wake_by_ref();
        if polls < 2 { Poll::Pending } else { Poll::Ready(()) }
    }));
    event_loop.run(until_nothing_is_ready());
    assert_eq!(polls, 2);
}

/// B1.4
#[test]
fn the_end_of_a_task_means_one_poll_for_who_waits_for_it() {
    let polls = run(async {
        let mut handle = pin!(spawn(async {
            for _ in 0..10 {
                yield_now().await;
            }
        }));
        let mut polls = 0;
        poll_fn(|cx| {
            polls += 1;
            handle.as_mut().poll(cx)
        })
        .await
        .unwrap();
        polls
    });
    assert_eq!(polls, 2);
}

/// B1.5
#[test]
fn run_returns_at_once_when_there_is_nothing_to_do_also_twice_in_a_row() {
    let mut event_loop = EventLoop::new().unwrap();
    assert_eq!(event_loop.run(async { 1 }), 1);
    assert_eq!(event_loop.run(async { 2 }), 2);
    assert_eq!(run(async { 3 }), 3);
}

/// B1.5
#[test]
fn run_does_not_wait_for_unfinished_tasks() {
    let drops = Drops::default();
    let token = drops.one();
    run(async move {
        drop(spawn(async move {
            let _token = token;
            loop {
                yield_now().await;
            }
        }));
        yield_now().await;
    });
    assert_eq!(drops.count(), 1, "it was cancelled");
}

/// B1.5: we have no `run_until_stalled`; a sleep on a simulated clock is what comes near it.
#[test]
fn everything_ready_runs_before_a_simulated_clock_moves() {
    simulate(async {
        let ran = Rc::new(Cell::new(0));
        let counter = ran.clone();
        drop(spawn(async move {
            // More turns than a round has.
            for _ in 0..200 {
                yield_now().await;
                let counter = counter.clone();
                drop(spawn(async move { counter.set(counter.get() + 1) }));
            }
        }));
        let waiting = spawn(pending::<()>());
        let before = timer::now();
        until_nothing_is_ready().await;
        assert_eq!(ran.get(), 200);
        assert!(!waiting.is_finished());
        assert_eq!(timer::now() - before, Duration::from_millis(1));
    });
}

/// B1.6
#[test]
fn ten_thousand_tasks_all_end() {
    let sum = run(async {
        let handles: Vec<_> = (0..10_000_u64)
            .map(|n| {
                spawn(async move {
                    yield_now().await;
                    n
                })
            })
            .collect();
        let mut sum = 0;
        for handle in handles {
            sum += handle.await.unwrap();
        }
        sum
    });
    assert_eq!(sum, 9_999 * 10_000 / 2);
}

/// B1.6
#[test]
fn a_chain_of_a_thousand_tasks_each_waiting_for_the_one_before() {
    let length = run(async {
        let mut last = spawn(async { 1 });
        for _ in 1..1_000 {
            let before = last;
            last = spawn(async move { before.await.unwrap() + 1 });
        }
        last.await
    });
    assert_eq!(length.unwrap(), 1_000);
}

/// B1.6
#[test]
fn two_tasks_play_ping_pong() {
    async fn play(mut inbox: channel::Receiver<u32>, mut outbox: channel::Sender<u32>) -> u32 {
        let mut last = 0;
        while let Some(ball) = inbox.next().await {
            last = ball;
            if ball == 1_000 || outbox.try_send(ball + 1).is_err() {
                break;
            }
        }
        last
    }
    let ends = run(async {
        let ((mut to_ping, ping), (to_pong, pong)) = (channel::channel(1), channel::channel(1));
        to_ping.try_send(1).unwrap();
        let ping = spawn(play(ping, to_pong));
        let pong = spawn(play(pong, to_ping));
        (ping.await.unwrap(), pong.await.unwrap())
    });
    assert_eq!(ends, (999, 1_000));
}

/// B1.6
#[test]
fn a_large_future_and_its_large_output_arrive_whole() {
    let output = run(async {
        let handle = spawn(async {
            let mut large = [1_u8; 16 * 1024];
            yield_now().await;
            large[16 * 1024 - 1] = 2;
            large
        });
        handle.await.unwrap()
    });
    assert_eq!((output[0], output[16 * 1024 - 1]), (1, 2));
}

/// B1.7: we have no `spawn_many`; `gather_all` is what takes an iterator.
#[test]
fn an_iterator_that_panics_half_way_through_gather_all_leaves_the_loop_usable() {
    simulate(async {
        let drops = Drops::default();
        let tokens = drops.clone();
        let futures = (0..4).map(move |n| {
            assert!(n < 2, "half-way");
            pending_with(tokens.one())
        });
        assert_eq!(panic_of(|| drop(gather_all(futures))), "half-way");
        until_nothing_is_ready().await;
        assert_eq!(drops.count(), 2, "those that were spawned are cancelled");
        assert_eq!(tasks().len(), 1);
        assert_eq!(spawn(async { "usable" }).await.unwrap(), "usable");
    });
}

/// B1.8
#[test]
fn no_two_tasks_of_a_loop_share_an_id() {
    let mut event_loop = EventLoop::new().unwrap();
    let mut ids = vec![event_loop.spawn(async {}).id()];
    for _ in 0..2 {
        ids.extend(event_loop.run(async {
            let spawner = spawner();
            let job = spawn_blocking(move || {
                (0..100).map(|_| spawner.spawn(async {}).id()).collect::<Vec<_>>()
            });
            let mut ids: Vec<_> = (0..100).map(|_| spawn(async {}).id()).collect();
            ids.extend([current_task().unwrap(), job.id()]);
            ids.extend(job.await.unwrap());
            ids
        }));
    }
    let different: HashSet<_> = ids.iter().collect();
    assert_eq!(different.len(), 1 + 2 * 202);
}

/// B1.8
#[test]
fn current_task_is_the_task_that_is_polled_and_none_outside() {
    assert_eq!(current_task(), None);
    run(async {
        let main = current_task().unwrap();
        let task = spawn(async {
            let before = current_task();
            yield_now().await;
            (before, current_task())
        });
        let id = task.id();
        assert_ne!(main, id);
        assert_eq!(task.await.unwrap(), (Some(id), Some(id)));
        assert_eq!(current_task(), Some(main));
        let job = spawn_blocking(current_task);
        assert_eq!(job.await.unwrap(), None, "a blocking job is no task");
    });
    assert_eq!(current_task(), None);
}

/// Says in its destructor in which task that runs.
fn tell_task(seen: &Rc<Cell<Option<TaskId>>>) -> Box<dyn Any> {
    let seen = seen.clone();
    Box::new(on_drop(move || seen.set(current_task())))
}

/// Has `spawn` make a task with a destructor, `end` end it, and that destructor see its own id.
fn check_task_seen_by_a_destructor<T>(
    spawn: impl FnOnce(Box<dyn Any>) -> JoinHandle<T>,
    end: impl FnOnce(JoinHandle<T>),
) {
    let seen = Rc::new(Cell::new(None));
    let id = simulate(async {
        let handle = spawn(tell_task(&seen));
        let id = handle.id();
        yield_now().await;
        end(handle);
        until_nothing_is_ready().await;
        id
    });
    assert_eq!(seen.get(), Some(id));
}

/// B1.8
#[test]
fn the_destructor_of_a_finished_future_sees_its_own_task() {
    let finished = |tell| {
        spawn(poll_fn(move |_| {
            let _held = &tell;
            Poll::Ready(())
        }))
    };
    check_task_seen_by_a_destructor(finished, drop);
}

/// B1.8
#[test]
fn the_destructor_of_an_aborted_future_sees_its_own_task() {
    let never_ending = |tell| spawn(pending_with(tell));
    check_task_seen_by_a_destructor(never_ending, |handle| handle.abort());
}

/// B1.8
#[test]
fn the_destructor_of_a_future_cancelled_at_the_end_of_run_sees_its_own_task() {
    let never_ending = |tell| spawn(pending_with(tell));
    check_task_seen_by_a_destructor(never_ending, drop);
}

/// B1.8
#[test]
fn the_destructor_of_an_output_nobody_wants_sees_its_own_task() {
    let detached = |tell| {
        spawn(async move {
            until_nothing_is_ready().await;
            tell
        })
    };
    check_task_seen_by_a_destructor(detached, drop);
}

/// B1.8
#[test]
fn the_destructor_of_an_output_taken_sees_who_took_it() {
    let seen = Rc::new(Cell::new(None));
    let tell = tell_task(&seen);
    let main = run(async {
        drop(spawn(async { tell }).await);
        current_task()
    });
    assert!(main.is_some());
    assert_eq!(seen.get(), main);
}

/// B1.8
#[test]
fn tasks_lists_the_unfinished_ones_with_name_site_state_and_polls() {
    async fn polish() {
        pending().await
    }
    run(async {
        let waiting = spawn(polish());
        let ended = spawn(async {});
        yield_now().await;
        let line = line!() + 1;
        let ready = spawn_named(format!("table {}", 4), async {});
        let all = tasks();
        assert!(all.iter().all(|task| task.id != ended.id()), "it is finished");
        let find = |id| all.iter().find(|task| task.id == id).unwrap();

        let main = find(current_task().unwrap());
        assert_eq!((main.state, main.polls), (TaskState::Running, 2));
        let waiting = find(waiting.id());
        assert_eq!((waiting.state, waiting.polls), (TaskState::Waiting, 1));
        assert_eq!(waiting.name, "polish");
        let ready = find(ready.id());
        assert_eq!((ready.state, ready.polls), (TaskState::Ready, 0));
        assert_eq!(ready.name, "table 4");
        assert_eq!((ready.site.file(), ready.site.line()), (file!(), line));
        assert_eq!(all.len(), 3);
    });
}

/// B1.8
#[test]
fn the_name_of_a_task_shows_in_the_report_of_its_spawn() {
    struct Names(Rc<RefCell<Vec<String>>>);
    impl Observer for Names {
        fn on_event(&mut self, _at: Duration, event: &Event) {
            if let Event::Spawned { name, .. } = event {
                self.0.borrow_mut().push(name.to_string());
            }
        }
    }
    async fn main() {
        spawn_named("table 4", async {}).await.unwrap();
    }
    let names = Rc::new(RefCell::new(Vec::new()));
    let mut event_loop = EventLoop::builder().observer(Names(names.clone())).build().unwrap();
    event_loop.run(main());
    assert_eq!(*names.borrow(), ["main", "table 4"]);
}

/// B1.3
#[test]
fn a_joiner_is_woken_once_by_the_end_of_its_task() {
    simulate(async {
        let (wakes, waker) = Wakes::new();
        let mut handle = spawn(yield_now());
        assert!(poll(&mut handle, &waker).is_pending());
        until_nothing_is_ready().await;
        assert_eq!(wakes.count(), 1);
        assert!(poll(&mut handle, &waker).is_ready());
    });
}

/// A task without a name is called by its `async fn`, also by one of a trait.
#[test]
fn a_task_is_named_after_the_method_of_a_trait_that_it_runs() {
    trait Cook {
        async fn cook(self);
    }
    impl Cook for u32 {
        async fn cook(self) {
            std::future::pending().await
        }
    }
    let mut event_loop = EventLoop::new().unwrap();
    let task = event_loop.spawn(7.cook());
    let names = event_loop.run(async { executor::tasks().into_iter().map(|it| (it.id, it.name)) });
    assert!(names.into_iter().any(|(id, name)| id == task.id() && name == "cook"));
}
