//! A peak leaves nothing behind: when what made it is gone, so is its memory, though the loop is
//! still there. This is a program of its own, because its allocator counts.

use std::cell::Cell;
use std::future::{pending, poll_fn};
use std::net::UdpSocket as StdSocket;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use allocation_counter::measure;
use executor::net::{TcpStream, UdpSocket};
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

/// What is left when so many tasks were ready at once and the loop has slept so many times since.
fn left_after(sleeps: usize) -> i64 {
    let mut event_loop = EventLoop::builder().clock(Clock::simulated()).build().unwrap();
    let program = async {
        join(many(|| async {})).await;
        for _ in 0..sleeps {
            sleep(Duration::from_secs(1)).await;
        }
        // What was ready at the end of the run is no peak's.
    };
    measure(|| event_loop.run(program)).bytes_current
}

/// B13.2: half of it at each sleep, as the next peak may come soon.
#[test]
fn a_ready_queue_gives_back_what_a_peak_has_left() {
    let place = 16;
    let left = [0, 1, 2, 20].map(left_after);
    let given_back = |sleeps: usize| left[sleeps - 1] - left[sleeps];
    assert!(given_back(1) >= (MANY * place / 2) as i64, "{left:?}");
    assert!(given_back(2) >= (MANY * place / 4) as i64, "{left:?}");
    assert!(left[3] < 20_000, "{left:?}");
}

/// B13.2: a waker that was outside leaves nothing behind that another task would not.
#[test]
fn tasks_for_which_there_was_hope_leave_no_list_of_them() {
    let run = |keeps: bool| {
        let mut event_loop = EventLoop::builder().clock(Clock::simulated()).build().unwrap();
        let program = async {
            let mut handles = many(|| {
                let mut kept = None::<Waker>;
                poll_fn(move |cx| {
                    if keeps {
                        kept.replace(cx.waker().clone());
                    }
                    Poll::<()>::Pending
                })
            });
            yield_now().await;
            handles.iter().for_each(JoinHandle::abort);
            for handle in handles.drain(..) {
                assert!(handle.await.is_err());
            }
        };
        measure(|| event_loop.run(program))
    };
    let (with, without) = (run(true), run(false));
    let (left, allocations) = (
        with.bytes_current - without.bytes_current,
        with.count_total as i64 - without.count_total as i64,
    );
    assert!(left < 1000, "{left} bytes are left");
    assert!(allocations < 60, "it took {allocations} allocations");
}

/// Polls, in nobody's name, what has to wait.
fn wait<F: Future + Unpin>(future: &mut Option<F>) {
    let future = Pin::new(future.as_mut().expect("it has not been given up"));
    assert!(future.poll(&mut Context::from_waker(Waker::noop())).is_pending());
}

/// B13.2
#[test]
fn a_line_at_a_socket_has_room_for_those_who_wait_and_little_more() {
    const WAITER: i64 = 32;
    let mut event_loop = EventLoop::new().unwrap();
    event_loop.run(async {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let stream = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let mut buffers = vec![[0]; 1024];
        let mut reads = Vec::new();
        reads.extend(buffers.iter_mut().map(|buffer| Some(stream.read(buffer))));
        let mut spares = [[0]; 100];
        let mut more = Vec::new();
        more.extend(spares.iter_mut().map(|buffer| Some(stream.read(buffer))));
        let first = measure(|| wait(&mut reads[0])).bytes_current;
        assert!((WAITER..2 * WAITER).contains(&first), "{first} bytes for the only one");
        let others = measure(|| reads[1..].iter_mut().for_each(wait)).bytes_current;
        let most = first + others;
        assert!(most >= 1024 * WAITER, "a waiter takes less than {WAITER} bytes: {most}");
        // They leave one by one, first in, first out.
        let leave = measure(|| reads[..924].iter_mut().for_each(|read| *read = None));
        let left = most + leave.bytes_current;
        assert!(left <= 4 * 100 * WAITER + WAITER, "{left} bytes for 100");
        assert!(leave.count_total < 8, "{leave:?}");
        let leave = measure(|| reads[924..].iter_mut().for_each(|read| *read = None));
        let left = left + leave.bytes_current;
        assert!(left <= 4 * WAITER, "{left} bytes for nobody");
        // A short line is not made shorter: who comes and goes allocates nothing.
        wait(&mut more[0]);
        let comes_and_goes = measure(|| {
            for read in &mut more[1..] {
                wait(read);
                *read = None;
            }
        });
        assert_eq!(comes_and_goes.count_total, 0);
    });
}

/// B13.1: that a timer moves down the wheel is noted only for an observer.
#[test]
fn a_timer_on_its_way_down_the_wheel_allocates_nothing() {
    let mut event_loop = EventLoop::builder().clock(Clock::simulated()).build().unwrap();
    let mut allocations =
        |time: Duration| measure(|| event_loop.run(async { sleep(time).await })).count_total;
    allocations(Duration::from_secs(1)); // what the first run keeps
    let (near, far) =
        (allocations(Duration::from_millis(1)), allocations(Duration::from_secs(999_999)));
    assert_eq!(near, far);
}

/// B13.3: only a large future is boxed.
#[test]
fn a_small_task_is_one_allocation() {
    let mut event_loop = EventLoop::builder().clock(Clock::simulated()).build().unwrap();
    event_loop.run(async {
        join((0..100).map(|_| spawn(async {})).collect()).await; // the loop's own lists have room now
        let mut handle = None;
        let allocations = measure(|| handle = Some(spawn(async {}))).count_total;
        assert_eq!(allocations, 1);
        handle.expect("it was spawned").await.unwrap();
    });
}
