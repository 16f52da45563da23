//! Whom a timer wakes (B9.8), and what wakers may do (B9.7: no borrow is held when they run).

use std::cell::RefCell;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::task::{Context, Wake, Waker};

use executor::journal::Event;
use executor::{Clock, spawn, tasks, yield_now};
use futures::poll;
use parking_lot::Mutex;
use timer::{Instant, Sleep, now, sleep, sleep_until};

use super::at;
use crate::checked::EventLoop;
use crate::support::{HOUR, ms, simulate, simulate_and_record};

#[derive(Default)]
struct Count(AtomicU32);

impl Wake for Count {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Relaxed);
    }
}

/// A waker that does something with sleeps.
struct Act<F>(Mutex<F>);

impl<F: FnMut() + Send + 'static> Wake for Act<F> {
    fn wake(self: Arc<Self>) {
        (self.0.lock())();
    }
}

fn waker(act: impl FnMut() + Send + 'static) -> Waker {
    Waker::from(Arc::new(Act(Mutex::new(act))))
}

fn is_pending(sleep: &mut Sleep, waker: &Waker) -> bool {
    Pin::new(sleep).poll(&mut Context::from_waker(waker)).is_pending()
}

/// B9.8
#[test]
fn only_the_last_waker_is_called() {
    simulate(async {
        let counts = [const { Count(AtomicU32::new(0)) }; 3].map(Arc::new);
        let mut polled = sleep(ms(10));
        for count in &counts {
            assert!(is_pending(&mut polled, &Waker::from(count.clone())));
        }
        sleep(ms(20)).await;
        assert_eq!(counts.map(|count| count.0.load(Relaxed)), [0, 0, 1]);
    });
}

/// B9.8
#[test]
fn a_sleep_handed_to_another_task_wakes_only_that_one() {
    simulate(async {
        let handed_over = Rc::new(RefCell::new(None));
        let first = spawn({
            let handed_over = handed_over.clone();
            async move {
                let mut sleep = sleep(ms(10));
                assert!(poll!(&mut sleep).is_pending());
                handed_over.replace(Some(sleep));
                futures::future::pending::<()>().await
            }
        });
        let second = spawn(async move {
            let sleep = handed_over.take().unwrap();
            sleep.await;
            assert_eq!(now(), at(10));
        });
        let id = first.id();
        second.await.unwrap();
        yield_now().await;
        let first = tasks().into_iter().find(|task| task.id == id).unwrap();
        assert_eq!(first.polls, 1);
    });
}

/// B9.8
#[test]
fn a_change_of_waker_lasts_through_a_reset() {
    simulate(async {
        let counts = [const { Count(AtomicU32::new(0)) }; 2].map(Arc::new);
        let mut polled = sleep(ms(10));
        for count in &counts {
            assert!(is_pending(&mut polled, &Waker::from(count.clone())));
        }
        polled.reset(at(30));
        sleep(ms(29)).await;
        assert_eq!(counts.each_ref().map(|count| count.0.load(Relaxed)), [0, 0]);
        sleep(ms(1)).await;
        assert_eq!(counts.map(|count| count.0.load(Relaxed)), [0, 1]);
    });
}

/// B9.8
#[test]
fn a_sleep_polled_often_is_armed_once_and_fires_once() {
    let ((), record) = simulate_and_record(async {
        let mut polled = sleep(ms(10));
        for _ in 0..100 {
            assert!(poll!(&mut polled).is_pending());
            yield_now().await;
        }
        polled.await;
    });
    assert_eq!(record.count(|event| matches!(event, Event::TimerArmed { .. })), 1);
    assert_eq!(record.count(|event| matches!(event, Event::TimerFired { .. })), 1);
}

/// B9.7
#[test]
fn a_waker_may_drop_other_sleeps_when_it_is_called() {
    simulate(async {
        let others = Arc::new(Mutex::new(Vec::new()));
        let dropper = waker({
            let others = others.clone();
            move || others.lock().clear()
        });
        let count = Arc::new(Count::default());
        // Due before it, with it, and after it.
        for deadline in [9, 10, 11, 5000] {
            let mut other = sleep_until(at(deadline));
            assert!(is_pending(&mut other, &Waker::from(count.clone())));
            others.lock().push(other);
        }
        let mut first = sleep(ms(10));
        assert!(is_pending(&mut first, &dropper));
        sleep(ms(10_000)).await;
        // The one before, and the one that was taken out with it and came first.
        assert_eq!(count.0.load(Relaxed), 2);
        assert!(others.lock().is_empty());
    });
}

/// B9.7
#[test]
fn a_waker_may_arm_and_reset_sleeps_when_it_is_called() {
    simulate(async {
        let count = Arc::new(Count::default());
        let sleeps = Arc::new(Mutex::new(vec![sleep(HOUR)]));
        assert!(is_pending(&mut sleeps.lock()[0], &Waker::from(count.clone())));
        let busy = waker({
            let (sleeps, count) = (sleeps.clone(), count.clone());
            move || {
                let mut sleeps = sleeps.lock();
                sleeps[0].reset(now() + ms(10));
                let mut new = sleep(ms(20));
                assert!(is_pending(&mut new, &Waker::from(count.clone())));
                sleeps.push(new);
            }
        });
        let mut first = sleep(ms(5));
        assert!(is_pending(&mut first, &busy));
        for (until, woken) in [(5, 0), (14, 0), (15, 1), (24, 1), (25, 2)] {
            sleep_until(at(until)).await;
            yield_now().await;
            assert_eq!(count.0.load(Relaxed), woken, "at {until} ms");
        }
    });
}

/// Tells, when it is cloned or dropped, that foreign code runs: it uses the loop's timers.
struct Meddler;

impl Wake for Meddler {
    fn wake(self: Arc<Self>) {}
}

impl Drop for Meddler {
    fn drop(&mut self) {
        let mut armed = sleep(ms(1));
        assert!(is_pending(&mut armed, Waker::noop()));
    }
}

/// B9.8, B9.7: the waker that is replaced is dropped with the wheel free.
#[test]
fn the_drop_of_a_waker_may_use_timers() {
    simulate(async {
        let mut polled = sleep(ms(10));
        // Replaced by another waker, dropped by a cancellation, dropped after the wake.
        assert!(is_pending(&mut polled, &Waker::from(Arc::new(Meddler))));
        assert!(is_pending(&mut polled, Waker::noop()));
        assert!(is_pending(&mut polled, &Waker::from(Arc::new(Meddler))));
        drop(polled);
        let mut fires = sleep(ms(10));
        assert!(is_pending(&mut fires, &Waker::from(Arc::new(Meddler))));
        sleep(ms(10)).await;
        assert_eq!(now(), at(10));
    });
}

/// B9.7: the wake is inside the call of `reset`.
#[test]
fn a_reset_to_the_past_may_call_a_waker_that_uses_timers() {
    let clock = Clock::simulated();
    let mut event_loop = EventLoop::builder().clock(clock.clone()).build().unwrap();
    event_loop.run(async {
        let armed = Arc::new(Mutex::new(None));
        let arms = waker({
            let armed = armed.clone();
            move || {
                let mut new = sleep(ms(10));
                assert!(is_pending(&mut new, Waker::noop()));
                *armed.lock() = Some(new);
            }
        });
        let mut polled = sleep(HOUR);
        assert!(is_pending(&mut polled, &arms));
        polled.reset(Instant::START);
        let new = armed.lock().take().expect("the waker was called");
        new.await;
        assert_eq!(now(), at(10));
    });
}
