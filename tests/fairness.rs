//! Who runs when, and how often, if many are ready (B8).

use std::cell::{Cell, RefCell};
use std::future::{pending, poll_fn};
use std::rc::Rc;
use std::task::{Poll, Waker};
use std::time::Duration;

use executor::journal::{Event, Observer};
use executor::{Clock, Spawner, spawn, spawn_named, yield_now};
use timer::{Instant, now, sleep, timeout};

use crate::checked::EventLoop;
use crate::support::{
    self, HOUR, Record, ms, on_a_thread, simulate, simulate_and_record, until_nothing_is_ready,
};

#[cfg(unix)]
mod looks;
mod told;

/// How many polls at most may come between two looks at the timers.
const ROUND: usize = 61;

/// A task that is always ready, and does this in each of its polls.
fn busy(mut each_poll: impl FnMut() + 'static) {
    busy_while(move || {
        each_poll();
        true
    });
}

/// [`busy`] for as long as this says so.
fn busy_while(mut each_poll: impl FnMut() -> bool + 'static) {
    drop(spawn(poll_fn(move |cx| {
        if each_poll() {
            cx.waker().wake_by_ref();
        }
        Poll::<()>::Pending
    })));
}

/// B8.1
#[test]
fn two_tasks_that_wake_themselves_stay_within_one_poll_of_each_other() {
    simulate(async {
        let polls: Rc<[Cell<usize>; 2]> = Rc::default();
        for me in [0, 1] {
            let polls = polls.clone();
            busy(move || {
                polls[me].set(polls[me].get() + 1);
                assert!(polls[0].get().abs_diff(polls[1].get()) <= 1);
            });
        }
        while polls[0].get() < 1000 {
            yield_now().await;
        }
        assert!(polls[1].get() >= 999);
    });
}

/// B8.1
#[test]
fn tasks_run_in_the_order_in_which_they_became_ready() {
    simulate(async {
        let order = Rc::new(RefCell::new(Vec::new()));
        for task in 0..200 {
            let order = order.clone();
            busy(move || order.borrow_mut().push(task));
        }
        while order.borrow().len() < 1000 {
            yield_now().await;
        }
        for (poll, task) in order.borrow().iter().enumerate() {
            assert_eq!(*task, poll % 200);
        }
    });
}

/// With so many busy tasks: how late, counted in polls, the latest of many timers was.
fn most_polls_before_a_due_timer_fires(busy_tasks: usize) -> usize {
    let clock = Clock::simulated();
    let record = Record::default();
    let mut event_loop =
        EventLoop::builder().clock(clock.clone()).observer(record.clone()).build().unwrap();
    event_loop.run(async {
        // Far enough apart for each to be the only one that is due.
        for deadline in 1..100 {
            drop(spawn(sleep(ms(deadline * 251))));
        }
        // All are armed before any time passes: from now on a millisecond with each poll.
        yield_now().await;
        for _ in 0..busy_tasks {
            let clock = clock.clone();
            // A timer that had to wait for the end of all this would be very late.
            busy_while(move || {
                clock.advance(ms(1));
                clock.now() < Instant::START + ms(200 * 251)
            });
        }
        sleep(ms(100 * 251)).await;
    });
    let late = record.pick(|_, event| match event {
        Event::TimerFired { late, .. } => Some(late.as_millis() as usize),
        _ => None,
    });
    assert_eq!(late.len(), 100);
    late.into_iter().max().unwrap()
}

/// B8.2. The driver looks at timers and I/O in the same call.
#[test]
fn a_hundred_busy_tasks_keep_no_timer_waiting_for_longer_than_a_round() {
    assert!(most_polls_before_a_due_timer_fires(100) <= ROUND);
    assert!(most_polls_before_a_due_timer_fires(1000) <= ROUND);
}

/// B8.2. A round that is smaller than it might be must not be followed by a whole one.
#[test]
fn any_number_of_busy_tasks_keeps_no_timer_waiting_for_longer_than_a_round() {
    let counts = [1, 2, 7, 30, 31, 40, 60, 61, 62];
    let polls =
        counts.map(|busy_tasks| (busy_tasks, most_polls_before_a_due_timer_fires(busy_tasks)));
    assert!(polls.iter().all(|(_, polls)| *polls <= ROUND), "(tasks, polls): {polls:?}");
}

/// B8.2. It is put into the queue at the next round, so behind all that is there then.
#[test]
fn a_wake_from_another_thread_is_heard_within_a_round_however_many_are_busy() {
    simulate(async {
        let polls = Rc::new(Cell::new(0));
        let (slot, woken_after) = (Rc::new(RefCell::new(None::<Waker>)), Rc::new(Cell::new(0)));
        let (my_slot, my_polls, after) = (slot.clone(), polls.clone(), woken_after.clone());
        let mut first = true;
        let task = spawn(poll_fn(move |cx| {
            if std::mem::take(&mut first) {
                *my_slot.borrow_mut() = Some(cx.waker().clone());
                return Poll::Pending;
            }
            after.set(my_polls.get());
            Poll::Ready(())
        }));
        yield_now().await;
        for _ in 0..1000 {
            let (polls, slot) = (polls.clone(), slot.clone());
            busy(move || {
                polls.set(polls.get() + 1);
                if polls.get() == 500 {
                    let waker = slot.take().unwrap();
                    on_a_thread(|| waker.wake());
                }
            });
        }
        task.await.unwrap();
        assert!(woken_after.get() <= 500 + ROUND + 1000, "{}", woken_after.get());
    });
}

/// How often a task yields before a timer fires that is due when it begins.
fn yields_before_a_due_timer_fires(other_tasks: usize) -> usize {
    let clock = Clock::simulated();
    EventLoop::builder().clock(clock.clone()).build().unwrap().run(async {
        let nap = spawn(sleep(ms(1)));
        for _ in 0..other_tasks {
            drop(spawn(pending::<()>()));
        }
        yield_now().await;
        clock.advance(ms(1));
        let mut yields = 0;
        while !nap.is_finished() && yields < 1000 {
            yield_now().await;
            yields += 1;
        }
        yields
    })
}

/// B8.3. Our choice: not before each next poll, but every 61 polls.
#[test]
fn yield_now_lets_timers_run_within_61_polls() {
    for other_tasks in [0, 1, 2, 58, 59, 60, 100] {
        let yields = yields_before_a_due_timer_fires(other_tasks);
        // One more for the task that the timer wakes.
        assert!(yields <= ROUND + 1, "{yields} yields after {other_tasks} other tasks");
    }
}

/// B8.3
#[test]
fn yield_now_lets_every_other_ready_task_run_once() {
    simulate(async {
        let polls: Rc<Vec<Cell<usize>>> = Rc::new((0..200).map(|_| Cell::default()).collect());
        for me in 0..200 {
            let polls = polls.clone();
            busy(move || polls[me].set(polls[me].get() + 1));
        }
        for yields in 1..10 {
            yield_now().await;
            assert!(polls.iter().all(|polls| polls.get() == yields));
        }
    });
}

/// B8.4
#[test]
fn the_main_future_gets_its_turn_among_busy_tasks() {
    simulate(async {
        let polls = Rc::new(Cell::new(0));
        for _ in 0..100 {
            let polls = polls.clone();
            busy(move || polls.set(polls.get() + 1));
        }
        for _ in 0..50 {
            yield_now().await;
        }
        assert_eq!(polls.get(), 50 * 100);
    });
}

/// B8.4
#[test]
fn tasks_get_their_turn_beside_a_busy_main_future() {
    simulate(async {
        let task = spawn(async {
            for _ in 0..50 {
                yield_now().await;
            }
        });
        let mut yields = 0;
        while !task.is_finished() {
            yield_now().await;
            yields += 1;
        }
        assert_eq!(yields, 51);
    });
}

/// Does something when the loop is about to sleep for the first time: the nearest that we have to
/// a hook before parking.
struct BeforeParking<F>(Option<F>);

impl<F: FnOnce()> Observer for BeforeParking<F> {
    fn on_event(&mut self, _at: Duration, event: &Event) {
        if is_parked(event) {
            self.0.take().into_iter().for_each(|hook| hook());
        }
    }
}

fn is_parked(event: &Event) -> bool {
    matches!(event, Event::Parked { .. })
}

fn run_before_parking<F: Future>(hook: impl FnOnce() + 'static, future: F) -> F::Output {
    let observer = BeforeParking(Some(hook));
    // What an observer does itself is not told: to a checker it would come from nowhere.
    let builder = executor::EventLoop::builder().clock(Clock::simulated()).observer(observer);
    builder.build().unwrap().run(future)
}

/// B8.5. A loop that went to sleep all the same would wake an hour later.
#[test]
fn a_task_spawned_just_before_the_sleep_runs_at_once() {
    let ran_at = Rc::new(Cell::new(None));
    let at = ran_at.clone();
    let hook = move || drop(spawn(async move { at.set(Some(now())) }));
    run_before_parking(hook, async { sleep(HOUR).await });
    assert_eq!(ran_at.get(), Some(Instant::START));
}

/// B8.5
#[test]
fn a_wake_on_the_loops_own_thread_just_before_the_sleep_is_not_lost() {
    let waker = Rc::new(RefCell::new(None::<Waker>));
    let slot = waker.clone();
    let mut polls = 0;
    let twice = poll_fn(move |cx| {
        polls += 1;
        *slot.borrow_mut() = Some(cx.waker().clone());
        if polls == 1 { Poll::Pending } else { Poll::Ready(now()) }
    });
    let wake = move || waker.take().unwrap().wake();
    let woken_at = run_before_parking(wake, async { timeout(HOUR, twice).await });
    assert_eq!(woken_at.ok(), Some(Instant::START));
}

/// Spawns a task at each of the loop's sleeps.
struct SpawnAtEachSleep {
    spawner: Rc<RefCell<Option<Spawner>>>,
    left: usize,
}

impl Observer for SpawnAtEachSleep {
    fn on_event(&mut self, _at: Duration, event: &Event) {
        if is_parked(event) && self.left > 0 {
            self.left -= 1;
            let spawner = self.spawner.borrow();
            drop(spawner.as_ref().unwrap().spawn(async {}));
        }
    }
}

/// B8.5. By the remote door, which needs no local one to be open.
#[test]
fn a_hook_that_spawns_at_each_sleep_keeps_no_timer_from_firing() {
    let spawner = Rc::new(RefCell::new(None));
    let observer = SpawnAtEachSleep { spawner: spawner.clone(), left: 1000 };
    let mut event_loop =
        EventLoop::builder().clock(Clock::simulated()).observer(observer).build().unwrap();
    *spawner.borrow_mut() = Some(event_loop.spawner());
    event_loop.run(async {
        sleep(ms(5)).await;
        assert_eq!(now(), Instant::START + ms(5));
    });
}

/// B8.6. Sockets have a budget of operations, tested in `sockets`. A channel that always has
/// something has none, which is our choice: a task that never waits yields by itself.
#[test]
fn a_task_that_is_always_ready_and_yields_lets_others_run() {
    let (received, record) = simulate_and_record(async {
        let (sender, receiver) = futures::channel::mpsc::unbounded();
        (0..1000).for_each(|n| sender.unbounded_send(n).unwrap());
        let mut receiver = receiver;
        let received = Rc::new(Cell::new(0));
        let count = received.clone();
        drop(spawn(async move {
            while receiver.try_recv().is_ok() {
                count.set(count.get() + 1);
                yield_now().await;
            }
        }));
        let other = spawn(async {});
        other.await.unwrap();
        let received_by_then = received.get();
        until_nothing_is_ready().await;
        assert_eq!(received.get(), 1000);
        received_by_then
    });
    assert!(received <= 2);
    assert_eq!(record.count(is_parked), 1);
}

/// To a loop that nobody observes: those who were ready come first, then those who were due.
#[test]
fn a_slow_poll_is_told_on_stderr_with_the_first_of_those_it_kept_waiting() {
    let name = "fairness::a_slow_poll_is_told_on_stderr_with_the_first_of_those_it_kept_waiting";
    let stderr = support::stderr_alone(
        name,
        |command| command,
        || {
            let clock = Clock::simulated();
            let builder = executor::EventLoop::builder().clock(clock.clone()).slow_poll(ms(50));
            builder.build().unwrap().run(async {
                for n in 1..=10 {
                    drop(spawn_named(format!("due {n}"), sleep(ms(n))));
                }
                drop(spawn_named("ready", yield_now()));
                yield_now().await;
                clock.advance(ms(100));
            });
        },
    );
    let Some(stderr) = stderr else { return };
    let line = stderr.lines().find(|line| line.contains("held the loop")).expect("it is told");
    let waited = "held the loop for 100.0ms; meanwhile there waited 'ready' 100.0ms, 'due 1' 99.0ms, \
                  'due 2' 98.0ms, 'due 3' 97.0ms, 'due 4' 96.0ms, 'due 5' 95.0ms, 'due 6' 94.0ms, \
                  'due 7' 93.0ms and 3 others";
    assert!(line.starts_with("executor: task '") && line.ends_with(waited), "{line}");
}

/// B8.2: asyncio looks at its timers after each round; so does this loop, when time has gone on.
#[test]
fn a_task_that_works_long_and_yields_keeps_a_timer_waiting_for_one_poll() {
    let clock = Clock::simulated();
    let mut event_loop = EventLoop::builder().clock(clock.clone()).build().unwrap();
    event_loop.run(async {
        let busy = spawn(async move {
            for _ in 0..50 {
                clock.advance(ms(100));
                yield_now().await;
            }
        });
        let mut beats = Vec::new();
        while !busy.is_finished() {
            sleep(ms(250)).await;
            beats.push(now().since_start());
        }
        // Due at 250, it fires after the poll that ends at 300, and goes on after the one that was
        // queued before: so it is in asyncio.
        let expected: Vec<_> = (1..=12).map(|beat| ms(400 * beat)).collect();
        assert_eq!(beats[..12], expected);
    });
}

/// B8.2: on a real clock, of which the loop reads the coarse side.
#[test]
fn on_a_real_clock_a_task_that_works_long_is_not_polled_61_times_before_a_timer_fires() {
    let polls = Rc::new(Cell::new(0));
    EventLoop::new().unwrap().run(async {
        let counted = polls.clone();
        busy(move || {
            counted.set(counted.get() + 1);
            std::thread::sleep(ms(40));
        });
        sleep(ms(1)).await;
    });
    assert!(polls.get() <= 3, "{} polls", polls.get());
}
