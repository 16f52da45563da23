//! Waiting for several tasks with `gather!` and `gather_all` ("Gather" in the design's rules).

use std::cell::{Cell, RefCell};
use std::future::pending;
use std::panic::AssertUnwindSafe;
use std::pin::pin;
use std::rc::Rc;
use std::task::Waker;
use std::time::Duration;

use executor::{current_task, gather, gather_all, spawn, tasks, yield_now};
use futures::FutureExt;
use timer::sleep;

use crate::checked::run;
use crate::support::{
    Drops, Wakes, ms, panic_of, pending_with, poll, simulate, text, until_nothing_is_ready,
};

/// Has its output after that many milliseconds.
async fn after<T>(milliseconds: u64, output: T) -> T {
    sleep(ms(milliseconds)).await;
    output
}

/// What `future` panics with when it is awaited.
async fn panic_in<F: Future>(future: F) -> String {
    match AssertUnwindSafe(future).catch_unwind().await {
        Ok(_) => panic!("a panic was expected"),
        Err(panic) => text(&*panic).to_owned(),
    }
}

#[test]
fn gather_returns_the_outputs_in_the_order_of_the_arguments() {
    let outputs = simulate(async { gather!(after(3, 'a'), after(1, "b"), after(2, 3.0)).await });
    assert_eq!(outputs, ('a', "b", 3.0));
}

#[test]
fn gather_all_returns_the_outputs_in_the_order_of_the_iterator() {
    let outputs = simulate(async { gather_all([3, 1, 2].map(|n| after(n, n * 10))).await });
    assert_eq!(outputs, [30, 10, 20]);
}

#[test]
fn gather_takes_from_one_to_eight_futures() {
    async fn n(n: u32) -> u32 {
        yield_now().await;
        n
    }
    run(async {
        assert_eq!(gather!(n(1)).await, (1,));
        assert_eq!(gather!(n(1), n(2)).await, (1, 2));
        assert_eq!(gather!(n(1), n(2), n(3)).await, (1, 2, 3));
        assert_eq!(gather!(n(1), n(2), n(3), n(4)).await, (1, 2, 3, 4));
        assert_eq!(gather!(n(1), n(2), n(3), n(4), n(5)).await, (1, 2, 3, 4, 5));
        assert_eq!(gather!(n(1), n(2), n(3), n(4), n(5), n(6)).await, (1, 2, 3, 4, 5, 6));
        assert_eq!(gather!(n(1), n(2), n(3), n(4), n(5), n(6), n(7)).await, (1, 2, 3, 4, 5, 6, 7));
        assert_eq!(
            gather!(n(1), n(2), n(3), n(4), n(5), n(6), n(7), n(8),).await,
            (1, 2, 3, 4, 5, 6, 7, 8)
        );
    });
}

#[test]
fn gather_all_of_nothing_is_ready_at_once() {
    run(async {
        let none = gather_all(std::iter::empty::<std::future::Ready<u32>>());
        assert_eq!(none.now_or_never(), Some(Vec::new()));
    });
}

#[test]
fn gather_all_of_a_thousand_that_end_in_any_order() {
    let outputs =
        simulate(async { gather_all((0..1_000_u64).map(|n| after(n * 7_919 % 1_000, n))).await });
    assert!(outputs.into_iter().eq(0..1_000));
}

/// The time is that of the longest, and not the sum.
#[test]
fn gathered_futures_run_at_the_same_time() {
    simulate(async {
        let before = timer::now();
        gather!(after(30, ()), after(20, ()), after(10, ())).await;
        assert_eq!(timer::now() - before, ms(30));
        gather_all((1..=30).map(|n| after(n, ()))).await;
        assert_eq!(timer::now() - before, ms(60));
    });
}

#[test]
fn gathered_futures_are_tasks_of_their_own_from_the_start() {
    run(async {
        let pair = gather!(async { current_task() }, async { current_task() });
        let all = gather_all((0..2).map(|_| async { current_task() }));
        let mut ids: Vec<_> = tasks().iter().map(|task| Some(task.id)).collect();
        assert_eq!(ids.len(), 5);
        ids.retain(|id| *id != current_task());
        let (first, second) = pair.await;
        let gathered = [vec![first, second], all.await].concat();
        assert_eq!(gathered, ids);
    });
}

#[test]
fn gathered_futures_run_before_the_gathering_is_awaited() {
    run(async {
        let ran = Rc::new(Cell::new(0));
        let count = |_| {
            let ran = ran.clone();
            async move { ran.set(ran.get() + 1) }
        };
        let pair = gather!(count(1), count(2));
        let all = gather_all((3..=4).map(count));
        yield_now().await;
        assert_eq!(ran.get(), 4);
        pair.await;
        all.await;
    });
}

#[test]
fn a_panic_in_one_of_a_gather_goes_to_who_awaits_and_the_siblings_go_on() {
    simulate(async {
        let story = Rc::new(RefCell::new(Vec::new()));
        let sibling = |name, milliseconds| {
            let story = story.clone();
            async move {
                sleep(ms(milliseconds)).await;
                story.borrow_mut().push(name);
            }
        };
        let panics = async {
            sleep(ms(2)).await;
            panic!("one of them")
        };
        let gathering = gather!(sibling("quick", 1), panics, sibling("slow", 3));
        assert_eq!(panic_in::<_>(gathering.map(|((), (), ())| ())).await, "one of them");
        assert_eq!(*story.borrow(), ["quick"], "the panic does not wait for the slow one");
        sleep(ms(10)).await;
        assert_eq!(*story.borrow(), ["quick", "slow"]);
    });
}

#[test]
fn a_panic_in_one_of_gather_all_goes_to_who_awaits_and_the_siblings_go_on() {
    simulate(async {
        let ended = Rc::new(Cell::new(0));
        let gathering = gather_all((1..=5).map(|n| {
            let ended = ended.clone();
            async move {
                sleep(ms(n)).await;
                assert!(n != 3, "the third");
                ended.set(ended.get() + 1);
            }
        }));
        assert_eq!(panic_in(gathering).await, "the third");
        assert_eq!(ended.get(), 2, "the panic does not wait for the slow ones");
        sleep(ms(10)).await;
        assert_eq!(ended.get(), 4);
    });
}

#[test]
fn of_several_panics_the_first_to_happen_is_passed_on() {
    async fn panics_after(milliseconds: u64, text: &'static str) {
        sleep(ms(milliseconds)).await;
        std::panic::panic_any(text);
    }
    simulate(async {
        let pair = gather!(panics_after(2, "second"), panics_after(1, "first"));
        assert_eq!(panic_in(pair).await, "first");
        let all =
            gather_all([(2, "second"), (1, "first")].map(|(at, text)| panics_after(at, text)));
        assert_eq!(panic_in(all).await, "first");
        sleep(ms(10)).await;
        assert_eq!(tasks().len(), 1);
    });
}

#[test]
fn a_gathering_dropped_before_its_end_cancels_its_tasks() {
    simulate(async {
        let drops = Drops::default();
        let pair = gather!(pending_with(drops.one()), pending_with(drops.one()));
        let all = gather_all((0..3).map(|_| pending_with(drops.one())));
        yield_now().await;
        drop((pair, all));
        until_nothing_is_ready().await;
        assert_eq!(drops.count(), 5);
        assert_eq!(tasks().len(), 1);
    });
}

#[test]
fn a_gathering_that_runs_out_of_time_cancels_its_tasks() {
    simulate(async {
        let drops = Drops::default();
        let pair = gather!(after(1, ()), pending_with(drops.one()));
        assert!(timer::timeout(ms(5), pair).await.is_err());
        let all = gather_all((0..2).map(|_| pending_with(drops.one())));
        assert!(timer::timeout(ms(5), all).await.is_err());
        until_nothing_is_ready().await;
        assert_eq!(drops.count(), 3);
    });
}

#[test]
fn gatherings_are_gathered() {
    let outputs = run(async {
        let inner = |n| async move { gather!(async move { n }, async move { n + 1 }).await };
        gather!(inner(1), gather_all([inner(3), inner(5)])).await
    });
    assert_eq!(outputs, ((1, 2), vec![(3, 4), (5, 6)]));
}

#[test]
fn a_gather_panics_when_polled_after_it_was_ready() {
    run(async {
        let mut pair = gather!(async { 1 }, async { 2 });
        assert_eq!((&mut pair).await, (1, 2));
        let text = panic_of(|| poll(&mut pair, Waker::noop()));
        assert_eq!(text, "a gather! was polled after it was ready");
    });
}

#[test]
fn a_gather_all_panics_when_polled_after_it_was_ready() {
    run(async {
        let mut all = pin!(gather_all([1, 2].map(std::future::ready)));
        assert_eq!(all.as_mut().await, [1, 2]);
        let text = panic_of(|| poll(&mut all, Waker::noop()));
        assert!(text.contains("polled after it was ready"), "{text}");
    });
}

/// The latest to poll is the one to be told, as with a handle (B6.3).
#[test]
fn a_gathering_polled_by_two_in_turn_wakes_the_latest() {
    simulate(async {
        let mut pair = gather!(after(1, ()), after(1, ()));
        let mut all = pin!(gather_all((0..2).map(|_| after(1, ()))));
        let (first, first_waker) = Wakes::new();
        assert!(poll(&mut pair, &first_waker).is_pending());
        assert!(poll(&mut all, &first_waker).is_pending());
        let ((of_pair, pair_waker), (of_all, all_waker)) = (Wakes::new(), Wakes::new());
        assert!(poll(&mut pair, &pair_waker).is_pending());
        assert!(poll(&mut all, &all_waker).is_pending());
        sleep(Duration::from_millis(5)).await;
        assert_eq!(first.count(), 0);
        assert!(of_pair.count() > 0 && of_all.count() > 0);
        assert!(poll(&mut pair, &pair_waker).is_ready());
        assert!(poll(&mut all, &all_waker).is_ready());
    });
}

#[test]
fn gathering_outside_a_loop_panics_and_says_what_to_do() {
    for text in
        [panic_of(|| drop(gather!(async {}))), panic_of(|| drop(gather_all([pending::<()>()])))]
    {
        assert!(text.contains("outside an event loop") && text.contains("executor::run"), "{text}");
    }
}

/// A task of a gathering that loses its loop is told so, in the only way an output can be missing.
#[test]
#[expect(clippy::async_yields_async, reason = "it is awaited after its loop is gone")]
fn a_gathering_that_outlives_its_loop_panics_with_the_reason() {
    let pair = run(async { gather!(async { 1 }, pending::<()>()) });
    let text = panic_of(|| pair.now_or_never());
    assert!(text.contains("cancelled"), "{text}");
    let none_is_left = run(async { spawn(async { tasks().len() }).await });
    assert_eq!(none_is_left.unwrap(), 2);
}
