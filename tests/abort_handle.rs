//! `AbortHandle`: it cancels as a `JoinHandle` does, and else it is not there; what a
//! `JoinError` says.

use std::cell::Cell;
use std::future::pending;
use std::rc::Rc;

use executor::journal::Event;
use executor::{AbortHandle, JoinError, Waits, spawn, spawn_blocking, yield_now};

use crate::checked::run;
use crate::support::{
    Drops, panic_of, pending_with, simulate, simulate_and_record, simulated, until_nothing_is_ready,
};

fn aborts(record: &crate::support::Record) -> usize {
    record.count(|event| matches!(event, Event::Aborted { .. }))
}

#[test]
fn an_abort_handle_cancels_and_so_do_its_clones_on_any_thread() {
    run(async {
        let handles: Vec<_> = (0..3).map(|_| spawn(pending::<()>())).collect();
        let aborts: Vec<_> = handles.iter().map(|handle| handle.abort_handle()).collect();
        assert!(aborts.iter().map(AbortHandle::id).eq(handles.iter().map(|handle| handle.id())));
        aborts[0].abort();
        aborts[1].clone().abort();
        let last = aborts[2].clone();
        spawn_blocking(move || last.abort()).await.unwrap();
        for handle in handles {
            assert!(handle.await.unwrap_err().is_cancelled());
        }
    });
}

#[test]
fn an_abort_handle_outlives_the_join_handle_and_still_cancels() {
    simulate(async {
        let drops = Drops::default();
        let handle = spawn(pending_with(drops.one()));
        let abort = handle.abort_handle();
        drop(handle);
        until_nothing_is_ready().await;
        assert_eq!(drops.count(), 0);
        abort.abort();
        until_nothing_is_ready().await;
        assert_eq!(drops.count(), 1);
    });
}

#[test]
fn an_abort_handle_keeps_neither_future_nor_output() {
    let drops = Drops::default();
    let (future, output) = (drops.one(), drops.one());
    let abort = simulate(async {
        let handle = spawn(async move {
            let _future = future;
            output
        });
        let abort = handle.abort_handle();
        drop(handle);
        until_nothing_is_ready().await;
        assert_eq!(drops.count(), 2);
        abort
    });
    abort.abort(); // the loop is gone
}

#[test]
fn who_can_only_be_aborted_is_stuck_all_the_same() {
    let stuck = simulated().try_run(async {
        let handle = spawn(pending::<()>());
        let _abort = handle.abort_handle();
        handle.await
    });
    let stuck = stuck.unwrap_err();
    assert!(stuck.tasks.iter().any(|task| task.waits == Waits::KeptNoWaker(1)), "{stuck}");
}

#[test]
fn the_journal_tells_an_abort_once_and_none_of_what_is_done() {
    let ((), record) = simulate_and_record(async {
        let waits = spawn(pending::<()>());
        let waker_stays = Rc::new(Cell::new(None));
        let kept = waker_stays.clone();
        let done = spawn(std::future::poll_fn(move |cx| {
            kept.set(Some(cx.waker().clone()));
            std::task::Poll::Ready(())
        }));
        let (abort_it, too_late) = (waits.abort_handle(), done.abort_handle());
        drop(done);
        yield_now().await;
        too_late.abort();
        abort_it.abort();
        assert!(waits.await.is_err());
        abort_it.abort();
        let job = spawn_blocking(|| ());
        let job_abort = job.abort_handle();
        job.await.unwrap();
        job_abort.abort();
    });
    assert_eq!(aborts(&record), 1);
}

#[test]
fn a_job_that_has_not_begun_is_aborted_by_its_abort_handle() {
    let record = crate::support::Record::default();
    let mut event_loop = executor::EventLoop::builder()
        .observer(record.clone())
        .blocking_threads(1)
        .build()
        .unwrap();
    event_loop.run(async {
        let (go, wait) = std::sync::mpsc::channel::<()>();
        let first = spawn_blocking(move || assert!(wait.recv().is_err()));
        let second = spawn_blocking(|| unreachable!("it is aborted before the first one ends"));
        let abort = second.abort_handle();
        abort.abort();
        drop(go);
        first.await.unwrap();
        let outcome: Result<(), _> = second.await;
        assert!(outcome.unwrap_err().is_cancelled());
    });
    assert_eq!(aborts(&record), 1);
}

#[test]
fn a_join_error_says_what_it_is_and_gives_the_panic() {
    let panicked = simulate(async { spawn(async { panic!("burnt") }).await });
    let panicked = panicked.unwrap_err();
    assert!(panicked.is_panic() && !panicked.is_cancelled());
    assert_eq!(panicked.into_panic().downcast_ref::<&str>(), Some(&"burnt"));
    let cancelled = JoinError::Cancelled;
    assert!(cancelled.is_cancelled() && !cancelled.is_panic());
    let refused = panic_of(|| cancelled.into_panic());
    assert!(refused.contains("it has not panicked"), "{refused}");
}

#[test]
fn an_abort_handle_says_whether_the_task_is_finished() {
    simulate(async {
        let handle = spawn(std::future::pending::<()>());
        let (abort, other) = (handle.abort_handle(), handle.abort_handle());
        assert!(!abort.is_finished());
        abort.abort();
        assert!(!abort.is_finished(), "its turn has yet to come");
        assert!(handle.await.unwrap_err().is_cancelled());
        assert!(abort.is_finished() && other.is_finished());
        drop(spawn(async {}));
        yield_now().await;
        let detached = spawn(async {});
        let abort = detached.abort_handle();
        drop(detached);
        yield_now().await;
        assert!(abort.is_finished());
    });
}

#[test]
fn an_abort_handle_shows_whose_it_is() {
    let shown = simulate(async { format!("{:?}", spawn(async {}).abort_handle()) });
    assert_eq!(shown, "AbortHandle { id: TaskId(1), .. }");
}
