//! A peak leaves nothing behind: when what made it is gone, so is its memory, though the loop is
//! still there. This is a program of its own, because its allocator counts.

use std::cell::Cell;
use std::future::{pending, poll_fn};
use std::net::UdpSocket as StdSocket;
use std::task::{Poll, Waker};
use std::time::Duration;

use allocation_counter::measure;
use executor::net::UdpSocket;
use executor::{Clock, EventLoop, JoinHandle, spawn, yield_now};
use timer::{sleep, timeout};

const MANY: usize = 100_000;

/// `start` makes the peak, and `end` waits until it is over. Of what the former allocates, a tenth
/// may be left when the run has ended.
fn leaves_nothing<T>(start: impl Fn() -> T, end: impl AsyncFn(T)) {
    let mut event_loop = EventLoop::builder().clock(Clock::simulated()).build().unwrap();
    let program = async |growth: &Cell<i64>| {
        let mut peak = None;
        growth.set(measure(|| peak = Some(start())).bytes_current);
        yield_now().await;
        yield_now().await;
        end(peak.expect("it was made")).await;
    };
    let growth = Cell::new(0);
    // What the first run keeps is no peak's.
    event_loop.run(async {});
    let rest = measure(|| event_loop.run(program(&growth))).bytes_current;
    let growth = growth.get();
    assert!(growth > 50_000, "the peak is a hill of {growth} bytes");
    assert!(rest <= growth / 10, "{rest} of {growth} bytes are left");
}

fn many<T: 'static, F: Future<Output = T> + 'static>(task: impl Fn() -> F) -> Vec<JoinHandle<T>> {
    (0..MANY).map(|_| spawn(task())).collect()
}

async fn join<T>(handles: Vec<JoinHandle<T>>) {
    for handle in handles {
        handle.await.unwrap();
    }
}

/// B13.2
#[test]
fn tasks_that_have_ended_leave_no_memory() {
    leaves_nothing(|| many(|| async {}), join);
}

/// B13.2
#[test]
fn timers_that_have_fired_leave_no_memory() {
    leaves_nothing(|| many(|| sleep(Duration::from_secs(1))), join);
}

/// B13.2
#[test]
fn tasks_that_are_cancelled_at_the_end_of_run_leave_no_memory() {
    leaves_nothing(|| many(|| timeout(Duration::MAX, pending::<()>())), async |_| {});
}

/// B13.2
#[test]
fn tasks_whose_wakers_were_outside_leave_no_memory() {
    let kept = || {
        many(|| {
            let mut kept = None::<Waker>;
            poll_fn(move |cx| match kept.replace(cx.waker().clone()) {
                Some(_) => Poll::Ready(()),
                None => Poll::Pending,
            })
        })
    };
    leaves_nothing(kept, async |handles| {
        handles.iter().for_each(JoinHandle::abort);
        for handle in handles {
            assert!(handle.await.is_err());
        }
    });
}

/// B13.2
#[test]
fn sockets_that_are_closed_leave_no_memory() {
    let bind = || {
        (0..400)
            .map(|_| {
                let address = StdSocket::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
                let bound = UdpSocket::bind(address);
                futures::FutureExt::now_or_never(bound).unwrap().unwrap()
            })
            .collect::<Vec<_>>()
    };
    leaves_nothing(bind, async |sockets| drop(sockets));
}
