//! Sleeps dropped at every time of their life (B9.6), also after their loop (B9.14).

use std::cell::Cell;
use std::pin::pin;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Wake, Waker};

use executor::journal::Event;
use executor::{Clock, gather_all, spawn, yield_now};
use futures::poll;
use parking_lot::Mutex;
use timer::{Instant, Sleep, now, sleep, sleep_until};

use super::at;
use crate::checked::EventLoop;
use crate::support::{self, HOUR, PanicsInDrop, Record, ms, simulate_and_record, simulated};

/// A loop with a simulated clock, its clock, and what it does.
fn recorded() -> (EventLoop, Clock, Record) {
    let (clock, record) = (Clock::simulated(), Record::default());
    let builder = EventLoop::builder().clock(clock.clone()).observer(record.clone());
    (builder.build().unwrap(), clock, record)
}

fn fired(record: &Record) -> usize {
    record.count(|event| matches!(event, Event::TimerFired { .. }))
}

fn cancelled(record: &Record) -> usize {
    record.count(|event| matches!(event, Event::TimerCancelled { .. }))
}

/// B9.6
#[test]
fn a_sleep_dropped_before_its_end_leaves_nothing_behind() {
    let ((), record) = simulate_and_record(async {
        let mut dropped = sleep(ms(10));
        assert!(poll!(&mut dropped).is_pending());
        drop(dropped);
        sleep(ms(20)).await;
    });
    let story = [
        "0ns: timer 1 armed for 10ms",
        "0ns: timer 1 cancelled",
        "0ns: timer 2 armed for 20ms",
        "0ns: parked until 20ms",
        "20ms: unparked by Deadline",
        "20ms: timer 2 fired 0ns late",
        "20ms: task 0 woken by timer 2",
    ];
    assert_eq!(record.timer_story(), story);
}

/// B9.6
#[test]
fn a_sleep_that_was_never_polled_is_no_timer() {
    let ((), record) = simulate_and_record(async {
        drop(sleep(ms(10)));
        let _kept = sleep(ms(10));
        yield_now().await;
    });
    assert_eq!(record.timer_story(), [""; 0]);
}

/// B9.6: the clock shows the deadline, and the loop has not looked yet.
#[test]
fn a_sleep_dropped_at_the_tick_at_which_it_is_due_does_not_fire() {
    let (mut event_loop, clock, record) = recorded();
    event_loop.run(async {
        let mut dropped = sleep(ms(64));
        assert!(poll!(&mut dropped).is_pending());
        clock.advance(ms(64));
        drop(dropped);
        sleep(ms(1)).await;
    });
    assert_eq!((fired(&record), cancelled(&record)), (1, 1));
}

/// B9.6: of two that fire in one turn, the first one's task drops the second.
#[test]
fn a_sleep_dropped_in_the_turn_in_which_it_fired_is_just_gone() {
    let ((), record) = simulate_and_record(async {
        let second = Rc::new(Cell::new(None));
        let first = spawn({
            let second = second.clone();
            async move {
                sleep(ms(10)).await;
                drop(second.take());
            }
        });
        yield_now().await;
        let mut armed = sleep(ms(10));
        assert!(poll!(&mut armed).is_pending());
        second.set(Some(armed));
        first.await.unwrap();
        sleep(ms(10)).await;
        assert_eq!(now(), at(20));
    });
    assert_eq!((fired(&record), cancelled(&record)), (3, 0));
}

/// A waker that owns sleeps: it drops them when it is called, at the latest when it is dropped.
#[derive(Default)]
struct Dropper(Mutex<Vec<Sleep>>);

impl Wake for Dropper {
    fn wake(self: Arc<Self>) {
        let sleeps = std::mem::take(&mut *self.0.lock());
        drop(sleeps);
    }
}

impl Dropper {
    /// Arms a sleep for each deadline, which is to wake this, and owns it.
    fn arm(self: &Arc<Self>, deadlines: impl IntoIterator<Item = Instant>) {
        let waker = Waker::from(self.clone());
        for deadline in deadlines {
            let mut sleep = sleep_until(deadline);
            assert!(pin!(&mut sleep).poll(&mut Context::from_waker(&waker)).is_pending());
            self.0.lock().push(sleep);
        }
    }
}

/// B9.6
#[test]
fn a_hundred_sleeps_are_dropped_from_inside_a_wake_of_one_of_them() {
    let ((), record) = simulate_and_record(async {
        let dropper = Arc::new(Dropper::default());
        dropper.arm((0..100).map(|n| at(10 + n)));
        sleep(ms(200)).await;
        assert!(dropper.0.lock().is_empty());
    });
    assert_eq!((fired(&record), cancelled(&record)), (2, 99));
}

/// B9.6: the others were taken out of the wheel before the first waker was called.
#[test]
fn a_hundred_sleeps_due_at_once_are_dropped_from_inside_a_wake_of_the_first() {
    let ((), record) = simulate_and_record(async {
        let dropper = Arc::new(Dropper::default());
        dropper.arm([at(10); 100]);
        sleep(ms(200)).await;
        assert!(dropper.0.lock().is_empty());
    });
    assert_eq!((fired(&record), cancelled(&record)), (101, 0));
}

/// B9.6: the waker lies in the wheel, and to drop it is to drop the other sleeps.
#[test]
fn dropping_a_sleep_whose_waker_owns_other_sleeps_drops_them_too() {
    let ((), record) = simulate_and_record(async {
        let dropper = Arc::new(Dropper::default());
        dropper.arm((0..100).map(|n| at(10 + n)));
        // From now on the last reference to the waker is the one in the wheel.
        let owned = std::mem::take(&mut *dropper.0.lock());
        let owner = Arc::new(Dropper(Mutex::new(owned)));
        drop(dropper);
        let mut sleep_of_owner = sleep(ms(5));
        let waker = Waker::from(owner);
        assert!(pin!(&mut sleep_of_owner).poll(&mut Context::from_waker(&waker)).is_pending());
        drop(waker);
        drop(sleep_of_owner);
        sleep(ms(200)).await;
    });
    assert_eq!((fired(&record), cancelled(&record)), (1, 101));
}

/// B9.6
#[test]
fn a_sleep_dropped_after_a_reset_to_its_siblings_tick_leaves_the_sibling_alone() {
    for (own, siblings) in [(5, 10), (15, 10), (5000, 64), (64, 5000)] {
        let ((), record) = simulate_and_record(async {
            let mut dropped = sleep_until(at(own));
            let mut sibling = sleep_until(at(siblings));
            assert!(poll!(&mut dropped).is_pending());
            assert!(poll!(&mut sibling).is_pending());
            dropped.reset(at(siblings));
            drop(dropped);
            sibling.await;
            assert_eq!(now(), at(siblings));
        });
        assert_eq!((fired(&record), cancelled(&record)), (1, 2));
    }
}

/// B9.6: its place in the wheel has been given to another one by then.
#[test]
fn a_sleep_dropped_after_it_fired_leaves_its_successor_alone() {
    let ((), record) = simulate_and_record(async {
        let mut ended = sleep(ms(10));
        (&mut ended).await;
        let mut successor = sleep(ms(10));
        assert!(poll!(&mut successor).is_pending());
        drop(ended);
        successor.await;
        assert_eq!(now(), at(20));
    });
    assert_eq!((fired(&record), cancelled(&record)), (2, 0));
}

/// B9.6: fired, and dropped without having been polled since.
#[test]
fn a_sleep_dropped_unpolled_after_it_fired_leaves_its_successor_alone() {
    let ((), record) = simulate_and_record(async {
        let mut unpolled = sleep(ms(10));
        assert!(poll!(&mut unpolled).is_pending());
        sleep(ms(20)).await;
        let mut successors = [sleep(ms(10)), sleep(ms(10))];
        for successor in &mut successors {
            assert!(poll!(successor).is_pending());
        }
        drop(unpolled);
        gather_all(successors).await;
        assert_eq!(now(), at(30));
    });
    assert_eq!((fired(&record), cancelled(&record)), (4, 0));
}

/// B9.6: time stands at the start of the very slot from which the second one is removed.
#[test]
fn of_two_sleeps_at_the_edge_of_a_level_one_ends_and_the_other_is_dropped() {
    for edge in [64, 4096, 262_144] {
        for advance_to in [edge, edge + 16] {
            let (mut event_loop, clock, record) = recorded();
            event_loop.run(async {
                let (mut first, mut second) = (sleep_until(at(edge)), sleep_until(at(edge + 1)));
                assert!(poll!(&mut first).is_pending());
                assert!(poll!(&mut second).is_pending());
                clock.advance(ms(advance_to));
                first.await;
                drop(second);
                sleep(ms(100)).await;
                assert_eq!(now(), at(advance_to + 100));
            });
            let in_time = usize::from(advance_to == edge);
            assert_eq!((fired(&record), cancelled(&record)), (3 - in_time, in_time));
        }
    }
}

/// B9.6
#[test]
fn a_leaked_sleep_fires_for_nothing() {
    let ((), record) = simulate_and_record(async {
        let leaks = spawn(async {
            let mut leaked = sleep(ms(10));
            assert!(poll!(&mut leaked).is_pending());
            std::mem::forget(leaked);
        });
        leaks.await.unwrap();
        sleep(ms(20)).await;
    });
    assert_eq!((fired(&record), cancelled(&record)), (2, 0));
    let polls = record.count(|event| matches!(event, Event::PollStarted { .. }));
    assert_eq!(polls, 4, "the task that is done is not polled");
}

/// B9.14
#[test]
fn the_end_of_run_cancels_the_timers_of_the_tasks_that_are_left() {
    let ((), record) = simulate_and_record(async {
        for n in 1..=3 {
            drop(spawn(sleep(HOUR * n)));
        }
        sleep(ms(1)).await;
    });
    assert_eq!((fired(&record), cancelled(&record)), (1, 3));
}

/// A sleep armed on a loop, and taken out of it.
fn armed_on(event_loop: &mut EventLoop) -> Sleep {
    let mut armed = sleep_until(at(10));
    event_loop.run(async { assert!(poll!(&mut armed).is_pending()) });
    armed
}

fn loop_that_leaves_timers() -> EventLoop {
    EventLoop::builder().clock(Clock::simulated()).leaves_timers().build().unwrap()
}

/// B9.14: first the loop, then the timer.
#[test]
fn a_sleep_may_be_dropped_after_its_loop() {
    let mut event_loop = loop_that_leaves_timers();
    let armed = armed_on(&mut event_loop);
    drop(event_loop);
    drop(armed);
}

/// B9.14: first the timer, then the loop, which it is not inside of.
#[test]
fn a_sleep_dropped_outside_its_loop_fires_for_nothing_when_the_loop_runs_again() {
    let (mut event_loop, _, record) = recorded();
    drop(armed_on(&mut event_loop));
    event_loop.run(sleep_twenty());
    assert_eq!(
        record.pick(|at, event| matches!(event, Event::TimerFired { .. }).then_some(at)),
        [ms(10), ms(20)]
    );
}

async fn sleep_twenty() {
    sleep(ms(20)).await;
}

/// B9.14: the first timers of two loops have the same key.
#[test]
fn a_sleep_dropped_inside_another_loop_cancels_nothing_there() {
    let mut event_loop = loop_that_leaves_timers();
    let armed = armed_on(&mut event_loop);
    drop(event_loop);
    let ((), record) = simulate_and_record(async {
        let mut own = sleep(ms(10));
        assert!(poll!(&mut own).is_pending());
        drop(armed);
        own.await;
        assert_eq!(now(), at(10));
    });
    assert_eq!((fired(&record), cancelled(&record)), (1, 0));
}

/// B9.14
#[test]
fn a_sleep_that_outlives_its_run_ends_in_the_next_run_of_the_same_loop() {
    let mut event_loop = simulated();
    let armed = armed_on(&mut event_loop);
    event_loop.run(async {
        armed.await;
        assert_eq!(now(), at(10));
    });
}

/// B9.14: the wheel owns the waker, and the waker owns the sleeps, which find no loop.
#[test]
fn a_loop_may_be_dropped_with_timers_whose_wakers_own_their_sleeps() {
    let mut event_loop = loop_that_leaves_timers();
    let weak = event_loop.run(async {
        let dropper = Arc::new(Dropper::default());
        dropper.arm((0..100).map(|n| at(10 + n)));
        Arc::downgrade(&dropper)
    });
    assert!(weak.upgrade().is_some(), "the wheel owns it");
    drop(event_loop);
    assert!(weak.upgrade().is_none());
}

/// B9.14: wakers are foreign, and so are their destructors: of two that panic, too, none is lost.
#[test]
fn a_loop_may_be_dropped_with_timers_whose_wakers_panic_when_dropped() {
    struct Bomb(#[expect(dead_code, reason = "for its drop")] PanicsInDrop);
    impl Wake for Bomb {
        fn wake(self: Arc<Self>) {}
    }
    let mut event_loop = loop_that_leaves_timers();
    let mut sleeps = [sleep_until(at(10)), sleep_until(at(20))];
    event_loop.run(async {
        for sleep in &mut sleeps {
            let waker = Waker::from(Arc::new(Bomb(PanicsInDrop("in a waker's destructor"))));
            assert!(support::poll(sleep, &waker).is_pending());
        }
    });
    drop(event_loop);
    drop(sleeps);
}

/// B9.14
#[test]
#[should_panic(expected = "outside an event loop")]
fn a_sleep_polled_outside_a_loop_panics_with_advice() {
    let mut sleep = pin!(sleep_until(at(10)));
    let _ = sleep.as_mut().poll(&mut Context::from_waker(Waker::noop()));
}
