//! Wakes (B4): from where, when, how often, and what of those that come too late.

use std::cell::{Cell, RefCell};
use std::future::{Future, pending, poll_fn};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::task::{Poll, Waker};
use std::thread;
use std::time::Duration;

use crossbeam_channel::{Sender, bounded, unbounded};
use executor::journal::{Event, Observer, Unparked};
use executor::{Clock, JoinHandle, TaskId, Waits, spawn, yield_now};
use parking_lot::Mutex;
use timer::{Instant, now, sleep, timeout};

use crate::checked::{EventLoop, run};
use crate::support::{
    Drops, HOUR, Record, TellParked, alone, ends, ms, on_a_thread, on_drop, pending_with, simulate,
    simulate_and_record, simulated, until_nothing_is_ready,
};

/// The waker of the task that awaits this.
async fn my_waker() -> Waker {
    poll_fn(|cx| Poll::Ready(cx.waker().clone())).await
}

fn wake_by_value(waker: Waker) {
    waker.wake();
}

/// A task that counts its polls, hands its waker out and is never ready.
struct Sleeper {
    polls: Rc<Cell<usize>>,
    waker: Waker,
    handle: JoinHandle<()>,
}

async fn sleeper() -> Sleeper {
    let polls = Rc::new(Cell::new(0));
    let slot = Rc::new(RefCell::new(None));
    let handle = spawn(poll_fn({
        let (polls, slot) = (polls.clone(), slot.clone());
        move |cx| {
            polls.set(polls.get() + 1);
            slot.borrow_mut().get_or_insert_with(|| cx.waker().clone());
            Poll::Pending
        }
    }));
    yield_now().await;
    let waker = slot.take().unwrap();
    Sleeper { polls, waker, handle }
}

/// How often a task is polled that does this to its waker in its first poll.
fn polls_when_first_one(wakes: impl Fn(&Waker) + 'static) -> usize {
    simulate(async {
        let polls = Rc::new(Cell::new(0));
        let counted = polls.clone();
        let _task = spawn(poll_fn(move |cx| {
            counted.set(counted.get() + 1);
            if counted.get() == 1 {
                wakes(cx.waker());
            }
            Poll::<()>::Pending
        }));
        until_nothing_is_ready().await;
        polls.get()
    })
}

/// B4.1
#[test]
fn no_wake_during_the_poll_means_no_second_poll() {
    assert_eq!(polls_when_first_one(|_| ()), 1);
}

/// B4.1
#[test]
fn a_wake_by_ref_during_the_poll_means_exactly_one_more_poll() {
    assert_eq!(polls_when_first_one(|waker| waker.wake_by_ref()), 2);
}

/// B4.1
#[test]
fn a_wake_by_value_during_the_poll_means_exactly_one_more_poll() {
    assert_eq!(polls_when_first_one(|waker| wake_by_value(waker.clone())), 2);
}

/// B4.1
#[test]
fn many_wakes_during_the_poll_mean_one_more_poll() {
    assert_eq!(polls_when_first_one(|waker| (0..1000).for_each(|_| waker.wake_by_ref())), 2);
}

/// B4.3
#[test]
fn a_wake_from_another_thread_during_the_poll_means_exactly_one_more_poll() {
    assert_eq!(polls_when_first_one(|waker| on_a_thread(|| waker.wake_by_ref())), 2);
}

/// B4.3
#[test]
fn many_wakes_from_other_threads_during_the_poll_mean_one_more_poll() {
    let wakes = |waker: &Waker| {
        (0..4).for_each(|_| on_a_thread(|| (0..100).for_each(|_| waker.wake_by_ref())));
    };
    assert_eq!(polls_when_first_one(wakes), 2);
}

/// B4.3
#[test]
fn wakes_by_both_doors_during_the_poll_mean_one_more_poll() {
    let wakes = |waker: &Waker| {
        waker.wake_by_ref();
        on_a_thread(|| waker.wake_by_ref());
        waker.wake_by_ref();
    };
    assert_eq!(polls_when_first_one(wakes), 2);
}

/// B4.2
#[test]
fn a_wake_of_a_queued_task_makes_no_second_queue_entry() {
    simulate(async {
        let task = sleeper().await;
        for _ in 0..10 {
            task.waker.wake_by_ref();
        }
        until_nothing_is_ready().await;
        assert_eq!(task.polls.get(), 2);
        // Nor is it left marked as queued.
        task.waker.wake_by_ref();
        until_nothing_is_ready().await;
        assert_eq!(task.polls.get(), 3);
    });
}

/// B4.2, by the remote door, which has a flag of its own.
#[test]
fn wakes_from_other_threads_are_merged_and_the_next_one_counts_again() {
    simulate(async {
        let task = sleeper().await;
        for round in 2..10 {
            on_a_thread(|| (0..10).for_each(|_| task.waker.wake_by_ref()));
            until_nothing_is_ready().await;
            assert_eq!(task.polls.get(), round);
        }
    });
}

/// The wakes of a task in the journal.
fn wakes_of(record: &Record, id: TaskId) -> usize {
    record.count(|event| matches!(event, Event::Woken { task, .. } if *task == id))
}

/// The sleeps that another thread has ended, or has kept from beginning.
fn calls(record: &Record) -> usize {
    record.count(|event| matches!(event, Event::Unparked { by: Unparked::Thread }))
}

/// B4.2
#[test]
fn a_wake_after_completion_puts_nothing_into_the_queue() {
    let (id, record) = simulate_and_record(async {
        let task = spawn(my_waker());
        let id = task.id();
        let waker = task.await.unwrap();
        waker.wake_by_ref();
        waker.wake();
        until_nothing_is_ready().await;
        id
    });
    assert_eq!(wakes_of(&record, id), 1, "the one by which it was spawned");
}

/// B4.2
#[test]
fn a_wake_after_cancellation_puts_nothing_into_the_queue() {
    let (id, record) = simulate_and_record(async {
        let Sleeper { waker, handle, .. } = sleeper().await;
        let id = handle.id();
        handle.abort();
        handle.await.unwrap_err();
        waker.wake_by_ref();
        on_a_thread(|| waker.wake());
        sleep(ms(1)).await;
        id
    });
    assert_eq!(wakes_of(&record, id), 2, "by its spawn and by its abortion");
    assert_eq!(calls(&record), 0, "no thread disturbs a loop for a task that is gone");
}

/// B4.2. The first wake is on its way when the task ends; it must not open the door again.
#[test]
fn a_wake_that_overlaps_the_end_of_its_task_is_the_last_to_disturb_the_loop() {
    let ((), record) = simulate_and_record(async {
        let task = spawn(poll_fn(|cx| {
            let waker = cx.waker().clone();
            on_a_thread(|| waker.wake_by_ref());
            Poll::Ready(waker)
        }));
        let waker = task.await.unwrap();
        until_nothing_is_ready().await;
        for _ in 0..10 {
            on_a_thread(|| waker.wake_by_ref());
            sleep(ms(1)).await;
        }
    });
    assert_eq!(calls(&record), 0);
}

/// A future that is ready when the flag is set, and hands its waker to the channel.
async fn flagged(flag: &AtomicBool, wakers: &Sender<Waker>) {
    poll_fn(|cx| {
        if flag.swap(false, SeqCst) {
            return Poll::Ready(());
        }
        wakers.send(cx.waker().clone()).unwrap();
        Poll::Pending
    })
    .await;
}

/// B4.3. A real clock: nothing but the wake ends this sleep.
#[test]
fn a_wake_from_another_thread_ends_the_sleep_of_the_loop() {
    ends(|| {
        let (parked, is_parked) = unbounded();
        let (wakers, waker) = unbounded::<Waker>();
        let flag = Arc::new(AtomicBool::new(false));
        let mut event_loop = EventLoop::builder().observer(TellParked(parked)).build().unwrap();
        let thread = thread::spawn({
            let flag = flag.clone();
            move || {
                for waker in waker {
                    is_parked.recv().unwrap();
                    // It is about to sleep now, or sleeps already: in 500 rounds both occur.
                    flag.store(true, SeqCst);
                    waker.wake();
                }
            }
        });
        event_loop.run(async move {
            for _ in 0..500 {
                flagged(&flag, &wakers).await;
            }
        });
        thread.join().unwrap();
    });
}

/// B4.3. In each round both have to be heard; they come while the loop runs, sleeps, or is about to.
#[test]
fn of_the_wakes_of_two_threads_none_is_lost() {
    ends(|| {
        let flags = Arc::new([AtomicBool::new(false), AtomicBool::new(false)]);
        let threads = [0, 1].map(|me| {
            let (wakers, waker) = unbounded::<Waker>();
            let flags = flags.clone();
            let thread = thread::spawn(move || {
                for waker in waker {
                    flags[me].store(true, SeqCst);
                    waker.wake();
                }
            });
            (wakers, thread)
        });
        run(async {
            for _ in 0..500 {
                let waker = my_waker().await;
                threads.iter().for_each(|(wakers, _)| wakers.send(waker.clone()).unwrap());
                let both = || flags.iter().all(|flag| flag.load(SeqCst));
                poll_fn(|_| if both() { Poll::Ready(()) } else { Poll::Pending }).await;
                flags.iter().for_each(|flag| flag.store(false, SeqCst));
            }
        });
        for (wakers, thread) in threads {
            drop(wakers);
            thread.join().unwrap();
        }
    });
}

/// Calls a waker on another thread when the loop has found nothing ready and is about to sleep.
struct WakeWhenParking(Arc<Mutex<Option<Waker>>>);

impl Observer for WakeWhenParking {
    fn on_event(&mut self, _at: Duration, event: &Event) {
        if let Event::Parked { .. } = event {
            on_a_thread(|| self.0.lock().take().map(Waker::wake));
        }
    }
}

/// B4.3
#[test]
fn a_wake_from_another_thread_just_before_the_sleep_is_not_lost() {
    let waker = Arc::default();
    let observer = WakeWhenParking(Arc::clone(&waker));
    let mut event_loop =
        EventLoop::builder().clock(Clock::simulated()).observer(observer).build().unwrap();
    event_loop.run(async {
        let mut polls = 0;
        let twice = poll_fn(|cx| {
            polls += 1;
            *waker.lock() = Some(cx.waker().clone());
            if polls == 1 { Poll::Pending } else { Poll::Ready(()) }
        });
        timeout(HOUR, twice).await.unwrap();
        assert_eq!(now(), Instant::START);
    });
}

/// Calls its waker when the thread that it belongs to ends.
struct WakeInTheEnd {
    waker: Waker,
    by_value: bool,
}

impl Drop for WakeInTheEnd {
    fn drop(&mut self) {
        if self.by_value {
            wake_by_value(self.waker.clone());
        } else {
            self.waker.wake_by_ref();
        }
    }
}

thread_local! {
    static IN_THE_END: RefCell<Option<WakeInTheEnd>> = const { RefCell::new(None) };
}

/// A thread ends, whose thread-local wakes a task. The executor's own thread-local is touched
/// after that one (then it is destroyed before it), or not at all. A panic there would abort.
fn wake_from_a_thread_local(observed: bool, by_value: bool, touched: bool) {
    let builder = EventLoop::builder().clock(Clock::simulated());
    let builder = if observed { builder.observer(Record::default()) } else { builder };
    builder.build().unwrap().run(async {
        let task = sleeper().await;
        let waker = task.waker.clone();
        let thread = thread::spawn(move || {
            IN_THE_END.set(Some(WakeInTheEnd { waker, by_value }));
            if touched {
                assert_eq!(executor::current_task(), None);
            }
        });
        thread.join().unwrap();
        until_nothing_is_ready().await;
        assert_eq!(task.polls.get(), 2);
    });
}

/// B4.4
#[test]
fn a_wake_by_ref_from_a_thread_locals_destructor_arrives() {
    alone("wakes::a_wake_by_ref_from_a_thread_locals_destructor_arrives", || {
        wake_from_a_thread_local(false, false, false);
        wake_from_a_thread_local(false, false, true);
    });
}

/// B4.4
#[test]
fn a_wake_by_value_from_a_thread_locals_destructor_arrives() {
    alone("wakes::a_wake_by_value_from_a_thread_locals_destructor_arrives", || {
        wake_from_a_thread_local(false, true, false);
        wake_from_a_thread_local(false, true, true);
    });
}

/// B4.4
#[test]
fn a_wake_from_a_thread_locals_destructor_arrives_with_an_observer() {
    alone("wakes::a_wake_from_a_thread_locals_destructor_arrives_with_an_observer", || {
        wake_from_a_thread_local(true, false, true);
        wake_from_a_thread_local(true, true, true);
    });
}

/// B4.4, on the thread on which the loop ran: it is gone by then.
#[test]
fn a_wake_from_a_thread_local_of_the_loops_own_thread_does_nothing() {
    for by_value in [false, true] {
        let thread = thread::spawn(move || {
            IN_THE_END.set(None);
            let waker = simulate(async { sleeper().await.waker });
            IN_THE_END.set(Some(WakeInTheEnd { waker, by_value }));
        });
        thread.join().unwrap();
    }
}

/// B4.5
#[test]
fn tasks_that_wake_each_other_and_themselves_as_the_loop_ends_are_each_dropped_once() {
    let drops = Drops::default();
    simulate(async {
        let wakers: Rc<RefCell<Vec<Waker>>> = Rc::default();
        for _ in 0..10 {
            let (all, counted) = (wakers.clone(), drops.one());
            drop(spawn(async move {
                let waker = my_waker().await;
                all.borrow_mut().push(waker);
                let wake_all = move || all.borrow().iter().for_each(Waker::wake_by_ref);
                pending_with((on_drop(wake_all), counted)).await;
            }));
        }
        yield_now().await;
        assert_eq!(wakers.borrow().len(), 10);
    });
    assert_eq!(drops.count(), 10);
}

/// B4.5
#[test]
fn wakes_from_another_thread_while_the_loop_ends_do_no_harm() {
    for _ in 0..100 {
        let stop = Arc::new(AtomicBool::new(false));
        let drops = Drops::default();
        let (wakers, waker) = bounded::<Waker>(1);
        let (started, has_started) = bounded(1);
        let thread = thread::spawn({
            let stop = stop.clone();
            move || {
                let waker = waker.recv().unwrap();
                waker.wake_by_ref();
                started.send(()).unwrap();
                while !stop.load(SeqCst) {
                    waker.wake_by_ref();
                    thread::yield_now();
                }
            }
        });
        simulate(async {
            let counted = drops.one();
            drop(spawn(async move {
                wakers.send(my_waker().await).unwrap();
                pending_with(counted).await;
            }));
            yield_now().await;
            has_started.recv().unwrap();
        });
        assert_eq!(drops.count(), 1);
        stop.store(true, SeqCst);
        thread.join().unwrap();
    }
}

/// B4.5
#[test]
fn a_thread_that_outlives_the_loop_may_wake_its_tasks() {
    let (wakers, waker) = unbounded::<Waker>();
    let (gone, is_gone) = bounded(1);
    let thread = thread::spawn(move || {
        is_gone.recv().unwrap();
        waker.iter().for_each(|waker| {
            waker.wake_by_ref();
            wake_by_value(waker.clone());
        });
    });
    let drops = Drops::default();
    simulate(async {
        wakers.send(my_waker().await).unwrap();
        let counted = drops.one();
        drop(spawn(async move {
            wakers.send(my_waker().await).unwrap();
            pending_with(counted).await;
        }));
        yield_now().await;
    });
    assert_eq!(drops.count(), 1, "a waker keeps no future alive");
    gone.send(()).unwrap();
    thread.join().expect("a wake after the end is nothing");
}

/// B4.5
#[test]
fn a_waker_from_one_run_wakes_nothing_in_the_next() {
    let record = Record::default();
    let mut event_loop =
        EventLoop::builder().clock(Clock::simulated()).observer(record.clone()).build().unwrap();
    let waker = event_loop.run(my_waker());
    let before = record.count(|event| matches!(event, Event::Woken { .. }));
    event_loop.run(async {
        waker.wake_by_ref();
        on_a_thread(|| waker.wake());
        until_nothing_is_ready().await;
    });
    let woken = record.count(|event| matches!(event, Event::Woken { .. })) - before;
    assert_eq!(woken, 2, "the main future: by its spawn, and by the timer");
}

/// What a loop says of a main future that hands its waker out and then waits for ever.
fn stuck_after(kept: fn(&Waker)) -> Waits {
    ends(move || {
        let mut first = true;
        let main = poll_fn(|cx| {
            if std::mem::take(&mut first) {
                kept(cx.waker());
            }
            Poll::<()>::Pending
        });
        EventLoop::new().unwrap().try_run(main).unwrap_err().tasks[0].waits.clone()
    })
}

/// B4.6. The loop knows itself stuck only if each clone that was made is counted as given up: one
/// count too many, and this hangs.
#[test]
fn a_clone_is_one_count_and_its_drop_gives_it_up() {
    let kept_none = Waits::KeptNoWaker(1);
    assert_eq!(stuck_after(|waker| drop(waker.clone())), kept_none);
    assert_eq!(stuck_after(|waker| drop([waker.clone(), waker.clone(), waker.clone()])), kept_none);
    assert_eq!(stuck_after(|waker| on_a_thread(|| drop(waker.clone()))), kept_none);
}

/// B4.6
#[test]
fn a_wake_by_value_gives_its_count_up_and_one_by_ref_does_not() {
    // Each of them leads to a second poll.
    let kept_none = Waits::KeptNoWaker(2);
    assert_eq!(stuck_after(|waker| wake_by_value(waker.clone())), kept_none);
    assert_eq!(stuck_after(|waker| waker.wake_by_ref()), kept_none);
    assert_eq!(stuck_after(|waker| on_a_thread(|| wake_by_value(waker.clone()))), kept_none);
    assert_eq!(stuck_after(|waker| on_a_thread(|| waker.clone().wake_by_ref())), kept_none);
}

/// B4.6
#[test]
fn a_waker_counts_for_as_long_as_anybody_has_it() {
    let waker = Rc::new(RefCell::new(None));
    let kept = waker.clone();
    let mut event_loop = simulated();
    let stuck = event_loop.try_run(async {
        drop(spawn(async move {
            sleep(HOUR).await;
            drop(kept.take()); // the last of the main future's wakers
            pending::<()>().await;
        }));
        poll_fn(|cx| {
            waker.borrow_mut().get_or_insert_with(|| cx.waker().clone());
            Poll::<()>::Pending
        })
        .await;
    });
    let stuck = stuck.unwrap_err();
    assert_eq!(stuck.tasks[0].waits, Waits::LostItsWaker(1));
    assert_eq!(stuck.tasks[1].waits, Waits::KeptNoWaker(2), "an hour later");
}

/// B4.6
#[test]
fn will_wake_tells_the_wakers_of_a_task_from_those_of_others() {
    simulate(async {
        let mine = my_waker().await;
        assert!(mine.will_wake(&mine.clone()));
        poll_fn(|cx| {
            assert!(cx.waker().will_wake(&mine), "lent or cloned, in whichever poll");
            Poll::Ready(())
        })
        .await;
        let another = sleeper().await.waker;
        assert!(!mine.will_wake(&another) && !another.will_wake(&mine));
    });
}

/// B4.6. Loops cannot be nested here, so two on two threads.
#[test]
fn wakers_of_two_loops_differ_and_wake_only_their_own() {
    simulate(async {
        let mut task = sleeper().await;
        let other_loops = on_a_thread(|| {
            simulate(async {
                let theirs = sleeper().await;
                theirs.waker.wake_by_ref();
                until_nothing_is_ready().await;
                assert_eq!(theirs.polls.get(), 2);
                theirs.waker
            })
        });
        assert!(!task.waker.will_wake(&other_loops));
        until_nothing_is_ready().await;
        assert_eq!(task.polls.get(), 1);
        assert!(futures::poll!(&mut task.handle).is_pending());
    });
}

/// B4.7. Our choice: nobody schedules it; it stays until the end of `run`, and is dropped there.
#[test]
fn a_detached_task_that_lost_its_last_waker_is_dropped_at_the_end_of_run() {
    let drops = Drops::default();
    simulate(async {
        let Sleeper { polls, waker, handle } = sleeper().await;
        let counted = drops.one();
        drop(spawn(pending_with(counted)));
        until_nothing_is_ready().await;
        drop((waker, handle));
        sleep(HOUR).await;
        assert_eq!((polls.get(), drops.count()), (1, 0));
    });
    assert_eq!(drops.count(), 1);
}

/// B4.7
#[test]
fn a_detached_task_that_lost_its_last_waker_is_reported() {
    let mut event_loop = simulated();
    let mut id = None;
    let stuck = event_loop.try_run(async {
        let Sleeper { waker, handle, .. } = sleeper().await;
        id = Some(handle.id());
        drop((waker, handle));
        pending::<()>().await;
    });
    let stuck = stuck.unwrap_err();
    let report = stuck.tasks.iter().find(|task| Some(task.id) == id).unwrap();
    assert_eq!(report.waits, Waits::LostItsWaker(1));
}

/// B4.8. The loop sleeps in the poller: what `park` and `unpark` do is not its affair.
#[test]
fn a_task_that_unparks_its_own_thread_finds_that_after_the_sleep() {
    ends(|| {
        run(async {
            thread::current().unpark();
            sleep(ms(1)).await;
            thread::park(); // The loop's sleep has not used it up.
        });
    });
}

/// B4.8
#[test]
fn a_wake_while_a_task_parks_the_thread_is_not_lost() {
    ends(|| {
        run(async {
            let wakes = Arc::new(AtomicUsize::new(0));
            let (waker, sleeper) = (my_waker().await, thread::current());
            let thread = thread::spawn({
                let wakes = wakes.clone();
                move || {
                    waker.wake();
                    wakes.store(1, SeqCst);
                    sleeper.unpark();
                }
            });
            let mut polls = 0;
            poll_fn(|_| {
                polls += 1;
                while wakes.load(SeqCst) == 0 {
                    thread::park();
                }
                if polls == 1 { Poll::Pending } else { Poll::Ready(()) }
            })
            .await;
            thread.join().unwrap();
        });
    });
}

/// B4.8, the other way around: a thread that is unparked for nothing wakes no task.
#[test]
fn an_unpark_of_the_loops_thread_is_no_wake() {
    ends(|| {
        let (parked, is_parked) = unbounded();
        let (threads, its_thread) = bounded(1);
        let unparking = thread::spawn(move || {
            let thread: thread::Thread = its_thread.recv().unwrap();
            let parks = is_parked.iter().map(|()| thread.unpark());
            parks.count()
        });
        let mut event_loop = EventLoop::builder().observer(TellParked(parked)).build().unwrap();
        event_loop.run(async {
            threads.send(thread::current()).unwrap();
            let mut polls = 0;
            let mut nap = std::pin::pin!(sleep(ms(5)));
            poll_fn(|cx| {
                polls += 1;
                nap.as_mut().poll(cx)
            })
            .await;
            assert_eq!(polls, 2);
        });
        drop(event_loop);
        assert!(unparking.join().unwrap() >= 1);
    });
}
