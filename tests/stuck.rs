//! The report of a loop in which nothing can ever happen again: when it comes, when it does not,
//! and what it says. The cases one by one come first, then random programs.

use std::cell::{Cell, RefCell};
use std::future::{pending, poll_fn};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Poll, Waker};
use std::time::Duration;

use executor::{Clock, JoinHandle, Stuck, Waits, spawn, spawn_blocking, spawn_named, yield_now};
use futures::channel::oneshot;
use timer::{sleep, timeout};

use crate::checked::EventLoop;
use crate::support::{TellParked, ends, ms, panic_of, simulated, stderr_alone};

mod random;

/// The report for a program that is stuck.
fn report<F: Future<Output = ()>>(program: F) -> Stuck {
    simulated().try_run(program).expect_err("it is stuck")
}

/// Its tasks: who, spawned at which line, waits for what.
fn tasks(stuck: &Stuck) -> Vec<(&str, u32, Waits)> {
    let tasks = stuck.tasks.iter();
    tasks.map(|task| (&*task.name, task.site.line(), task.waits.clone())).collect()
}

/// Returns Pending and keeps no waker.
async fn forget() {
    pending().await
}

/// Keeps its waker in this place.
async fn keep_waker_in(place: Rc<RefCell<Option<Waker>>>) {
    poll_fn(|cx| {
        place.replace(Some(cx.waker().clone()));
        Poll::<()>::Pending
    })
    .await
}

#[test]
fn a_future_that_forgets_its_waker_is_named_with_its_poll_and_line() {
    let stuck = report(async {
        let here = line!() + 1;
        let task = spawn_named("forgetful", forget());
        assert_eq!(here + 1, line!());
        let _ = task.await;
    });
    let [_, (name, _, waits)] = &tasks(&stuck)[..] else { panic!("{stuck}") };
    assert_eq!((*name, waits), ("forgetful", &Waits::KeptNoWaker(1)));
}

#[test]
fn who_waits_for_a_stuck_task_is_stuck_as_well() {
    let line = Cell::new(0);
    let stuck = report(async {
        line.set(line!() + 1);
        let task = spawn_named("forgetful", forget());
        let _ = task.await;
    });
    let (main, forgetful) = (&stuck.tasks[0], &stuck.tasks[1]);
    assert_eq!(main.waits, Waits::Join(vec![forgetful.id]));
    assert_eq!((&*forgetful.name, forgetful.site.line()), ("forgetful", line.get()));
    assert!(forgetful.site.file().ends_with("stuck.rs"));
}

#[test]
fn a_waker_that_somebody_else_drops_is_lost_since_the_poll_that_kept_it() {
    let stuck = report(async {
        let place = Rc::new(RefCell::new(None));
        let task = spawn_named("loser", keep_waker_in(place.clone()));
        let thief = spawn(async move { drop(place.take()) });
        let _ = (thief.await, task.await);
    });
    let names: Vec<_> = tasks(&stuck).into_iter().map(|(name, _, waits)| (name, waits)).collect();
    assert_eq!(names[1..], [("loser", Waits::LostItsWaker(1))]);
}

#[test]
fn tasks_that_join_each_other_are_named_crosswise() {
    let stuck = report(async {
        let door = Rc::new(Cell::new(None::<JoinHandle<()>>));
        let out = door.clone();
        let left = spawn_named("left", async move { out.take().unwrap().await.unwrap() });
        let right = spawn_named("right", async { left.await.unwrap() });
        door.set(Some(right));
        forget().await
    });
    let [main, left, right] = &stuck.tasks[..] else { panic!("{stuck}") };
    assert_eq!((&*left.name, &*right.name), ("left", "right"));
    assert_eq!(main.waits, Waits::KeptNoWaker(1));
    assert_eq!(left.waits, Waits::Join(vec![right.id]));
    assert_eq!(right.waits, Waits::Join(vec![left.id]));
}

#[test]
fn a_poll_counts_from_one_and_goes_on_counting() {
    let stuck = report(async {
        executor::yield_now().await;
        sleep(ms(5)).await;
        forget().await
    });
    assert_eq!(stuck.tasks[0].waits, Waits::KeptNoWaker(3));
    assert_eq!(stuck.tasks[0].polls, 3);
}

/// B12.2
#[test]
fn a_detached_task_without_a_waker_is_named_too_once_all_is_stuck() {
    let stuck = report(async {
        drop(spawn_named("detached", forget()));
        forget().await
    });
    assert_eq!(stuck.tasks.len(), 2, "{stuck}");
}

/// B12.2
#[test]
fn a_stuck_detached_task_is_no_reason_while_the_others_go_on() {
    let outcome = simulated().try_run(async {
        drop(spawn(forget()));
        sleep(ms(100)).await;
    });
    assert!(outcome.is_ok());
}

#[test]
fn wakers_kept_in_a_channel_are_beyond_the_loops_knowledge() {
    // Each waits for the other to send first. Without the timeout the loop would sleep for ever.
    let outcome = simulated().try_run(async {
        let ((news, to_come), (request, asked)) = (oneshot::channel(), oneshot::channel());
        let receiver = async { to_come.await.map(|()| request.send(())).is_ok() };
        let sender = async { asked.await.map(|()| news.send(())).is_ok() };
        timeout(ms(1000), async { futures::join!(receiver, sender) }).await.is_err()
    });
    assert!(matches!(outcome, Ok(true)));
}

#[test]
fn a_thread_that_has_a_waker_is_waited_for() {
    ends(|| {
        let outcome = simulated().try_run(async {
            let (sender, receiver) = oneshot::channel();
            let thread = std::thread::spawn(move || sender.send("here").unwrap());
            assert_eq!(receiver.await, Ok("here"));
            thread.join().unwrap();
        });
        assert!(outcome.is_ok());
    });
}

#[test]
fn a_spawner_on_another_thread_is_waited_for() {
    ends(|| {
        let (sender, receiver) = oneshot::channel::<()>();
        let outcome = simulated().try_run(async {
            let spawner = executor::spawner();
            let thread = std::thread::spawn(move || drop(spawner.spawn(async { drop(sender) })));
            assert!(receiver.await.is_err());
            thread.join().unwrap();
        });
        assert!(outcome.is_ok());
    });
}

#[test]
fn a_blocking_job_is_waited_for() {
    let job = || executor::spawn_blocking(|| 6 * 7);
    let outcome = ends(move || simulated().try_run(async { job().await.unwrap() }).ok());
    assert_eq!(outcome, Some(42));
}

/// It keeps neither a waker nor a spawner, and nobody awaits it: but it may abort what is awaited.
/// It does so when the loop goes to sleep, which by then has asked whether it is stuck.
#[test]
fn a_job_that_keeps_no_more_than_an_abort_handle_is_waited_for() {
    let outcome = ends(|| {
        let (tell, sleeps) = crossbeam_channel::unbounded();
        let builder = EventLoop::builder().clock(Clock::simulated()).observer(TellParked(tell));
        let outcome = builder.build().unwrap().try_run(async move {
            let task = spawn(pending::<()>());
            let abort = task.abort_handle();
            drop(spawn_blocking(move || sleeps.recv().map(|()| abort.abort())));
            task.await
        });
        outcome.is_ok_and(|outcome| outcome.is_err())
    });
    assert!(outcome);
}

#[test]
fn run_panics_with_the_text_of_the_report() {
    let text = panic_of(|| simulated().run(forget()));
    let stuck = simulated().try_run(forget()).unwrap_err().to_string();
    // But for the line that called `run`.
    let head = |text: &str| text.lines().next().unwrap().to_owned();
    assert_eq!(head(&text), head(&stuck));
    assert!(text.ends_with("returned Pending from its poll 1 and kept no waker to be woken by"));
}

#[test]
fn after_a_report_the_loop_runs_again() {
    let mut event_loop = EventLoop::builder().clock(Clock::simulated()).build().unwrap();
    for _ in 0..3 {
        assert_eq!(event_loop.try_run(forget()).unwrap_err().tasks.len(), 1);
        assert_eq!(event_loop.run(async { spawn(async { 5 }).await.unwrap() }), 5);
    }
}

#[test]
fn stuck_futures_are_dropped_before_the_report_is_returned() {
    let alive = Rc::new(());
    let held = alive.clone();
    let stuck = report(async move {
        drop(spawn(crate::support::pending_with(held.clone())));
        crate::support::pending_with(held).await;
    });
    assert_eq!(stuck.tasks.len(), 2);
    assert_eq!(Rc::strong_count(&alive), 1);
}

#[test]
fn a_job_that_has_just_ended_is_no_hope() {
    ends(|| {
        for _ in 0..500 {
            let stuck = report(async {
                executor::spawn_blocking(|| ()).await.unwrap();
                forget().await
            });
            assert_eq!(stuck.tasks.len(), 1);
        }
    });
}

/// The job's end wakes nobody: who has asked for it is done.
#[test]
fn a_job_whose_joiner_is_done_is_no_hope_once_it_has_ended() {
    ends(|| {
        let (release, is_released) = std::sync::mpsc::channel::<()>();
        let stuck = simulated().try_run(async {
            let job = Rc::new(RefCell::new(spawn_blocking(move || is_released.recv())));
            let kept = job.clone();
            let asks_once = poll_fn(move |cx| {
                assert!(Pin::new(&mut *kept.borrow_mut()).poll(cx).is_pending());
                Poll::Ready(())
            });
            spawn(asks_once).await.unwrap();
            drop(release);
            pending::<()>().await;
            drop(job);
        });
        assert!(stuck.is_err());
    });
}

/// The job's end wakes somebody, but in another loop.
#[test]
fn a_job_that_another_loop_awaits_is_no_hope_once_it_has_ended() {
    ends(|| {
        let (release, is_released) = std::sync::mpsc::channel::<()>();
        let stuck = simulated().try_run(async {
            let job = spawn_blocking(move || is_released.recv());
            std::thread::spawn(move || {
                crate::checked::run(async {
                    let job = spawn(job);
                    yield_now().await; // it is awaited
                    drop(release);
                    job.await.unwrap().unwrap()
                })
            });
            pending::<()>().await;
        });
        assert!(stuck.is_err());
    });
}

#[test]
fn a_waker_that_another_thread_drops_is_lost() {
    ends(|| {
        let (to_thread, on_thread) = std::sync::mpsc::channel::<Waker>();
        let (parked, is_parked) = crossbeam_channel::unbounded();
        let builder = EventLoop::builder().clock(Clock::simulated()).observer(TellParked(parked));
        let thread = std::thread::spawn(move || {
            let waker = on_thread.recv();
            // Not before the poll is over.
            is_parked.recv().unwrap();
            drop(waker);
        });
        let stuck = builder.build().unwrap().try_run(poll_fn(move |cx| {
            let _ = to_thread.send(cx.waker().clone());
            Poll::<()>::Pending
        }));
        let stuck = stuck.expect_err("it is stuck");
        assert_eq!(stuck.tasks[0].waits, Waits::LostItsWaker(1));
        thread.join().unwrap();
    });
}

/// A sleep that never ends is nothing to wait for, on a clock of any kind.
#[test]
fn a_task_that_sleeps_for_ever_is_stuck_and_named_so() {
    ends(|| {
        for clock in [Clock::real(), Clock::scaled(10.0), Clock::simulated()] {
            let mut event_loop = EventLoop::builder().clock(clock).build().unwrap();
            let stuck = event_loop.try_run(async { sleep(Duration::MAX).await }).unwrap_err();
            assert_eq!(stuck.tasks[0].waits, Waits::ForEver);
            assert!(stuck.to_string().contains("sleeps for ever"), "{stuck}");
        }
    });
}

#[test]
fn a_timeout_that_never_ends_saves_nobody() {
    let stuck = report(async {
        let task = spawn_named("waits", timeout(Duration::MAX, forget()));
        let _ = task.await;
    });
    let names: Vec<_> = tasks(&stuck).into_iter().map(|(name, _, waits)| (name, waits)).collect();
    assert_eq!(names[1..], [("waits", Waits::ForEver)]);
    assert_eq!(stuck.tasks[0].waits, Waits::Join(vec![stuck.tasks[1].id]));
}

/// Its waker is kept for the case that somebody gives it another deadline.
#[test]
fn a_sleep_that_never_ends_can_be_given_an_end() {
    let outcome = simulated().try_run(async {
        let shared = Rc::new(RefCell::new(sleep(Duration::MAX)));
        let sleeper = shared.clone();
        let task = spawn(poll_fn(move |cx| Pin::new(&mut *sleeper.borrow_mut()).poll(cx)));
        sleep(ms(5)).await;
        shared.borrow_mut().reset(timer::now() + ms(5));
        task.await.unwrap();
        timer::now().since_start()
    });
    assert_eq!(outcome.unwrap(), ms(10));
}

#[test]
fn a_sleep_without_an_end_and_a_waker_outside_is_no_end() {
    let outcome = simulated().try_run(async {
        let (sender, receiver) = oneshot::channel();
        let task = spawn(timeout(Duration::MAX, receiver));
        yield_now().await;
        std::thread::spawn(move || sender.send("here"));
        task.await.unwrap().unwrap()
    });
    assert_eq!(outcome.unwrap(), Ok("here"));
}

#[test]
fn a_sleep_that_was_to_never_end_and_is_given_up_leaves_its_task_as_it_was() {
    let stuck = report(async {
        let mut endless = Some(sleep(Duration::MAX));
        let mut polls = 0;
        poll_fn(move |cx| {
            polls += 1;
            if polls == 2 {
                endless = None;
            } else if let Some(sleep) = &mut endless {
                assert!(Pin::new(sleep).poll(cx).is_pending());
                cx.waker().wake_by_ref();
            }
            Poll::<()>::Pending
        })
        .await
    });
    assert_eq!(stuck.tasks[0].waits, Waits::KeptNoWaker(2));
}

/// B12.8
#[test]
fn names_and_messages_are_shown_escaped_in_reports() {
    let name = "\u{1b}[31mred\nand a line\u{202e} é日";
    let shown = r"\u{1b}[31mred\nand a line\u{202e} é日";
    let text = report(async {
        let _ = spawn_named(name, forget()).await;
    })
    .to_string();
    assert!(text.contains(&format!("'{shown}'")), "{text}");
    assert_eq!(text.lines().count(), 5, "{text}");

    const NAME: &str = "stuck::names_and_messages_are_shown_escaped_in_reports";
    let told = stderr_alone(
        NAME,
        |command| command,
        || {
            executor::run(async {
                drop(spawn_named(name, async { std::panic::panic_any("two\nlines") }));
                yield_now().await;
            });
        },
    );
    let expected = format!("executor: task '{shown}', spawned at ");
    let line = |told: &str| {
        told.lines().any(|line| line.starts_with(&expected) && line.ends_with(r": two\nlines"))
    };
    assert!(told.is_none_or(|told| line(&told)));
}

/// The waiting task left its waker before the loop had taken the other one in.
#[test]
fn a_task_awaited_before_the_loop_has_it_is_no_hope_for_who_awaits_it() {
    ends(|| {
        let stuck = report(async {
            let task = executor::spawner().spawn(forget());
            task.await.unwrap();
        });
        let [(_, _, waits), _] = &tasks(&stuck)[..] else { panic!("{stuck}") };
        assert_eq!(waits, &Waits::Join(vec![stuck.tasks[1].id]));
    });
}

/// B12.8: and nothing else is.
#[test]
fn quotes_and_accents_in_names_are_shown_as_they_are() {
    let name = "the \"chef\'s\" soup \\ cafe\u{301}";
    let stuck = report(async {
        let _ = spawn_named(name, forget()).await;
    });
    assert!(stuck.to_string().contains(&format!("'{name}'")), "{stuck}");
}

/// B13.4
#[test]
fn of_many_tasks_that_one_waits_for_the_first_four_are_named_and_the_others_counted() {
    let text = |tasks: usize| {
        let all = (0..tasks).map(|_| forget());
        report(async { drop(executor::gather_all(all).await) }).to_string()
    };
    let four = "waits for the end of task 1 and of task 2 and of task 3 and of task 4";
    assert!(text(4).contains(&format!("{four}\n")), "{}", text(4));
    assert!(text(6).contains(&format!("{four} and of 2 others")), "{}", text(6));
}
